// What the desk proposes to whoever has the conversation. It is put where it can be changed; nothing is sent by it.

import { Articles } from "/desk/articles.js";
import { Trouble } from "/desk/service.js";
import { button, find, make } from "/desk/elements.js";
import { putIntoReply } from "/desk/ready.js";
import { language, say } from "/desk/wording.js";

export class Assist {
  // `attempt(name, kept, work)` does one act after the other and says what failed.
  constructor({ service, path, locale, translates, told, attempt }) {
    Object.assign(this, { service, path, translates, told, attempt });
    this.theirs = locale.slice(0, 2) || language;
    this.drop();
    this.articles = new Articles({ service, path, put: (text, spoken) => this.#insert(text, spoken) });
  }

  // An article that is not translated is by the language model, where there is one; else that is said.
  #insert(text, spoken) {
    return this.attempt("article", say("replyKept"), async () => {
      const foreign = spoken !== this.theirs;
      const told = foreign && this.translates ? await this.#translated(text) : text;
      if (this.stopped) return;
      putIntoReply(told);
      if (foreign && !this.translates) this.told(say("otherLanguage", { language: nameOf(spoken) }));
    });
  }

  // Where something is written already, it is asked first what becomes of it.
  draft() {
    return this.attempt("draft", say("replyKept"), async () => {
      const { text, by } = await this.service.post(`${this.path}/drafts`, {});
      if (this.stopped) return;
      const written = find("reply").value.trim();
      if (written && written !== text.trim()) return this.#ask(text);
      this.#take(text);
      this.told(say(by === "model" ? "draftedByModel" : "drafted"));
    });
  }

  #ask(text) {
    const told = make("p", { textContent: text, lang: this.theirs, dir: "auto", className: "drafted" });
    const choices = [["replaceMine", () => this.#take(text)], ["belowMine", () => this.#take(`${find("reply").value.trimEnd()}\n${text}`)], ["keepMine", () => this.#take(null)]];
    const row = make("div", { className: "row" }, ...choices.map(([words, act]) => button(say(words), act)));
    find("drafting").replaceChildren(make("p", { textContent: say("draftOrMine") }), told, row);
    find("drafting").hidden = false;
    row.lastElementChild.focus();
  }

  #take(text) {
    this.drop();
    if (text === null) return find("reply").focus();
    find("reply").value = "";
    putIntoReply(text);
  }

  // Filled in once, where the person wrote nothing yet; both can be changed.
  async wrapUp() {
    if (this.proposed) return;
    this.proposed = true;
    try {
      const proposed = await this.service.get(`${this.path}/wrap-up`);
      if (this.stopped) return;
      for (const id of ["disposition", "note"]) if (!find(id).value) find(id).value = proposed[id];
    } catch {
      this.proposed = false; // one's own words are taken as ever
    }
  }

  drop() {
    find("drafting").hidden = true;
    find("drafting").replaceChildren();
  }

  async #translated(text) {
    const answer = await this.service.post(`${this.path}/translations`, { text, language: this.theirs });
    if (answer.problem) throw new Trouble(answer.problem, 422);
    return answer.text;
  }
}

const nameOf = (spoken) => new Intl.DisplayNames([language], { type: "language" }).of(spoken);
