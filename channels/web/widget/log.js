// What was said, as a list that a screen reader follows: who, when, what.

import { button, make, refill } from "./elements.js";
import { render } from "./markdown.js";

export function showLog(list, { said, waiting, seen }, { wording, name, retry, edit, keepFile }) {
  const own = waiting.map((item) => ({ ...item, key: `own:${item.id}`, role: "customer", own: true, sending: !item.failed && navigator.onLine !== false }));
  const read = lastRead(said, seen);
  const items = [...said.map((each) => ({ ...each, key: each.id, read: each.id === read })), ...own].map((each) => ({ ...each, language: wording.language }));
  refill(list, items, (item) => entry(item, { wording, name, retry, edit, keepFile }));
}

// The customer's last message that a person has read.
function lastRead(said, seen) {
  const until = said.findIndex((each) => each.id === seen);
  return said.slice(0, until + 1).findLast((each) => each.role === "customer")?.id;
}

function entry(item, { wording, name, retry, edit, keepFile }) {
  const who = make("span", { className: "name", textContent: name(item) });
  const time = make("time", { dateTime: item.at, textContent: wording.clock(item.at) });
  const children = [make("p", { className: "meta" }, who, " · ", time), bubble(item), ...files(item, wording, keepFile)];
  if (item.own) children.push(progress(item, { wording, retry, edit }));
  if (item.read) children.push(make("p", { className: "progress", textContent: wording.say("read") }));
  return make("li", { className: `message ${item.role} ${item.own ? "waiting" : ""}` }, ...children);
}

function bubble({ role, text }) {
  if (role === "customer") return make("div", { className: "bubble plain", textContent: text, dir: "auto" });
  return make("div", { className: "bubble", dir: "auto" }, ...render(text));
}

// A file of the customer's own is named; what somebody sent them is theirs to keep. It is never shown as a page.
function files({ role, attachments }, wording, keepFile) {
  const named = (each) => make("p", { className: "file", textContent: wording.say("attached", { name: each.name }), dir: "auto" });
  const kept = (each) => make("p", { className: "file" }, button(wording.say("keepFile", { name: each.name }), () => keepFile(each)));
  return (attachments ?? []).map(role === "customer" ? named : kept);
}

function progress(item, { wording, retry, edit }) {
  if (!item.failed) return make("p", { className: "progress", textContent: wording.say(item.sending ? "sending" : "waitingForLine") });
  const why = make("span", { textContent: wording.say(item.failed === 413 || item.failed === 422 ? "tooLong" : "notSent") });
  return make("p", { className: "progress trouble", role: "alert" }, why, button(wording.say("retry"), () => retry(item)), button(wording.say("edit"), () => edit(item)));
}
