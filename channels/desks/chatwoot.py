"""Chatwoot, by its application API and an inbox of its API channel; as its OpenAPI document of 1.0 has them."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from channels.connectors.addresses import AddressRefused
from channels.connectors.connector import Receipt
from channels.connectors.outgoing import OutgoingCalls, read_whole
from channels.connectors.profiles import ChatwootProfile
from channels.connectors.queue import UNCERTAIN
from channels.desks.remote_desk import DeskTrouble, Post, RemoteCase, RemoteFile, Standing
from router.attachments import LARGEST_BYTES
from router.other_desks import DeskAgent, FiledUnder, label_title

log = structlog.get_logger()
PATIENCE_S = 10.0
OURS = "switchboard_conversation"
"""The custom attribute of a conversation there that names ours."""
KEY = "switchboard"
"""The content attribute of a message there that says it is ours, and which."""
API_CHANNEL = "Channel::Api"
REFUSED = frozenset({400, 413, 422})
"""Answers to a message that stay whatever is tried: what comes after it does not wait for it."""
Json = Mapping[str, Any]


class Chatwoot:
    """See `RemoteDesk`. A lost answer makes no second conversation or message: each is looked for by our own id."""

    def __init__(self, profile: ChatwootProfile, http: httpx.AsyncClient, calls: OutgoingCalls) -> None:
        """`calls` fetch files from where Chatwoot keeps them."""
        self.profile = profile
        self._http = http
        self._calls = calls
        self._place = f"{profile.url.rstrip('/')}/api/v1/accounts/{profile.account_id}"
        self._headers = {"api_access_token": profile.api_token.get_secret_value()}

    async def open(self, case: RemoteCase) -> str:
        """See `RemoteDesk.open`."""
        contact = await self._find_contact(case) or await self._make_contact(case)
        found = await self._find_of(contact, case)
        if found:
            return found
        body = {
            "source_id": await self._source_of(contact),
            "inbox_id": self.profile.inbox_id,
            "contact_id": contact["id"],
            "custom_attributes": {**case.facts, OURS: case.conversation_id},
            "status": "open",
        }
        made = await self._call("POST", "/conversations", body)
        return str(made.get("id") or made.get("display_id") or "") or _lacks("the conversation's id")

    async def has(self, remote: str, key: str) -> bool:
        """See `RemoteDesk.has`."""
        found = await self._call("GET", f"/conversations/{remote}/messages")
        return any(part_of(each, "content_attributes").get(KEY) == key for each in _items(found))

    async def post(self, remote: str, post: Post) -> None:
        """See `RemoteDesk.post`."""
        kind = "outgoing" if post.private else "incoming"
        body = {"content": post.text, "message_type": kind, "private": post.private}
        path, ours = f"/conversations/{remote}/messages", {KEY: post.key}
        if not post.files:
            await self._call("POST", path, {**body, "content_attributes": ours})
            return
        form = {**body, "private": str(post.private).lower(), "content_attributes": json.dumps(ours)}
        files = [("attachments[]", (each.name, each.content, each.media_type)) for each in post.files]
        await self._call("POST", path, form, files=files)

    async def fetch(self, file: RemoteFile) -> bytes:
        """See `RemoteDesk.fetch`: Chatwoot's own address sends on to where it keeps files, which is a public one."""
        try:
            if not file.url.startswith(f"{self.profile.url.rstrip('/')}/"):
                return await self._calls.fetch(file.url, LARGEST_BYTES)
            async with self._http.stream("GET", file.url, timeout=PATIENCE_S) as answer:
                if not answer.is_redirect:
                    return await read_whole(answer, LARGEST_BYTES)
            there = str(answer.url.join(answer.headers.get("location", "")))
            if there.startswith(f"{self.profile.url.rstrip('/')}/"):
                async with self._http.stream("GET", there, timeout=PATIENCE_S) as answer:
                    return await read_whole(answer, LARGEST_BYTES)
            return await self._calls.fetch(there, LARGEST_BYTES)
        except (AddressRefused, httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("desk_file_not_fetched", error=type(error).__name__)
            return b""

    async def turn(self, remote: str, *, is_open: bool) -> None:
        """See `RemoteDesk.turn`."""
        status = "open" if is_open else "resolved"
        await self._call("POST", f"/conversations/{remote}/toggle_status", {"status": status})

    async def label(self, remote: str, filed: FiledUnder) -> None:
        """See `RemoteDesk.label`: Chatwoot shows those of its own list, by title."""
        path = f"/conversations/{remote}/labels"
        found = await self._call("GET", path)
        there: list[Any] = found.get("payload") or []
        ours = {label_title(each) for each in filed.known}
        kept = [str(each) for each in there if label_title(str(each)) not in ours]
        wanted = [*kept, *filter(None, map(label_title, filed.chosen))]
        if set(wanted) != set(there):
            await self._call("POST", path, {"labels": wanted})

    async def look(self, remote: str) -> Standing:
        """See `RemoteDesk.look`."""
        return standing_of(await self._call("GET", f"/conversations/{remote}"), self.profile)

    async def check(self) -> str:
        """See `RemoteDesk.check`: the token, the account, and that the inbox is one of the API channel."""
        try:
            inbox = await self._call("GET", f"/inboxes/{self.profile.inbox_id}/")
        except DeskTrouble as trouble:
            return f"api: {trouble}"
        kind = str(inbox.get("channel_type") or "")
        return "" if kind == API_CHANNEL else f"inbox_id: it is {kind or 'unknown'}, not an inbox of the API channel"

    async def _find_contact(self, case: RemoteCase) -> Json | None:
        found = await self._call("GET", "/contacts/search", params={"q": case.person})
        return next((each for each in _items(found) if each.get("identifier") == case.person), None)

    async def _make_contact(self, case: RemoteCase) -> Json:
        body = {"inbox_id": self.profile.inbox_id, "name": case.name, "identifier": case.person}
        made = await self._call("POST", "/contacts", body)
        payload = made.get("payload") or made
        contact = payload.get("contact") or payload
        if not contact.get("id") and not made.get("id"):
            _lacks("the contact's id")
        inboxes = contact.get("contact_inboxes") or [payload[name] for name in ("contact_inbox",) if name in payload]
        return {**contact, "id": contact.get("id") or made.get("id"), "contact_inboxes": inboxes}

    async def _find_of(self, contact: Json, case: RemoteCase) -> str:
        found = await self._call("GET", f"/contacts/{contact['id']}/conversations")
        for each in _items(found):
            if part_of(each, "custom_attributes").get(OURS) == case.conversation_id:
                return str(each.get("id") or each.get("display_id"))
        return ""

    async def _source_of(self, contact: Json) -> str:
        """What the customer is called in our inbox there."""
        for each in contact.get("contact_inboxes") or ():
            if part_of(each, "inbox").get("id", self.profile.inbox_id) == self.profile.inbox_id:
                return str(each["source_id"])
        body = {"inbox_id": self.profile.inbox_id}
        made = await self._call("POST", f"/contacts/{contact['id']}/contact_inboxes", body)
        return str(made.get("source_id") or "") or _lacks("the source id")

    async def _call(self, method: str, path: str, body: Any = None, params: Any = None, files: Any = None) -> Any:
        """What it answered.

        Raises:
            DeskTrouble: it was not reached, or did not do it.
        """
        try:
            content: dict[str, Any] = {"data": body, "files": files} if files else {"json": body}
            answer = await self._http.request(
                method, self._place + path, **content, params=params, headers=self._headers, timeout=PATIENCE_S
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeskTrouble(Receipt(error=f"not reached ({type(error).__name__})", reference=UNCERTAIN)) from None
        if not answer.is_success:
            wait = answer.headers.get("retry-after", "")
            wait_s = float(wait[:5]) if wait.isdecimal() else 0.0
            told = f"{method} {path.partition('?')[0]} answered {answer.status_code}"
            final = answer.status_code in REFUSED and path.endswith(("/messages", "/labels"))
            raise DeskTrouble(Receipt(answer.status_code, told, final=final, wait_s=wait_s, reference=UNCERTAIN))
        try:
            return answer.json() if answer.content else {}
        except ValueError:
            raise DeskTrouble(Receipt(answer.status_code, f"{path} answered no JSON", reference=UNCERTAIN)) from None


def standing_of(conversation: Json, profile: ChatwootProfile) -> Standing:
    """How a conversation stands, as Chatwoot describes it; who is a bot there is nobody."""
    agent = part_of(part_of(conversation, "meta"), "assignee")
    person = bool(agent.get("id")) and agent.get("type", "user") == "user"
    name = str(agent.get("available_name") or agent.get("name") or "")
    found = DeskAgent(str(agent["id"])[:40], name) if person else None
    labels: Any = conversation.get("labels")
    named = tuple(str(each)[:100] for each in labels) if isinstance(labels, list) else ()  # pyright: ignore
    wrap_up = [_attribute(conversation, each) for each in (profile.outcome_attribute, profile.note_attribute)]
    return Standing(conversation.get("status") != "resolved", found, named, *wrap_up)


def _attribute(conversation: Json, name: str) -> str:
    """What a custom attribute says, which is a text or a number; empty where none is named or filled in."""
    value: Any = part_of(conversation, "custom_attributes").get(name) if name else None
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def part_of(of: Json, name: str) -> Json:
    """A part of what Chatwoot tells that should be an object; empty where it is none."""
    found: Any = of.get(name)
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _items(found: Any) -> list[Json]:
    """The items of an answer: the document has a bare list where Chatwoot answers with a `payload`, and the reverse."""
    inner: Any = found.get("payload", ()) if isinstance(found, dict) else found  # pyright: ignore
    return [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []  # pyright: ignore


def _lacks(what: str) -> str:
    raise DeskTrouble(Receipt(200, f"its answer lacks {what}", reference=UNCERTAIN))
