// What colleagues wrote about a conversation. No customer sees it.

import { clock, find, make, refill } from "/desk/elements.js";
import { say } from "/desk/wording.js";

const KINDS = { note: "noted", whisper: "whispers", transfer: "transferredIt" };

export class Notes {
  constructor({ service, path, whispers }) {
    Object.assign(this, { service, path });
    find("new-note").value = "";
    find("notes").replaceChildren();
    find("notes-count").textContent = "";
    find("noting").hidden = false;
    find("noting").open = whispers; // a supervisor who looks on has nothing else to write in
    find("new-note-label").textContent = say(whispers ? "whisperTo" : "noteTo");
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
    refill(find("notes"), items, (each) => each.id, entry, say("noNotes"));
    find("notes-count").textContent = `(${items.length})`;
    if (items.length) find("noting").open = true;
  }
}

function entry(each) {
  const who = make("span", { className: "soft", textContent: say(KINDS[each.kind], { name: each.name || each.author, time: clock(each.at) }) });
  return make("li", {}, who, make("div", { textContent: each.text, dir: "auto" }));
}
