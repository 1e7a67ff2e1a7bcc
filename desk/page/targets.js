// How what waits stands to the targets of its queues, as the company set them.

import { make, find, refill } from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

// "near" or "over" its target at this moment; empty where there is time, or no target.
export const standing = ({ near_at: near, due_at: due }) => (!due ? "" : Date.now() >= Date.parse(due) ? "over" : Date.now() >= Date.parse(near) ? "near" : "");

// A badge that says it from the moment on when it is so: `keepStandings` looks every second.
export function standingBadge({ near_at, due_at }) {
  if (!due_at) return null;
  const badge = make("span", { className: "badge standing" });
  Object.assign(badge.dataset, { near_at, due_at });
  show(badge);
  return badge;
}

export function keepStandings() {
  for (const badge of document.querySelectorAll(".badge.standing")) show(badge);
}

function show(badge) {
  const state = standing(badge.dataset);
  if (badge.dataset.state === state) return;
  badge.dataset.state = state;
  badge.hidden = !state;
  badge.textContent = state && say(state === "over" ? "overTarget" : "nearTarget");
}

export class Targets {
  constructor() {
    find("targets").addEventListener("toggle", () => this.read());
  }

  begin(service) {
    this.service = service;
  }

  clear() {
    this.service = null;
    find("targets").open = false;
    find("standings").replaceChildren();
  }

  async read() {
    const { service } = this;
    if (!service || !find("targets").open) return;
    const found = await service.get("/v1/desk/targets").catch(() => null);
    if (!found || service !== this.service) return;
    refill(find("standings"), found.items.filter((each) => each.minutes !== null || each.waiting), (each) => each.name, entry, say("noTargets"));
  }
}

function entry({ name, minutes, waiting, near, over, missed }) {
  const target = minutes === null ? say("withoutTarget") : say("targetOf", { minutes });
  const counts = say("standing", { waiting, near, over, missed });
  return make("li", {}, make("strong", { textContent: term(name) }), ` · ${target} · `, make("span", { className: over ? "late" : "soft", textContent: counts }));
}
