// Calls of the HTTP API and its server-sent events. Nothing here knows about the page.

export class Trouble extends Error {
  constructor(detail, status, wait = 0) {
    super(detail);
    this.status = status; // 0 where no answer came
    this.wait = wait; // seconds that the service asks us to wait
  }
}

const ANSWER_MS = 20_000;
const TURN_MS = 120_000; // a turn may wait for slow systems; the same message sent again is the same turn
const SILENCE_MS = 40_000; // the service gives a sign of life every 15 s

export class Service {
  constructor(base, identity) {
    this.base = base;
    this.identity = identity;
  }

  get(path) {
    return this.#call("GET", path).then((answer) => answer.json());
  }

  post(path, body = {}, patience = ANSWER_MS) {
    return this.#call("POST", path, { body: JSON.stringify(body), type: "application/json", patience }).then((answer) => (answer.status === 204 ? null : answer.json()));
  }

  postMessage(path, body) {
    return this.post(path, body, TURN_MS);
  }

  upload(path, file) {
    const body = new FormData();
    body.append("file", file);
    return this.#call("POST", path, { body, patience: TURN_MS }).then((answer) => answer.json());
  }

  file(path) {
    return this.#call("GET", path, { accept: "*/*", patience: TURN_MS }).then((answer) => answer.blob());
  }

  text(path, accept) {
    return this.#call("GET", path, { accept }).then((answer) => answer.text());
  }

  // Hears everything after event `after` until `stop` aborts, the connection breaks or nothing is heard any more.
  async follow(path, after, stop, { opened, hear }) {
    const silence = new AbortController();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    alive();
    try {
      const signal = AbortSignal.any([stop, silence.signal]);
      const answer = await this.#call("GET", path, { accept: "text/event-stream", after, signal });
      opened();
      await readEvents(answer.body, alive, hear);
    } finally {
      clearTimeout(watch);
    }
  }

  async #call(method, path, options = {}, again = true) {
    const token = await this.identity.token();
    let answer;
    try {
      answer = await fetch(this.base + path, request(method, token, options));
    } catch {
      throw new Trouble("", 0);
    }
    if (answer.ok) return answer;
    if (answer.status === 401 && again && (await this.identity.renew(token))) return this.#call(method, path, options, false);
    throw await troubleOf(answer);
  }
}

function request(method, token, { body, type, accept = "application/json", after, signal, patience = ANSWER_MS }) {
  const headers = { Accept: accept, Authorization: `Bearer ${token}` };
  if (type) headers["Content-Type"] = type;
  if (after) headers["Last-Event-ID"] = String(after);
  return { method, body, headers, cache: "no-store", credentials: "omit", mode: "cors", signal: signal ?? AbortSignal.timeout(patience) };
}

async function troubleOf(answer) {
  const wait = Number(answer.headers.get("Retry-After")) || 0;
  const problem = await answer.json().catch(() => ({}));
  return new Trouble(problem.detail || problem.title || "", answer.status, wait);
}

async function readEvents(stream, alive, hear) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
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
  const event = { kind: "message", id: 0, data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.kind = value;
    else if (field === "id") event.id = Number(value);
    else if (field === "data") event.data += value;
  }
  if (event.data) hear({ ...event, data: JSON.parse(event.data) });
}
