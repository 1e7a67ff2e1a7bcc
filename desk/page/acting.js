// Acting for the customer: a form made from a tool's schema, explained before it is sent, sent in the representative's name.

import { explain } from "/desk/service.js";
import { button, make } from "/desk/elements.js";
import { digitsOf, money } from "/desk/glance.js";
import { say, term } from "/desk/wording.js";

export class Acting {
  constructor({ service, path, customerId, attempt, show, told }) {
    Object.assign(this, { service, path, customerId, attempt, show, told });
    this.known = {}; // values that records of the customer hold, by the argument's name
    this.tool = make("select", { id: "act-tool", onchange: () => this.#choose() });
    this.fields = make("div", { className: "fields" });
    this.verdict = make("div", { className: "verdict" });
    this.verdict.setAttribute("role", "status");
    this.check = button(say("check"), () => this.explain());
    this.send = button(say("sendInYourName"), () => this.#send(), "primary");
    this.send.hidden = true;
    const form = make("form", { noValidate: true, onsubmit: (event) => { event.preventDefault(); this.explain(); }, oninput: () => this.#changed() },
      make("label", { htmlFor: "act-tool", textContent: say("whatToDo") }), this.tool, this.fields,
      make("div", { className: "row" }, this.check, this.send), this.verdict);
    this.element = make("details", { id: "acting", ontoggle: () => this.element.open && this.load() }, make("summary", { textContent: say("act") }), form);
  }

  // Once, whoever asks: opening the form asks, and so does taking up a call, which then chooses among what was loaded.
  load() {
    return (this.loading ??= this.#load());
  }

  async #load() {
    try {
      const { currency, items } = await this.service.get(`${this.path}/actions`);
      Object.assign(this, { currency, tools: items });
    } catch (error) {
      this.loading = undefined;
      return this.verdict.replaceChildren(make("p", { textContent: explain(error, say("nothingSent")) }));
    }
    this.tool.replaceChildren(make("option", { value: "", textContent: say("choose") }), ...this.tools.map((each) => make("option", { value: each.name, textContent: each.title })));
  }

  async begin() {
    this.element.open = true;
    await this.load();
    this.tool.focus();
  }

  // What is on record, so that a payment or a visit is chosen and not typed.
  fillFrom({ currency, sections }) {
    for (const { items } of sections) {
      for (const item of items) {
        for (const [name, value] of Object.entries(item)) {
          if (!name.endsWith("_id") || !value || name === "customer_id") continue;
          (this.known[name] ??= new Map()).set(value, labelOf(name, item, currency));
        }
      }
    }
    for (const list of this.fields.querySelectorAll("datalist")) this.#offer(list, list.dataset.name);
  }

  // The call that was cut off goes on from where it stood: filled in, and explained at once.
  async takeUp(tool, given) {
    this.element.open = true;
    await this.load();
    this.tool.value = tool;
    this.#choose(given);
    this.element.scrollIntoView({ block: "nearest" });
    await this.explain();
  }

  #schema() {
    return this.tools?.find((each) => each.name === this.tool.value);
  }

  #choose(given = {}) {
    const tool = this.#schema();
    this.#changed();
    if (!tool) return this.fields.replaceChildren();
    const required = new Set(tool.input_schema.required ?? []);
    const named = Object.entries(tool.input_schema.properties ?? {}).filter(([name]) => name !== "customer_id");
    this.takesCustomer = "customer_id" in (tool.input_schema.properties ?? {});
    this.fields.replaceChildren(make("p", { className: "soft", textContent: tool.description }), ...named.map(([name, schema]) => this.#field(name, plain(schema), required.has(name), given[name])));
  }

  #field(name, schema, needed, value) {
    const id = `act-${name}`;
    const input = this.#input(name, schema, value);
    Object.assign(input, { id, name, required: needed });
    input.dataset.kind = name.endsWith("_minor") ? "money" : schema.type;
    const label = make("label", { htmlFor: id, textContent: needed ? this.#named(name) : say("optional", { name: this.#named(name) }), title: schema.description ?? "" });
    if (schema.enum || schema.type !== "string" || !name.endsWith("_id")) return make("div", {}, label, input);
    const list = make("datalist", { id: `${id}-known` });
    list.dataset.name = name;
    this.#offer(list, name);
    input.setAttribute("list", list.id);
    return make("div", {}, label, input, list);
  }

  #named(name) {
    return name.endsWith("_minor") ? `${term(name.replace(/_minor$/, ""))} (${this.currency})` : term(name);
  }

  #input(name, schema, value) {
    if (schema.enum) return make("select", { value: value ?? "" }, ...schema.enum.map((each) => make("option", { value: each, textContent: term(each), selected: each === value })));
    if (schema.type === "boolean") return make("input", { type: "checkbox", checked: value === true });
    if (name.endsWith("_minor")) return make("input", { inputMode: "decimal", autocomplete: "off", value: value === undefined ? "" : (value / 10 ** digitsOf(this.currency)).toFixed(digitsOf(this.currency)) });
    if (schema.type === "integer" || schema.type === "number") return make("input", { type: "number", value: value ?? "" });
    if (schema.format === "date") return make("input", { type: "date", value: value ?? "" });
    return make("input", { type: "text", autocomplete: "off", maxLength: schema.maxLength ?? 2000, value: value ?? "" });
  }

  #offer(list, name) {
    list.replaceChildren(...[...(this.known[name] ?? [])].map(([value, label]) => make("option", { value, label })));
  }

  #call() {
    const given = this.takesCustomer ? { customer_id: this.customerId } : {};
    for (const input of this.fields.querySelectorAll("input, select")) {
      const value = valueOf(input, digitsOf(this.currency));
      if (value !== undefined) given[input.name] = value;
    }
    return { tool: this.tool.value, arguments: given };
  }

  #changed() {
    this.send.hidden = true;
    this.verdict.replaceChildren();
    this.actionId = null;
  }

  async explain() {
    if (!this.tool.value) return this.tool.focus();
    const call = this.#call();
    await this.attempt(say("nothingSent"), async () => {
      const told = await this.service.post(`${this.path}/actions/explain`, call);
      const reasons = told.reasons.filter((each) => each.message).map((each) => make("li", { textContent: each.message, dir: "auto" }));
      this.verdict.replaceChildren(make("strong", { textContent: sentence(told.summary), dir: "auto" }), make("p", { textContent: told.needs }), ...(told.effect === "allow" || !reasons.length ? [] : [make("ul", {}, ...reasons)]));
      this.actionId = told.sendable ? crypto.randomUUID() : null;
      this.send.hidden = !told.sendable;
      if (told.sendable) this.send.focus();
    });
  }

  async #send() {
    if (!this.actionId) return;
    const call = { ...this.#call(), action_id: this.actionId };
    await this.attempt(say("sendAgain"), async () => {
      const conversation = await this.service.post(`${this.path}/actions`, call);
      const made = conversation.actions.at(-1);
      this.told(say(conversation.pending ? "sentNeeds" : made?.outcome === "succeeded" ? "done" : "notMade"), !conversation.pending && made?.outcome !== "succeeded");
      this.#changed();
      this.element.open = false;
      this.show(conversation);
    });
  }
}

// The one form of a value that may also be absent.
function plain(schema) {
  const forms = (schema.anyOf ?? []).filter((each) => each.type !== "null");
  return forms.length ? { ...schema, ...forms[0] } : schema;
}

// What is no amount goes as it was typed: the check says what is wrong with it.
function valueOf(input, digits) {
  const text = input.value.trim();
  if (input.type === "checkbox") return input.checked;
  if (!text) return undefined;
  if (input.dataset.kind === "money") return Math.round(Number(text.replace(",", ".")) * 10 ** digits) || text;
  if (input.dataset.kind === "integer" || input.dataset.kind === "number") return Number(text);
  return text;
}

function labelOf(name, item, currency) {
  const amount = Object.entries(item).find(([key, value]) => key.endsWith("_minor") && typeof value === "number");
  const what = item.description ?? item.plan_name ?? item.item ?? item.status ?? "";
  return [item[name], amount && money(amount[1], currency), what].filter(Boolean).join(" · ");
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/([^.!?])$/, "$1.");
