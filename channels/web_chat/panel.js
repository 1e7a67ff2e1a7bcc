// What happens underneath: where the conversation stands, what was decided and done, what the sandbox "sent".

import { say } from "/chat/strings.js";

const find = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function button(text, onclick, className = "") {
  return make("button", { type: "button", textContent: text, onclick, className });
}

export class Panel {
  // `readOutbox` gives what the sandbox sent to this customer, null where there is no sandbox; `write` puts words into the chat.
  constructor({ customer, readOutbox, write }) {
    this.customer = customer;
    this.readOutbox = readOutbox;
    this.write = write;
    this.shown = "";
    find("outbox").replaceChildren();
    this.show(null);
  }

  show(conversation) {
    const key = JSON.stringify([conversation, document.documentElement.lang]);
    if (key === this.shown) return;
    this.shown = key;
    this.#showTip(conversation);
    find("facts").replaceChildren(...this.#facts(conversation).flatMap(([name, value]) => factRow(name, value)));
    const done = (conversation?.actions ?? []).map(actionItem).reverse();
    find("actions").replaceChildren(...(done.length ? done : [make("li", { textContent: say("nothingYet") })]));
    this.#showOutbox(conversation);
  }

  #facts(conversation) {
    const { customer, specialist, procedure, status, pending, handoff } = conversation ?? {};
    const known = customer ?? this.customer;
    const rows = [[say("customer"), known ? [this.customer?.name, known.id].filter(Boolean).join(" · ") : say("guest")]];
    if (status) rows.push([say("state"), say(status)]);
    if (specialist) rows.push([say("specialist"), specialist]);
    if (procedure) rows.push([say("procedure"), procedure.replaceAll("_", " ")]);
    if (pending?.tool) rows.push([say("waitsFor"), pending.summary]);
    if (handoff) rows.push([say("team"), [handoff.queue, handoff.priority, handoff.reason.replaceAll("_", " ")].join(" · ")]);
    return rows;
  }

  #showTip(conversation) {
    const begun = conversation?.messages.some((each) => each.role === "customer");
    const tip = this.customer?.say && !begun ? [make("strong", { textContent: say("tryThis") }), button(this.customer.say, () => this.write(this.customer.say))] : [];
    find("tip").replaceChildren(...tip);
  }

  #showOutbox(conversation) {
    const asked = this.readOutbox && conversation?.pending?.kind === "verify" ? JSON.stringify(conversation.pending) : "";
    if (asked === this.asked) return;
    this.asked = asked;
    if (!asked) find("outbox").replaceChildren();
    else find("outbox").replaceChildren(button(say("showOutbox"), () => this.#fillOutbox(), "link"));
  }

  async #fillOutbox() {
    const items = await this.readOutbox().catch(() => []);
    const entries = items.slice(-2).reverse().map((item) => {
      const entry = make("p", { className: "sent", textContent: item.text, dir: "auto" });
      return item.code ? make("div", {}, entry, button(say("useCode", { code: item.code }), () => this.write(item.code))) : entry;
    });
    find("outbox").replaceChildren(...(entries.length ? entries : [make("p", { className: "small", textContent: say("noMail") })]));
  }
}

function actionItem(action) {
  const badge = make("span", { className: `badge ${action.outcome}`, textContent: say(action.outcome) });
  const head = make("div", { className: "head" }, make("code", { textContent: action.tool }), badge);
  const given = Object.entries(action.arguments ?? {}).map(([name, value]) => `${name}: ${shown(value)}`).join("\n");
  const rules = (action.rules ?? []).join(", ");
  const verdict = rules ? `${say(action.effect)} · ${say("rules")}: ${rules}` : say(action.effect);
  return make("li", {}, head, make("div", { className: "arguments", textContent: given }), make("div", { className: "rules", textContent: verdict }));
}

function factRow(name, value) {
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
