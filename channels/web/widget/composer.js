// Where the customer writes. A half-written message survives a reload of this tab.

import { ICONS, iconButton, make } from "./elements.js";

const MOST_CHARACTERS = 16_000;
const FILES = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain";
const MOST_FILES = 5;

export function buildComposer({ wording, draft, ready, send, writing, attach }) {
  const say = (key, facts) => wording.say(key, facts);
  const words = make("textarea", { id: "words", rows: 1, maxLength: MOST_CHARACTERS, placeholder: say("writeHere"), autocomplete: "off", dir: "auto" });
  const label = make("label", { className: "unseen", htmlFor: "words", textContent: say("yourMessage") });
  const picker = make("input", { type: "file", accept: FILES, hidden: true, tabIndex: -1, ariaLabel: say("attach") });
  const clip = iconButton(say("attach"), ICONS.clip, () => picker.click(), "clip");
  const submit = iconButton(say("send"), ICONS.send, () => {}, "primary send");
  submit.type = "submit";
  const chips = make("ul", { className: "chips", hidden: true });
  const row = make("div", { className: "line" }, clip, picker, label, words, submit);
  const form = make("form", { className: "composer", noValidate: true }, chips, row);
  let files = [];

  const fit = () => {
    words.style.height = "auto";
    words.style.height = `${Math.min(words.scrollHeight + 2, 140)}px`;
  };
  const write = (text) => {
    words.value = text;
    draft.set(text);
    fit();
  };
  const showFiles = () => {
    chips.hidden = !files.length;
    chips.replaceChildren(...files.map((file) => {
      const remove = iconButton(say("detach", { name: file.name }), ICONS.close, () => {
        files = files.filter((each) => each !== file);
        showFiles();
        words.focus();
      });
      return make("li", {}, make("span", { textContent: file.name, dir: "auto" }), remove);
    }));
  };
  let sending = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true; // until somebody is there to take the words they stay where they were written
    await ready();
    sending = false;
    const text = words.value.trim();
    if (!text && !files.length) return;
    const attachments = files;
    files = [];
    showFiles();
    write("");
    words.focus();
    send(text || attachments.map((each) => each.name).join(", "), attachments);
  };
  words.oninput = () => {
    draft.set(words.value);
    fit();
    if (words.value) writing();
  };
  words.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  picker.onchange = async () => {
    const [file] = picker.files;
    picker.value = "";
    const added = file && (await attach(file));
    if (!added) return;
    files = [...files, added];
    showFiles();
  };
  const enable = (on) => {
    words.disabled = submit.disabled = !on;
    clip.disabled = !on || files.length >= MOST_FILES;
  };
  words.value = draft.get();
  return { form, words, clip, write, fit, enable };
}
