// The lists: who waits, what is yours, what colleagues have. Read once, then changed by what the stream tells.

import { button, find, make, refill, running } from "/desk/elements.js";
import { standing, standingBadge } from "/desk/targets.js";
import { say, term } from "/desk/wording.js";

const AGAIN_MS = 5000; // what changed beyond the page that is shown is counted anew, at most so often
const TYPING_MS = 300;
const NEVER = "9999-01-01T00:00:00Z";
const RANKS = ["urgent", "high", "normal"];
const CHOICES = {
  queue: ["billing", "scheduling", "technical", "retention", "vulnerable", "general"],
  priority: RANKS,
  reason: ["asked_for_person", "policy_limit", "held_back", "sensitive_topic", "vulnerable_customer", "anger", "not_understood", "tool_failure", "language", "evidence_failed"],
};

export const nameOf = (item) => item.customer_name || item.customer_id || say("unknownCustomer");

export class Lists {
  constructor({ choose, failed, attention, box }) {
    Object.assign(this, { choose, failed, attention, box });
    for (const [name, values] of Object.entries(CHOICES)) {
      find(`by-${name}`).append(make("option", { value: "", textContent: say("all") }), ...values.map((value) => make("option", { value, textContent: term(value) })));
      find(`by-${name}`).addEventListener("change", () => this.read());
    }
    find("by-text").addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.read(), TYPING_MS);
    });
    for (const id of ["by-order", "by-label", "by-target"]) find(id).addEventListener("change", () => this.read());
    find("more").addEventListener("click", () => this.#readOn());
    this.current = null;
    this.clear();
  }

  begin(service, supervises) {
    Object.assign(this, { service, supervises });
  }

  clear() {
    clearTimeout(this.later);
    this.later = 0;
    this.service = null;
    this.pages = { waiting: none(), mine: none(), others: none() };
    for (const id of ["mine", "queue", "claims"]) find(id).replaceChildren();
    find("others").hidden = true;
    this.attention?.count(0);
  }

  async read() {
    const { service } = this;
    if (!service) return;
    clearTimeout(this.later);
    this.later = 0;
    const reading = (this.reading = Symbol("the newest question; what older ones are answered is not shown any more"));
    try {
      const wanted = ["waiting", "mine", ...(this.supervises ? ["others"] : [])];
      const found = await Promise.all(wanted.map((view) => service.get(pathOf(view))));
      if (service !== this.service || reading !== this.reading) return;
      wanted.forEach((view, index) => { this.pages[view] = found[index]; });
      this.#settle();
      this.show();
    } catch (error) {
      if (service !== this.service || reading !== this.reading) return;
      this.failed(error);
      if (!error.status || error.status === 429 || error.status >= 500) this.later = setTimeout(() => this.read(), Math.max(AGAIN_MS, (error.wait ?? 0) * 1000));
    }
  }

  // What went from one list to another while they were read stands in both: where more happened is where it is.
  #settle() {
    const newest = new Map();
    for (const { items } of Object.values(this.pages)) {
      for (const item of items) if (!(newest.get(item.conversation_id)?.told >= item.told)) newest.set(item.conversation_id, item);
    }
    for (const page of Object.values(this.pages)) {
      const left = page.items.filter((item) => newest.get(item.conversation_id) === item);
      page.total -= page.items.length - left.length;
      page.items = left;
    }
  }

  async #readOn() {
    const { service, reading } = this;
    try {
      const found = await service.get(`${pathOf("waiting")}&after=${encodeURIComponent(this.pages.waiting.next)}`);
      if (service !== this.service || reading !== this.reading) return;
      const known = new Set(found.items.map((each) => each.conversation_id));
      this.pages.waiting = { ...found, items: [...this.pages.waiting.items.filter((each) => !known.has(each.conversation_id)), ...found.items] };
      this.show();
    } catch (error) {
      if (service === this.service) this.failed(error);
    }
  }

  // What the stream tells of one conversation; says what it was before.
  take(item) {
    const before = this.#remove(item.conversation_id);
    if (item.view === "waiting" && fits(item) && named(item)) this.#add(this.pages.waiting, item, before?.view !== "waiting");
    else if ((item.view === "mine" || item.view === "others") && named(item)) this.#add(this.pages[item.view], item, false);
    if (!before && item.view !== "mine" && item.view !== "others" && this.pages.waiting.next) this.later ||= setTimeout(() => this.read(), AGAIN_MS);
    this.show();
    this.#call(item, before);
    return before;
  }

  #remove(id) {
    for (const [view, page] of Object.entries(this.pages)) {
      const index = page.items.findIndex((each) => each.conversation_id === id);
      if (index < 0) continue;
      const [item] = page.items.splice(index, 1);
      page.total -= 1;
      return { ...item, view };
    }
    return null;
  }

  #add(page, item, fresh) {
    const at = page.items.findIndex((each) => earlier(item, each));
    if (at < 0 && page.next && fresh) return void (page.total += 1); // beyond what is shown
    page.items.splice(at < 0 ? page.items.length : at, 0, item);
    page.total += 1;
  }

  #call(item, before) {
    if (item.raised) this.attention.call(say("urgent", { name: nameOf(item) }));
    else if (item.view === "mine" && item.unread > (before?.unread ?? 0) && (document.hidden || this.current !== item.conversation_id)) this.attention.call(say("wrote", { name: nameOf(item) }));
    else if (item.view === "waiting" && !before) this.attention.call(say("waitsIn", { name: nameOf(item), queue: term(item.queue) }));
  }

  find(id) {
    for (const [view, page] of Object.entries(this.pages)) {
      const item = page.items.find((each) => each.conversation_id === id);
      if (item) return { ...item, view };
    }
    return null;
  }

  // The one before or after another, through all that is shown.
  beside(id, step) {
    const all = ["mine", "waiting", ...(find("others").open ? ["others"] : [])].flatMap((view) => this.pages[view].items.map((item) => ({ ...item, view })));
    const at = all.findIndex((each) => each.conversation_id === id);
    return all[at < 0 ? 0 : at + step] ?? null;
  }

  // The one that comes first in the queue as it is shown.
  first() {
    const [item] = this.pages.waiting.items;
    return item ? { ...item, view: "waiting" } : null;
  }

  mark(id) {
    this.current = id;
    for (const item of document.querySelectorAll(".items > li")) {
      const face = item.querySelector("button.face");
      if (face) face.ariaCurrent = String(item.dataset.key === id);
    }
  }

  show() {
    const { waiting, mine, others } = this.pages;
    const key = (item) => item.conversation_id;
    refill(find("mine"), mine.items, key, (item) => this.#entry(item, "mine"), say("claimedNone"));
    refill(find("queue"), waiting.items, key, (item) => this.#entry(item, "waiting"), say(filtered() ? "noneLikeThis" : "nobodyWaits"));
    find("mine-count").textContent = `(${mine.total})`;
    find("queue-count").textContent = `(${waiting.total})`;
    find("more").hidden = !waiting.next;
    find("more").textContent = say("more", { number: waiting.total - waiting.items.length });
    find("others").hidden = !this.supervises;
    find("others-count").textContent = `(${others.total})`;
    refill(find("claims"), others.items, key, (item) => this.#entry(item, "others"), say("colleaguesNone"));
    this.attention.count(mine.items.reduce((sum, each) => sum + each.unread, 0));
    this.mark(this.current);
  }

  #entry(item, view) {
    const name = make("strong", { textContent: nameOf(item), dir: "auto" });
    const badges = make("span", { className: "badges" }, item.unread ? make("span", { className: "badge unread", textContent: say("unread", { number: item.unread }) }) : null, item.answer_by ? make("span", { className: "badge", textContent: say(item.answer_by === "sms" ? "bySms" : "byMail") }) : null, standingBadge(item), ...item.labels.map((label) => make("span", { className: "badge", textContent: label, dir: "auto" })), item.priority === "normal" ? null : make("span", { className: `badge ${item.priority}`, textContent: term(item.priority) }));
    const why = make("span", { className: "soft", textContent: `${term(item.queue)} · ${term(item.reason)}` });
    const time = view === "others"
      ? make("span", { className: "soft" }, say("withFor", { name: item.name || item.claimed_by }), running("since", item.claimed_at))
      : make("span", { className: "soft" }, say("waitingFor"), running("since", item.waiting_since));
    const face = button("", () => this.choose({ ...item, view }), "face");
    face.append(name, badges, why, time);
    return make("li", {}, this.box(item), face);
  }
}

const none = () => ({ items: [], total: 0, next: "" });

const sought = () => find("by-text").value.trim();

const filtered = () => sought() || find("by-label").value || find("by-target").value || Object.keys(CHOICES).some((name) => find(`by-${name}`).value);

const fits = (item) => (!find("by-label").value || item.labels.includes(find("by-label").value)) && (!find("by-target").value || standing(item) === find("by-target").value) && Object.keys(CHOICES).every((name) => !find(`by-${name}`).value || item[name] === find(`by-${name}`).value);

// Whether the text that is looked for fits, as the service says it: without capitals and accents.
function named(item) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return [item.customer_name, item.customer_id, item.conversation_id].some((each) => plain(each).includes(plain(sought())));
}

function pathOf(view) {
  const text = sought() ? [["text", sought()]] : [];
  if (view !== "waiting") return `/v1/desk/cases?${new URLSearchParams([["view", view], ["limit", "200"], ...text])}`;
  const chosen = [...Object.keys(CHOICES), "label", "target"].map((name) => [name, find(`by-${name}`).value]).filter(([, value]) => value);
  return `/v1/desk/cases?${new URLSearchParams([["view", view], ["sort", find("by-order").value], ...text, ...chosen])}`;
}

function earlier(one, other) {
  const order = find("by-order").value;
  const rank = order === "priority" ? RANKS.indexOf(one.priority) - RANKS.indexOf(other.priority) : 0;
  const due = order === "target" ? Date.parse(one.due_at ?? NEVER) - Date.parse(other.due_at ?? NEVER) : 0;
  const since = Date.parse(one.waiting_since) - Date.parse(other.waiting_since);
  return (rank || due || (order === "newest" ? -since : since) || (one.conversation_id < other.conversation_id ? -1 : 1)) < 0;
}
