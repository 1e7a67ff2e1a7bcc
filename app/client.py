"""A client of the HTTP API, for the terminal: the same door that channel front-ends use."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from app.places import TOKENS, no_installation
from domain.errors import BadRequest, SwitchboardError

Json = dict[str, Any]


class ServiceError(SwitchboardError):
    """The service answered with a problem; the message is its title and detail."""


class RequestRefused(ServiceError, BadRequest):
    """The service says that what was asked for cannot be meant: another name or value would help."""


_WRONG_WORDS = (400, 404, 422)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The development tokens, by the name of their principal."""

    values: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Tokens":
        """Read `tokens.json` of a data folder.

        Raises:
            UnknownName: there is none.
        """
        path = folder / TOKENS
        if not path.exists():
            raise no_installation(folder)
        return cls(json.loads(path.read_text("utf-8")))


class ServiceClient:
    """Calls one running service as its development principals."""

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self._tokens = tokens
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def call(self, principal: str, method: str, path: str, body: Json | None = None) -> Json:
        """One call as a principal.

        Raises:
            ServiceError: the service refused, or cannot be reached.
        """
        headers = {"Authorization": f"Bearer {self._tokens.values[principal]}"}
        try:
            answer = self._http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise ServiceError(f"{self.url} cannot be reached: {error}") from None
        data: Json = answer.json() if answer.content else {}
        if answer.is_error:
            kind = RequestRefused if answer.status_code in _WRONG_WORDS else ServiceError
            raise kind(f"{data.get('title', answer.status_code)}: {data.get('detail', '')}".rstrip(": "))
        return data

    def open(self, customer_id: str | None, locale: str = "en", auth_level: str = "authenticated") -> Json:
        """Open a chat for a customer, or for nobody yet."""
        customer = {"id": customer_id, "auth_level": auth_level} if customer_id else None
        body: Json = {"channel": "chat", "customer": customer, "locale": locale}
        return self.call("channel", "POST", "/v1/conversations", body)

    def send(self, conversation_id: str, text: str) -> Json:
        """Send a customer's message and return the turn."""
        body = {"client_message_id": uuid4().hex, "text": text}
        return self.call("channel", "POST", f"/v1/conversations/{conversation_id}/messages", body)

    def code_of(self, customer_id: str) -> str:
        """The newest verification code that the sandbox sent to a customer."""
        items = self.call("channel", "GET", f"/v1/sandbox/outbox?customer_id={customer_id}")["items"]
        return next((item["code"] for item in reversed(items) if item.get("code")), "")

    def journal(self, conversation_id: str) -> list[Json]:
        """The conversation's record, as the auditor sees it."""
        return self.call("auditor", "GET", f"/v1/conversations/{conversation_id}/journal")["items"]


def is_up(url: str) -> bool:
    """Whether a service answers there."""
    try:
        return httpx.get(f"{url}/healthz", timeout=1, trust_env=False).is_success
    except httpx.HTTPError:
        return False
