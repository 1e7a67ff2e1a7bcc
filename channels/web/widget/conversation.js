// One conversation as a browser has it: what the service says is the truth, what was not sent yet is kept.
//
// Events may come twice and after a gap: each is applied once by its id, and the conversation is read again after them. One
// tab of a visitor listens and sends (see Turnstile); it tells the others how things stand.

import { Outbox } from "./outbox.js";
import { Trouble } from "./service.js";
import { Turnstile } from "./storage.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const QUEUE_LOOK_MS = 30_000;
const TYPING_MS = 6000;
const TYPING_TOLD_MS = 4000;
const OLD_MS = 24 * 3600_000; // what ended longer ago is not shown again

// How far a call is that takes long; its words are the system's own, screened by the service.
function spellProgress({ progress, total, message }) {
  const share = total ? `${Math.min(100, Math.floor((100 * progress) / total))} %` : "";
  return [share, message].filter(Boolean).join(" · ");
}

export class Conversation extends EventTarget {
  constructor({ service, storage, locale }) {
    super();
    this.service = service;
    this.storage = storage;
    this.locale = locale;
    this.live = { conversation: null, line: "idle", working: false, progress: "", typing: "" };
    this.outbox = new Outbox(storage);
    this.stop = new AbortController();
    this.turnstile = new Turnstile(storage.prefix, { begin: () => this.#work(), end: () => this.#rest() });
  }

  start() {
    this.outbox.dropOld();
    this.storage.listen({
      told: (note) => this.#told(note),
      changed: (name) => {
        if (name === "outbox") this.#deliver();
        this.#changed();
      },
    });
    this.turnstile.enter(document.visibilityState === "visible");
    this.storage.tell({ ask: true });
    this.wake = () => {
      if (document.visibilityState === "visible") this.turnstile.enter(true);
      this.#nudge();
      this.#listen();
      this.#changed();
    };
    for (const name of ["online", "offline", "pageshow", "focus"]) addEventListener(name, this.wake);
    document.addEventListener("visibilitychange", this.wake);
  }

  close() {
    for (const name of ["online", "offline", "pageshow", "focus"]) removeEventListener(name, this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.turnstile.leave();
    this.storage.close();
  }

  get document() {
    return this.live.conversation;
  }

  get exists() {
    return Boolean(this.storage.get("conversation")?.id);
  }

  // What the customer sees, in order: what was said, then what is on its way.
  entries() {
    return { said: this.document?.messages ?? [], waiting: this.outbox.waiting(this.document) };
  }

  send(text, options) {
    this.outbox.add(text, options);
    this.#go();
  }

  retry(id) {
    this.outbox.amend(id, { failed: undefined });
    this.#go();
  }

  discard(id) {
    this.outbox.drop(id);
    this.#changed();
  }

  async askForPerson() {
    await this.#act("handoff", { reason: "asked_for_person" });
  }

  async end() {
    await this.#act("close", {});
  }

  async rate(score, comment) {
    await this.service.post(`${this.#path()}/feedback`, { score, comment });
    this.storage.set("rated", this.document.id);
    this.#changed();
  }

  get rated() {
    return Boolean(this.document && this.storage.get("rated") === this.document.id);
  }

  transcript() {
    return this.service.text(`${this.#path()}/transcript`, "text/plain");
  }

  // Uploads a file; the attachment's name is sent with the next message.
  async attach(file) {
    await this.#open();
    return this.service.upload(`${this.#path()}/attachments`, file);
  }

  file({ id }) {
    return this.service.file(`${this.#path()}/attachments/${encodeURIComponent(id)}`);
  }

  // Tells that the customer is writing, now and then.
  writing() {
    if (!this.exists || Date.now() < (this.told ?? 0) + TYPING_TOLD_MS || this.live.line !== "on") return;
    this.told = Date.now();
    this.service.post(`${this.#path()}/typing`).catch(() => {});
  }

  get unread() {
    const said = this.document?.messages ?? [];
    const seen = this.storage.get("read");
    const from = seen && seen.id === this.document?.id ? seen.count : 0;
    return said.slice(from).filter((each) => each.role !== "customer").length;
  }

  // Everything so far was seen.
  read() {
    const count = this.document?.messages.length ?? 0;
    if (!count || !this.unread) return;
    this.storage.set("read", { id: this.document.id, count });
    if (this.document.status !== "closed") this.service.post(`${this.#path()}/read`).catch(() => {});
    this.#changed();
  }

  // Finds the customer's open conversation of another machine; only looking begins none.
  async find() {
    if (this.exists || this.looked) return;
    this.looked = true;
    const { items } = await this.service.get("/v1/conversations?channel=chat&limit=5");
    const open = items.find((each) => each.status !== "closed");
    if (!open || this.exists) return;
    this.storage.set("conversation", { id: open.id });
    this.storage.set("event", 0);
    this.turnstile.enter(true);
    this.#listen();
  }

  // Forgets this conversation; the next message begins another one.
  again() {
    this.storage.remove("conversation", "event", "read");
    this.stream?.abort();
    this.#set({ conversation: null, line: "idle", working: false, progress: "", typing: "" });
  }

  #go() {
    this.turnstile.enter(true);
    this.#deliver();
    this.#changed();
  }

  #path() {
    return `/v1/conversations/${encodeURIComponent(this.storage.get("conversation").id)}`;
  }

  // This tab works for all now.
  #work() {
    this.stop = new AbortController();
    this.#listen();
    this.#deliver();
  }

  #rest() {
    this.stop.abort();
    this.#nudge();
  }

  async #listen() {
    if (this.listening || !this.turnstile.mine || !this.exists) return;
    this.listening = true;
    const stop = this.stop.signal;
    let failures = 0;
    while (!stop.aborted && this.exists) {
      try {
        await this.#refresh();
        if (!this.exists || this.document?.status === "closed") break;
        await this.#follow(stop, () => {
          failures = 0;
        });
      } catch (error) {
        if (stop.aborted || this.#refused(error)) break;
      }
      if (stop.aborted || !this.exists || this.document?.status === "closed") break;
      this.#set({ line: "off", working: false, progress: "" });
      await this.#pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    }
    this.listening = false;
    if (this.turnstile.mine && stop.aborted) this.#listen(); // it went round while we were ending
  }

  async #follow(stop, succeeded) {
    this.stream = new AbortController();
    const signal = AbortSignal.any([stop, this.stream.signal]);
    const opened = () => {
      succeeded();
      this.streaming = true;
      this.#set({ line: "on" });
    };
    try {
      await this.service.follow(`${this.#path()}/events`, this.storage.get("event", 0), signal, { opened, hear: (event) => this.#hear(event) });
    } finally {
      this.streaming = false;
    }
  }

  // Whether there is no use in trying again.
  #refused(error) {
    if (!(error instanceof Trouble) || !error.status || error.status >= 500 || error.status === 429 || error.status === 408) return false;
    if (error.status === 404) this.again();
    else this.#set({ line: "refused" });
    return true;
  }

  #hear({ id, kind, data }) {
    if (id && id <= this.storage.get("event", 0)) return;
    if (id) this.storage.set("event", id);
    if (kind === "message") this.#said([data]);
    else if (kind === "typing") this.#hearTyping(data);
    else if (kind === "status") this.#set({ working: Boolean(data.working), progress: "" });
    else if (kind === "progress") this.#set({ working: true, progress: spellProgress(data) });
    if (id) this.#refreshSoon();
  }

  #hearTyping(data) {
    if (data.role === "customer") return;
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.#set({ typing: "" }), TYPING_MS);
    this.#set({ typing: data.name || data.role || "representative" });
  }

  #said(messages) {
    if (!this.document) return;
    const known = new Set(this.document.messages.map((each) => each.id));
    const fresh = messages.filter((each) => !known.has(each.id));
    if (!fresh.length) return;
    const typing = fresh.some((each) => each.role === "representative") ? "" : this.live.typing;
    this.#set({ conversation: { ...this.document, messages: [...this.document.messages, ...fresh] }, typing });
  }

  // Many events come together; the conversation is read once for all of them.
  #refreshSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#refresh().catch(() => {}), 60);
  }

  async #refresh() {
    const { id } = this.storage.get("conversation") ?? {};
    if (!id) return;
    const conversation = await this.service.get(this.#path());
    if (this.storage.get("conversation")?.id === id) this.#show(conversation);
  }

  #show(conversation) {
    const last = Date.parse(conversation.messages.at(-1)?.at ?? conversation.created_at);
    if (conversation.status === "closed") {
      this.stream?.abort();
      if (Date.now() - last > OLD_MS) return this.again();
    }
    clearTimeout(this.look);
    if (conversation.handoff?.state === "queued" && conversation.status === "with_representative") {
      this.look = setTimeout(() => this.turnstile.mine && this.#refresh().catch(() => {}), QUEUE_LOOK_MS);
    }
    const over = conversation.status === "closed" ? { line: "idle", working: false, progress: "", typing: "" } : {};
    return this.#set({ conversation: this.#withLater(conversation), ...over });
  }

  // An answer may be older than what was heard since it was asked for: words that were shown stay.
  #withLater(conversation) {
    if (this.document?.id !== conversation.id || conversation.status === "closed") return conversation;
    const told = new Set(conversation.messages.map((each) => each.id));
    const later = this.document.messages.filter((each) => !told.has(each.id));
    return later.length ? { ...conversation, messages: [...conversation.messages, ...later] } : conversation;
  }

  async #deliver() {
    if (this.delivering || !this.turnstile.mine) return;
    this.delivering = true;
    const stop = this.stop.signal;
    let failures = 0;
    for (let item = this.outbox.next; item && !stop.aborted; item = this.outbox.next) {
      try {
        await this.#deliverOne(item);
        failures = 0;
      } catch (error) {
        if (stop.aborted) break;
        const wait = await this.#notDelivered(item, error);
        if (wait !== null) await this.#pause(wait || RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      }
    }
    this.delivering = false;
    if (this.turnstile.mine && this.outbox.next) this.#deliver();
  }

  async #deliverOne(item) {
    if (navigator.onLine === false) throw new Trouble("", 0);
    const { id } = await this.#open();
    if (item.conversation !== id) this.outbox.amend(item.id, { conversation: id, after: this.document?.messages.length ?? 0 });
    this.#set({ working: this.document?.status !== "with_representative" });
    const attachments = item.attachments?.length ? { attachments: item.attachments.map((each) => each.id) } : {};
    const turn = await this.service.postMessage(`${this.#path()}/messages`, { client_message_id: item.id, text: item.text, ...attachments });
    const conversation = await this.service.get(this.#path()).catch(() => null);
    this.outbox.drop(item.id);
    if (conversation) this.#show(conversation);
    else this.#said(turn.messages);
    this.#set({ working: false, progress: "", ...(this.streaming && { line: "on" }) });
  }

  // How long to wait before it is tried again (0: as usual); null where it is not, or at once.
  async #notDelivered(item, error) {
    this.#set({ working: false, progress: "" });
    const status = error instanceof Trouble ? error.status : 0;
    if (status === 409 || status === 404) {
      const conversation = status === 409 ? await this.service.get(this.#path()).catch(() => null) : null;
      if (status === 404 || conversation?.status === "closed") {
        this.again(); // it ended meanwhile: these words begin another one
        return null;
      }
    }
    if (status && status < 500 && status !== 429 && status !== 408) {
      this.outbox.amend(item.id, { failed: status });
      this.#changed();
      return null;
    }
    if (!status) this.#set({ line: "off" });
    return (error.wait ?? 0) * 1000;
  }

  // The conversation, opened when there is something to say; a customer's open one is found again by opening it.
  async #open() {
    const known = this.storage.get("conversation");
    if (known?.id) {
      if (!this.document) await this.#refresh();
      return this.storage.get("conversation") ?? this.#open();
    }
    const conversation = await this.service.post("/v1/conversations", { channel: "chat", locale: this.locale });
    this.storage.set("conversation", { id: conversation.id });
    this.storage.set("event", 0);
    this.#show(conversation);
    this.#listen();
    return conversation;
  }

  async #act(what, body) {
    await this.#open();
    await this.service.post(`${this.#path()}/${what}`, body);
    await this.#refresh();
  }

  #pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(() => end(), ms * (0.8 + 0.4 * Math.random()));
      const end = () => {
        clearTimeout(timer);
        this.removeEventListener("nudge", end);
        done();
      };
      this.addEventListener("nudge", end);
    });
  }

  // Ends every pause: the line may be back.
  #nudge() {
    this.dispatchEvent(new Event("nudge"));
  }

  #told(note) {
    if (note.ask && this.turnstile.mine) this.storage.tell({ live: this.live });
    if (!note.live || this.turnstile.mine) return;
    this.live = note.live;
    this.#changed();
  }

  #set(change) {
    this.live = { ...this.live, ...change };
    if (this.turnstile.mine) this.storage.tell({ live: this.live });
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
