// Building the widget's pieces. Whatever anybody said goes in as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function make(tag, properties = {}, ...children) {
  const { attributes, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function button(text, onclick, className = "") {
  return make("button", { type: "button", textContent: text, onclick, className });
}

// A button that shows a sign and is called by a name.
export function iconButton(name, path, onclick, className = "") {
  const one = make("button", { type: "button", className: `icon ${className}`, onclick, ariaLabel: name, title: name }, icon(path));
  return one;
}

export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M5 12h13M12 5l7 7-7 7",
  clip: "M17 7l-8 8a2.5 2.5 0 004 3l8-8a5 5 0 00-7-7l-8 8a7 7 0 0010 10l6-6",
};

// Puts keyed pieces into a list: those whose content did not change stay, with their focus and what was typed in them.
export function refill(list, items, build) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const content = JSON.stringify(item);
    const old = before.get(item.key);
    if (old && old.switchboard === content) return old;
    const fresh = build(item);
    fresh.dataset.key = item.key;
    fresh.switchboard = content;
    return fresh;
  });
  const kept = new Set(wanted);
  for (const child of [...list.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
}
