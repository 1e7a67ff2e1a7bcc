// Who is talking: a customer whom the page's own server vouches for, or a visitor whom nobody knows.

import { Trouble } from "./service.js";

const PATIENCE_MS = 15_000;

export class Identity {
  // `fetchToken` asks the page for a customer's token, null where nobody is signed in; visitors get theirs from us. `kept` is
  // where a visitor's secret lies, by which their conversation is found again.
  constructor({ base, company, fetchToken, kept, changed }) {
    this.base = base;
    this.company = company;
    this.fetchToken = fetchToken;
    this.kept = kept;
    this.changed = changed;
    this.who = null; // not known yet; empty for a visitor
    this.current = null;
  }

  async token() {
    if (this.current) return this.current;
    this.asked ??= this.#ask().finally(() => {
      this.asked = null;
    });
    await this.asked;
    return this.current;
  }

  // A fresh token instead of one that was refused; false where there is none.
  async renew(refused) {
    if (this.current === refused) this.current = null;
    return (await this.token()) !== refused;
  }

  // Lets the token go: somebody else may have signed in.
  forget() {
    this.current = null;
    this.who = null;
  }

  async #ask() {
    const before = this.who;
    const secret = this.kept.get("secret");
    const answer = (await this.fetchToken(secret)) ?? (await this.#visit(secret));
    if (answer.secret) this.kept.set("secret", answer.secret);
    this.who = answer.secret ? "" : nameOf(answer);
    this.current = answer.token;
    if (before === null || before === this.who) return;
    this.changed();
    throw new Trouble("", 0); // what was under way was another person's
  }

  async #visit(secret) {
    const body = JSON.stringify({ company: this.company, ...(secret && { secret }) });
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const answer = await fetch(`${this.base}/v1/visitor-sessions`, { method: "POST", headers, body, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
      throw new Trouble("", 0);
    });
    if (!answer.ok) throw new Trouble("", answer.status);
    return answer.json();
  }
}

// Asks the page's server; where nobody is signed in it answers 204, 401 or nothing. It may vouch for visitors too: it is
// told the secret of an earlier visit.
export async function fetchFrom(url, secret) {
  const headers = { Accept: "application/json", ...(secret && { "Switchboard-Visitor": secret }) };
  const answer = await fetch(url, { headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
    throw new Trouble("", 0);
  });
  if (answer.status >= 500) throw new Trouble("", answer.status);
  const given = answer.ok && answer.status !== 204 ? await answer.json().catch(() => null) : null;
  return given?.token ? given : null;
}

// Not the customer's number itself: it names what is kept in this browser.
function nameOf({ token, customer }) {
  const text = String(customer?.id ?? claimsOf(token).sub ?? token);
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}

function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}
