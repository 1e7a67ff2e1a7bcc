// The page: a start panel, then one conversation. State lives in the service; the page shows what it is told.

import { Service } from "/chat/service.js";
import { explain, language, learn, say, speak } from "/chat/strings.js";
import * as elements from "/chat/elements.js";
import { Talk } from "/chat/talk.js";

const find = (id) => document.getElementById(id);
const KEEP = "switchboard.chat";
let session = { token: "", customers: [], sandbox: false };
let talk = null;

async function begin() {
  wire();
  const kept = restore();
  const preferred = kept?.language ?? navigator.language.slice(0, 2);
  speak(preferred);
  find("language").value = language();
  session = await developmentSession();
  if (kept && (await resume(kept))) return;
  showStart();
}

async function developmentSession() {
  try {
    const answer = await new Service("").get("/v1/sandbox/session");
    learn((await import("/chat/sandbox_strings.js")).words);
    return { ...answer, sandbox: true };
  } catch {
    return { token: "", customers: [], sandbox: false };
  }
}

function showStart() {
  find("chat").hidden = true;
  find("chat-actions").hidden = true;
  find("own-token").hidden = session.sandbox;
  find("customers").hidden = !session.sandbox;
  find("customer-list").replaceChildren(...session.customers.map((each, index) => elements.customerChoice(each, index === 0)));
  find("start-form").querySelector(".lead").dataset.text = session.sandbox ? "startLead" : "startLeadOwn";
  speak(language());
  find("start").hidden = false;
}

async function start(event) {
  event.preventDefault();
  const chosen = session.customers.find((each) => each.id === document.querySelector("[name=customer]:checked")?.value);
  const token = session.token || find("token").value.trim();
  if (!token) return fail(say("noToken"));
  const id = chosen?.id ?? find("customer-id").value.trim();
  const customer = id ? { id, auth_level: find("level").value } : null;
  try {
    const service = new Service(token);
    const opened = await service.post("/v1/conversations", { channel: "chat", customer, locale: language() });
    fail("");
    enter(service, opened, chosen);
  } catch (error) {
    fail(explain(error));
  }
}

async function resume(kept) {
  try {
    const service = new Service(session.token || kept.token);
    const conversation = await service.get(`/v1/conversations/${encodeURIComponent(kept.id)}`);
    enter(service, conversation, session.customers.find((each) => each.id === conversation.customer?.id));
    return true;
  } catch {
    forget();
    return false;
  }
}

function enter(service, conversation, customer) {
  keep({ id: conversation.id, token: session.sandbox ? "" : service.token, language: language() });
  find("start").hidden = true;
  find("chat").hidden = false;
  find("chat-actions").hidden = false;
  talk = new Talk({ service, conversation, customer, sandbox: session.sandbox, restart: leave });
  talk.begin();
  find("words").focus();
}

function leave() {
  talk?.stop();
  talk = null;
  forget();
  find("panel").classList.remove("open");
  find("panel-toggle").ariaExpanded = "false";
  showStart();
  find("language").focus();
}

function wire() {
  find("start-form").addEventListener("submit", start);
  find("language").addEventListener("change", () => speak(find("language").value));
  find("customer-list").addEventListener("change", (event) => {
    const chosen = session.customers.find((each) => each.id === event.target.value);
    find("language").value = chosen.locale;
    speak(chosen.locale);
  });
  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = find("words");
    if (words.value.trim()) talk?.send(words.value.trim());
    words.value = "";
    words.focus();
  });
  find("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    find("composer").requestSubmit();
  });
  find("person").addEventListener("click", () => talk?.askForPerson());
  find("end").addEventListener("click", () => talk?.close());
  find("panel-toggle").addEventListener("click", () => {
    const open = find("panel").classList.toggle("open");
    find("panel-toggle").ariaExpanded = String(open);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && find("panel").classList.contains("open")) find("panel-toggle").click();
  });
}

function fail(text) {
  find("start-error").textContent = text;
}

// Kept for this tab only, so that a reload comes back to the same conversation.
function keep(state) {
  sessionStorage.setItem(KEEP, JSON.stringify(state));
}

function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(KEEP));
  } catch {
    return null;
  }
}

function forget() {
  sessionStorage.removeItem(KEEP);
}

begin();
