// Calls of the HTTP API, and its server-sent events. Nothing here knows about the page.

export class Trouble extends Error {
  constructor(detail, status) {
    super(detail);
    this.status = status;
  }
}

export class Service {
  constructor(token) {
    this.token = token;
  }

  get(path) {
    return this.#answer("GET", path);
  }

  post(path, body) {
    return this.#answer("POST", path, body);
  }

  // Posts and hands each event to `hear` as it comes; returns when the stream ends.
  async postStream(path, body, hear) {
    const response = await this.#fetch("POST", path, body, { Accept: "text/event-stream" });
    await readEvents(response.body, hear);
  }

  // Hears everything after `lastEventId` until `signal` aborts or the connection breaks.
  async follow(path, lastEventId, signal, hear) {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(lastEventId) };
    const response = await this.#fetch("GET", path, undefined, headers, signal);
    await readEvents(response.body, hear);
  }

  async #answer(method, path, body) {
    return (await this.#fetch(method, path, body)).json();
  }

  async #fetch(method, path, body, headers = {}, signal) {
    const all = { Accept: "application/json", ...headers };
    if (this.token) all.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) all["Content-Type"] = "application/json";
    const options = { method, headers: all, signal, cache: "no-store", credentials: "omit" };
    const response = await fetch(path, { ...options, body: body === undefined ? undefined : JSON.stringify(body) });
    if (!response.ok) throw await troubleOf(response);
    return response;
  }
}

async function troubleOf(response) {
  try {
    const problem = await response.json();
    return new Trouble(problem.detail || problem.title, response.status);
  } catch {
    return new Trouble(`HTTP ${response.status}`, response.status);
  }
}

async function readEvents(stream, hear) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) tell(block, hear);
  }
}

function tell(block, hear) {
  const event = { kind: "message", id: null, data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.kind = value;
    else if (field === "id") event.id = Number(value);
    else if (field === "data") event.data += value;
  }
  if (event.data) hear({ ...event, data: JSON.parse(event.data) });
}
