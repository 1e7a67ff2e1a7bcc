"""A company's web site on an origin of its own: a page with the widget, and a server that vouches for its customers."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from app.company.profile import REFERENCE
from tests.channels.http_service import Service
from tests.channels.running_service import running


class Shop:
    """Serves `/shop` with this page's styles and the widget's attributes, `/switchboard-token` for who is signed in."""

    def __init__(self) -> None:
        self.service: Service | None = None
        self.customer: str | None = "C-10030"
        self.styles = ""
        self.attributes: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def widget(self) -> str:
        assert self.service is not None
        return self.service.url

    @property
    def policy(self) -> str:
        """What the how-to tells a company to allow, and nothing else."""
        inline = "; style-src 'unsafe-inline'" if self.styles else ""
        return f"default-src 'none'; script-src {self.widget}; connect-src 'self' {self.widget}{inline}"

    def page(self) -> str:
        given = " ".join(f'data-{name}="{value}"' for name, value in self.attributes.items())
        styles = f"<style>{self.styles}</style>" if self.styles else ""
        return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">{styles}
        <script src="{self.widget}/widget.js" data-company="northwind-fibre" data-token-url="/switchboard-token" {given}
        async></script></head><body><main><h1>Shop</h1><a href="#top">Up</a></main></body></html>"""

    def token(self) -> tuple[int, bytes]:
        """What a company's server answers its own page: 204 where nobody is signed in."""
        if self.customer is None:
            return 204, b""
        assert self.service is not None
        customer = {"id": self.customer, "auth_level": "authenticated"}
        answer = self.service.call("POST", "/v1/customer-sessions", {"customer": customer, "origin": self.url})
        return 200, answer.content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, kind = 200, shop.page().encode(), "text/html"
                if self.path == "/switchboard-token":
                    (status, body), kind = shop.token(), "application/json"
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", shop.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler


def company_with(folder: Path, shop: Shop) -> Path:
    """The reference company, whose pages at the shop's origin may ask for visitors' sessions."""
    company = folder / "company"
    shutil.copytree(REFERENCE, company)
    file = company / "company.toml"
    web = f"[tenants.northwind-fibre.web]\norigins = {json.dumps([shop.url])}\nvisitors = true\n"
    file.write_text(f"{file.read_text()}\n{web}")
    return company


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """A shop and the service that it uses."""
    shop = Shop()
    try:
        (folder / "data").mkdir()
        with running(folder / "data", company=company_with(folder, shop)) as service:
            shop.service = service
            yield shop
    finally:
        shop.close()
