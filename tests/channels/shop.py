"""A company's web site on an origin of its own: the how-to's example, with any styles and whoever is signed in."""

import importlib.util
import json
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from app.company.profile import REFERENCE
from tests.channels.http_service import Service
from tests.channels.running_service import running

EXAMPLE = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "shop.py"


def load_example() -> Any:
    """The example as a module of its own."""
    spec = importlib.util.spec_from_file_location("example_shop", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Shop:
    """Serves a page with these styles and attributes of the widget's script, and tokens for whoever is signed in."""

    def __init__(self) -> None:
        self.service: Service | None = None
        self.customer: str | None = None
        self.vouches_for_visitors = False
        self.styles = ""
        self.attributes: dict[str, str] = {}
        self.example = load_example()
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
        return self.example.policy(self.widget) + ("; style-src 'unsafe-inline'" if self.styles else "")

    def page(self) -> bytes:
        given = " ".join(f'data-{name}="{value}"' for name, value in self.attributes.items())
        styles = f"<style>{self.styles}</style>" if self.styles else ""
        return self.example.PAGE.format(switchboard=self.widget, head=styles, data=given).encode()

    def token(self, secret: str | None) -> bytes:
        assert self.service is not None
        if self.customer is None:
            body = {"customer": None, "secret": secret, "origin": self.url}
            return self.service.call("POST", "/v1/customer-sessions", body).content
        channel = self.service.tokens["channel"]
        return self.example.ask_for_token(self.widget, channel, self.customer, self.url)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body, kind = 200, b"", "application/json"
                if self.path != "/switchboard-token":
                    body, kind = shop.page(), "text/html"
                elif shop.customer is None and not shop.vouches_for_visitors:
                    status = 204
                else:
                    body = shop.token(self.headers.get("Switchboard-Visitor"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", shop.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Says nothing."""

        return Handler


def company_with(folder: Path, shop: Shop) -> Path:
    """The reference company, whose pages at the shop's origin may ask for visitors' sessions."""
    company = folder / "company"
    shutil.copytree(REFERENCE, company)
    file = company / "company.toml"
    web = f'[tenants.northwind-fibre.web]\norigins = {json.dumps([shop.url])}\naccent = "#7a1f5c"\n'
    file.write_text(f"{file.read_text()}\n{web}")
    return company


@contextmanager
def open_shop(folder: Path) -> Generator[Shop]:
    """A shop and the service that it uses."""
    shop = Shop()
    try:
        (folder / "data").mkdir()
        with running(folder / "data", company=company_with(folder, shop)) as service:
            shop.service = service
            yield shop
    finally:
        shop.close()
