// Translation both ways, where a language model is configured: theirs beside the original, ours shown before it is sent.

import { Trouble, explain } from "/desk/service.js";
import { button, find, make } from "/desk/elements.js";
import { language, say } from "/desk/wording.js";

const ON = "switchboard.desk.translate";

export class Translation {
  constructor({ service, path, locale, offered, told, send }) {
    Object.assign(this, { service, path, told, send });
    this.theirs = locale.slice(0, 2) || language;
    this.needed = offered && this.theirs !== language;
    this.waiting = [];
    this.agreed = null; // the words that may go as they stand
    find("translating").hidden = !this.needed;
    find("translate").checked = localStorage.getItem(ON) === "yes";
    find("translate").onchange = () => this.#turn();
    this.#drop();
  }

  get on() {
    return this.needed && find("translate").checked;
  }

  #turn() {
    if (this.on) localStorage.setItem(ON, "yes");
    else localStorage.removeItem(ON);
    this.#drop();
    if (this.on) for (const show of this.waiting.splice(0)) show();
  }

  // What the customer says, once somebody wants to read it.
  read(message, element) {
    if (!this.needed || message.role !== "customer") return;
    const show = () => this.#show(message, element);
    if (this.on) show();
    else this.waiting.push(show);
  }

  async #show(message, element) {
    try {
      const { text } = await this.#ask({ message_id: message.id, language });
      element.append(make("div", { className: "bubble translated", textContent: say("translated", { text }), lang: language, dir: "auto" }));
    } catch (error) {
      element.append(make("p", { className: "soft", textContent: say("notTranslated", { why: error.message || say("unreachable", { kept: "" }) }) }));
    }
  }

  async #ask(wanted) {
    const answer = await this.service.post(`${this.path}/translations`, wanted);
    if (answer.problem) throw new Trouble(answer.problem, 422);
    return answer;
  }

  // Whether these words may be sent; otherwise their translation is shown, and sent when that is wanted.
  agrees(text) {
    return !this.on || this.agreed === text;
  }

  async propose(text) {
    try {
      const { text: told } = await this.#ask({ text, language: this.theirs });
      if (this.stopped) return;
      const words = make("textarea", { id: "translated-reply", rows: 3, maxLength: 16_000, value: told, lang: this.theirs, dir: "auto" });
      const label = make("label", { htmlFor: words.id, textContent: say("inTheirs", { language: this.#name() }) });
      const go = button(say("sendTranslation"), () => this.#go(words.value.trim()), "primary");
      find("translation").replaceChildren(label, words, make("div", { className: "row" }, go, button(say("sendAsWritten"), () => this.#go(text))));
      find("translation").hidden = false;
      go.focus();
    } catch (error) {
      this.told(explain(error, say("replyKept")), true, error);
      find("translation").replaceChildren(make("div", { className: "row" }, button(say("sendAsWritten"), () => this.#go(text))));
      find("translation").hidden = false;
    }
  }

  #go(text) {
    if (!text) return;
    this.agreed = text;
    find("reply").value = text;
    this.#drop();
    this.send();
    find("reply").focus();
  }

  #drop() {
    find("translation").hidden = true;
    find("translation").replaceChildren();
  }

  #name() {
    return new Intl.DisplayNames([language], { type: "language" }).of(this.theirs);
  }
}
