// What waits for a supervisor: each call exactly as it will execute.

import { explain } from "/desk/service.js";
import * as elements from "/desk/elements.js";

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
    const nothing = status === "pending" ? "Nothing waits for you." : "There is none.";
    const newest = status === "pending" ? items : items.reverse();
    elements.refill(find("approvals"), newest, (each) => each.id, (each, old) => this.#entry(each, old), nothing);
    find("approvals-count").textContent = `(${items.length})`;
  }

  #entry(each, old) {
    const by = each.decided_by ? `${each.status} by ${each.decided_by}` : each.status;
    const state = each.status === "pending" ? elements.running("until", each.expires_at) : make("span", { textContent: by });
    const head = make("div", { className: "head" }, make("strong", { textContent: each.summary, dir: "auto" }), state);
    const item = make("li", { className: "card" }, head, make("details", { open: true }, make("summary", { textContent: "The exact call" }), elements.call(each.tool, each.arguments)));
    const reasons = each.reasons.map((reason) => `${reason.message} (${reason.rule})`);
    item.append(...[section("Why it needs you", elements.texts(reasons)), this.#facts(each)].filter(Boolean));
    if (each.status === "pending") item.append(this.#answer(each, old?.querySelector("input")));
    return item;
  }

  #facts(each) {
    const given = `${each.approved_by.length} of ${each.approvals_needed}`;
    return elements.facts([
      ["asked for by", each.customer_id ? `customer ${each.customer_id}` : "a customer who is not known"],
      ["conversation", each.conversation_id],
      ["asked at", elements.clock(each.requested_at)],
      ["approvals", each.approved_by.length ? `${given}: ${each.approved_by.join(", ")}` : given],
    ]);
  }

  #answer(each, before) {
    const reason = make("input", { id: `reason-${each.id}`, maxLength: 2000, autocomplete: "off", value: before?.value ?? "" });
    const label = make("label", { htmlFor: reason.id, textContent: "Your reason, for the record" });
    if (before && before === document.activeElement) setTimeout(() => reason.focus());
    const decide = (decision) => this.#decide(each, decision, reason);
    const row = make("div", { className: "row" }, elements.button("Approve", () => decide("approve"), "primary"), elements.button("Reject", () => decide("reject")));
    return make("div", { className: "answer" }, label, reason, row);
  }

  async #decide(each, decision, reason) {
    if (this.busy) return;
    this.busy = true;
    this.told("");
    try {
      const answer = await this.service.post(`/v1/approvals/${encodeURIComponent(each.id)}`, { decision, reason: reason.value.trim() });
      this.told(answer.status === "pending" ? `Your approval counts. ${answer.approvals_needed - answer.approved_by.length} more needed.` : `${answer.status === "approved" ? "Approved" : "Rejected"}: ${answer.summary} The conversation goes on with it.`);
    } catch (error) {
      this.told(explain(error, error.status ? "Nothing was executed by you." : "The list shows whether it was decided; your reason is kept."), true, error);
    }
    this.busy = false;
    await this.read().catch(() => {});
  }
}
