// Articles that fit the conversation, read when they are looked at; one is put into the reply when that is wanted.

import { explain } from "/desk/service.js";
import { button, make } from "/desk/elements.js";
import { say } from "/desk/wording.js";

export class Articles {
  // `put(text, language)` puts an article into the reply.
  constructor({ service, path, put }) {
    Object.assign(this, { service, path, put });
    this.body = make("div", { className: "fitting" });
    this.body.setAttribute("role", "status");
    this.element = make("details", { id: "articles", ontoggle: () => this.element.open && this.read() }, make("summary", { textContent: say("articles") }), this.body);
  }

  // Once more, where it is open, when the customer said something else.
  heard() {
    if (this.element.open) this.read();
  }

  async read() {
    this.again = this.reading;
    if (this.reading) return;
    this.reading = true;
    try {
      this.#show(await this.service.get(`${this.path}/articles`));
    } catch (error) {
      this.body.replaceChildren(make("p", { className: "soft", textContent: explain(error, say("nothingRead")) }));
    }
    this.reading = false;
    if (this.again) this.read();
  }

  #show({ items, problem }) {
    const nothing = problem || (items.length ? "" : say("noArticles"));
    this.body.replaceChildren(...items.map((each) => this.#article(each)), ...(nothing ? [make("p", { className: "soft", textContent: nothing })] : []));
  }

  #article({ title, excerpt, text, language }) {
    const into = button(say("intoReply"), () => this.put(text, language));
    into.ariaLabel = `${say("intoReply")}: ${title}`;
    return make("div", { className: "entry", lang: language }, make("strong", { textContent: title, dir: "auto" }), make("p", { textContent: excerpt, dir: "auto" }), into);
  }
}
