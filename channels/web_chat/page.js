// A page to try the assistant on: choose who you are, talk in the same chat that companies put on their pages, and see what
// happens underneath. In production it asks for an access token.

import { explain, language, learn, say, speak } from "/chat/strings.js";
import { customerChoice, Panel } from "/chat/panel.js";

const find = (id) => document.getElementById(id);
const KEEP = "switchboard.page";
let session = { token: "", tenant: "", customers: [], sandbox: false };
let panel = null;
let shown = "";

async function begin() {
  wire();
  const kept = restore();
  speak(kept?.language ?? navigator.language.slice(0, 2));
  find("language").value = language();
  session = await developmentSession();
  if (kept && (session.sandbox || kept.token)) enter(kept);
  else showStart();
}

async function developmentSession() {
  try {
    const answer = await call("", "GET", "/v1/sandbox/session");
    learn((await import("/chat/sandbox_strings.js")).words);
    return { ...answer, sandbox: true };
  } catch {
    return { token: "", tenant: "", customers: [], sandbox: false };
  }
}

function showStart() {
  find("chat").hidden = true;
  find("chat-actions").hidden = true;
  find("own-token").hidden = session.sandbox;
  find("customers").hidden = !session.sandbox;
  find("customer-list").replaceChildren(...session.customers.map((each, index) => customerChoice(each, index === 0)));
  find("start-form").querySelector(".lead").dataset.text = session.sandbox ? "startLead" : "startLeadOwn";
  speak(language());
  find("start").hidden = false;
}

function start(event) {
  event.preventDefault();
  const chosen = document.querySelector("[name=customer]:checked")?.value;
  const token = session.sandbox ? "" : find("token").value.trim();
  if (!session.token && !token) return fail(say("noToken"));
  fail("");
  const given = { id: chosen ?? find("customer-id").value.trim(), level: find("level").value, token, language: language() };
  sessionStorage.setItem(KEEP, JSON.stringify(given));
  enter(given);
}

function enter(given) {
  const token = session.token || given.token;
  const customer = given.id ? { id: given.id, auth_level: given.level } : null;
  const known = session.customers.find((each) => each.id === given.id);
  find("start").hidden = true;
  find("chat").hidden = false;
  find("chat-actions").hidden = false;
  const chat = window.Switchboard.start({
    company: session.tenant, scope: `${session.tenant}/${given.id}/${given.level}`, target: find("talk"), language: given.language,
    fetchToken: (secret) => call(token, "POST", "/v1/customer-sessions", { customer, ...(secret && { secret }) }),
  });
  const readOutbox = async () => (await call(token, "GET", `/v1/sandbox/outbox?customer_id=${encodeURIComponent(given.id)}`)).items;
  panel = new Panel({ customer: known ?? customer, readOutbox: session.sandbox && given.id ? readOutbox : null, write: (text) => chat.write(text) });
  chat.host.addEventListener("switchboard", ({ detail }) => show(token, detail));
  chat.open();
}

// What a customer's token does not show, a channel's does.
async function show(token, seen) {
  if (!seen) return panel.show(null);
  if (seen.locale !== language()) speak(seen.locale);
  const state = JSON.stringify([seen.id, seen.status, seen.messages.length, seen.pending, seen.handoff]);
  if (state === shown) return undefined;
  shown = state;
  return panel.show(await call(token, "GET", `/v1/conversations/${encodeURIComponent(seen.id)}`));
}

function leave() {
  shown = "";
  window.Switchboard.chat?.remove();
  sessionStorage.removeItem(KEEP);
  togglePanel(false);
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
  find("another").addEventListener("click", leave);
  find("panel-toggle").addEventListener("click", () => togglePanel());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") togglePanel(false);
  });
}

function togglePanel(open = !find("panel").classList.contains("open")) {
  find("panel").classList.toggle("open", open);
  find("panel-toggle").ariaExpanded = String(open);
}

function fail(text) {
  find("start-error").textContent = text;
}

async function call(token, method, path, body) {
  const headers = { Accept: "application/json", ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw Object.assign(new Error(), { status: answer.status });
  return answer.json();
}

// Kept for this tab only, so that a reload comes back to the same customer.
function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(KEEP));
  } catch {
    return null;
  }
}

begin();
