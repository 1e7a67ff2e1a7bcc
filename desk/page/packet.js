// The context packet, readable.

import * as elements from "/desk/elements.js";

const { button, call, facts, make, message, running, section, texts, words } = elements;

// Proposals are shown here until the conversation is claimed; then they stand in it, with what became of them.
export function showPacket(item, claimed, takeUp = null) {
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
    section("What was settled", texts(packet.summary)),
    section("Open when it came", ...(packet.open_cases ?? []).map((each) => openCase(each, takeUp))),
    !claimed && section("Proposed by the assistant", ...(packet.proposals ?? []).map(proposal)),
    section("What was tried", ...(packet.actions ?? []).filter((each) => each.account).map(action), lookUps(packet.actions ?? [])),
    churn.level !== "none" && section("Risk of leaving", facts([["level", churn.level], ["signs", (churn.signals ?? []).map(words).join(", ")]])),
    section("Last messages when it came", ...(packet.recent_messages ?? []).map(message)),
  ].filter(Boolean);
}

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

const WAITED = { confirm: "the customer's yes", verify: "the customer's code", approve: "a supervisor's approval" };

function openCase(each, takeUp) {
  const title = make("strong", { textContent: capital(each.title || words(each.procedure)), dir: "auto" });
  const said = each.words ? make("p", { textContent: `“${each.words}”`, dir: "auto" }) : null;
  const known = facts(Object.entries(each.known ?? each.facts ?? {}));
  const lacked = WAITED[each.waiting_for] ?? words(each.waiting_for);
  const waited = each.tool ? make("p", { textContent: `Not done, it waited for ${lacked}: ${each.account || each.tool}`, dir: "auto" }) : null;
  return make("div", { className: "entry" }, title, said, known, waited, each.tool ? exact(each.tool, each.arguments) : null,
    each.tool && takeUp ? button("Take it up", () => takeUp(each.tool, each.arguments), "primary") : null);
}

function proposal(each) {
  return make("div", { className: "entry" }, make("p", { textContent: each.summary, dir: "auto" }), exact(each.tool, each.arguments));
}

function action(each) {
  const told = make("p", { className: `account ${each.outcome}`, textContent: each.account, dir: "auto" });
  return make("div", { className: "entry" }, told, exact(each.tool, each.arguments, each.rules));
}

// What went well and changed nothing, in one line.
function lookUps(actions) {
  const read = actions.filter((each) => !each.account && each.outcome === "succeeded").map((each) => words(each.tool.split(".").pop()));
  return read.length ? make("p", { className: "soft", textContent: `Looked up: ${[...new Set(read)].join(", ")}` }) : null;
}

// The call to the letter, for whoever wants it.
function exact(tool, given, rules = []) {
  const summary = make("summary", { textContent: "The exact call" });
  const by = rules.length ? make("p", { className: "soft", textContent: `Rules: ${rules.join(", ")}` }) : null;
  return make("details", {}, summary, call(tool, given), by);
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
