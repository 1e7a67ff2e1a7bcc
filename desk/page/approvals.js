// What waits for a supervisor: each call exactly as it will execute.

import { explain } from "/desk/service.js";
import * as elements from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

const { find, make, section } = elements;

export class Approvals {
  constructor({ service, told }) {
    this.service = service;
    this.told = told;
  }

  // Raises what the service answered; the caller decides how to go on.
  async read() {
    const status = find("by-status").value;
    const { items } = await this.service.get(`/v1/approvals${status ? `?status=${status}` : ""}`);
    if (status !== find("by-status").value) return;
    const nothing = say(status === "pending" ? "nothingForYou" : "none");
    const newest = status === "pending" ? items : items.reverse();
    elements.refill(find("approvals"), newest, (each) => each.id, (each, old) => this.#entry(each, old), nothing);
    find("approvals-count").textContent = `(${items.length})`;
  }

  #entry(each, old) {
    const by = each.decided_by ? say("statusBy", { status: term(each.status), name: each.decided_by }) : term(each.status);
    const state = each.status === "pending" ? elements.running("until", each.expires_at) : make("span", { textContent: by });
    const head = make("div", { className: "head" }, make("strong", { textContent: each.summary, dir: "auto" }), state);
    const item = make("li", { className: "card" }, head, make("details", { open: true }, make("summary", { textContent: say("exactCall") }), elements.call(each.tool, each.arguments)));
    const reasons = each.reasons.map((reason) => make("li", { textContent: reason.message, title: reason.rule, dir: "auto" }));
    item.append(...[section(say("whyYou"), reasons.length ? make("ul", {}, ...reasons) : null), this.#facts(each), this.#case(each)].filter(Boolean));
    if (each.status === "pending") item.append(this.#answer(each, old?.querySelector("input")));
    return item;
  }

  // What was said, and what else this customer got: read when it is looked at.
  #case(each) {
    const body = make("div", { className: "behind", tabIndex: 0, role: "group", ariaLabel: say("caseBehind") });
    const read = async () => {
      if (!details.open || body.children.length) return;
      try {
        const { messages, given } = await this.service.get(`/v1/approvals/${encodeURIComponent(each.id)}/case`);
        const lines = given.map((one) => `${elements.clock(one.at)} · ${term(one.channel)}: ${one.summary}${one.conversation_id === each.conversation_id ? ` (${say("inThisOne")})` : ""}`);
        body.replaceChildren(section(say("gotElse"), elements.texts(lines) ?? make("p", { className: "soft", textContent: say("none") })), section(say("conversation"), ...messages.map((one) => elements.message(one, () => {}))));
      } catch (error) {
        body.replaceChildren(make("p", { className: "soft", textContent: explain(error, say("nothingRead")) }));
      }
    };
    const details = make("details", { ontoggle: read }, make("summary", { textContent: say("caseBehind") }), body);
    return details;
  }

  #facts(each) {
    const given = say("given", { number: each.approved_by.length, needed: each.approvals_needed });
    return elements.facts([
      [say("askedBy"), each.customer_id ? say("customer", { id: each.customer_id }) : say("unknownAsker")],
      ["conversation", each.conversation_id],
      [say("askedAt"), elements.clock(each.requested_at)],
      ["approvals", each.approved_by.length ? `${given}: ${each.approved_by.join(", ")}` : given],
    ]);
  }

  #answer(each, before) {
    const reason = make("input", { id: `reason-${each.id}`, maxLength: 2000, autocomplete: "off", value: before?.value ?? "" });
    const label = make("label", { htmlFor: reason.id, textContent: say("yourReason") });
    if (before && before === document.activeElement) setTimeout(() => reason.focus());
    const decide = (decision) => this.#decide(each, decision, reason);
    const row = make("div", { className: "row" }, elements.button(say("approve"), () => decide("approve"), "primary"), elements.button(say("reject"), () => decide("reject")));
    return make("div", { className: "answer" }, label, reason, row);
  }

  async #decide(each, decision, reason) {
    if (this.busy) return;
    this.busy = true;
    this.told("");
    try {
      const answer = await this.service.post(`/v1/approvals/${encodeURIComponent(each.id)}`, { decision, reason: reason.value.trim() });
      this.told(answer.status === "pending" ? say("moreNeeded", { number: answer.approvals_needed - answer.approved_by.length }) : say(answer.status === "approved" ? "approvedSo" : "rejectedSo", { summary: answer.summary }));
    } catch (error) {
      this.told(explain(error, say(error.status ? "notByYou" : "listShows")), true, error);
    }
    this.busy = false;
    await this.read().catch(() => {});
  }
}
