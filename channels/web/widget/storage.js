// What the browser keeps of a conversation, for all tabs of one visitor. Where storage is forbidden it lasts as long as the page.

export class Storage {
  // `scope` names the company and who is talking, so that nobody finds what somebody else left on the same machine.
  constructor(scope) {
    this.prefix = `switchboard:${scope}:`;
    this.memory = new Map();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.prefix) : null;
  }

  get(name, otherwise = null) {
    try {
      const kept = localStorage.getItem(this.prefix + name);
      return kept === null ? otherwise : JSON.parse(kept);
    } catch {
      return this.memory.get(name) ?? otherwise;
    }
  }

  set(name, value) {
    this.memory.set(name, value);
    try {
      localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Private windows and full disks: the memory has it.
    }
  }

  remove(...names) {
    for (const name of names) {
      this.memory.delete(name);
      try {
        localStorage.removeItem(this.prefix + name);
      } catch {
        // As above.
      }
    }
  }

  // Tells the other tabs.
  tell(note) {
    this.channel?.postMessage(note);
  }

  // Hears what other tabs tell, and that they changed what is kept.
  listen({ told, changed }) {
    if (this.channel) this.channel.onmessage = (event) => told(event.data);
    this.heard = (event) => {
      if (event.key?.startsWith(this.prefix)) changed(event.key.slice(this.prefix.length));
    };
    addEventListener("storage", this.heard);
  }

  close() {
    this.channel?.close();
    removeEventListener("storage", this.heard);
  }
}

const CARD = /(?:\d[ -]?){13,19}/;

// Whether words may be written down in the browser: what looks like a card's number stays in this page's memory.
export const mayBeKept = (text) => !CARD.test(text);

// Not crypto.randomUUID: it does not exist where the page is served without TLS.
export function freshId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One tab works for all: it holds the event stream and sends. The tab that was looked at last is the one.
export class Turnstile {
  constructor(name, { begin, end }) {
    this.name = name;
    this.begin = begin;
    this.end = end;
    this.mine = false;
    this.closed = false;
    this.queue = null;
  }

  // Waits in line; with `steal` the work is taken from whichever tab has it.
  enter(steal = false) {
    if (this.mine || this.closed) return;
    if (!navigator.locks) this.#have(); // without TLS every tab works for itself; sending twice is harmless
    else if (steal) {
      this.queue?.abort();
      this.queue = null;
      this.#request({ steal: true });
    } else if (!this.queue) {
      this.queue = new AbortController();
      this.#request({ signal: this.queue.signal });
    }
  }

  leave() {
    this.closed = true;
    this.queue?.abort();
    this.release?.();
    this.#lost();
  }

  #request(options) {
    let had = false;
    const enter = () => {
      had = true;
      return this.#have();
    };
    navigator.locks.request(this.name, options, enter).catch(() => had && this.#lost());
  }

  #have() {
    this.queue = null;
    if (this.mine || this.closed) return undefined;
    this.mine = true;
    this.begin();
    return new Promise((done) => {
      this.release = done;
    });
  }

  #lost() {
    if (!this.mine) return;
    this.mine = false;
    this.end();
    this.enter();
  }
}
