// The top of the panel: with whom one talks, how long it takes, and what else can be done.

import { button, ICONS, iconButton, make } from "./elements.js";

export function buildHeader({ wording, title, inline, close, person, actions }) {
  const say = (key) => wording.say(key);
  const heading = make("h2", { textContent: title, dir: "auto" });
  const state = make("p", { className: "state", role: "status" });
  const ask = button(say("person"), person, "person");
  const menu = make("div", { id: "menu", className: "menu", hidden: true });
  const more = iconButton(say("more"), ICONS.more, () => toggle());
  const shut = iconButton(say("close"), ICONS.close, close, "close");
  const toggle = (open = menu.hidden) => {
    menu.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector("button:not(:disabled)")?.focus();
  };
  more.setAttribute("aria-expanded", "false");
  more.setAttribute("aria-controls", "menu");
  const items = Object.fromEntries(Object.entries(actions).map(([key, act]) => [key, button(say(key), () => {
    toggle(false);
    more.focus();
    act();
  })]));
  menu.append(...Object.values(items));
  const name = make("div", { className: "bar" }, heading, more, inline ? null : shut);
  const head = make("header", { className: "head" }, name, make("div", { className: "bar" }, state, ask), menu);
  // Whether Escape was for the menu.
  const escape = () => {
    if (menu.hidden) return false;
    toggle(false);
    more.focus();
    return true;
  };
  return { head, state, ask, items, escape, heading };
}

// With whom the customer talks, in words.
export function stateOf(conversation, wording) {
  const { status, handoff } = conversation ?? {};
  if (status === "closed") return wording.say("ended");
  if (status !== "with_representative") return wording.say("assistantIs");
  if (handoff?.state === "claimed") return handoff.claimed_by ? wording.say("with", { name: handoff.claimed_by }) : wording.say("withTeam");
  const parts = [wording.say("queued")];
  if (handoff?.on_duty === false) {
    parts.push(handoff.on_duty_at ? wording.say("offDutyUntil", { time: wording.clock(handoff.on_duty_at) }) : wording.say("offDuty"));
  } else {
    if (handoff?.position && handoff.priority !== "urgent") parts[0] = wording.say("queuedAt", { position: handoff.position });
    const minutes = Math.ceil((handoff?.expected_wait_s ?? 0) / 60);
    if (minutes) parts.push(wording.count("wait", minutes));
  }
  return parts.join(" · ");
}
