"""A server that behaves as Chatwoot's application API does, as far as we use it; its OpenAPI document decides how."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

ACCOUNT, INBOX, TOKEN = 3, 7, "api-token-of-the-account"
PLACE = f"/api/v1/accounts/{ACCOUNT}"
Json = dict[str, Any]
BODY = web.RequestKey("body", Any)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it came and what was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int
    answer: Any


@dataclass
class ChatwootServer:
    """Contacts, conversations and messages as they stand there.

    `stored` are files that agents sent, which lie behind a redirection; with `no_files` none of ours is taken,
    with `no_labels` they are answered with that status.
    `trouble` is a status that everything is answered with. `lose` is how many answers to what is taken get lost: the
    next ones whose path ends with `losing`. `bare` lists are arrays, as the document has them; Chatwoot wraps them in a
    payload.
    """

    url: str = ""
    contacts: list[Json] = field(default_factory=list)
    conversations: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    trouble: int = 0
    lose: int = 0
    losing: str = ""
    channel_type: str = "Channel::Api"
    no_inbox: bool = False
    no_files: bool = False
    no_labels: int = 0
    stored: dict[str, bytes] = field(default_factory=dict)
    bare: bool = False

    def said(self, kind: str = "incoming") -> list[str]:
        """What customers wrote, or with `outgoing` the notes."""
        return [each["content"] for each in self.messages if each["message_type"] == kind]

    @web.middleware
    async def note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep what was asked and answered; be away, or lose an answer."""
        body = await _read(request)
        request[BODY] = body
        if self.trouble:
            answer: web.StreamResponse = web.json_response({"error": "no"}, status=self.trouble)
            answer.headers["retry-after"] = "30"
        elif request.path.startswith("/rails/"):
            return await handler(request)
        elif request.headers.get("api_access_token") != TOKEN:
            answer = web.json_response({"errors": ["Invalid Access Token"]}, status=401)
        elif not request.path.startswith(PLACE + "/"):
            answer = web.json_response({"error": "Resource could not be found"}, status=404)
        else:
            answer = await handler(request)
        assert isinstance(answer, web.Response)
        told = json.loads(answer.text or "null")
        self.exchanges.append(Exchange(request.method, request.path, dict(request.query), body, answer.status, told))
        if self.lose and request.method == "POST" and request.path.endswith(self.losing):
            self.lose -= 1
            assert request.transport is not None
            request.transport.close()
        return answer

    async def search(self, request: web.Request) -> web.Response:
        """Contacts whose identifier has the words in it."""
        found = [each for each in self.contacts if request.query.get("q", "") in each["identifier"]]
        return web.json_response({"payload": found})

    async def make_contact(self, request: web.Request) -> web.Response:
        """A contact, with what it is called in the inbox."""
        body = request[BODY]
        if self.no_inbox or body["inbox_id"] != INBOX:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        if any(each["identifier"] == body.get("identifier") for each in self.contacts):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        number = len(self.contacts) + 1
        inbox = {"source_id": f"source-{number}", "inbox": {"id": INBOX, "name": "Handoffs"}}
        known = {name: body[name] for name in ("name", "identifier") if name in body}
        self.contacts.append({"id": number, **known, "contact_inboxes": [inbox]})
        return web.json_response({"payload": {"contact": self.contacts[-1], "contact_inbox": inbox}})

    async def of_contact(self, request: web.Request) -> web.Response:
        """The conversations of a contact."""
        number = int(request.match_info["id"])
        return self._listed([each for each in self.conversations if each["contact_id"] == number])

    async def make_conversation(self, request: web.Request) -> web.Response:
        """A conversation of a contact in the inbox."""
        body = request[BODY]
        sources = [inbox["source_id"] for each in self.contacts for inbox in each["contact_inboxes"]]
        if body["source_id"] not in sources or body["inbox_id"] != INBOX:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        made = {
            "id": len(self.conversations) + 41,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "status": body.get("status", "open"),
            "custom_attributes": body.get("custom_attributes", {}),
            "contact_id": body["contact_id"],
            "labels": [],
            "meta": {"assignee": None},
        }
        self.conversations.append(made)
        return web.json_response(made)

    async def show(self, request: web.Request) -> web.Response:
        """One conversation."""
        found = self._find(request)
        return web.json_response(found) if found else _missing()

    async def browse(self, request: web.Request) -> web.Response:
        """Its messages."""
        found = self._find(request)
        of = [each for each in self.messages if found and each["conversation_id"] == found["id"]]
        return self._listed(of[-20:]) if found else _missing()

    async def post(self, request: web.Request) -> web.Response:
        """Post a message: a customer's opens what was resolved."""
        found, body = self._find(request), request[BODY]
        if found is None:
            return _missing()
        if body.get("attachments") and self.no_files:
            return web.json_response({"message": "File type is not supported"}, status=422)
        made = {
            "id": len(self.messages) + 1001,
            "content": body["content"],
            "message_type": body.get("message_type", "outgoing"),
            "private": body.get("private", False),
            "content_attributes": body.get("content_attributes", {}),
            "conversation_id": found["id"],
            "attachments": body.get("attachments", []),
        }
        self.messages.append(made)
        if made["message_type"] == "incoming":
            found["status"] = "open"
        return web.json_response(made)

    async def blob(self, request: web.Request) -> web.StreamResponse:
        """A file that an agent sent: its address sends on to where it is kept."""
        name = request.match_info["name"]
        if "redirect" in request.path:
            raise web.HTTPFound(f"/rails/active_storage/disk/{name}")
        return web.Response(body=self.stored[name]) if name in self.stored else _missing()

    async def toggle(self, request: web.Request) -> web.Response:
        """Open or resolve it."""
        found, body = self._find(request), request[BODY]
        if found is None:
            return _missing()
        found["status"] = body["status"]
        payload = {"success": True, "current_status": body["status"], "conversation_id": found["id"]}
        return web.json_response({"meta": {}, "payload": payload})

    async def labels(self, request: web.Request) -> web.Response:
        """The labels of a conversation, or with a body those that it has from now on."""
        found = self._find(request)
        if found is None:
            return _missing()
        if self.no_labels:
            return web.json_response({"error": "no"}, status=self.no_labels)
        if request.method == "POST":
            found["labels"] = list(request[BODY]["labels"])
        return web.json_response({"payload": found["labels"]})

    async def inbox(self, request: web.Request) -> web.Response:
        """The inbox."""
        if int(request.match_info["id"]) != INBOX or self.no_inbox:
            return _missing()
        return web.json_response({"id": INBOX, "name": "Handoffs", "channel_type": self.channel_type})

    def _listed(self, items: list[Json]) -> web.Response:
        return web.json_response(items if self.bare else {"meta": {}, "payload": items})

    def _find(self, request: web.Request) -> Json | None:
        return next((each for each in self.conversations if str(each["id"]) == request.match_info["id"]), None)


async def _read(request: web.Request) -> Any:
    """A body as Chatwoot takes it: JSON, or a form where files come along."""
    if not request.can_read_body:
        return None
    if request.content_type != "multipart/form-data":
        return await request.json()
    form = await request.post()
    files = [each for each in form.getall("attachments[]") if isinstance(each, web.FileField)]
    kept = [{"name": each.filename, "type": each.content_type, "content": each.file.read().decode()} for each in files]
    body: Json = {name: value for name, value in form.items() if name != "attachments[]"}
    attributes = json.loads(body["content_attributes"])
    return {**body, "private": body["private"] == "true", "content_attributes": attributes, "attachments": kept}


def _missing() -> web.Response:
    return web.json_response({"error": "Resource could not be found"}, status=404)


@asynccontextmanager
async def chatwoot_server() -> AsyncIterator[ChatwootServer]:
    """The server at work."""
    server = ChatwootServer()
    app = web.Application(middlewares=[server.note])
    app.router.add_get(PLACE + "/contacts/search", server.search)
    app.router.add_post(PLACE + "/contacts", server.make_contact)
    app.router.add_get(PLACE + "/contacts/{id}/conversations", server.of_contact)
    app.router.add_post(PLACE + "/conversations", server.make_conversation)
    app.router.add_get(PLACE + "/conversations/{id}", server.show)
    app.router.add_get(PLACE + "/conversations/{id}/messages", server.browse)
    app.router.add_post(PLACE + "/conversations/{id}/messages", server.post)
    app.router.add_post(PLACE + "/conversations/{id}/toggle_status", server.toggle)
    app.router.add_get(PLACE + "/conversations/{id}/labels", server.labels)
    app.router.add_post(PLACE + "/conversations/{id}/labels", server.labels)
    app.router.add_get(PLACE + "/inboxes/{id}/", server.inbox)
    app.router.add_get("/rails/active_storage/redirect/{name}", server.blob)
    app.router.add_get("/rails/active_storage/disk/{name}", server.blob)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = site.name.replace("localhost", "127.0.0.1")
    try:
        yield server
    finally:
        await runner.cleanup()
