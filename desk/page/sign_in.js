// Signing in at the company's identity provider: OpenID Connect, authorization code with PKCE (RFC 7636, RFC 9207).
// The page holds no secret; what it is given is kept in this tab alone.

const UNDER_WAY = "switchboard.desk.signing-in";
const TOKENS = "switchboard.desk.tokens";

export class SignIn {
  // `about`: { issuer, client_id, scope, parameters }, as the service was told.
  constructor(about) {
    Object.assign(this, about);
    this.place = location.origin + location.pathname;
  }

  get token() {
    return this.#kept()?.access_token ?? "";
  }

  // Leaves for the provider's page. Raises where the provider cannot be read.
  async begin() {
    const { authorization_endpoint: page } = await this.#provider();
    const underWay = { state: random(), verifier: random() };
    sessionStorage.setItem(UNDER_WAY, JSON.stringify(underWay));
    const asked = {
      response_type: "code", client_id: this.client_id, redirect_uri: this.place, scope: this.scope, state: underWay.state,
      code_challenge: await challengeOf(underWay.verifier), code_challenge_method: "S256", ...this.parameters,
    };
    location.assign(`${page}?${new URLSearchParams(asked)}`);
  }

  // Whether this page was opened by the provider's answer. The answer leaves the address and the history at once.
  async finish() {
    const answer = new URLSearchParams(location.search);
    if (!answer.has("state")) return false;
    history.replaceState(null, "", location.pathname);
    const underWay = JSON.parse(sessionStorage.getItem(UNDER_WAY) ?? "null");
    sessionStorage.removeItem(UNDER_WAY);
    if (!underWay || underWay.state !== answer.get("state")) throw new Error("state");
    if ((answer.get("iss") ?? this.issuer) !== this.issuer) throw new Error("iss");
    if (!answer.get("code")) throw new Error(answer.get("error") ?? "code");
    await this.#ask({ grant_type: "authorization_code", code: answer.get("code"), redirect_uri: this.place, code_verifier: underWay.verifier });
    return true;
  }

  // A new access token, once for all who ask at the same time; empty where the provider gives none any more.
  renew() {
    this.renewing ??= this.#renew().finally(() => { this.renewing = null; });
    return this.renewing;
  }

  async #renew() {
    const refresh = this.#kept()?.refresh_token;
    if (!refresh) return "";
    return this.#ask({ grant_type: "refresh_token", refresh_token: refresh }).catch(() => "");
  }

  // Ends the session at the provider, too, where it offers that.
  async leave() {
    const hint = this.#kept()?.id_token;
    sessionStorage.removeItem(TOKENS);
    const { end_session_endpoint: page } = await this.#provider().catch(() => ({}));
    if (page) location.assign(`${page}?${new URLSearchParams({ client_id: this.client_id, post_logout_redirect_uri: this.place, ...(hint ? { id_token_hint: hint } : {}) })}`);
  }

  forget() {
    sessionStorage.removeItem(TOKENS);
  }

  async #ask(grant) {
    const { token_endpoint: place } = await this.#provider();
    const body = new URLSearchParams({ client_id: this.client_id, ...grant, ...this.parameters });
    const answer = await fetch(place, { method: "POST", body, credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    const given = { ...this.#kept(), ...(await answer.json()) };
    sessionStorage.setItem(TOKENS, JSON.stringify(given));
    return given.access_token;
  }

  async #provider() {
    this.found ??= await fetch(`${this.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { credentials: "omit" }).then((answer) => answer.json());
    if (this.found.issuer !== this.issuer) throw new Error("issuer");
    return this.found;
  }

  #kept() {
    return JSON.parse(sessionStorage.getItem(TOKENS) ?? "null");
  }
}

const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier) => encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));

// base64url without padding (RFC 4648, section 5)
const encode = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
