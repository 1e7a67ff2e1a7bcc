// Where the widget stands on a page, so that neither spoils the other: a root of its own, above everything else.

import { make } from "./elements.js";
import { CSS } from "./css.js";

export function place(root, { target, accent, scheme, side }) {
  const host = make("switchboard-chat", target ? { attributes: { inline: "" } } : { popover: "manual" });
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  root.dataset.scheme = ["light", "dark"].includes(scheme) ? scheme : "auto";
  root.dataset.side = side === "start" ? "start" : "end";
  paint(root, accent);
  // Beside the body: a page that moves, blurs or exchanges its body does not move the chat.
  (target ?? document.documentElement).append(host);
  if (!target) raise(host);
  return host;
}

export function dress(root, { language, direction }, given) {
  root.lang = language;
  root.dir = ["ltr", "rtl"].includes(given) ? given : direction;
}

// The browser's top layer, where no page's z-index is higher.
function raise(host) {
  try {
    host.showPopover();
  } catch {
    host.removeAttribute("popover");
  }
}

// What the company says of its chat; null where it cannot be had now.
export async function fetchLook({ base, company }) {
  const answer = await fetch(`${base}/widget/${encodeURIComponent(company)}.json`, { credentials: "omit" }).catch(() => null);
  if (answer?.status === 404) console.warn(`Switchboard: there is no company "${company}"; see data-company of the script element.`);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

// What the page says goes before what the company says.
export function withLook(given, look) {
  return { ...given, title: given.title || look?.title || "", accent: given.accent || look?.accent || "" };
}

// The company's colour, with whichever of black and white is read better on it.
export function paint(root, accent) {
  const [, ...channels] = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(accent ?? "") ?? [];
  if (!channels.length) return;
  const [red, green, blue] = channels.map((each) => {
    const value = parseInt(each, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--accent-ink", light > 0.179 ? "#000000" : "#ffffff");
}
