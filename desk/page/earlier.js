// The customer's earlier conversations and what came of each: read a page at a time, and one's words when asked for.

import { explain } from "/desk/service.js";
import { button, clock, facts, make, message } from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

const STANDINGS = { open: "leftOpen", approval: "leftForSupervisor", person: "withPeople", check: "askedIfWell", settled: "wasSettled", declined: "wasDeclined", rejected: "wasRejected" };

export class Earlier {
  constructor({ service, path }) {
    Object.assign(this, { service, path: `${path}/earlier` });
    this.list = make("div", { className: "past" });
    this.told = make("p", { className: "soft" });
    this.told.setAttribute("role", "status");
    this.more = button(say("earlierStill"), () => this.#read(this.next));
    this.element = make("details", { id: "earlier", ontoggle: () => this.element.open && this.#read("") }, make("summary", { textContent: say("earlier") }), this.list, this.told, this.more);
    this.more.hidden = true;
  }

  async #read(after) {
    if (this.reading) return;
    this.reading = true;
    this.told.textContent = say("reading");
    try {
      const { items, next, problem } = await this.service.get(`${this.path}?${new URLSearchParams({ after })}`);
      const entries = items.map((each) => this.#entry(each));
      if (after) this.list.append(...entries);
      else this.list.replaceChildren(...entries);
      this.next = next;
      this.more.hidden = !next;
      this.told.textContent = problem || (this.list.children.length ? "" : say("noneEarlier"));
      if (after) entries[0]?.querySelector("summary").focus();
    } catch (error) {
      this.told.textContent = explain(error, say("nothingRead"));
    }
    this.reading = false;
  }

  #entry(each) {
    const title = make("strong", { textContent: each.about || say("aboutNothing"), dir: "auto" });
    const when = make("p", { className: "soft", textContent: [clock(each.opened_at), term(each.channel), STANDINGS[each.standing] && say(STANDINGS[each.standing])].filter(Boolean).join(" · ") });
    const done = each.done.length ? make("ul", {}, ...each.done.map((text) => make("li", { textContent: text, dir: "auto" }))) : null;
    const score = each.score ? say("ratedOf", { score: each.score }) : "";
    return make("div", { className: "entry" }, title, when, done, ended(each, score), this.#words(each));
  }

  #words({ conversation_id: id, opened_at: at }) {
    const said = make("div", { className: "words" });
    const summary = make("summary", { textContent: say("whatWasSaid") });
    summary.ariaLabel = `${say("whatWasSaid")}, ${clock(at)}`;
    const element = make("details", {}, summary, said);
    element.ontoggle = async () => {
      if (!element.open || said.children.length) return;
      said.append(make("p", { className: "soft", textContent: say("reading") }));
      try {
        const { messages } = await this.service.get(`${this.path}/${encodeURIComponent(id)}`);
        said.replaceChildren(...messages.map((each) => message(each)));
      } catch (error) {
        said.replaceChildren();
        this.told.textContent = explain(error, say("nothingRead"));
        element.open = false;
      }
    };
    return element;
  }
}

const ended = ({ disposition, note }, score) => (disposition || note || score ? facts([[say("cameTo"), disposition], [say("notes"), note], [say("ratings"), score]]) : null);
