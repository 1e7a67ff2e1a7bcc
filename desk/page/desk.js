// The page: sign in, the lists, one open conversation or the approvals. State lives in the service.

import { Service, explain } from "/desk/service.js";
import { Approvals } from "/desk/approvals.js";
import { Attention } from "/desk/attention.js";
import { Bulk } from "/desk/bulk.js";
import { Case, settleIn } from "/desk/case.js";
import { Colleagues } from "/desk/colleagues.js";
import { wireFiles } from "/desk/files.js";
import { Keys } from "/desk/keys.js";
import { Lists, nameOf } from "/desk/lists.js";
import { Live } from "/desk/live.js";
import { Presence } from "/desk/presence.js";
import { Ratings } from "/desk/ratings.js";
import { Ready } from "/desk/ready.js";
import { SignIn } from "/desk/sign_in.js";
import { Targets, keepStandings } from "/desk/targets.js";
import { find, keepTime } from "/desk/elements.js";
import { dress, offerLanguages, say } from "/desk/wording.js";

const TOKEN = "switchboard.desk.token";
const IN = ["rooms", "sign-out", "presence", "attention", "to-help"]; // what is shown to whoever is signed in
let service = null;
let open = null;
let approvals = null;
let presence = null;
let live = null;
let taking = false;
let provider = null; // the company's sign-in, where the service names one
const colleagues = new Colleagues();
const targets = new Targets();
const ratings = new Ratings();
const ready = new Ready();
const attention = new Attention({ told: tell });
const lists = new Lists({
  attention,
  box: (item) => bulk.box(item),
  choose: openCase,
  failed: (error) => tell(explain(error, say("mayBeOld")), true, error),
});
const bulk = new Bulk({ lists, ready, colleagues, told: tell, done: () => lists.read() });

function begin() {
  dress(document);
  offerLanguages(find("language"));
  wire();
  setInterval(() => { keepTime(); keepStandings(); }, 1000);
  learn();
}

// How people sign in here: at the company's provider, or with a token that is pasted.
async function learn() {
  const about = await fetch("/desk/about.json").then((answer) => answer.json()).catch(() => ({}));
  if (about.sign_in) return signInThere(about.sign_in);
  find("sign-in-form").hidden = false;
  if (about.tokens_file) find("hint").textContent = say("hint", { file: about.tokens_file });
  const kept = sessionStorage.getItem(TOKEN);
  if (kept) signIn(kept);
  else find("token").focus();
}

async function signInThere(about) {
  provider = new SignIn(about);
  find("company-sign-in").hidden = false;
  find("provider").textContent = new URL(about.issuer).host;
  try {
    await provider.finish();
  } catch {
    return tell(say("providerFailed"), true);
  }
  if (provider.token) signIn(provider.token);
  else find("to-provider").focus();
}

async function signIn(token) {
  service = new Service(token, provider ? () => provider.renew() : undefined);
  try {
    await service.get("/v1/desk/cases?view=mine&limit=1");
    const supervises = await service.get("/v1/approvals?status=pending").then(() => true, (error) => {
      if (error.status === 403) return false;
      throw error;
    });
    if (!provider) sessionStorage.setItem(TOKEN, token);
    enter(supervises);
  } catch (error) {
    service = null;
    const wrong = error.status === 403 ? say(provider ? "noRole" : "wrongToken") : "";
    tell(wrong || explain(error, say("nothingKept")), true);
    if ([401, 403].includes(error.status)) forgetToken();
    find(provider ? "to-provider" : "token").focus();
  }
}

function enter(supervises) {
  tell("");
  find("token").value = "";
  find("sign-in").hidden = true;
  for (const id of IN) find(id).hidden = false;
  find("to-approvals").hidden = !supervises;
  find("role").textContent = say(supervises ? "supervisor" : "representative");
  approvals = supervises ? new Approvals({ service, told: tell }) : null;
  presence = new Presence({ service, told: tell });
  lists.begin(service, supervises);
  colleagues.begin(service);
  targets.begin(service);
  ratings.begin(service);
  ready.read(service);
  bulk.begin(service);
  live = new Live({
    service,
    hear,
    state: (text) => { find("state").textContent = text; },
    refused: (error) => tell(explain(error, say("repliesKept")), true, error),
  });
  live.run();
  lists.read();
  show("work");
}

function leaveDesk(forget) {
  closeCase();
  live?.stop();
  presence?.leave();
  lists.clear();
  bulk.turn(false);
  colleagues.clear();
  targets.clear();
  ratings.clear();
  service = approvals = presence = live = null;
  if (forget) provider?.leave();
  forgetToken();
  if (forget) sessionStorage.clear();
  for (const id of ["work", "approving", ...IN]) find(id).hidden = true;
  for (const id of ["approvals", "packet", "log", "proposals"]) find(id).replaceChildren();
  for (const id of ["role", "state", "approvals-waiting"]) find(id).textContent = "";
  find("sign-in").hidden = false;
  find(provider ? "to-provider" : "token").focus();
}

function forgetToken() {
  sessionStorage.removeItem(TOKEN);
  provider?.forget();
}

function show(room) {
  find("work").hidden = room !== "work";
  find("approving").hidden = room !== "approving";
  find("to-work").ariaPressed = String(room === "work");
  find("to-approvals").ariaPressed = String(room === "approving");
  readApprovals();
}

function turnTo(room) {
  tell("");
  show(room);
}

// Approvals are read when they are looked at, and again when their number changes. What fails by itself does not talk over
// the answer to what somebody did: that the line is broken is said by `Live`.
async function readApprovals({ byItself = false } = {}) {
  if (!approvals || find("approving").hidden) return;
  await approvals.read().catch((error) => byItself && !error.status ? null : tell(explain(error, say("mayBeOld")), true, error));
}

function hear(kind, data) {
  if (kind === "refresh") {
    lists.read();
    open?.look();
    readApprovals();
    colleagues.read();
    targets.read();
    ratings.read();
  } else if (kind === "presence") colleagues.read();
  else if (kind === "targets") targets.read();
  else if (kind === "note") heardNote(data);
  else if (kind === "case") heardCase(data);
  else if (kind === "typing" && open?.id === data.conversation_id) open.customerTypes();
  else if (kind === "progress" && open?.id === data.conversation_id) open.callGetsOn(data);
  else if (kind === "approvals") {
    find("approvals-waiting").textContent = data.pending ? ` (${data.pending})` : "";
    readApprovals({ byItself: true });
  }
}

function heardNote({ conversation_id: id }) {
  if (open?.id === id) open.notes.read();
  const item = lists.find(id);
  if (item?.view !== "mine") return;
  tell(say("colleagueNote", { name: nameOf(item) }));
  attention.call(say("noteAbout", { name: nameOf(item) }));
}

function heardCase(item) {
  const before = lists.take(item);
  if (item.raised) tell(say(item.view === "mine" ? "wroteUrgent" : item.name ? "urgentWith" : "urgentAlone", { name: nameOf(item), colleague: item.name }), true);
  if (open?.id !== item.conversation_id) return;
  if (item.view === open.view) {
    open.showLabels(item.labels);
    open.look();
  }
  else if (item.view !== open.view && !open.busy) heardElsewhere(item, before);
}

// The open conversation went to another list: it is shown as it stands there, or not any more, and that is said.
function heardElsewhere(item, before) {
  const lost = open.view === "mine";
  if (item.view === "gone" || (lost && item.view === "waiting")) closeCase();
  else openCase(item);
  if (lost) tell(say("notYours"), true);
  else if (before && item.view !== "mine") tell(say("elsewhere"), true);
}

function openCase(item) {
  if (open?.id === item.conversation_id && open.view === item.view) return;
  open?.stop();
  tell("");
  open = new Case({ service, item, forms: ready.forms, told: tell, changed: () => lists.read(), left, supervises: approvals !== null });
  find("work").classList.add("with-case");
  open.begin();
  lists.mark(open.id);
  if (open.view === "mine") settleIn();
  else find(open.view === "waiting" ? "claim" : "take-over").focus();
}

// After an end of one's own the next one is offered; nothing is claimed by that.
async function left(one, ended = false) {
  if (one === open) closeCase();
  await lists.read();
  const item = ended && !open ? lists.first() : null;
  if (!item) return;
  find("next").textContent = say("next", { name: nameOf(item) });
  find("next").hidden = false;
  find("next").focus();
}

function openNext() {
  const item = lists.first();
  if (item) openCase(item);
  else tell(say("nobodyWaits"));
}

// The service gives what is for this person: their queues and languages, within what they take at once.
async function takeNext() {
  if (taking) return;
  taking = true;
  try {
    const { conversation_id: id } = await service.post("/v1/desk/next", {});
    await lists.read();
    const item = lists.find(id);
    if (item) openCase(item);
    tell(say(item ? "youHaveIt" : "noneForYou"));
  } catch (error) {
    tell(explain(error), true, error);
  }
  taking = false;
}

function step(by) {
  const item = lists.beside(open?.id ?? null, by);
  if (item) openCase(item);
}

// A key does what its button does, where that is to be seen.
const press = (id) => () => find(id).checkVisibility() && find(id).click();
const enterField = (id, within = "") => () => {
  if (within) find(within).open = true;
  if (find(id).checkVisibility()) find(id).focus();
};

// What was cut off is taken up, filled in and checked; where nothing was, it is chosen what to do.
const act = () => {
  const cutOff = document.querySelector("#packet .take-up");
  if (cutOff?.checkVisibility()) cutOff.click();
  else open?.acting?.begin();
};
const enterDetails = (id) => {
  const details = find(id);
  if (!details?.checkVisibility()) return;
  details.open = true;
  details.querySelector("summary").focus();
};

const KEYS = {
  n: [say("keyNext"), openNext],
  g: [say("takeNext"), takeNext],
  j: [say("keyDown"), () => step(1)],
  k: [say("keyUp"), () => step(-1)],
  c: [say("keyClaim"), press("claim")],
  r: [say("keyReply"), enterField("reply")],
  d: [say("draftReply"), press("to-draft")],
  a: [say("keyAct"), act],
  l: [say("keyLookUp"), () => enterDetails("glance")],
  m: [say("keyNote"), enterField("new-note", "noting")],
  t: [say("keyTransfer"), enterField("transfer-to", "transferring")],
  e: [say("keyResolve"), enterField("disposition", "resolving")],
  x: [say("keyPick"), () => bulk.pick(open?.id)],
  "/": [say("keyFind"), enterField("by-text")],
  "?": [say("keyHelp"), () => find("help").showModal()],
};

function closeCase() {
  open?.stop();
  open = null;
  find("work").classList.remove("with-case");
  find("open-case").hidden = true;
  find("no-case").hidden = false;
  find("next").hidden = true;
  lists.mark(null);
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
    else tell(say("enterToken"), true);
  });
  on("to-provider", "click", () => provider.begin().catch(() => tell(say("providerFailed"), true)));
  on("sign-out", "click", () => {
    leaveDesk(true);
    tell(say("signedOut"));
  });
  on("presence", "submit", () => presence?.say());
  on("being", "change", () => presence?.say());
  on("transfer-form", "submit", () => open?.transfer());
  on("transferring", "toggle", () => find("transferring").open && colleagues.read());
  on("ready", "change", () => open && ready.insert(open.item));
  on("macros", "change", () => open?.apply(ready));
  on("to-draft", "click", () => open?.assist?.draft());
  on("resolving", "toggle", () => find("resolving").open && open?.assist?.wrapUp());
  on("next", "click", openNext);
  on("take-next", "click", takeNext);
  on("to-help", "click", () => find("help").showModal());
  wireFiles(() => (open?.claimed ? open.files : null));
  new Keys(KEYS);
  on("note-form", "submit", () => open?.writeNote());
  on("called", "change", () => presence?.say());
  on("to-work", "click", () => turnTo("work"));
  on("to-approvals", "click", () => turnTo("approving"));
  on("by-status", "change", () => readApprovals());
  on("sound", "change", () => attention.chooseSound());
  on("notify", "change", () => attention.chooseNotifications());
  on("take-over", "click", () => open?.takeOver());
  document.addEventListener("visibilitychange", () => document.hidden || open?.tellRead());
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
