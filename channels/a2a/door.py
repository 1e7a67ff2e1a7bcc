"""The door for other teams' agents: the agent cards, and A2A over JSON-RPC and over HTTP with JSON."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from a2a.server.context import ServerCallContext
from a2a.server.jsonrpc_models import JSONParseError
from a2a.server.request_handlers.response_helpers import build_error_response
from a2a.server.routes import DefaultServerCallContextBuilder, create_agent_card_routes, create_rest_routes
from a2a.server.routes.jsonrpc_dispatcher import JsonRpcDispatcher
from a2a.types import AgentCard
from a2a.utils.constants import AGENT_CARD_WELL_KNOWN_PATH
from a2a.utils.error_handlers import build_rest_error_payload
from a2a.utils.errors import A2AError, ContentTypeNotSupportedError, InvalidParamsError
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.a2a.card import REST_PATH, RPC_PATH, Journey, Skill, list_skills, make_card
from channels.a2a.customer_identity import HEADERS, activated
from channels.a2a.faults import name_params
from channels.a2a.handler import CALLER, PartnerHandler
from channels.a2a.push import PushNotifications
from channels.a2a.push_store import PushStore
from channels.a2a.signing_keys import KEYS_PATH, SigningKeys
from channels.a2a.task_store import TaskStore
from channels.a2a.tasks import Tasks
from channels.connectors.targets import OpenTargets
from channels.http.limits import parse_json
from channels.http.scopes import permit
from domain.caller import Caller, Role
from domain.ids import TenantId
from router.conversations import Conversations
from router.memory.outbox import PARTNER_TARGET
from router.turn import Turns
from storage.transactions import Transactions

CARD_CACHE = "public, max-age=300"
PARTNERS = frozenset({Role.PARTNER})
BODIES = ("application/json", "application/a2a+json", "")
"""Kinds of bodies that are read; a partner that names none means JSON."""
Endpoint = Callable[[Request], Awaitable[Response]]


class Grants(Protocol):
    """What policy data grants to partner agents now."""

    def tools_of(self, tenant: TenantId, partner: str) -> Collection[str]:
        """The tools that a partner has."""
        ...

    def all_sets(self) -> Iterable[Collection[str]]:
        """The tools of every partner, set by set."""
        ...


@dataclass(frozen=True, slots=True)
class PartnerDoor:
    """What the door opens onto. `address` is where settings say that we are reached, never what a caller called us.

    `journeys` is everything that could be asked for here; which of it a card shows, `grants` says.
    """

    turns: Turns
    conversations: Conversations
    transactions: Transactions
    clock: Callable[[], datetime]
    journeys: Callable[[], Sequence[Journey]]
    grants: Grants
    version: str
    address: str
    keys: SigningKeys
    targets: OpenTargets
    currencies: Mapping[TenantId, str]

    def attach(self, app: FastAPI) -> None:
        """Add the card at its well-known address, JSON-RPC and HTTP with JSON; callers were authenticated before."""
        logging.getLogger("a2a").setLevel(logging.CRITICAL)  # the SDK logs what partners sent, before it is screened
        pushes = PushStore(self.transactions)
        store = TaskStore(self.transactions)
        tasks = Tasks(self.turns, self.conversations, store, pushes, self.clock, self.currencies)
        told = PushNotifications(tasks, pushes, self.targets.calls, self.keys)
        self.targets.others[PARTNER_TARGET] = told.find_connector
        handler = PartnerHandler(tasks, told, self._extended_card)
        dispatcher = JsonRpcDispatcher(handler, _Callers(), enable_v0_3_compat=True)
        app.add_route(AGENT_CARD_WELL_KNOWN_PATH, self._show_card, methods=["GET"], include_in_schema=False)
        app.add_route(KEYS_PATH, self._show_keys, methods=["GET"], include_in_schema=False)
        for path in (RPC_PATH, f"{RPC_PATH}/"):
            app.add_route(
                path,
                _guard(dispatcher.handle_requests, _rpc_unread, _rpc_wrong_kind),
                methods=["POST"],
                include_in_schema=False,
            )
        for route in create_rest_routes(handler, _Callers(), path_prefix=REST_PATH):
            if isinstance(route, Route):
                guarded = _guard(route.endpoint, _rest_unread, _rest_wrong_kind)
                app.add_route(route.path, guarded, methods=list(route.methods or ()), include_in_schema=False)

    def _extended_card(self, caller: Caller) -> AgentCard:
        granted = self.grants.tools_of(caller.tenant, caller.subject)
        return self._sign(list_skills(self.journeys(), [granted]))

    def _sign(self, skills: Sequence[Skill]) -> AgentCard:
        return self.keys.sign_card(make_card(self.address, self.version, skills))

    async def _show_card(self, request: Request) -> Response:
        card = self._sign(list_skills(self.journeys(), self.grants.all_sets()))
        (route,) = create_agent_card_routes(card, cache_control=CARD_CACHE)
        return await route.endpoint(request)

    async def _show_keys(self, request: Request) -> Response:
        del request
        return JSONResponse(self.keys.published(), headers={"Cache-Control": CARD_CACHE})


class _Callers(DefaultServerCallContextBuilder):
    """Tells the operations who is calling."""

    def build(self, request: Request) -> ServerCallContext:
        context = super().build(request)
        context.state[CALLER] = request.state.caller
        return context


def _guard(
    endpoint: Endpoint, unread: Callable[[ValueError], Response], wrong_kind: Callable[[str], Response]
) -> Endpoint:
    """The endpoint for partners alone, and for bodies that are JSON and mean one thing."""
    permitted = permit(PARTNERS)

    async def serve(request: Request) -> Response:
        await permitted(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and kind not in BODIES:
            return wrong_kind(kind)
        body = await request.body()
        try:
            if body or request.method == "POST":
                parse_json(body or b"{}")
        except ValueError as error:
            return unread(error)
        answer = await endpoint(request)
        if isinstance(answer, JSONResponse) and (named := name_params(bytes(answer.body))) != answer.body:
            answer = Response(named, answer.status_code, media_type=answer.media_type)
        used = activated(request.headers)
        answer.headers.update({HEADERS[0]: used} if used else {})
        return answer

    return serve


def _rpc_unread(error: ValueError) -> Response:
    told = JSONParseError(message=f"The body cannot be read: {error}.")
    return JSONResponse(build_error_response(None, told))


def _rest_unread(error: ValueError) -> Response:
    return _rest_refusal(InvalidParamsError(f"The body cannot be read: {error}."), HTTPStatus.BAD_REQUEST)


def _rpc_wrong_kind(kind: str) -> Response:
    return JSONResponse(build_error_response(None, _refuse_kind(kind)))


def _rest_wrong_kind(kind: str) -> Response:
    return _rest_refusal(_refuse_kind(kind), HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _rest_refusal(error: A2AError, status: HTTPStatus) -> Response:
    told = build_rest_error_payload(error)
    told["error"]["code"] = status.value
    return JSONResponse(told, status, media_type="application/json")


def _refuse_kind(kind: str) -> ContentTypeNotSupportedError:
    return ContentTypeNotSupportedError(f"Content-Type: {kind[:60]} is not read here; send application/json")
