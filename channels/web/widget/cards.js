// What the customer is asked for, each thing once: a yes, a choice, a code, patience, an opinion.

import { button, make } from "./elements.js";

export function pendingCard(pending, { wording, answer, submitCode }) {
  if (pending.kind === "approve") return card("approve", wording.say("approveTitle"), pending, wording);
  if (pending.kind === "verify") return codeCard(pending, wording, submitCode);
  const options = pending.options ?? [];
  if (!options.length) return null;
  const row = make("div", { className: "row" }, ...options.map(({ value, label }) => {
    const className = pending.kind === "confirm" && value === options[0].value ? "primary" : "";
    return Object.assign(button(label, () => answer(value), className), { dir: "auto" });
  }));
  const title = wording.say(pending.kind === "confirm" ? "confirmTitle" : "chooseTitle");
  return card(pending.kind, title, pending.kind === "confirm" ? pending : { ...pending, summary: "" }, wording, row);
}

function codeCard(pending, wording, submitCode) {
  const input = make("input", { id: "code", inputMode: "numeric", autocomplete: "one-time-code", maxLength: 12, required: true });
  const label = make("label", { htmlFor: "code", textContent: wording.say("code") });
  const send = make("button", { type: "submit", className: "primary", textContent: wording.say("submitCode") });
  const form = make("form", { className: "row", noValidate: true }, label, input, send);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim()) submitCode(input.value.trim());
    else input.focus();
  };
  return card("verify", wording.say("codeTitle"), { ...pending, summary: "" }, wording, form);
}

export function endCard(wording, again) {
  const row = make("div", { className: "row" }, button(wording.say("again"), again));
  return card("ended", wording.say("ended"), {}, wording, row);
}

export function ratingCard(wording, rate) {
  const title = wording.say("rate");
  const fields = make("fieldset", {}, make("legend", { textContent: title }));
  for (const score of [1, 2, 3, 4, 5]) {
    const input = make("input", { type: "radio", name: "score", value: String(score) });
    fields.append(make("label", { className: "choice" }, input, wording.say(`score${score}`)));
  }
  const comment = make("textarea", { id: "comment", rows: 2, maxLength: 2000 });
  const send = make("button", { type: "submit", className: "primary", textContent: wording.say("sendRating"), disabled: true });
  fields.onchange = () => {
    send.disabled = false;
  };
  const label = make("label", { htmlFor: "comment", textContent: wording.say("comment") });
  const form = make("form", { noValidate: true }, fields, label, comment, make("div", { className: "row" }, send));
  form.onsubmit = (event) => {
    event.preventDefault();
    send.disabled = true;
    rate(Number(form.elements.score.value), comment.value.trim()).catch(() => {
      send.disabled = false;
    });
  };
  return make("section", { className: "card rating", ariaLabel: title }, form);
}

export function thanksCard(wording) {
  return make("section", { className: "card thanks" }, make("p", { textContent: wording.say("thanks") }));
}

function card(kind, title, pending, wording, ...rest) {
  const parts = [make("strong", { textContent: title })];
  if (pending.summary) parts.push(make("p", { textContent: pending.summary, dir: "auto" }));
  parts.push(...rest);
  if (pending.expires_at) parts.push(make("p", { className: "small", textContent: wording.say("until", { time: wording.clock(pending.expires_at) }) }));
  return make("section", { className: `card ${kind}`, ariaLabel: title, role: "region" }, ...parts);
}
