// The widget on a page: a launcher, a panel, and one conversation between them.

import { allowNotifications, canNotify, notify, showInTitle } from "./attention.js";
import { endCard, pendingCard, ratingCard, thanksCard } from "./cards.js";
import { buildComposer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { ICONS, icon, make, refill } from "./elements.js";
import { buildHeader, stateOf } from "./header.js";
import { Identity } from "./identity.js";
import { showLog } from "./log.js";
import { Service } from "./service.js";
import { mayBeKept, Storage } from "./storage.js";
import { dress, fetchLook, paint, place, withLook } from "./surface.js";
import { Wording } from "./wording.js";

const MOST_BYTES = 10 * 1024 * 1024;
const PHONE = matchMedia("(max-width: 479.98px)");

export class Chat {
  constructor(settings) {
    this.kept = new Storage(settings.scope || settings.company);
    this.given = settings;
    this.settings = withLook(settings, this.kept.get("look"));
    this.inline = Boolean(settings.target);
    this.wording = new Wording(settings.language || document.documentElement.lang || navigator.language);
    this.root = make("div", { className: "root" });
    this.host = place(this.root, this.settings);
    this.identity = new Identity({ ...settings, kept: this.kept, changed: () => this.#begin() });
    this.opened = this.inline;
    this.since = new Date().toISOString();
    this.#build();
    PHONE.addEventListener("change", () => this.#cover());
    visualViewport?.addEventListener("resize", () => this.#cover());
    this.#render();
    if (this.inline || this.#hasTalked()) this.#begin();
    if (!this.inline && this.#tab("open") === "yes") this.open({ focus: false });
  }

  open({ focus = true } = {}) {
    this.opened = true;
    this.#tab("open", "yes");
    if (this.conversation) this.#find();
    else this.#ready();
    this.#render();
    this.#cover();
    if (focus) (matchMedia("(pointer: coarse)").matches ? this.log : this.composer.words).focus();
    this.log.scrollTop = this.log.scrollHeight;
  }

  close() {
    if (this.inline) return;
    this.opened = false;
    this.#tab("open", "no");
    this.#cover();
    this.#render();
    this.launcher.focus();
  }

  // Puts words where the customer writes, or a code where it is asked for; nothing is sent.
  write(text) {
    const code = this.root.querySelector("#code");
    if (code) code.value = text;
    else this.composer.write(text);
    (code ?? this.composer.words).focus();
  }

  // Asks again who is signed in: for pages that sign people in and out without being loaded again.
  refresh() {
    this.identity.forget();
    return this.#begin();
  }

  remove() {
    this.conversation?.close();
    this.opened = false;
    this.#cover();
    this.kept.close();
    this.host.remove();
  }

  // Whether whoever was here last left a conversation in this browser: nobody is asked anything for others.
  #hasTalked() {
    const storage = this.#storageOf(this.kept.get("who"));
    const talked = storage.get("conversation") !== null || storage.get("outbox", []).length > 0;
    storage.close();
    return talked;
  }

  #storageOf(who) {
    return new Storage(`${this.settings.scope || this.settings.company}:${who || "visitor"}`);
  }

  // When there is a conversation to speak into.
  #ready() {
    return this.conversation ? Promise.resolve() : this.beginning ?? this.#begin();
  }

  #begin() {
    this.beginning ??= this.#meet().finally(() => {
      this.beginning = null;
    });
    return this.beginning;
  }

  #find() {
    this.conversation.find().catch(() => {}); // the first message finds it too
  }

  // How the company wants its chat to look, where the page does not say: known from then on.
  async #dressAsCompany() {
    if (!this.given.company || (this.given.title && this.given.accent)) return;
    const look = await fetchLook(this.given);
    if (!look || JSON.stringify(look) === JSON.stringify(this.kept.get("look"))) return;
    this.kept.set("look", look);
    this.settings = withLook(this.given, look);
    paint(this.root, this.settings.accent);
    this.header.heading.textContent = this.panel.ariaLabel = this.#title();
  }

  async #meet() {
    this.#dressAsCompany();
    this.conversation?.close();
    this.conversation = null;
    let who = this.kept.get("who") ?? "";
    try {
      await this.identity.token();
      who = this.identity.who;
    } catch {
      this.identity.who = who; // not now: what is written meanwhile is kept for whoever it was
    }
    this.kept.set("who", who);
    const storage = this.#storageOf(who);
    const service = new Service(this.settings.base, this.identity);
    this.conversation = new Conversation({ service, storage, locale: this.settings.language || this.wording.language });
    this.heard = null;
    this.conversation.addEventListener("change", () => this.#soon());
    this.conversation.start();
    if (this.opened) this.#find();
    this.#render();
  }

  #soon() {
    this.rendering ??= Promise.resolve().then(() => {
      this.rendering = null;
      this.#render();
    });
  }

  #build() {
    const { wording } = this;
    const title = this.#title();
    const focused = this.host.shadowRoot.activeElement?.id;
    this.header = buildHeader({
      wording, title, inline: this.inline, close: () => this.close(),
      person: () => this.#attempt(() => this.conversation.askForPerson()),
      actions: { transcript: () => this.#attempt(() => this.#saveTranscript()), notify: () => this.#allow(), end: () => this.#attempt(() => this.conversation.end()) },
    });
    this.list = make("ol", { className: "messages" });
    this.cards = make("div", { className: "cards" });
    this.log = make("div", { className: "log", id: "log", tabIndex: 0, ariaLabel: wording.say("conversation"), role: "log" }, this.list, this.cards);
    this.activity = make("p", { className: "activity", role: "status" });
    this.composer = buildComposer({
      wording, draft: { get: () => this.#tab("draft") ?? "", set: (text) => this.#tab("draft", mayBeKept(text) ? text : "") },
      ready: () => this.#ready(), send: (text, attachments) => this.conversation.send(text, { attachments }),
      writing: () => this.conversation?.writing(), attach: (file) => this.#attach(file),
    });
    this.panel = make("section", { className: "panel", role: this.inline ? "region" : "dialog", ariaLabel: title, id: "panel" }, this.header.head, this.log, this.activity, this.composer.form);
    this.badge = make("span", { className: "badge", ariaHidden: "true" });
    this.launcher = make("button", { type: "button", className: "launcher", id: "launcher", onclick: () => (this.opened ? this.close() : this.open()) }, icon(ICONS.chat), this.badge);
    this.spoken = make("p", { className: "unseen", role: "status" });
    this.panel.onkeydown = (event) => this.#key(event);
    dress(this.root, wording, this.settings.direction);
    this.root.replaceChildren(...(this.inline ? [this.panel] : [this.panel, this.launcher, this.spoken]));
    this.composer.fit();
    this.#cover();
    if (focused) this.root.querySelector(`#${focused}`)?.focus();
  }

  #title() {
    return this.settings.title || this.wording.say("chat");
  }

  #key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!this.header.escape()) this.close();
  }

  // On a phone the panel is the page: what lies behind it is out of reach.
  #cover() {
    const covering = this.opened && !this.inline && PHONE.matches;
    if (covering !== Boolean(this.covering)) document.body.inert = covering;
    this.covering = covering;
    this.panel.ariaModal = covering ? "true" : null;
    this.root.style.setProperty("--viewport", covering && visualViewport ? `${visualViewport.height}px` : "100dvh");
  }

  #render() {
    const { conversation } = this;
    const document_ = conversation?.document ?? null;
    if (document_ && document_.locale !== this.wording.language) {
      this.wording.speak(document_.locale);
      if (this.wording.language !== this.root.lang) this.#build();
    }
    const closed = document_?.status === "closed";
    this.panel.hidden = !this.opened;
    this.header.state.textContent = stateOf(document_, this.wording);
    this.header.ask.hidden = closed || document_?.status === "with_representative";
    this.header.items.end.disabled = !document_ || closed;
    this.header.items.transcript.disabled = !document_;
    this.header.items.notify.hidden = !canNotify() || Notification.permission === "granted";
    this.composer.enable(!closed);
    this.#showSaid();
    this.#showActivity();
    this.#showUnread();
    this.host.dispatchEvent(new CustomEvent("switchboard", { detail: document_ }));
  }

  #showSaid() {
    const { conversation, wording } = this;
    const { said, waiting } = conversation?.entries() ?? { said: [], waiting: [] };
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    const sent = waiting.length > (this.waiting ?? 0);
    this.waiting = waiting.length;
    const greeting = { id: "greeting", role: "assistant", text: wording.say("greeting"), at: this.since };
    const parts = { said: said.length ? said : [greeting], waiting };
    const seen = conversation?.document?.read?.representative ?? "";
    showLog(this.list, { ...parts, seen }, {
      wording, name: (item) => this.#nameOf(item), retry: (item) => conversation.retry(item.id), keepFile: (file) => this.#keep(file),
      edit: (item) => {
        conversation.discard(item.id);
        this.write(item.text);
      },
    });
    refill(this.cards, this.#cardsFor(waiting), (item) => this.#card(item));
    if (atEnd || sent) this.log.scrollTop = this.log.scrollHeight;
  }

  #nameOf({ role }) {
    const { handoff } = this.conversation?.document ?? {};
    if (role === "representative" && handoff?.claimed_by) return handoff.claimed_by;
    return this.wording.say(role === "customer" ? "you" : role);
  }

  #cardsFor(waiting) {
    const conversation = this.conversation?.document;
    if (!conversation) return [];
    const language = this.wording.language;
    if (conversation.status === "closed") {
      const thanked = this.thanked === conversation.id;
      const opinion = thanked ? ["thanks"] : this.conversation.rated ? [] : ["rating"];
      return [...opinion, "ended"].map((key) => ({ key, language }));
    }
    const { pending } = conversation;
    if (!pending || waiting.some((each) => !each.failed)) return [];
    return [{ key: `pending:${JSON.stringify([pending.kind, pending.summary, pending.arguments, pending.options])}`, pending, language }];
  }

  #card({ key, pending }) {
    const { wording } = this;
    if (key === "ended") return endCard(wording, () => this.#again());
    if (key === "thanks") return thanksCard(wording);
    if (key === "rating") return ratingCard(wording, (score, comment) => this.#rate(score, comment));
    const answered = (text, options) => {
      this.conversation.send(text, options);
      this.composer.words.focus();
    };
    const built = pendingCard(pending, { wording, answer: (value) => answered(value), submitCode: (code) => answered(code, { keep: false }) });
    return built ?? make("div", { hidden: true });
  }

  async #rate(score, comment) {
    await this.#attempt(async () => {
      await this.conversation.rate(score, comment);
      this.thanked = this.conversation.document.id;
      this.#render();
    }, true);
  }

  #again() {
    this.since = new Date().toISOString();
    this.conversation.again();
    this.composer.words.focus();
  }

  #showActivity() {
    const { line, working, progress, typing } = this.conversation?.live ?? {};
    const { wording } = this;
    const trouble = line === "refused" ? "refused" : navigator.onLine === false ? "offline" : line === "off" ? "reconnecting" : this.trouble ?? "";
    const name = this.conversation?.document?.handoff?.claimed_by || wording.say("representative");
    const calm = working ? [wording.say("working"), progress].filter(Boolean).join(" ") : typing ? wording.say("typing", { name }) : "";
    const text = trouble ? wording.say(trouble) : calm;
    if (this.activity.textContent !== text) this.activity.textContent = text;
    this.activity.classList.toggle("trouble", Boolean(trouble));
  }

  #showUnread() {
    const { conversation, wording } = this;
    const said = conversation?.document?.messages ?? [];
    const heard = this.heard;
    this.heard = said.length;
    if (heard !== null && said.slice(heard).some((each) => each.role !== "customer")) {
      notify(this.#title(), wording.say("newMessage"), () => this.open());
    }
    if (this.opened && document.visibilityState === "visible") conversation?.read();
    const unread = conversation?.unread ?? 0;
    showInTitle(unread);
    this.badge.textContent = unread ? String(Math.min(unread, 99)) : "";
    const name = [wording.say(this.opened ? "close" : "open"), unread ? wording.count("unread", unread) : ""].filter(Boolean).join(", ");
    this.launcher.ariaLabel = name;
    this.launcher.ariaExpanded = String(this.opened);
    const spoken = unread && !this.opened ? wording.count("unread", unread) : "";
    if (this.spoken.textContent !== spoken) this.spoken.textContent = spoken;
  }

  async #attempt(work, rethrow = false) {
    this.trouble = null;
    try {
      await this.#ready();
      await work();
    } catch (error) {
      this.trouble = "unreachable";
      if (rethrow) throw error;
    } finally {
      this.#render();
    }
  }

  async #attach(file) {
    const tell = (key) => {
      this.activity.textContent = this.wording.say(key, { name: file.name });
      return null;
    };
    if (file.size > MOST_BYTES) return tell("attachFailed");
    tell("attaching");
    try {
      await this.#ready();
      const added = await this.conversation.attach(file);
      this.#showActivity();
      return added;
    } catch {
      return tell("attachFailed");
    }
  }

  async #allow() {
    const allowed = await allowNotifications();
    this.activity.textContent = this.wording.say(allowed ? "notifying" : "noNotify");
    this.header.items.notify.hidden = allowed;
  }

  async #saveTranscript() {
    const text = await this.conversation.transcript();
    save(new Blob([text], { type: "text/plain;charset=utf-8" }), `${this.conversation.document.id}.txt`);
  }

  #keep(file) {
    return this.#attempt(async () => save(await this.conversation.file(file), file.name));
  }

  // What this tab alone remembers.
  #tab(name, value) {
    const key = `switchboard:${this.settings.scope || this.settings.company}:${name}`;
    try {
      if (value === undefined) return sessionStorage.getItem(key);
      sessionStorage.setItem(key, value);
    } catch {
      // Where storage is forbidden a reload forgets it.
    }
    return value ?? null;
  }
}

function save(content, name) {
  const address = URL.createObjectURL(content);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
