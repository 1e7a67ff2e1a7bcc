// What colleagues wrote about a conversation. No customer sees it.

import { clock, find, make, refill } from "/desk/elements.js";

const KINDS = { note: "", whisper: " whispers", transfer: " transferred it" };

export class Notes {
  constructor({ service, path, whispers }) {
    Object.assign(this, { service, path });
    find("new-note").value = "";
    find("notes").replaceChildren();
    find("notes-count").textContent = "";
    find("noting").hidden = find("noting").open = false;
    find("new-note-label").textContent = whispers ? "Whisper to whoever has it; no customer sees it" : "Note to colleagues; no customer sees it";
  }

  async read() {
    const found = await this.service.get(`${this.path}/notes`).catch(() => null);
    if (found && !this.stopped) this.#show(found.items);
  }

  async write() {
    const text = find("new-note").value.trim();
    if (!text) return find("new-note").focus();
    const { items } = await this.service.post(`${this.path}/notes`, { text });
    if (this.stopped) return;
    find("new-note").value = "";
    this.#show(items);
  }

  #show(items) {
    refill(find("notes"), items, (each) => each.id, entry, "There are none.");
    find("notes-count").textContent = `(${items.length})`;
    if (items.length) find("noting").open = true;
  }
}

function entry(each) {
  const who = make("span", { className: "soft", textContent: `${each.name || each.author}${KINDS[each.kind]} · ${clock(each.at)}` });
  return make("li", {}, who, make("div", { textContent: each.text, dir: "auto" }));
}
