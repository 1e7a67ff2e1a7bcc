// Whether it helped, as customers said after their conversation was closed. Read when it is looked at.

import { clock, find, make, refill } from "/desk/elements.js";
import { say } from "/desk/wording.js";

export class Ratings {
  constructor() {
    find("ratings").addEventListener("toggle", () => this.read());
  }

  begin(service) {
    this.service = service;
  }

  clear() {
    this.service = null;
    find("ratings").open = false;
    find("opinions").replaceChildren();
  }

  async read() {
    const { service } = this;
    if (!service || !find("ratings").open) return;
    const found = await service.get("/v1/desk/ratings").catch(() => null);
    if (found && service === this.service) refill(find("opinions"), found.items, (each) => `${each.conversation_id} ${each.at}`, entry, say("noRatings"));
  }
}

function entry({ customer_name: name, score, comment, at }) {
  const words = comment ? make("p", { textContent: comment, dir: "auto" }) : null;
  const scored = make("span", { className: score < 3 ? "late" : "there", textContent: say("ratedOf", { score }) });
  return make("li", {}, make("strong", { textContent: name || say("unknownCustomer"), dir: "auto" }), " · ", scored, ` · ${clock(at)}`, words);
}
