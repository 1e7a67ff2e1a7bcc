// A small Markdown, as elements: whatever is not one of these forms stays text. Nothing is ever read as HTML.

import { make } from "./elements.js";

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);
const INLINE = /`([^`\n]+)`|\*\*(?=\S)([^\n]+?)(?<=\S)\*\*|\*(?=[^\s*])([^\n*]+?)(?<=\S)\*|\[([^\]\n]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>"]+)/g;
const ITEM = /^\s{0,3}(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/;

export function render(text) {
  const blocks = [];
  let list = null;
  for (const paragraph of text.replaceAll("\r\n", "\n").split(/\n{2,}/)) {
    let lines = [];
    const flush = () => {
      if (lines.length) blocks.push(make("p", {}, ...inline(lines.join("\n"))));
      lines = [];
    };
    for (const line of paragraph.split("\n")) {
      const item = ITEM.exec(line);
      if (!item) {
        list = null;
        lines.push(line);
        continue;
      }
      flush();
      const tag = item[2] ? "ol" : "ul";
      if (list?.localName !== tag) {
        list = make(tag, item[2] ? { start: Number(item[2]) } : {});
        blocks.push(list);
      }
      list.append(make("li", {}, ...inline(item[3])));
    }
    flush();
  }
  return blocks;
}

function inline(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, label, address, bare] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + whole.length;
    if (code) parts.push(make("code", { textContent: code }));
    else if (strong) parts.push(make("strong", {}, ...inline(strong)));
    else if (emphasis) parts.push(make("em", {}, ...inline(emphasis)));
    else parts.push(...(bare ? bareLink(bare) : [link(label, address) ?? whole]));
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

// The full stop behind an address belongs to the sentence.
function bareLink(address) {
  const [, short, rest] = /^(.*?)([.,;:!?)\]'*]*)$/.exec(address);
  return [link(short, short) ?? short, rest];
}

function link(label, address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!SAFE.has(url.protocol)) return null;
  const text = misleads(label, url) ? url.href : label;
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", textContent: text });
}

// A label that names one site must not lead to another.
function misleads(label, url) {
  const named = /^(?:https?:\/\/)?([\w-]+(?:\.[\w-]+)+)/i.exec(label.trim())?.[1];
  return Boolean(named && url.host && !`.${url.host}`.endsWith(`.${named.replace(/^www\./i, "").toLowerCase()}`));
}
