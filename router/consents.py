"""Partners' tasks go on once their customer has decided what partners may do: in a conversation, or elsewhere."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from agents.procedure import Case
from domain.caller import Caller, Role
from domain.errors import Conflict, PolicyUnavailable, StorageUnavailable, SwitchboardError, ToolUnavailable
from domain.ids import ConversationId, TenantId, TurnId
from router.memory.state import TurnState
from router.memory.store import Store
from router.memory.stored import Stored
from router.partners import ASK, PAUSE, waits_for_consent
from router.services import Services, context_of
from router.turn import Turns
from storage.decided_consents import BATCH, DecidedConsent, read_decided, read_waiting
from storage.transactions import Transactions

log = structlog.get_logger()
OURSELVES = "switchboard"
LATELY = timedelta(hours=1)
"""What was decided longer ago was followed, or is when a process starts."""
AT_START = timedelta(days=8)
"""As long as a task waits for a permission, and a day."""


class ConsentFollowing:
    """Lets conversations go on that waited for a permission, once for each decision, whichever process does it."""

    def __init__(self, turns: Turns, services: Services, store: Store, transactions: Transactions) -> None:
        self._turns = turns
        self._services = services
        self._store = store
        self._transactions = transactions
        self._clock: Callable[[], datetime] = services.clock
        self._looked_at = ""

    async def follow(self, lately: timedelta = LATELY) -> bool:
        """Follow a batch of decisions; whether there may be more.

        Raises:
            StorageUnavailable: the database does not answer.
        """
        since = self._clock() - lately
        decided = await self._transactions.read(lambda connection: read_decided(connection, since))
        for each in decided:
            await self._go_on(each)
        return len(decided) >= BATCH

    async def _go_on(self, decided: DecidedConsent) -> None:
        caller = Caller(OURSELVES, Role.SUPERVISOR, decided.tenant)
        try:
            await self._turns.consent_decided(caller, decided.conversation_id, decided.key)
        except Conflict:
            return  # the conversation was closed since
        except StorageUnavailable:
            raise
        except SwitchboardError as error:
            log.warning("consent_not_followed", conversation=decided.conversation_id, error=str(error))

    async def look_elsewhere(self) -> bool:
        """Look, for a batch of those that wait, whether the permission was given or refused by now, wherever that was.

        Raises:
            StorageUnavailable: the database does not answer.
        """
        after = self._looked_at
        waiting = await self._transactions.read(lambda connection: read_waiting(connection, after))
        for tenant, conversation_id in waiting:
            row = await self._store.load(conversation_id)
            if row is not None and row.pending is not None and row.pending.kind == "consent":
                await self._look_at(tenant, row)
        self._looked_at = waiting[-1][1] if len(waiting) >= BATCH else ""
        return bool(self._looked_at)

    async def _look_at(self, tenant: TenantId, row: Stored) -> None:
        assert row.pending is not None
        turn = TurnState(row.id, TurnId(""), tenant, row.channel, self._clock(), row.memory)
        case = _waiting_case(turn)
        if case is None:
            return
        context, tools = context_of(turn, case.specialist, case.procedure), row.pending.arguments["tools"]
        try:
            against = await self._services.gate.find_objections(context, (*tools, ASK))
        except (ToolUnavailable, PolicyUnavailable):
            return  # nobody knows now: it is looked at again
        if PAUSE in against[ASK] or not any(against[tool] for tool in tools):
            await self._go_on(DecidedConsent(tenant, ConversationId(row.id), f"elsewhere:{row.pending.id}"))


def _waiting_case(turn: TurnState) -> Case | None:
    """The case that waits for a permission."""
    chains = ((turn.memory.cases,) if turn.memory.cases else ()) + turn.memory.parked
    return next((chain[-1] for chain in chains if waits_for_consent(chain[-1])), None)
