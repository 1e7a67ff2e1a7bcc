// Building the page's pieces. Whatever anybody said goes in as text, never as HTML.

import { locale, say, term } from "/desk/wording.js";

export const find = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function button(text, onclick, className = "") {
  return make("button", { type: "button", textContent: text, onclick, className });
}

export function shown(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

// A list of names and values; empty values are left out.
export function facts(rows) {
  const list = make("dl", { className: "facts" });
  for (const [name, value] of rows) {
    if (value === "" || value === null || value === undefined) continue;
    const dd = make("dd", { dir: "auto" });
    dd.append(value instanceof Node ? value : shown(value));
    list.append(make("dt", { textContent: term(name) }), dd);
  }
  return list;
}

// The exact arguments of a call: names as they are, values as JSON.
export function call(tool, given) {
  const rows = Object.entries(given ?? {}).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const code = make("pre", { className: "arguments", textContent: rows.join("\n"), dir: "auto" });
  return make("div", {}, make("code", { textContent: tool }), rows.length ? code : null);
}

export function section(title, ...children) {
  const filled = children.flat().filter(Boolean);
  return filled.length ? make("section", {}, make("h3", { textContent: title }), ...filled) : null;
}

export function texts(lines) {
  return lines?.length ? make("ul", {}, ...lines.map((line) => make("li", { textContent: line, dir: "auto" }))) : null;
}

export function message(each, keepFile) {
  const who = make("span", { className: "name", textContent: each.at ? `${term(each.role)} · ${clock(each.at)}` : term(each.role) });
  const said = make("div", { className: "bubble", textContent: each.text, dir: "auto" });
  const files = (each.attachments ?? []).map((file) => {
    const keep = make("button", { type: "button", textContent: say("keepFile", { name: file.name, type: file.media_type, size: file.size }), dir: "auto" });
    keep.onclick = () => keepFile(file);
    return keep;
  });
  return make("div", { className: `message ${each.role}` }, who, said, ...files);
}

// A time that runs: `keepTime` writes it anew every second.
export function running(kind, at) {
  const time = make("time", { dateTime: at, className: "running" });
  time.dataset.kind = kind;
  write(time);
  return time;
}

export function keepTime() {
  for (const time of document.querySelectorAll("time.running")) write(time);
}

function write(time) {
  const seconds = Math.round((Date.now() - Date.parse(time.dateTime)) / 1000);
  const left = -seconds;
  const text = time.dataset.kind === "since" ? span(Math.max(0, seconds)) : left > 0 ? say("left", { time: span(left) }) : say("timeUp");
  if (time.textContent !== text) time.textContent = text;
}

function span(seconds) {
  if (seconds < 60) return say("seconds", { s: seconds });
  if (seconds < 3600) return say("minutes", { m: Math.floor(seconds / 60), s: seconds % 60 });
  return say("hours", { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) });
}

export function clock(at) {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(then);
}

// Puts keyed pieces into a list: those whose content did not change stay, with their focus and what was typed in them.
export function refill(list, items, keyOf, build, nothing) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const key = keyOf(item);
    const content = JSON.stringify(item);
    const old = before.get(key);
    if (old?.dataset.content === content) return old;
    const fresh = build(item, old);
    fresh.dataset.key = key;
    fresh.dataset.content = content;
    return fresh;
  });
  if (!wanted.length) wanted.push(before.get("") ?? make("li", { className: "soft nothing", textContent: nothing }));
  if (!items.length) wanted[0].dataset.key = "";
  wanted.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}
