"""Where Chatwoot calls: its signature is checked before anything is read, and it is answered at once."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, FastAPI, Request

from channels.connectors.profiles import ChatwootProfile
from channels.desks.chatwoot import KEY, OURS, part_of, standing_of
from channels.desks.connector import DeskConnector
from channels.desks.intake import DeskIntake
from channels.desks.remote_desk import RemoteFile, RemoteNews, RemoteTyping
from channels.http.limits import parse_json
from domain.errors import BadRequest, NotAuthenticated, NotFound
from router.other_desks import DeskAgent, DeskNews

FRESH_S = 300.0
"""A signature that is older, or further ahead, counts for nothing."""
PATH = "/hooks/chatwoot/{name}"
STANDING = frozenset({"conversation_status_changed", "conversation_updated"})
TYPES = "conversation_typing_on"
LABELS = "label_list"
"""The name under which Chatwoot says that labels changed."""
MOST_FILES = 10
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatwootDoor:
    """One account: what it is and its connector."""

    profile: ChatwootProfile
    connector: DeskConnector


@dataclass(frozen=True, slots=True)
class ChatwootHooks:
    """Takes in what Chatwoot tells about our inboxes."""

    doors: Mapping[str, ChatwootDoor]
    intake: Callable[[], DeskIntake]
    clock: Callable[[], datetime]

    async def receive(self, name: str, request: Request, key: str = "") -> dict[str, bool]:
        """One event: written down, then followed. What is not about our conversations is answered and let go."""
        door, body = self.doors.get(name), await request.body()
        if door is None:
            raise NotFound("There is no such connector.")
        self._check(door.profile, request, body, key)
        try:
            told = parse_json(body)
        except ValueError as error:
            raise BadRequest(f"The body is not what Chatwoot sends: {error}.") from None
        if typing := read_typing(told, door.profile) if isinstance(told, dict) else None:  # pyright: ignore
            return {"news": await self.intake().type(door.connector, typing)}
        news = read_news(told, door.profile, body) if isinstance(told, dict) else None  # pyright: ignore
        if news is None:
            return {"news": False}
        if not await self.intake().enter(door.connector, news):
            if news.news is not None:  # Chatwoot marks the message as failed: whoever wrote it sees that
                raise NotFound("This conversation was not handed over by Switchboard.")
            return {"news": False}
        return {"news": True}

    def _check(self, profile: ChatwootProfile, request: Request, body: bytes, key: str) -> None:
        secret = profile.webhook_secret.get_secret_value()
        if profile.unsigned:
            if not hmac.compare_digest(key.encode("utf-8", "replace"), secret.encode()):
                raise NotAuthenticated("The last part of the address is not this inbox's webhook_secret.")
            return
        at = request.headers.get("x-chatwoot-timestamp", "")
        given = request.headers.get("x-chatwoot-signature", "")
        if not hmac.compare_digest(sign(secret, at, body).encode(), given.encode("utf-8", "replace")):
            raise NotAuthenticated("Not signed with this inbox's webhook_secret.")
        if not at.isdecimal() or abs(self.clock().timestamp() - float(at[:12])) > FRESH_S:
            raise NotAuthenticated("Its timestamp is not of the last five minutes.")

    def attach(self, app: FastAPI) -> None:
        """Serve the hooks, outside the API: Chatwoot has no token of ours, its signature proves who calls."""
        router = APIRouter()
        router.add_api_route(PATH, self.receive, methods=["POST"], include_in_schema=False)
        router.add_api_route(f"{PATH}/{{key}}", self.receive, methods=["POST"], include_in_schema=False)
        app.include_router(router)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Chatwoot's signature of what it tells: of the timestamp and the very bytes of the body."""
    signed = timestamp.encode("utf-8", "replace") + b"." + body
    return f"sha256={hmac.digest(secret.encode(), signed, 'sha256').hex()}"


def read_news(told: Json, profile: ChatwootProfile, body: bytes) -> RemoteNews | None:
    """What an event tells; None where that is nothing to us: another inbox, a note, a bot, or an echo of our own."""
    event = told.get("event")
    is_message = event == "message_created"
    conversation = part_of(told, "conversation") if is_message else told
    remote = str(conversation.get("id") or conversation.get("display_id") or "")[:64]
    inbox = conversation.get("inbox_id") or part_of(told, "inbox").get("id")
    account = part_of(told, "account").get("id", profile.account_id)
    if not remote or inbox != profile.inbox_id or account != profile.account_id:
        return None
    ours = str(part_of(conversation, "custom_attributes").get(OURS) or "")[:64]
    standing = standing_of(conversation, profile)
    if event in STANDING:
        changed = event == "conversation_status_changed"
        return RemoteNews(sha256(body).hexdigest(), remote, ours, standing, reopens=changed, relabels=_relabels(told))
    said = _said(told) if is_message else None
    if said is None or not isinstance(told.get("id"), int):
        return None
    return RemoteNews(f"message:{told['id']}", remote, ours, standing, said, told["id"], files=_files(told))


def read_typing(told: Json, profile: ChatwootProfile) -> RemoteTyping | None:
    """Who types to the customer; None where it is no such event: a note, the customer, another inbox."""
    conversation, user = part_of(told, "conversation"), part_of(told, "user")
    if told.get("event") != TYPES or told.get("is_private") or user.get("type") != "user" or not user.get("id"):
        return None
    inbox = conversation.get("inbox_id") or part_of(told, "inbox").get("id")
    remote = str(conversation.get("id") or conversation.get("display_id") or "")[:64]
    return RemoteTyping(remote, str(user["id"])[:40]) if remote and inbox == profile.inbox_id else None


def _relabels(told: Json) -> bool:
    """Whether it tells that labels were put on or taken off."""
    changed = told.get("changed_attributes")
    return isinstance(changed, list) and any(isinstance(each, dict) and LABELS in each for each in changed)  # pyright: ignore


def _files(told: Json) -> tuple[RemoteFile, ...]:
    """Where the files of a message lie."""
    found: Any = told.get("attachments")
    items: list[Json] = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []  # pyright: ignore
    urls = [str(each.get("data_url") or "")[:2000] for each in items[:MOST_FILES]]
    return tuple(RemoteFile(unquote(urlsplit(url).path.rpartition("/")[2])[:120], url) for url in urls if url)


def _said(told: Json) -> DeskNews | None:
    """What a person wrote to the customer; not what a bot, a rule or a template says, which no claim lets through."""
    sender = part_of(told, "sender")
    ours = KEY in part_of(told, "content_attributes")
    by_person = bool(sender.get("id")) and sender.get("type", "user") == "user"
    if told.get("message_type") != "outgoing" or told.get("private") or ours or not by_person:
        return None
    text = str(told.get("content") or "").strip()
    name = str(sender.get("available_name") or sender.get("name") or "")
    return DeskNews("said", DeskAgent(str(sender["id"])[:40], name), text) if text or told.get("attachments") else None
