// The customer at a glance: read from the systems when it is looked at, in the representative's name.

import { explain } from "/desk/service.js";
import { Earlier } from "/desk/earlier.js";
import { clock, facts, make, shown } from "/desk/elements.js";
import { locale, say, term, word } from "/desk/wording.js";

const HIDDEN = new Set(["customer_id", "currency", "tenant", "consents", "flags"]);
const FIRST = 5; // records of a kind that are shown at once

export class Glance {
  constructor({ service, path, seen }) {
    this.service = service;
    this.path = path;
    this.seen = seen; // told what was read, for forms that can be filled from it
    this.earlier = new Earlier({ service, path });
    this.body = make("div", { className: "glance" });
    this.body.setAttribute("role", "status");
    this.element = make("details", { id: "glance", ontoggle: () => this.element.open && this.read() }, make("summary", { textContent: say("glance") }), this.body);
  }

  async read() {
    if (this.reading) return;
    this.reading = true;
    if (!this.body.children.length) this.body.replaceChildren(make("p", { className: "soft", textContent: say("reading") }));
    try {
      const glance = await this.service.get(`${this.path}/customer`);
      this.seen(glance);
      this.body.replaceChildren(...show(glance), ...(glance.customer_id ? [this.earlier.element] : []));
    } catch (error) {
      this.body.replaceChildren(make("p", { className: "soft", textContent: explain(error, say("nothingRead")) }));
    }
    this.reading = false;
  }
}

function show(glance) {
  if (!glance.customer_id) return [make("p", { className: "soft", textContent: say("nobodyKnows") })];
  const proof = glance.verified_at ? say("provenAt", { level: term(glance.auth_level), time: clock(glance.verified_at) }) : term(glance.auth_level);
  return [facts([["proof", proof]]), ...glance.sections.map((each) => section(each, glance.currency))];
}

function section({ name, items, problem }, currency) {
  const count = name === "customer" ? "" : ` (${items.length})`;
  const title = make("h3", { textContent: capital(term(name)) + count });
  if (problem) return make("section", {}, title, make("p", { className: "soft", textContent: problem }));
  if (!items.length) return make("section", {}, title, make("p", { className: "soft", textContent: say("noneOnRecord") }));
  const shownItems = items.slice(0, FIRST).map((each) => record(each, currency));
  const rest = items.slice(FIRST).map((each) => record(each, currency));
  const more = rest.length ? make("details", {}, make("summary", { textContent: say("rest", { number: rest.length }) }), ...rest) : null;
  return make("section", {}, title, ...shownItems, more);
}

function record(item, currency) {
  const rows = Object.entries(item).filter(([name]) => !HIDDEN.has(name)).map(([name, value]) => [name.replace(/_minor$/, ""), readable(name, value, currency)]);
  const consents = item.consents ? Object.entries(item.consents).filter(([, given]) => given).map(([kind]) => term(kind)).join(", ") || say("nothing") : "";
  const flags = (item.flags ?? []).map(term).join(", ");
  return make("div", { className: "entry" }, facts([...rows, ["agreed_to", consents], ["flags", flags]]));
}

// Amounts as money, times as times, lists by their length: what somebody reads, not what a program sends.
export function readable(name, value, currency) {
  if (value === null || value === undefined || value === "") return "";
  if (name.endsWith("_minor") && typeof value === "number") return money(value, currency);
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return clock(value);
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (Array.isArray(value)) return value.every((each) => typeof each !== "object") ? value.map(term).join(", ") : `${value.length}`;
  if (typeof value === "object") return Object.entries(value).map(([key, each]) => `${term(key)} ${readable(key, each, currency)}`).join(", ");
  return typeof value === "string" ? word(value) : shown(value);
}

const formOf = (currency) => new Intl.NumberFormat(locale, { style: "currency", currency });

export const digitsOf = (currency) => formOf(currency).resolvedOptions().maximumFractionDigits;

export const money = (minor, currency) => formOf(currency).format(minor / 10 ** digitsOf(currency));

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
