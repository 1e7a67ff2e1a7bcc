// Building the page's pieces. Whatever anybody said goes in as text, never as HTML.

import { say, language } from "/chat/strings.js";

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function button(text, onclick, className = "") {
  return make("button", { type: "button", textContent: text, onclick, className });
}

export function message(role, text) {
  const name = make("span", { className: "name", textContent: say(role === "customer" ? "you" : role) });
  const bubble = make("div", { className: "bubble", textContent: text, dir: "auto" });
  return make("div", { className: `message ${role}` }, name, bubble);
}

export function confirmCard(pending, answer) {
  const yes = button(say("yes"), () => answer(say("sayYes")), "primary");
  const no = button(say("no"), () => answer(say("sayNo")));
  const row = make("div", { className: "row" }, yes, no);
  return card(say("confirmTitle"), pending, row);
}

export function verifyCard(pending, submit, showOutbox) {
  const input = make("input", { id: "code", inputMode: "numeric", autocomplete: "one-time-code", maxLength: 12, required: true });
  const label = make("label", { className: "unseen", htmlFor: "code", textContent: say("code") });
  const send = make("button", { type: "submit", className: "primary", textContent: say("submitCode") });
  const form = make("form", { className: "row", noValidate: true }, label, input, send);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim()) submit(input.value.trim());
  };
  const sent = make("div", { className: "outbox" });
  const link = showOutbox ? [button(say("showOutbox"), () => showOutbox(sent, input), "link")] : [];
  return card(say("codeTitle"), { ...pending, summary: "" }, form, ...link, sent);
}

export function approveCard(pending) {
  return card(say("approveTitle"), pending);
}

function card(title, pending, ...rest) {
  const parts = [make("strong", { textContent: title })];
  if (pending.summary) parts.push(make("p", { textContent: pending.summary, dir: "auto" }));
  parts.push(...rest);
  if (pending.expires_at) parts.push(make("p", { className: "small", textContent: say("until", { time: clock(pending.expires_at) }) }));
  return make("section", { className: `card ${pending.kind}`, ariaLabel: title }, ...parts);
}

export function tipCard(text, use) {
  const title = make("strong", { textContent: say("tryThis") });
  return make("section", { className: "card tip", ariaLabel: say("tryThis") }, title, button(text, use));
}

export function rateCard(rate) {
  const row = make("div", { className: "row" });
  for (const score of [1, 2, 3, 4, 5]) {
    const one = button(String(score), () => rate(score));
    one.ariaLabel = say("rating", { score });
    row.append(one);
  }
  return make("section", { className: "card rating", ariaLabel: say("rate") }, make("strong", { textContent: say("rate") }), row);
}

export function outboxList(items, use) {
  if (!items.length) return [make("p", { className: "small", textContent: say("noMail") })];
  return items.slice(-2).reverse().map((item) => {
    const entry = make("p", { className: "sent", textContent: item.text, dir: "auto" });
    if (!item.code) return entry;
    return make("div", {}, entry, button(say("useCode", { code: item.code }), () => use(item.code)));
  });
}

export function actionItem(action) {
  const badge = make("span", { className: `badge ${action.outcome}`, textContent: say(action.outcome) });
  const head = make("div", { className: "head" }, make("code", { textContent: action.tool }), badge);
  const given = Object.entries(action.arguments ?? {}).map(([name, value]) => `${name}: ${shown(value)}`).join("\n");
  const item = make("li", {}, head, make("div", { className: "arguments", textContent: given }));
  const rules = (action.rules ?? []).join(", ");
  const verdict = rules ? `${say(action.effect)} · ${say("rules")}: ${rules}` : say(action.effect);
  item.append(make("div", { className: "rules", textContent: verdict }));
  return item;
}

export function factRow(name, value) {
  return [make("dt", { textContent: name }), make("dd", { textContent: value, dir: "auto" })];
}

export function customerChoice(customer, checked) {
  const input = make("input", { type: "radio", name: "customer", value: customer.id, checked });
  const name = make("div", {}, make("strong", { textContent: customer.name }), " ", make("small", { textContent: customer.id }));
  return make("label", { className: "choice" }, input, name, make("span", { textContent: customer.situation }));
}

function shown(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function clock(at) {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language(), today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(then);
}
