// What a page gets: the chat starts from the attributes of its script element, or by `Switchboard.start`.

import { Chat } from "./chat.js";
import { fetchFrom } from "./identity.js";

const script = document.currentScript;
const BASE = script?.src ? new URL(".", script.src).href.replace(/\/$/, "") : "";

function start(given = {}) {
  const settings = {
    base: BASE,
    company: "",
    scope: "", // keeps apart what is kept in the browser; the company's name by default
    accent: "",
    side: "end",
    direction: "", // "rtl" on pages that are read from right to left; by default as its language is
    scheme: "auto",
    language: "",
    title: "",
    target: null,
    fetchToken: async () => null,
    ...given,
  };
  if (typeof settings.target === "string") settings.target = document.querySelector(settings.target);
  const chat = new Chat(settings);
  window.Switchboard.chat = chat;
  return chat;
}

function fromScript({ company, tokenUrl, accent, side, direction, scheme, language, title, target }) {
  const given = Object.fromEntries(Object.entries({ company, accent, side, direction, scheme, language, title, target }).filter(([, value]) => value));
  if (tokenUrl) given.fetchToken = (secret) => fetchFrom(new URL(tokenUrl, document.baseURI), secret);
  start(given);
}

function begin() {
  if (document.body) fromScript(script.dataset);
  else addEventListener("DOMContentLoaded", () => fromScript(script.dataset), { once: true });
}

if (!window.Switchboard) {
  window.Switchboard = { start, chat: null };
  if (script && !("manual" in script.dataset)) begin();
}
