// One conversation on the page. Events may come twice (from a turn's stream and from the live one) and after a gap:
// each is applied once by its id, and after every turn the whole conversation is read again, which is the truth.

import { Trouble } from "/chat/service.js";
import { explain, language, say, speak } from "/chat/strings.js";
import * as elements from "/chat/elements.js";

const find = (id) => document.getElementById(id);

// Not crypto.randomUUID: it does not exist where the page is served without TLS.
function freshId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

export class Talk {
  constructor({ service, conversation, customer, sandbox, restart }) {
    this.service = service;
    this.path = `/v1/conversations/${encodeURIComponent(conversation.id)}`;
    this.conversation = conversation;
    this.customer = customer;
    this.sandbox = sandbox;
    this.restart = restart;
    this.said = new Map(); // message id -> element
    this.waiting = []; // my own words that the service has not shown me yet
    this.busy = 0;
    this.lastEvent = 0;
    this.stopped = new AbortController();
    this.card = null;
    this.cardKey = "";
    this.rated = false;
  }

  begin() {
    find("log").replaceChildren();
    find("words").value = "";
    this.#show(this.conversation);
    if (this.customer && !this.conversation.messages.some((each) => each.role === "customer")) this.#tip();
    this.#listen();
  }

  stop() {
    this.stopped.abort();
  }

  async send(text) {
    this.tip?.remove();
    const mine = { id: freshId(), text, element: elements.message("customer", text) };
    this.waiting.push(mine);
    this.#append(mine.element);
    await this.#deliver(mine);
  }

  async #deliver(mine) {
    mine.trouble?.remove();
    mine.trouble = null;
    mine.element.classList.add("waiting");
    this.#dropCard();
    await this.#attempt(async () => {
      const body = { client_message_id: mine.id, text: mine.text };
      let turn = null;
      let problem = null;
      await this.service.postStream(`${this.path}/messages`, body, (event) => {
        if (event.kind === "turn") turn = event.data;
        else if (event.kind === "error") problem = event.data;
        else this.#hear(event);
      });
      if (problem) throw new Trouble(problem.detail || problem.title, problem.status);
      if (!turn) throw new TypeError("the stream broke off");
      mine.element.classList.remove("waiting");
      mine.sent = true;
      await this.#refresh();
    }, (reason) => this.#notSent(mine, reason));
  }

  askForPerson() {
    this.#dropCard();
    return this.#attempt(async () => {
      await this.service.post(`${this.path}/handoff`, { reason: "asked_for_person" });
      await this.#refresh();
    });
  }

  close() {
    return this.#attempt(async () => {
      await this.service.post(`${this.path}/close`, {});
      await this.#refresh();
    });
  }

  async #attempt(work, failed = (reason) => this.#tell(reason, true)) {
    this.busy += 1;
    this.#tell(say("working"));
    let reason = "";
    try {
      await work();
    } catch (error) {
      reason = explain(error);
    }
    this.busy -= 1;
    if (!this.busy) this.#tell("");
    if (reason) failed(reason);
  }

  #notSent(mine, reason) {
    mine.element.classList.remove("waiting");
    const text = elements.make("span", { textContent: `${say("notSent")} ${reason}` });
    mine.trouble = elements.make("div", { className: "trouble", role: "alert" }, text);
    mine.trouble.append(elements.button(say("retry"), () => this.#deliver(mine)));
    mine.element.append(mine.trouble);
    mine.element.scrollIntoView({ block: "end" });
    this.#showCard(this.conversation);
  }

  async #listen() {
    let failures = 0;
    while (!this.stopped.signal.aborted) {
      try {
        await this.service.follow(`${this.path}/events`, this.lastEvent, this.stopped.signal, (event) => {
          failures = 0;
          this.#hear(event);
        });
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        if (error instanceof Trouble && error.status < 500) return this.#tell(explain(error), true);
      }
      this.#tell(say("offline"), true);
      await new Promise((done) => setTimeout(done, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]));
      await this.#refresh().then(() => this.#tell(""), () => {});
    }
  }

  #hear(event) {
    if (event.id !== null && event.id <= this.lastEvent) return;
    if (event.id !== null) this.lastEvent = event.id;
    if (event.kind === "message") this.#showMessage(event.data);
    else this.#refreshSoon();
  }

  // Many events come together; the conversation is read once for all of them.
  #refreshSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#refresh().catch(() => {}), 60);
  }

  async #refresh() {
    const conversation = await this.service.get(this.path);
    if (!this.stopped.signal.aborted) this.#show(conversation);
  }

  #show(conversation) {
    this.conversation = conversation;
    if (conversation.locale !== language()) speak(conversation.locale);
    for (const each of conversation.messages) this.#showMessage(each);
    this.#showPanel(conversation);
    this.#showCard(conversation);
    const closed = conversation.status === "closed";
    for (const id of ["words", "send", "person", "end"]) find(id).disabled = closed;
    find("person").disabled ||= conversation.status === "with_representative";
    if (closed && !this.ending) this.#showEnding();
  }

  #showMessage(message) {
    if (this.said.has(message.id)) return;
    const mine = message.role === "customer" ? this.#mine(message.text) : null;
    const element = mine?.element ?? elements.message(message.role, message.text);
    if (mine) {
      // The service redacts secrets: from now on its version of my words is shown.
      element.querySelector(".bubble").textContent = message.text;
      element.classList.remove("waiting");
      this.waiting.splice(this.waiting.indexOf(mine), 1);
    } else {
      this.#append(element);
    }
    this.said.set(message.id, element);
  }

  // Which of my words this is: the same words, else (redacted by the service) the oldest on their way.
  #mine(text) {
    return this.waiting.find((each) => each.text === text) ?? this.waiting.find((each) => !each.trouble);
  }

  #append(element) {
    const log = find("log");
    log.append(element);
    if (this.card) log.append(this.card);
    log.scrollTop = log.scrollHeight;
  }

  #tip() {
    this.tip = elements.tipCard(this.customer.say, () => {
      find("words").value = this.customer.say;
      find("words").focus();
    });
    find("log").append(this.tip);
  }

  #showCard({ pending, status }) {
    const key = pending && status !== "closed" ? JSON.stringify([pending.kind, pending.summary, pending.arguments]) : "";
    if (key === this.cardKey || this.waiting.some((each) => !each.sent && !each.trouble)) return;
    this.#dropCard();
    this.cardKey = key;
    const answer = (text) => this.send(text).then(() => find("words").focus());
    if (pending?.kind === "confirm") this.card = elements.confirmCard(pending, answer);
    if (pending?.kind === "approve") this.card = elements.approveCard(pending);
    if (pending?.kind === "verify") this.card = elements.verifyCard(pending, answer, this.sandbox && this.#showOutbox);
    if (this.card) this.#append(this.card);
  }

  #dropCard() {
    this.card?.remove();
    this.card = null;
    this.cardKey = "";
  }

  #showOutbox = async (place, input) => {
    await this.#attempt(async () => {
      const id = encodeURIComponent(this.conversation.customer?.id ?? "");
      const { items } = await this.service.get(`/v1/sandbox/outbox?customer_id=${id}`);
      place.replaceChildren(...elements.outboxList(items, (code) => {
        input.value = code;
        input.focus();
      }));
      find("log").scrollTop = find("log").scrollHeight;
    });
  };

  #showPanel(conversation) {
    const { customer, specialist, procedure, status, pending, handoff } = conversation;
    const rows = [[say("customer"), customer ? [this.customer?.name, customer.id].filter(Boolean).join(" · ") : say("guest")]];
    rows.push([say("state"), say(status)]);
    if (specialist) rows.push([say("specialist"), specialist]);
    if (procedure) rows.push([say("procedure"), procedure.replaceAll("_", " ")]);
    if (pending?.tool) rows.push([say("waitsFor"), pending.summary]);
    if (handoff) rows.push([say("team"), [handoff.queue, handoff.priority, handoff.reason.replaceAll("_", " ")].join(" · ")]);
    find("facts").replaceChildren(...rows.flatMap(([name, value]) => elements.factRow(name, value)));
    const done = conversation.actions.map(elements.actionItem).reverse();
    find("actions").replaceChildren(...(done.length ? done : [elements.make("li", { textContent: say("nothingYet") })]));
    const helper = [say("automated"), specialist].filter(Boolean).join(" · ");
    find("who").textContent = status === "with_representative" ? say("with_representative") : helper;
  }

  #showEnding() {
    this.ending = elements.make("section", { className: "card" }, elements.make("strong", { textContent: say("ended") }));
    this.ending.append(elements.make("div", { className: "row" }, elements.button(say("again"), this.restart, "primary")));
    const rating = elements.rateCard(async (score) => {
      await this.#attempt(async () => {
        await this.service.post(`${this.path}/feedback`, { score, comment: "" });
        rating.replaceChildren(elements.make("p", { textContent: say("thanks") }));
      });
    });
    this.#append(this.ending);
    this.#append(rating);
  }

  #tell(text, bad = false) {
    find("activity").textContent = text;
    find("activity").classList.toggle("bad", bad);
  }
}
