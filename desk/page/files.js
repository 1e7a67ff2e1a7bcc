// Files that go with a reply: chosen, dropped or pasted; uploaded at once, named by the message that is sent.

import { explain } from "/desk/service.js";
import { button, find, make } from "/desk/elements.js";
import { say, term } from "/desk/wording.js";

const MOST = 5;
const MOST_BYTES = 10 * 1024 * 1024;
const CARRYING = ["chat", "email"]; // on other channels no file reaches the customer
const kept = new Map(); // what was uploaded and not sent yet, by conversation

export class Files {
  constructor({ service, id, channel, told }) {
    Object.assign(this, { service, id, channel, told });
    find("attach").hidden = !this.carried;
    find("no-files").textContent = this.carried ? "" : say("noFiles", { channel: term(channel) });
    this.#show();
  }

  get carried() {
    return CARRYING.includes(this.channel);
  }

  get items() {
    return kept.get(this.id) ?? [];
  }

  get names() {
    return this.items.map((each) => each.name).join(", ");
  }

  // A file of the conversation, saved where the person says.
  async keep(file) {
    try {
      const place = URL.createObjectURL(await this.service.file(`/v1/conversations/${this.id}/attachments/${file.id}`));
      Object.assign(document.createElement("a"), { href: place, download: file.name }).click();
      URL.revokeObjectURL(place);
    } catch (error) {
      this.told(explain(error), true, error);
    }
  }

  async add(files) {
    if (!this.carried) return this.told(say("noFiles", { channel: term(this.channel) }), true);
    for (const file of files) await this.#upload(file);
  }

  async #upload(file) {
    if (this.items.length >= MOST) return this.told(say("mostFiles", { most: MOST }), true);
    if (file.size > MOST_BYTES) return this.told(say("fileTooLarge", { name: file.name }), true);
    this.told(say("attachingFile", { name: file.name }));
    try {
      const added = await this.service.upload(`/v1/conversations/${encodeURIComponent(this.id)}/attachments`, file);
      kept.set(this.id, [...this.items, added]);
      this.told(say("fileAttached", { name: added.name }));
    } catch (error) {
      this.told(explain(error, say("fileNotKept", { name: file.name })), true, error);
    }
    this.#show();
  }

  clear(sent) {
    kept.set(this.id, this.items.filter((each) => !sent.includes(each)));
    this.#show();
  }

  #show() {
    if (this.stopped) return;
    find("files").hidden = !this.items.length;
    find("files").replaceChildren(...this.items.map((each) => {
      const remove = button("×", () => {
        this.clear([each]);
        find("reply").focus();
      });
      remove.ariaLabel = say("detachFile", { name: each.name });
      return make("li", {}, make("span", { textContent: each.name, dir: "auto" }), remove);
    }));
  }
}

// `current` gives the files of the conversation that is open and one's own, or nothing.
export function wireFiles(current) {
  find("attach").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", () => {
    current()?.add([...find("file").files]);
    find("file").value = "";
  });
  find("reply").addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length || !current()) return;
    event.preventDefault();
    current().add([...event.clipboardData.files]);
  });
  const talk = find("talk");
  talk.addEventListener("dragover", (event) => current() && event.preventDefault());
  talk.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length || !current()) return;
    event.preventDefault();
    current().add([...event.dataTransfer.files]);
  });
}
