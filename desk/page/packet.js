// The context packet, readable.

import * as elements from "/desk/elements.js";
import { language, say, term } from "/desk/wording.js";

const { button, call, facts, make, message, running, section, texts } = elements;

// Proposals are shown here until the conversation is claimed; then they stand in it, with what became of them.
export function showPacket(item, claimed, takeUp = null) {
  const { packet } = item;
  if (packet.erased) return [make("p", { textContent: say("erased") })];
  const churn = packet.churn_risk ?? { level: "none", signals: [] };
  return [
    packet.answer_by && make("p", { className: "next", textContent: say(packet.answer_by === "sms" ? "answeredBySms" : "answeredByMail", { to: packet.answer_to }) }),
    packet.suggested_next_step && make("p", { className: "next", textContent: packet.suggested_next_step }),
    section(say("whyHere"), facts([
      ["reason", term(item.reason)], ["queue", term(item.queue)], ["priority", term(item.priority)],
      ["waiting", running("since", item.waiting_since)], ["channel", term(packet.channel)], ["language", languageOf(packet.locale)],
      ["mood", mood(packet)],
    ])),
    section(say("customerTitle"), customer(packet.customer)),
    section(say("settled"), texts(packet.summary)),
    section(say("openThen"), ...(packet.open_cases ?? []).map((each) => openCase(each, takeUp))),
    !claimed && section(say("proposedBy"), ...(packet.proposals ?? []).map(proposal)),
    section(say("tried"), ...(packet.actions ?? []).filter((each) => each.account).map(action), lookUps(packet.actions ?? [])),
    churn.level !== "none" && section(say("churn"), facts([["level", term(churn.level)], ["signs", (churn.signals ?? []).map(term).join(", ")]])),
    section(say("lastMessages"), ...(packet.recent_messages ?? []).map(message)),
  ].filter(Boolean);
}

function customer(known) {
  if (!known) return facts([["name", say("notKnown")]]);
  const verified = known.verified_at ? elements.clock(known.verified_at) : "";
  const flags = (known.flags ?? []).map(term).join(", ");
  return facts([["name", known.name], ["number", known.id], ["proof", term(known.auth_level)], ["verified_at", verified], ["flags", flags]]);
}

// By its name for whoever reads; a tag that is none stays as it is.
function languageOf(tag) {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

function mood({ sentiment, sentiment_trend: trend }) {
  if (typeof sentiment !== "number") return "";
  const level = sentiment <= -0.5 ? "angry" : sentiment < -0.1 ? "unhappy" : sentiment > 0.3 ? "friendly" : "even";
  return trend < -0.2 ? say("worse", { mood: term(level) }) : trend > 0.2 ? say("better", { mood: term(level) }) : term(level);
}

const WAITED = { confirm: "waitConfirm", verify: "waitVerify", approve: "waitApprove" };

function openCase(each, takeUp) {
  const title = make("strong", { textContent: capital(each.title || term(each.procedure)), dir: "auto" });
  const said = each.words ? make("p", { textContent: `“${each.words}”`, dir: "auto" }) : null;
  const known = facts(Object.entries(each.known ?? each.facts ?? {}));
  const lacked = each.waiting_for in WAITED ? say(WAITED[each.waiting_for]) : term(each.waiting_for);
  const waited = each.tool ? make("p", { textContent: say("notDone", { whom: lacked, what: each.account || each.tool }), dir: "auto" }) : null;
  return make("div", { className: "entry" }, title, said, known, waited, each.tool ? exact(each.tool, each.arguments) : null,
    each.tool && takeUp ? button(say("takeUp"), () => takeUp(each.tool, each.arguments), "primary take-up") : null);
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
  const read = actions.filter((each) => !each.account && each.outcome === "succeeded").map((each) => term(each.tool.split(".").pop()));
  return read.length ? make("p", { className: "soft", textContent: say("lookedUp", { names: [...new Set(read)].join(", ") }) }) : null;
}

// The call to the letter, for whoever wants it.
function exact(tool, given, rules = []) {
  const summary = make("summary", { textContent: say("exactCall") });
  const by = rules.length ? make("p", { className: "soft", textContent: say("rules", { names: rules.join(", ") }) }) : null;
  return make("details", {}, summary, call(tool, given), by);
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
