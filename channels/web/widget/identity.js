// Who is talking: a customer whom the page's own server vouches for, or a visitor whom nobody knows.

import { Trouble } from "./service.js";

export class Identity {
  // `fetchToken` asks the page for a customer's token, null where nobody is signed in; `fetchVisitor` asks for a visitor's.
  constructor({ fetchToken, fetchVisitor, changed }) {
    this.fetchToken = fetchToken;
    this.fetchVisitor = fetchVisitor;
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
    if (this.current === refused) {
      this.current = null;
      this.refused = refused;
    }
    return (await this.token()) !== refused;
  }

  // Lets the token go: somebody else may have signed in.
  forget() {
    this.current = null;
    this.who = null;
  }

  async #ask() {
    const before = this.who;
    const answer = await this.fetchToken();
    this.who = answer?.token ? await nameOf(answer) : "";
    this.current = answer?.token || (await this.fetchVisitor(this.refused));
    if (before === null || before === this.who) return;
    this.changed();
    throw new Trouble("", 0); // what was under way was another person's
  }
}

// Asks the page's server; whoever is not signed in gets 204, 401 or an answer without a token.
export async function fetchFrom(url) {
  let answer;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Trouble("", 0);
  }
  if (answer.status >= 500) throw new Trouble("", answer.status);
  return answer.ok && answer.status !== 204 ? answer.json().catch(() => null) : null;
}

// Not the customer's number itself: it names what is kept in this browser.
async function nameOf({ token, customer_id: customer }) {
  const text = String(customer ?? claimsOf(token).sub ?? token);
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
