// Calls of the HTTP API, and what their failures mean to somebody at the desk. Nothing here knows about the page.

import { language, say } from "/desk/wording.js";

const SILENCE_MS = 40_000; // the service gives a sign of life every 15 s

export class Trouble extends Error {
  constructor(detail, status, wait = 0) {
    super(detail);
    this.status = status; // 0 where no answer came
    this.wait = wait; // seconds that the service asks us to wait
  }
}

export class Service {
  // `renew` gives another token, or an empty one, when the one in use is refused.
  constructor(token, renew = async () => "") {
    Object.assign(this, { token, renew });
  }

  get(path) {
    return this.#answer("GET", path);
  }

  post(path, body) {
    return this.#answer("POST", path, body);
  }

  put(path, body) {
    return this.#answer("PUT", path, body);
  }

  async upload(path, file) {
    const body = new FormData();
    body.append("file", file);
    return read(await this.#send(path, { method: "POST", body }), "json");
  }

  // A file's content, to be kept: it is never shown as a page.
  async file(path) {
    return read(await this.#send(path), "blob");
  }

  // Hears events until `stop` aborts, the connection breaks or nothing is heard any more.
  async follow(path, stop, { opened, hear }) {
    const silence = new AbortController();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    alive();
    try {
      const answer = await this.#send(path, { headers: { Accept: "text/event-stream" }, signal: AbortSignal.any([stop, silence.signal]) });
      opened();
      await readEvents(answer.body, alive, hear);
    } finally {
      clearTimeout(watch);
    }
  }

  async #answer(method, path, body) {
    const headers = { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
    const answer = await this.#send(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    return answer.status === 204 ? null : read(answer, "json");
  }

  // What is refused for its token is sent once more with another: nothing was done by it.
  async #send(path, { headers = {}, ...options } = {}) {
    const sent = this.token;
    const send = () => fetch(path, { ...options, headers: { "Accept-Language": language, ...headers, Authorization: `Bearer ${this.token}` }, cache: "no-store", credentials: "omit" });
    let answer;
    try {
      answer = await send();
      if (answer.status === 401) {
        const token = this.token === sent ? await this.renew() : this.token;
        if (token) {
          this.token = token;
          answer = await send();
        }
      }
    } catch {
      throw new Trouble("", 0);
    }
    if (answer.ok) return answer;
    throw await troubleOf(answer);
  }
}

async function read(answer, how) {
  try {
    return await answer[how]();
  } catch {
    throw new Trouble("", 0);
  }
}

async function readEvents(body, alive, hear) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) tell(block, hear);
  }
}

function tell(block, hear) {
  const event = { kind: "", data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.kind = value;
    else if (field === "data") event.data += value;
  }
  if (event.data) hear(event.kind, JSON.parse(event.data));
}

async function troubleOf(response) {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  try {
    const problem = await response.json();
    return new Trouble(problem.detail || problem.title, response.status, wait);
  } catch {
    return new Trouble(`HTTP ${response.status}`, response.status, wait);
  }
}

// What happened, what was kept, what to do.
export function explain(error, kept = say("nothingChanged")) {
  if (!(error instanceof Trouble)) return say("pageFailed", { detail: error.message, kept });
  const { status, wait } = error;
  const detail = error.message.replace(/\.$/, "");
  if (status === 0) return say("unreachable", { kept });
  if (status === 401) return say("unauthorized", { kept });
  if (status === 403) return say("forbidden", { kept });
  if (status === 404) return say("gone", { detail, kept });
  if (status === 409) return say("conflict", { detail, kept });
  if (status === 429) return say("tooMany", { kept, wait: wait || 5 });
  if (status >= 500) return say("serviceFailed", { detail, kept });
  return say("notAccepted", { detail, kept });
}
