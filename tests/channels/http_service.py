"""The running service as tests talk to it: over HTTP, as one of its principals."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

Json = dict[str, Any]
_serial = count(1)


@dataclass(frozen=True)
class Service:
    """Where the service listens, and the tokens of its principals."""

    url: str
    tokens: dict[str, str]

    def client(self, principal: str = "channel") -> httpx.Client:
        """An HTTP client with that principal's token; with none for the empty name."""
        headers = {"Authorization": f"Bearer {self.tokens[principal]}"} if principal else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def call(self, method: str, path: str, body: Any = None, principal: str = "channel") -> httpx.Response:
        """One call as a principal."""
        with self.client(principal) as client:
            return client.request(method, path, json=body)

    def open(self, customer_id: str | None = "C-10001", auth_level: str = "authenticated", locale: str = "en") -> str:
        """Open a conversation and return its id."""
        customer = {"id": customer_id, "auth_level": auth_level} if customer_id else None
        body = {"channel": "chat", "customer": customer, "locale": locale}
        answer = self.call("POST", "/v1/conversations", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def send(self, conversation_id: str, text: str, client_message_id: str = "") -> httpx.Response:
        """Send a customer's message."""
        body = {"client_message_id": client_message_id or f"message-{next(_serial)}", "text": text}
        return self.call("POST", f"/v1/conversations/{conversation_id}/messages", body)

    def read(self, conversation_id: str) -> Json:
        """The whole conversation."""
        answer = self.call("GET", f"/v1/conversations/{conversation_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextmanager
    def stream(self, method: str, path: str, body: Any = None, **headers: str) -> Iterator["Stream"]:
        """Server-sent events as they come."""
        sent = {"Accept": "text/event-stream", **headers}
        with self.client() as client, client.stream(method, path, json=body, headers=sent) as response:
            yield Stream(response)


@dataclass(frozen=True)
class Heard:
    """One event, or one comment."""

    kind: str
    id: int | None
    data: Any
    comment: str = ""


class Stream:
    """Reads events one at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[Heard]:
        fields: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(":"):
                fields["comment"] = line[1:].strip()
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                yield _heard(fields)
                fields = {}

    def until(self, kind: str) -> list[Heard]:
        """Everything up to and with the first event of this kind."""
        heard: list[Heard] = []
        for each in self:
            heard.append(each)
            if each.kind == kind:
                return heard
        raise AssertionError(f"the stream ended without {kind}: {heard}")


def _heard(fields: dict[str, str]) -> Heard:
    number = int(fields["id"]) if "id" in fields else None
    data = json.loads(fields["data"]) if "data" in fields else None
    return Heard(fields.get("event", ""), number, data, fields.get("comment", ""))
