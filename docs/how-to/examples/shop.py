"""A shop's web site with the chat on its page. Its sign-in is a toy; the rest is what a real site does."""

import os
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

SHOP = os.environ.get("SHOP", "http://127.0.0.1:8081")
SWITCHBOARD = os.environ.get("SWITCHBOARD", "http://127.0.0.1:8080")
TOKEN = os.environ.get("SWITCHBOARD_TOKEN", "")

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}
<script src="{switchboard}/widget.js" data-company="northwind-fibre"
  data-token-url="/switchboard-token" {data} async></script>
</head><body><main><h1>Shop</h1><p><a href="/sign-in?C-1001">Sign in</a> <a href="/sign-out">Sign out</a></p></main>
</body></html>"""


def policy(switchboard: str) -> str:
    """The Content Security Policy of a page with the chat: no more than this is needed for it."""
    trusted = "require-trusted-types-for 'script'"
    return f"default-src 'none'; script-src {switchboard}; connect-src 'self' {switchboard}; {trusted}"


def ask_for_token(switchboard: str, token: str, customer: str, origin: str) -> bytes:
    """A token for the customer who is signed in: for this page, for some minutes."""
    body = {"customer": {"id": customer, "auth_level": "authenticated"}, "origin": origin}
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{switchboard}/v1/customer-sessions", json=body, headers=headers).raise_for_status().content


class Site(BaseHTTPRequestHandler):
    """The shop's pages."""

    def do_GET(self) -> None:
        path, _, number = self.path.partition("?")
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("customer")
        customer = cookie.value if cookie else ""
        if path == "/switchboard-token":
            if not customer:
                return self.answer(204, b"", "application/json")
            return self.answer(200, ask_for_token(SWITCHBOARD, TOKEN, customer, SHOP), "application/json")
        signed_in = number if path == "/sign-in" else "" if path == "/sign-out" else None
        page = PAGE.format(switchboard=SWITCHBOARD, head="", data="")
        return self.answer(200, page.encode(), "text/html", signed_in)

    def answer(self, status: int, body: bytes, kind: str, customer: str | None = None) -> None:
        """Send an answer; with `customer` that customer is signed in, with nothing in it nobody."""
        self.send_response(status)
        if customer is not None:
            self.send_header("Set-Cookie", f"customer={customer}; HttpOnly; SameSite=Lax; Path=/")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy(SWITCHBOARD))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(SHOP.rpartition(":")[2])), Site).serve_forever()
