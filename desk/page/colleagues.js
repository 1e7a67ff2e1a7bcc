// Who is at the desk, as far as they said so themselves.

import { find, make, refill } from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

const QUEUES = ["billing", "scheduling", "technical", "retention", "vulnerable", "general"];

export class Colleagues {
  constructor() {
    this.items = [];
    find("people").addEventListener("toggle", () => find("people").open && this.read());
  }

  begin(service) {
    this.service = service;
  }

  clear() {
    this.service = null;
    this.items = [];
    find("people").open = false;
    find("board").replaceChildren();
    find("people-count").textContent = "";
  }

  async read() {
    const { service } = this;
    if (!service) return;
    const found = await service.get("/v1/desk/presence").catch(() => null);
    if (!found || service !== this.service) return;
    this.items = found.items;
    const here = this.items.filter((each) => each.here);
    find("people-count").textContent = say("here", { number: here.length });
    refill(find("board"), this.items, (each) => each.subject, entry, say("nobodyEver"));
    this.offer();
  }

  // Where a conversation can go. What was chosen stays chosen while it is there.
  offer() {
    const chosen = find("transfer-to").value;
    const people = this.items.filter((each) => each.here).map((each) => make("option", { value: `person:${each.subject}`, textContent: say("statusHas", { name: each.name || each.subject, status: term(each.status), number: havingOf(each) }) }));
    const queues = QUEUES.map((each) => make("option", { value: `queue:${each}`, textContent: term(each) }));
    find("transfer-to").replaceChildren(make("optgroup", { label: say("queues") }, ...queues), ...(people.length ? [make("optgroup", { label: say("colleaguesHere") }, ...people)] : []));
    if (chosen) find("transfer-to").value = chosen;
    if (!find("transfer-to").value) find("transfer-to").selectedIndex = 0;
  }
}

// "2", or "2/3" of somebody who takes three at once.
const havingOf = ({ conversations, capacity }) => capacity ? `${conversations}/${capacity}` : conversations;

function entry(each) {
  const state = make("span", { className: each.here ? "there" : "soft", textContent: each.here ? term(each.status) : say("notHere") });
  return make("li", {}, make("strong", { textContent: each.name || each.subject, dir: "auto" }), " · ", state, ` · ${say("has", { number: havingOf(each) })}`);
}
