// The widget's own words. What the assistant says comes from the service, in the language of the conversation.

import { WORDS } from "./words.js";

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

export class Wording {
  constructor(language) {
    this.speak(language);
  }

  speak(tag) {
    const language = String(tag || "en").slice(0, 2).toLowerCase();
    this.language = WORDS[language] ? language : "en";
    this.direction = RIGHT_TO_LEFT.has(this.language) ? "rtl" : "ltr";
  }

  say(key, facts = {}) {
    const text = WORDS[this.language][key] ?? WORDS.en[key];
    return text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
  }

  // "3 new messages", by the language's own plural forms.
  count(key, number) {
    const form = new Intl.PluralRules(this.language).select(number);
    return this.say(WORDS[this.language][`${key}_${form}`] ? `${key}_${form}` : `${key}_other`, { number });
  }

  clock(at) {
    const then = new Date(at);
    const today = then.toDateString() === new Date().toDateString();
    const form = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
    return new Intl.DateTimeFormat(this.language, form).format(then);
  }
}
