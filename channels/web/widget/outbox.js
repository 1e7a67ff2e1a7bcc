// What was written and not sent yet, in order. It outlives the page, but for what must not be written down.

import { freshId, mayBeKept } from "./storage.js";

const UNSENT_MS = 24 * 3600_000; // what is older is not sent any more

export class Outbox {
  constructor(storage) {
    this.storage = storage;
    this.unkept = [];
  }

  get items() {
    return [...this.#kept(), ...this.unkept];
  }

  get next() {
    return this.items.find((each) => !each.failed);
  }

  // `keep` is false for what must not be written down, such as a code.
  add(text, { keep = true, attachments = [] } = {}) {
    const item = { id: freshId(), text, at: new Date().toISOString(), attachments };
    if (keep && mayBeKept(text)) this.#keep([...this.#kept(), item]);
    else this.unkept.push(item);
  }

  amend(id, change) {
    const amend = (item) => (item.id === id ? { ...item, ...change } : item);
    this.#keep(this.#kept().map(amend));
    this.unkept = this.unkept.map(amend);
  }

  drop(id) {
    this.#keep(this.#kept().filter((item) => item.id !== id));
    this.unkept = this.unkept.filter((item) => item.id !== id);
  }

  dropOld() {
    const young = (item) => Date.now() - Date.parse(item.at) < UNSENT_MS;
    if (!this.#kept().every(young)) this.#keep(this.#kept().filter(young));
  }

  // What the customer still has to be shown as on its way: all but what the service has already, though its answer was lost.
  waiting(conversation) {
    const said = (conversation?.messages ?? []).map((each, index) => ({ ...each, index }));
    const found = new Set();
    return this.items.filter((item) => {
      if (item.after === undefined || item.conversation !== conversation?.id) return true;
      const own = said.filter((each) => each.role === "customer" && each.index >= item.after && !found.has(each.index));
      // The same words; else the first ones, since the service may have blotted out a secret in them.
      const match = own.find((each) => each.text.trim() === item.text.trim()) ?? own[0];
      if (match) found.add(match.index);
      return !match;
    });
  }

  #kept() {
    return this.storage.get("outbox", []);
  }

  #keep(items) {
    this.storage.set("outbox", items);
  }
}
