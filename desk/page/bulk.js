// One act on several conversations of the lists: chosen by their boxes, a range with Shift, and said what became of each.

import { explain } from "/desk/service.js";
import { find, make } from "/desk/elements.js";
import { nameOf } from "/desk/lists.js";
import { say } from "/desk/wording.js";

const MOST = 50;

export class Bulk {
  constructor({ lists, ready, colleagues, told, done }) {
    Object.assign(this, { lists, ready, colleagues, told, done });
    this.chosen = new Map(); // items by their conversation
    this.last = null;
    find("to-select").addEventListener("click", () => this.turn(find("bulk").hidden));
    find("bulk-act").addEventListener("change", () => this.#dress());
    find("bulk").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#act();
    });
    find("bulk").addEventListener("keydown", (event) => event.key === "Escape" && this.turn(false));
  }

  begin(service) {
    this.service = service;
    this.turn(false);
  }

  turn(on) {
    find("bulk").hidden = !on;
    find("to-select").ariaPressed = String(on);
    document.querySelector(".lists").classList.toggle("selecting", on);
    this.chosen.clear();
    this.last = null;
    for (const box of boxes()) box.checked = false;
    find("bulk-outcome").replaceChildren();
    find("bulk-note").value = "";
    this.#dress();
    if (on && this.service) this.colleagues.read().then(() => this.#dress());
  }

  // The box of one entry; with Shift all between it and the one before are as it is.
  box(item) {
    const box = make("input", { type: "checkbox", className: "pick", ariaLabel: say("pick", { name: nameOf(item) }), checked: this.chosen.has(item.conversation_id) });
    box.dataset.id = item.conversation_id;
    box.onclick = (event) => this.#pick(box, event.shiftKey);
    return box;
  }

  // `x`: the conversation that is open, or the first of the lists.
  pick(id) {
    if (find("bulk").hidden) this.turn(true);
    const all = boxes();
    const box = all.find((each) => each.dataset.id === id) ?? all[0];
    box?.focus();
    box?.click();
  }

  #pick(box, range) {
    const all = boxes();
    const [from, to] = [all.findIndex((each) => each.dataset.id === this.last), all.indexOf(box)];
    const picked = range && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
    for (const each of picked) {
      each.checked = box.checked;
      const item = this.lists.find(each.dataset.id);
      if (box.checked && item) this.chosen.set(each.dataset.id, item);
      else this.chosen.delete(each.dataset.id);
    }
    this.last = box.dataset.id;
    this.#dress();
  }

  #dress() {
    find("bulk-count").textContent = say(this.chosen.size > MOST ? "tooManyChosen" : "chosen", { number: this.chosen.size, most: MOST });
    const { labels, dispositions } = this.ready.forms;
    const [labelling] = find("bulk-act").options;
    labelling.hidden = labelling.disabled = !labels.length;
    if (labelling.selected && labelling.disabled) find("bulk-act").value = "transfer";
    const act = find("bulk-act").value;
    const option = (value) => make("option", { value, textContent: value });
    const offered = { label: labels.map(option), transfer: [...find("transfer-to").children].map((each) => each.cloneNode(true)), resolve: dispositions.map(option) }[act] ?? [];
    const { value } = find("bulk-what");
    find("bulk-what").replaceChildren(...offered);
    if ([...find("bulk-what").options].some((each) => each.value === value)) find("bulk-what").value = value;
    find("bulk-what").hidden = find("bulk-what-label").hidden = !offered.length;
    for (const id of ["bulk-note", "bulk-note-label"]) find(id).hidden = !["transfer", "resolve"].includes(act);
  }

  #body() {
    const [act, what, note] = [find("bulk-act").value, find("bulk-what").value, find("bulk-note").value.trim()];
    if (act === "queue" || act === "assistant") return { act: "release", to: act };
    if (act === "label") return { act, label: what };
    if (act === "resolve") return { act, disposition: what, note };
    const [kind, to] = what.split(/:(.*)/s);
    return { act, [kind]: to, note };
  }

  async #act() {
    if (this.acting) return;
    if (!this.chosen.size || this.chosen.size > MOST) return find("bulk-count").scrollIntoView({ block: "nearest" });
    this.acting = true;
    this.told("");
    const names = new Map([...this.chosen].map(([id, item]) => [id, nameOf(item)]));
    try {
      const { items } = await this.service.post("/v1/desk/bulk", { conversations: [...names.keys()], ...this.#body() });
      for (const each of items) if (each.outcome !== "refused") this.chosen.delete(each.conversation_id);
      for (const box of boxes()) box.checked = this.chosen.has(box.dataset.id);
      this.#dress();
      this.#tell(items, names);
      this.done();
    } catch (error) {
      this.told(explain(error, say(error.status ? "nothingChanged" : "sendBulkAgain")), true, error);
    }
    this.acting = false;
  }

  // Those that were refused stay chosen, with the reason of each.
  #tell(items, names) {
    const refused = items.filter((each) => each.outcome === "refused");
    const done = say("bulkDone", { number: items.length - refused.length, of: items.length });
    const why = refused.map((each) => make("li", { textContent: `${names.get(each.conversation_id)}: ${each.reason}`, dir: "auto" }));
    find("bulk-outcome").replaceChildren(make("p", { textContent: done }), ...(why.length ? [make("p", { textContent: say("bulkRefused") }), make("ul", { tabIndex: 0, ariaLabel: say("bulkRefused") }, ...why)] : []));
  }
}

const boxes = () => [...document.querySelectorAll(".items .pick")].filter((each) => each.checkVisibility());
