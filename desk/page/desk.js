// The page: sign in, the lists, one open conversation or the approvals. State lives in the service.

import { Service, explain } from "/desk/service.js";
import { Approvals } from "/desk/approvals.js";
import { Case, settleIn } from "/desk/case.js";
import { nameOf } from "/desk/packet.js";
import { Presence } from "/desk/presence.js";
import { button, find, keepTime, make, refill, running, words } from "/desk/elements.js";

const TOKEN = "switchboard.desk.token";
const LOOK_MS = 4000;
const CHOICES = {
  queue: ["billing", "scheduling", "technical", "retention", "vulnerable", "general"],
  priority: ["urgent", "high", "normal"],
  reason: ["asked_for_person", "policy_limit", "held_back", "sensitive_topic", "vulnerable_customer", "anger", "not_understood", "tool_failure", "language", "evidence_failed"],
};
let service = null;
let open = null;
let approvals = null;
let presence = null;
let next = 0;
let lists = { mine: [], queue: [] };

function begin() {
  for (const [name, values] of Object.entries(CHOICES)) {
    const options = values.map((value) => make("option", { value, textContent: words(value) }));
    find(`by-${name}`).append(make("option", { value: "", textContent: "all" }), ...options);
    find(`by-${name}`).addEventListener("change", showLists);
  }
  wire();
  setInterval(keepTime, 1000);
  hint();
  const kept = sessionStorage.getItem(TOKEN);
  if (kept) signIn(kept);
  else find("token").focus();
}

async function hint() {
  const about = await fetch("/desk/about.json").then((answer) => answer.json()).catch(() => ({}));
  if (about.tokens_file) find("hint").textContent = `In development the tokens lie in ${about.tokens_file}.`;
}

async function signIn(token) {
  service = new Service(token);
  try {
    await service.get("/v1/desk/queue");
    const supervises = await service.get("/v1/approvals?status=pending").then(() => true, (error) => {
      if (error.status === 403) return false;
      throw error;
    });
    sessionStorage.setItem(TOKEN, token);
    enter(supervises);
  } catch (error) {
    service = null;
    const wrong = error.status === 403 ? "This token is not a representative's or a supervisor's. Nothing was kept. Use another one." : "";
    tell(wrong || explain(error, "Nothing was kept."), true);
    if ([401, 403].includes(error.status)) sessionStorage.removeItem(TOKEN);
    find("token").focus();
  }
}

function enter(supervises) {
  tell("");
  find("token").value = "";
  find("sign-in").hidden = true;
  find("rooms").hidden = find("sign-out").hidden = find("presence").hidden = false;
  find("to-approvals").hidden = !supervises;
  find("role").textContent = supervises ? "Supervisor" : "Representative";
  approvals = supervises ? new Approvals({ service, told: tell }) : null;
  presence = new Presence({ service, told: tell });
  show("work");
}

function leaveDesk(forget) {
  closeCase();
  clearTimeout(next);
  presence?.leave();
  service = approvals = presence = null;
  sessionStorage.removeItem(TOKEN);
  if (forget) sessionStorage.clear();
  for (const id of ["work", "approving", "rooms", "sign-out", "presence"]) find(id).hidden = true;
  for (const id of ["mine", "queue", "approvals", "packet", "log", "proposals"]) find(id).replaceChildren();
  find("role").textContent = "";
  find("others").hidden = true;
  find("sign-in").hidden = false;
  find("token").focus();
}

function show(room) {
  find("work").hidden = room !== "work";
  find("approving").hidden = room !== "approving";
  find("to-work").ariaPressed = String(room === "work");
  find("to-approvals").ariaPressed = String(room === "approving");
  look();
}

function turnTo(room) {
  tell("");
  show(room);
}

// Reads what is shown, again and again; after trouble, later.
async function look() {
  clearTimeout(next);
  const asked = service;
  if (!asked) return;
  let wait = LOOK_MS;
  try {
    await (find("work").hidden ? approvals.read() : readLists());
    find("state").textContent = "";
  } catch (error) {
    if (service !== asked) return;
    if ([401, 403].includes(error.status)) return tell(explain(error, "Replies that you had begun are kept in this tab."), true, error);
    find("state").textContent = explain(error, "What is shown may be old.");
    wait = Math.max(LOOK_MS * 2, (error.wait ?? 0) * 1000);
  }
  clearTimeout(next);
  if (service === asked) next = setTimeout(look, wait);
}

async function readLists() {
  const asked = service;
  const reads = [asked.get("/v1/desk/claimed"), asked.get("/v1/desk/queue")];
  if (approvals) reads.push(asked.get("/v1/desk/claims"));
  const [mine, queue, claims] = await Promise.all(reads);
  if (service !== asked) return;
  lists = { mine: mine.items, queue: queue.items };
  showLists();
  if (claims) showClaims(claims.items.filter((each) => !mine.items.some((own) => own.conversation_id === each.conversation_id)));
}

// What colleagues have, for supervisors: nothing is stranded with somebody who went away.
function showClaims(claims) {
  find("others").hidden = false;
  find("others-count").textContent = `(${claims.length})`;
  refill(find("claims"), claims, (each) => each.conversation_id, claimEntry, "Colleagues have none.");
}

function claimEntry(each) {
  const name = make("strong", { textContent: each.customer_name || "Customer not known", dir: "auto" });
  const who = make("span", { className: "soft" }, `${each.queue} · with ${each.name || each.claimed_by} for `, running("since", each.claimed_at));
  return make("li", { className: "entry" }, name, who, button("Take over", () => takeOver(each)));
}

async function takeOver(each) {
  try {
    await service.post(`/v1/desk/${encodeURIComponent(each.conversation_id)}/takeover`, {});
    tell("You have this conversation now, under Yours. The customer was told.");
  } catch (error) {
    tell(explain(error), true, error);
  }
  look();
}

function showLists() {
  const chosen = Object.keys(CHOICES).map((name) => [name, find(`by-${name}`).value]);
  const waiting = lists.queue.filter((item) => chosen.every(([name, value]) => !value || item[name] === value));
  const key = (item) => item.conversation_id;
  refill(find("mine"), lists.mine, key, (item) => entry(item, true), "You have claimed none.");
  refill(find("queue"), waiting, key, (item) => entry(item, false), lists.queue.length ? "None like this waits." : "Nobody waits.");
  find("mine-count").textContent = `(${lists.mine.length})`;
  find("queue-count").textContent = waiting.length === lists.queue.length ? `(${waiting.length})` : `(${waiting.length} of ${lists.queue.length})`;
  mark();
}

function entry(item, claimed) {
  const name = make("strong", { textContent: nameOf(item), dir: "auto" });
  const priority = make("span", { className: `badge ${item.priority}`, textContent: item.priority });
  const why = make("span", { className: "soft", textContent: `${item.queue} · ${words(item.reason)}` });
  const time = make("span", { className: "soft" }, "waiting ", running("since", item.waiting_since));
  const face = make("button", { type: "button", onclick: () => openCase(item, claimed) }, name, priority, why, time);
  return make("li", {}, face);
}

function mark() {
  for (const item of document.querySelectorAll(".items > li")) {
    const current = open !== null && item.dataset.key === open.id;
    if (item.firstElementChild) item.firstElementChild.ariaCurrent = String(current);
  }
}

function openCase(item, claimed) {
  if (open?.id === item.conversation_id && open.claimed === claimed) return;
  open?.stop();
  tell("");
  open = new Case({ service, item, claimed, told: tell, changed: look, left });
  find("work").classList.add("with-case");
  open.begin();
  mark();
  if (claimed) settleIn();
  else find("claim").focus();
}

function left(one) {
  if (one === open) closeCase();
  look();
}

function closeCase() {
  open?.stop();
  open = null;
  find("work").classList.remove("with-case");
  find("open-case").hidden = true;
  find("no-case").hidden = false;
  mark();
}

// Trouble is said until the next act; who is not let in any more signs in again.
function tell(text, trouble = false, error = null) {
  if (error?.status === 401 && service) leaveDesk(false);
  find("notice").textContent = text;
  find("notice").classList.toggle("trouble", trouble);
}

function wire() {
  const on = (id, event, act) => find(id).addEventListener(event, (heard) => {
    if (event === "submit") heard.preventDefault();
    act(heard);
  });
  on("sign-in-form", "submit", () => {
    const token = find("token").value.trim();
    if (token) signIn(token);
    else tell("Enter a token.", true);
  });
  on("sign-out", "click", () => {
    leaveDesk(true);
    tell("You are signed out.");
  });
  on("presence", "submit", () => presence?.say());
  on("on-duty", "change", () => presence?.say());
  on("called", "change", () => presence?.say());
  on("to-work", "click", () => turnTo("work"));
  on("to-approvals", "click", () => turnTo("approving"));
  on("by-status", "change", look);
  on("back", "click", closeCase);
  on("claim", "click", () => open?.claim());
  on("reply", "input", () => open?.keepDraft());
  on("reply-form", "submit", () => open?.send());
  on("reply", "keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    open?.send();
  });
  on("to-assistant", "click", () => open?.release("assistant"));
  on("to-queue", "click", () => open?.release("queue"));
  on("resolve-form", "submit", () => open?.resolve());
}

begin();
