// Keys for whoever works without a mouse, and the sheet that lists them. They can be turned off.

import { find, make } from "/desk/elements.js";

const OFF = "switchboard.desk.keys";

export class Keys {
  // `acts`: by key, what it does in words and the function that does it.
  constructor(acts) {
    this.acts = acts;
    find("keys-on").checked = localStorage.getItem(OFF) !== "off";
    find("keys-on").addEventListener("change", () => {
      if (find("keys-on").checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "off");
    });
    for (const [key, [words]] of Object.entries(acts)) find("keys").append(make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: words }));
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("help").open) return;
    if (event.key === "Escape" && event.target.closest?.("#reply-form, .finding")) return event.target.blur();
    // A field that a closed dialog hides keeps the focus until the page is drawn again: nobody writes in it.
    if (!find("keys-on").checked || event.target.closest?.("input, textarea, select, [contenteditable]")?.checkVisibility()) return;
    const act = this.acts[event.key]?.[1];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
