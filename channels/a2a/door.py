"""The door for other teams' agents: the agent card, and A2A over JSON-RPC."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from a2a.server.context import ServerCallContext
from a2a.server.jsonrpc_models import JSONParseError
from a2a.server.request_handlers.response_helpers import build_error_response
from a2a.server.routes import DefaultServerCallContextBuilder, create_agent_card_routes
from a2a.server.routes.jsonrpc_dispatcher import JsonRpcDispatcher
from a2a.utils.constants import AGENT_CARD_WELL_KNOWN_PATH
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.a2a.card import RPC_PATH, Skill, make_card
from channels.a2a.handler import CALLER, PartnerHandler
from channels.a2a.task_store import TaskStore
from channels.a2a.tasks import Tasks
from channels.http.limits import parse_json
from channels.http.scopes import permit
from domain.caller import Role
from router.conversations import Conversations
from router.turn import Turns
from storage.transactions import Transactions

CARD_CACHE = "public, max-age=300"
PARTNERS = frozenset({Role.PARTNER})


@dataclass(frozen=True, slots=True)
class PartnerDoor:
    """What the door opens onto. `address` is where settings say that we are reached, never what a caller called us."""

    turns: Turns
    conversations: Conversations
    transactions: Transactions
    clock: Callable[[], datetime]
    skills: Sequence[Skill]
    version: str
    address: str

    def attach(self, app: FastAPI) -> None:
        """Add the card at its well-known address and JSON-RPC at `/a2a`; callers were authenticated on the way in."""
        logging.getLogger("a2a").setLevel(logging.CRITICAL)  # the SDK logs what partners sent, before it is screened
        tasks = Tasks(self.turns, self.conversations, TaskStore(self.transactions), self.clock)
        dispatcher = JsonRpcDispatcher(PartnerHandler(tasks), _Callers(), enable_v0_3_compat=True)
        endpoint = _RpcEndpoint(dispatcher)
        app.add_route(AGENT_CARD_WELL_KNOWN_PATH, self._show_card, methods=["GET"], include_in_schema=False)
        for path in (RPC_PATH, f"{RPC_PATH}/"):
            app.add_route(path, endpoint.serve, methods=["POST"], include_in_schema=False)

    async def _show_card(self, request: Request) -> Response:
        card = make_card(self.address, self.version, self.skills)
        (route,) = create_agent_card_routes(card, cache_control=CARD_CACHE)
        return await route.endpoint(request)


class _Callers(DefaultServerCallContextBuilder):
    """Tells the operations who is calling."""

    def build(self, request: Request) -> ServerCallContext:
        context = super().build(request)
        context.state[CALLER] = request.state.caller
        return context


class _RpcEndpoint:
    """Lets partners' requests in, if they are JSON that means one thing."""

    def __init__(self, dispatcher: JsonRpcDispatcher) -> None:
        self._dispatcher = dispatcher
        self._permit = permit(PARTNERS)

    async def serve(self, request: Request) -> Response:
        """Answer one JSON-RPC request.

        Raises:
            NotPermitted: the caller is no partner.
        """
        await self._permit(request)
        try:
            parse_json(await request.body())
        except ValueError as error:
            told = JSONParseError(message=f"The body cannot be read: {error}.")
            return JSONResponse(build_error_response(None, told))
        return await self._dispatcher.handle_requests(request)
