// The context packet, readable.

import * as elements from "/desk/elements.js";

const { call, facts, make, message, running, section, texts, words } = elements;

// Proposals are shown here until the conversation is claimed; then they stand in it, with what became of them.
export function showPacket(item, claimed) {
  const { packet } = item;
  if (packet.erased) return [make("p", { textContent: "The words of this conversation were erased." })];
  const churn = packet.churn_risk ?? { level: "none", signals: [] };
  return [
    packet.suggested_next_step && make("p", { className: "next", textContent: packet.suggested_next_step }),
    section("Why it is here", facts([
      ["reason", words(item.reason)], ["queue", item.queue], ["priority", item.priority],
      ["waiting", running("since", item.waiting_since)], ["channel", packet.channel], ["language", packet.locale],
      ["mood", mood(packet)],
    ])),
    section("Customer", customer(packet.customer)),
    section("Summary", texts(packet.summary)),
    section("Open when it came", ...(packet.open_cases ?? []).map(openCase)),
    !claimed && section("Proposed by the assistant", ...(packet.proposals ?? []).map(proposal)),
    section("What was tried", ...(packet.actions ?? []).map(action)),
    churn.level !== "none" && section("Risk of leaving", facts([["level", churn.level], ["signs", (churn.signals ?? []).map(words).join(", ")]])),
    section("Last messages when it came", ...(packet.recent_messages ?? []).map(message)),
  ].filter(Boolean);
}

export const nameOf = (item) => item.packet.customer?.name || item.packet.customer?.id || "Customer not known";

function customer(known) {
  if (!known) return facts([["name", "not known"]]);
  const verified = known.verified_at ? elements.clock(known.verified_at) : "";
  const flags = (known.flags ?? []).map(words).join(", ");
  return facts([["name", known.name], ["number", known.id], ["proof", known.auth_level], ["verified at", verified], ["flags", flags]]);
}

function mood({ sentiment, sentiment_trend: trend }) {
  if (typeof sentiment !== "number") return "";
  const level = sentiment <= -0.5 ? "angry" : sentiment < -0.1 ? "unhappy" : sentiment > 0.3 ? "friendly" : "even";
  return trend < -0.2 ? `${level}, getting worse` : trend > 0.2 ? `${level}, getting better` : level;
}

function openCase(each) {
  const title = make("strong", { textContent: words(each.procedure) });
  const waited = each.tool ? make("p", { className: "soft", textContent: `Not executed; it waited for: ${each.waiting_for}` }) : null;
  const said = each.words ? make("p", { textContent: `“${each.words}”`, dir: "auto" }) : null;
  const known = facts(Object.entries(each.facts ?? {}));
  return make("div", { className: "entry" }, title, said, known, waited, each.tool ? call(each.tool, each.arguments) : null);
}

function proposal(each) {
  return make("div", { className: "entry" }, make("p", { textContent: each.summary, dir: "auto" }), call(each.tool, each.arguments));
}

function action(each) {
  const verdict = make("span", { className: `badge ${each.outcome}`, textContent: each.outcome });
  return make("div", { className: "entry" }, verdict, call(each.tool, each.arguments));
}
