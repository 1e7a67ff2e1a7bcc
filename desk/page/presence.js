// Whether the person at the desk is on duty, and the name that customers are told. Said again while the page is open.

import { explain } from "/desk/service.js";
import { find } from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

const AGAIN_MS = 60_000; // silence of three minutes counts as gone
const NAME = "switchboard.desk.name";
const BEING = "switchboard.desk.being";

export class Presence {
  constructor({ service, told }) {
    this.service = service;
    this.told = told;
    find("called").value = localStorage.getItem(NAME) ?? "";
    find("being").value = sessionStorage.getItem(BEING) ?? "available";
    this.again = setInterval(() => this.#put().catch(() => {}), AGAIN_MS);
    this.#put().catch(() => {});
  }

  // What the person chose; trouble is told, since customers hear of it.
  async say() {
    localStorage.setItem(NAME, find("called").value.trim());
    sessionStorage.setItem(BEING, find("being").value);
    try {
      const { status, name } = await this.#put();
      this.told(say(status === "away" ? "youAreAway" : name ? "youAreAs" : "youAre", { status: term(status), name }));
    } catch (error) {
      this.told(explain(error, say("dutyStands")), true, error);
    }
  }

  leave() {
    clearInterval(this.again);
    this.#put("away").catch(() => {});
  }

  #put(status = find("being").value) {
    return this.service.put("/v1/desk/presence", { status, name: find("called").value.trim() });
  }
}
