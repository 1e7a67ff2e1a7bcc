// One conversation at the desk: the packet, the words as they come, the reply, proposals, and how it ends.

import { explain } from "/desk/service.js";
import * as elements from "/desk/elements.js";
import { Acting } from "/desk/acting.js";
import { Assist } from "/desk/assist.js";
import { Glance } from "/desk/glance.js";
import { Files } from "/desk/files.js";
import { nameOf } from "/desk/lists.js";
import { Notes } from "/desk/notes.js";
import { showPacket } from "/desk/packet.js";
import { Translation } from "/desk/translation.js";
import { putIntoReply, unfilled } from "/desk/ready.js";
import { locale, say, term } from "/desk/wording.js";

const { find, make } = elements;
const TYPES_MS = 6000; // somebody who types says so again within this time
const DRAFT = "switchboard.desk.draft.";
const TYPING_MS = 4000;
const READ_MS = 500;
const LONGEST = 16_000; // characters of a reply that the service takes

export class Case {
  constructor({ service, item, forms, told, changed, left, supervises }) {
    this.service = service;
    this.supervises = supervises;
    this.item = item;
    this.labels = forms.labels; // those that the company lists
    this.forms = forms;
    this.id = item.conversation_id;
    this.path = `/v1/desk/${encodeURIComponent(this.id)}`;
    this.view = item.view; // waiting, mine, or a colleague's (others)
    this.told = told; // (text, isTrouble): say it to the person at the desk
    this.changed = changed; // the lists are to be read again
    this.left = left; // the case is not ours any more
    this.said = new Set();
    this.shape = "";
    this.running = new Set();
    this.turn = Promise.resolve();
    this.stopped = false;
  }

  get claimed() {
    return this.view === "mine";
  }

  get busy() {
    return this.running.size > 0;
  }

  begin() {
    find("no-case").hidden = true;
    find("open-case").hidden = false;
    find("case-title").textContent = nameOf(this.item);
    find("log").replaceChildren();
    find("proposals").replaceChildren();
    find("pending").textContent = find("typing").textContent = "";
    find("resolving").open = false;
    find("disposition").value = find("note").value = "";
    find("reply").value = sessionStorage.getItem(DRAFT + this.id) ?? "";
    find("drafting").hidden = true;
    find("packet").replaceChildren(make("p", { className: "soft", textContent: say("reading") }));
    this.notes = new Notes({ service: this.service, path: this.path, whispers: this.view === "others" });
    this.files = new Files({ service: this.service, id: this.id, channel: this.item.channel, told: this.told });
    this.translation = new Translation({ service: this.service, path: this.path, locale: this.item.locale, offered: this.forms.translates, told: this.told, send: () => this.send() });
    find("transferring").open = find("labelling").open = false;
    find("transfer-note").value = "";
    this.showLabels(this.item.labels);
    this.#dress();
    this.look();
    this.#readPacket();
    this.notes.read();
  }

  stop() {
    this.stopped = this.notes.stopped = this.files.stopped = this.translation.stopped = true;
    if (this.assist) this.assist.stopped = true;
    clearTimeout(this.reading);
    clearTimeout(this.types);
  }

  // The list has a summary alone; everything else is read when it is looked at.
  async #readPacket() {
    try {
      this.packet = await this.service.get(`${this.path}/packet`);
      if (!this.stopped) this.#dress();
    } catch (error) {
      if (this.stopped) return;
      this.told(explain(error), true, error);
      if ([404, 409].includes(error.status)) this.left(this);
    }
  }

  #dress() {
    if (this.claimed && this.packet) this.#equip();
    const takeUp = this.acting ? (tool, given) => this.acting.takeUp(tool, given) : null;
    if (this.packet) find("packet").replaceChildren(...(this.glance ? [this.glance.element, this.assist.articles.element] : []), ...showPacket(this.packet, this.claimed, takeUp));
    find("claim").hidden = this.view !== "waiting";
    find("take-over").hidden = this.view !== "others";
    find("talk").hidden = this.view === "waiting";
    for (const id of ["reply-form", "endings", "resolving", "acting-place"]) find(id).hidden = !this.claimed;
    find("note-form").hidden = !this.claimed && !this.supervises;
    find("transferring").hidden = !this.claimed && !this.supervises;
    find("open-case").classList.toggle("mine", this.view !== "waiting");
  }

  // What only whoever has the conversation may do: see the customer's records, and act for them.
  #equip() {
    if (this.acting) return;
    const { service, path, told } = this;
    const attempt = (kept, work) => this.#attempt("act", kept, work);
    this.acting = new Acting({ service, path, told, attempt, customerId: this.packet.packet.customer?.id ?? "", show: (conversation) => this.#show(conversation) });
    this.glance = new Glance({ service, path, seen: (glance) => this.acting.fillFrom(glance) });
    this.assist = new Assist({ service, path, told, locale: this.item.locale, translates: this.forms.translates, attempt: (...act) => this.#attempt(...act) });
    find("acting-place").replaceChildren(this.acting.element);
    if (find("resolving").open) this.assist.wrapUp(); // whoever was quicker than the packet
  }

  claim() {
    return this.#attempt("claim", say("nothingChanged"), () => this.#have("claim", say("youHaveIt")));
  }

  takeOver() {
    return this.#attempt("claim", say("nothingChanged"), () => this.#have("takeover", say("youTookOver")));
  }

  async #have(act, done) {
    const conversation = await this.service.post(`${this.path}/${act}`, {});
    this.view = "mine";
    this.changed();
    if (this.stopped) return;
    this.#dress();
    this.#show(conversation);
    this.told(done);
    settleIn();
  }

  keepDraft() {
    const text = find("reply").value;
    if (text) sessionStorage.setItem(DRAFT + this.id, text);
    else sessionStorage.removeItem(DRAFT + this.id);
    if (text) this.#tellTyping();
  }

  // The customer sees that their words were read, once for all that come together; the unread mark goes.
  tellRead() {
    clearTimeout(this.reading);
    if (!this.claimed || document.hidden || this.said.size === this.toldRead) return;
    this.reading = setTimeout(() => {
      if (this.stopped) return;
      this.toldRead = this.said.size;
      this.service.post(`${this.path}/seen`, { messages: this.said.size }).catch(() => { this.toldRead = 0; });
      this.service.post(`/v1/conversations/${encodeURIComponent(this.id)}/read`, {}).catch(() => {});
    }, READ_MS);
  }

  customerTypes() {
    this.#tellLife(say("customerTypes"));
  }

  // How far a call is that takes long: the system's own words, screened.
  callGetsOn({ tool, progress, total, message }) {
    const share = total ? `${Math.min(100, Math.floor((100 * progress) / total))} %` : "";
    this.#tellLife([tool, share, message].filter(Boolean).join(" · "));
  }

  #tellLife(words) {
    clearTimeout(this.types);
    find("typing").textContent = words;
    this.types = setTimeout(() => { find("typing").textContent = ""; }, TYPES_MS);
  }

  // The customer sees that somebody types.
  #tellTyping() {
    if (!this.claimed || Date.now() < (this.typed ?? 0) + TYPING_MS) return;
    this.typed = Date.now();
    this.service.post(`/v1/conversations/${encodeURIComponent(this.id)}/typing`, {}).catch(() => {});
  }

  // Where no answer came, the words may have arrived all the same: the conversation tells.
  send() {
    const files = this.files.items;
    const text = find("reply").value.trim() || this.files.names;
    if (!text) return find("reply").focus();
    if ([...text].length > LONGEST) return this.told(say("tooLong", { number: LONGEST.toLocaleString(locale) }), true);
    if (unfilled(text)) return this.told(say("fillFirst", { name: unfilled(text) }), true);
    if (!this.translation.agrees(text)) return this.#attempt("translate", say("replyKept"), () => this.translation.propose(text));
    return this.#attempt("send", say("replyKept"), async () => {
      const before = this.said.size;
      try {
        this.#say(await this.service.post(`${this.path}/messages`, { text, attachments: files.map((each) => each.id) }));
      } catch (error) {
        if (error.status || !(await this.#arrived(text, before))) throw error;
      }
      sessionStorage.removeItem(DRAFT + this.id);
      this.files.clear(files);
      if (!this.stopped) find("reply").value = "";
    });
  }

  async #arrived(text, before) {
    const { messages } = await this.service.get(this.path);
    return messages.slice(before).some((each) => each.role === "representative" && each.text === text);
  }

  release(to) {
    const where = say(to === "queue" ? "waitsAgain" : "assistantGoesOn");
    return this.#end("release", { to }, where);
  }

  // To a queue or to somebody who is here. Whoever gets it sees the note.
  transfer() {
    const [kind, to] = find("transfer-to").value.split(/:(.*)/s);
    const note = find("transfer-note").value.trim();
    const done = kind === "queue" ? say("waitsInQueue", { queue: term(to) }) : say("transferred");
    if (this.claimed) return this.#end("transfer", { [kind]: to, note }, done);
    return this.#attempt("transfer", say("nothingChanged"), async () => {
      await this.service.post(`${this.path}/transfer`, { [kind]: to, note });
      this.told(done);
      this.left(this);
    });
  }

  showLabels(chosen) {
    this.item = { ...this.item, labels: chosen };
    const focused = [...find("labels").querySelectorAll("input")].indexOf(document.activeElement);
    find("labelling").hidden = !this.labels.length;
    find("labels-count").textContent = chosen.length ? `(${chosen.join(", ")})` : "";
    find("labels").replaceChildren(...this.labels.map((label) => {
      const box = make("input", { type: "checkbox", checked: chosen.includes(label) });
      box.onchange = () => this.#label(label, box.checked);
      return make("label", { dir: "auto" }, box, ` ${label}`);
    }));
    find("labels").querySelectorAll("input")[focused]?.focus();
  }

  // Beside those that it has when its turn comes: of several that are ticked quickly none is lost.
  #label(label, on) {
    const wanted = () => [...this.item.labels.filter((each) => each !== label), ...(on ? [label] : [])];
    return this.#attempt(`label ${label} ${on}`, say("nothingChanged"), () => this.#putLabels(wanted()));
  }

  async #putLabels(wanted) {
    const { labels } = await this.service.put(`${this.path}/labels`, { labels: [...new Set(wanted)].filter((each) => this.labels.includes(each)) });
    if (this.stopped) return;
    this.showLabels(labels);
    this.changed();
  }

  // Several acts in one: labels, then the reply, then the queue. A reply with a gap stays in the box to be filled.
  apply(ready) {
    const macro = ready.macro(this.item);
    if (!macro) return null;
    if (unfilled(macro.text)) {
      putIntoReply(macro.text);
      return this.told(say("fillFirst", { name: unfilled(macro.text) }), true);
    }
    return this.#attempt(`macro ${macro.name}`, say("macroStopped"), async () => {
      if (macro.labels.length) await this.#putLabels([...this.item.labels, ...macro.labels]);
      if (macro.text) this.#say(await this.service.post(`${this.path}/messages`, { text: macro.text }));
      if (!macro.queue) return this.told(say("macroDone", { name: macro.name }));
      await this.service.post(`${this.path}/transfer`, { queue: macro.queue, note: "" });
      this.told(say("waitsInQueue", { queue: term(macro.queue) }));
      return this.left(this, true);
    });
  }

  writeNote() {
    return this.#attempt("note", say("noteKept"), () => this.notes.write());
  }

  resolve() {
    const disposition = find("disposition").value.trim();
    if (!disposition) {
      this.told(say("sayWhat"), true);
      return find("disposition").focus();
    }
    return this.#end("resolve", { disposition, note: find("note").value.trim() }, say("resolvedClosed"));
  }

  #end(act, body, done) {
    return this.#attempt(act, say("stillYours"), async () => {
      await this.service.post(`${this.path}/${act}`, body);
      sessionStorage.removeItem(DRAFT + this.id);
      this.told(done);
      this.left(this, true);
    });
  }

  // One act after the other: a click while another act runs is not lost, the same click twice is one.
  #attempt(name, kept, work) {
    if (this.running.has(name)) return this.turn;
    this.running.add(name);
    this.turn = this.turn.then(async () => {
      this.told("");
      try {
        await work();
      } catch (error) {
        this.told(explain(error, kept), true, error);
        if ([404, 409].includes(error.status)) this.changed();
      }
      this.running.delete(name);
    });
    return this.turn;
  }

  // The conversation as it stands; what happens meanwhile is looked at once more.
  async look() {
    if (this.view === "waiting") return;
    this.again = this.looking;
    if (this.looking) return;
    this.looking = true;
    try {
      this.#show(await this.service.get(this.claimed ? this.path : `${this.path}/watch`));
      if (this.lost && !this.stopped) this.told("");
      this.lost = false;
    } catch (error) {
      if (!this.stopped) this.#failed(error);
    }
    this.looking = false;
    if (this.again && !this.stopped) this.look();
  }

  #failed(error) {
    if ([401, 403, 404, 409].includes(error.status)) {
      const lost = error.status === 409 && this.claimed; // somebody took it over, and this answer came before that news
      this.told(lost ? say("notYours") : explain(error, say("draftKept")), true, lost ? undefined : error);
      return this.left(this);
    }
    this.lost = true;
    this.told(explain(error, say("mayBeOldKept")), true, error);
  }

  #show(conversation) {
    if (this.stopped) return;
    for (const each of conversation.messages) this.#say(each);
    const { pending, actions, status } = conversation;
    find("pending").textContent = pending ? say("waitsFor", { whom: awaited(pending.kind), summary: pending.summary }) : "";
    if (status === "closed") {
      this.told(say("wasClosed"), true);
      return this.left(this);
    }
    const shape = JSON.stringify([this.said.size, actions.length, pending]);
    if (shape !== this.shape) this.#showProposals();
    this.shape = shape;
  }

  #say(message) {
    if (this.stopped || this.said.has(message.id)) return;
    this.said.add(message.id);
    const log = find("log");
    const atEnd = isAtEnd(log);
    const element = elements.message(message, (file) => this.files.keep(file));
    log.append(element);
    this.translation.read(message, element);
    this.tellRead();
    if (message.role === "customer") {
      find("typing").textContent = "";
      this.assist?.articles.heard();
    }
    if (atEnd || message.role === "representative") log.scrollTop = log.scrollHeight;
  }

  async #showProposals() {
    try {
      const { items } = await this.service.get(`${this.path}/proposals`);
      if (this.stopped) return;
      const pieces = items.map((each) => this.#proposal(each));
      const log = find("log");
      const atEnd = isAtEnd(log);
      find("proposals").replaceChildren(...pieces);
      if (atEnd) log.scrollTop = log.scrollHeight;
    } catch {
      this.shape = ""; // asked again with the next look
    }
  }

  #proposal(each) {
    const state = each.status === "proposed" ? elements.running("until", each.expires_at) : make("span", { textContent: term(each.status) });
    const head = make("div", { className: "head" }, make("strong", { textContent: say("proposes") }), state);
    const summary = make("p", { textContent: each.summary, dir: "auto" });
    const card = make("section", { className: "card", ariaLabel: say("proposal", { summary: each.summary }) }, head, summary, elements.call(each.tool, each.arguments));
    if (each.status !== "proposed") return card;
    const settle = (decision) => this.#settle(each, decision);
    card.append(make("div", { className: "row" }, elements.button(say("accept"), () => settle("accept"), "primary"), elements.button(say("dismiss"), () => settle("dismiss"))));
    return card;
  }

  #settle(each, decision) {
    return this.#attempt(`settle ${each.id}`, say("nothingExecuted"), async () => {
      this.shape = "";
      this.#show(await this.service.post(`${this.path}/proposals/${encodeURIComponent(each.id)}`, { decision }));
      this.told(say(decision === "accept" ? "accepted" : "dismissed"));
    });
  }
}

function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}

// On a phone the keyboard would hide what is to be read first.
export function settleIn() {
  find(matchMedia("(max-width: 860px)").matches ? "case" : "reply").focus();
}

const AWAITED = { confirm: "waitConfirm", verify: "waitVerify", approve: "waitApprove" };

const awaited = (kind) => say(AWAITED[kind] ?? "waitAnswer");
