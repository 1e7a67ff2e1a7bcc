// Replies that the company has ready, with what they name filled in; and what a conversation can have come to.

import { find, make } from "/desk/elements.js";
import { say } from "/desk/wording.js";

const LEFT = /\{(customer|representative|company)\}/;

export class Ready {
  constructor() {
    this.forms = { company: "", replies: [], dispositions: [], labels: [], macros: [] };
  }

  async read(service) {
    this.forms = await service.get("/v1/desk/forms").catch(() => this.forms);
    find("dispositions").replaceChildren(...this.forms.dispositions.map((value) => make("option", { value })));
    find("ready").replaceChildren(make("option", { value: "", textContent: say("readyReplies") }), ...this.forms.replies.map((each) => make("option", { value: each.name, textContent: each.name })));
    find("ready").hidden = !this.forms.replies.length;
    find("macros").replaceChildren(make("option", { value: "", textContent: say("macrosChoose") }), ...this.forms.macros.map((each) => make("option", { value: each.name, textContent: each.name })));
    find("macros").hidden = !this.forms.macros.length;
    find("by-label").replaceChildren(make("option", { value: "", textContent: say("all") }), ...this.forms.labels.map((value) => make("option", { value, textContent: value })));
    find("label-filter").hidden = !this.forms.labels.length;
  }

  // The macro that was chosen, once: labels, the reply with what it names filled in, and the queue.
  macro(item) {
    const chosen = this.forms.macros.find((each) => each.name === find("macros").value);
    find("macros").value = "";
    return chosen && { ...chosen, text: chosen.reply && this.#text(chosen.reply, item) };
  }

  insert(item) {
    const { value } = find("ready");
    find("ready").value = "";
    if (value) putIntoReply(this.#text(value, item));
  }

  // In the conversation's language, else in English, else in the first that there is.
  #text(name, { locale, customer_name: customer }) {
    const chosen = this.forms.replies.find((each) => each.name === name);
    const known = { customer, representative: find("called").value.trim(), company: this.forms.company };
    return (chosen.texts[locale] ?? chosen.texts.en ?? Object.values(chosen.texts)[0] ?? "").replace(/\{(\w+)\}/g, (whole, field) => known[field] || whole);
  }
}

// Where the cursor stands; the first gap that is left in braces is chosen.
export function putIntoReply(text) {
  const reply = find("reply");
  reply.setRangeText(text, reply.selectionStart, reply.selectionEnd, "end");
  reply.focus();
  const left = LEFT.exec(reply.value);
  if (left) reply.setSelectionRange(left.index, left.index + left[0].length);
  reply.dispatchEvent(new Event("input", { bubbles: true }));
}

// What a reply still names in braces, empty where nothing is left.
export const unfilled = (text) => LEFT.exec(text)?.[0] ?? "";
