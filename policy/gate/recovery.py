"""Finding out what became of writes that a crash or a silent server left open."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from domain.calls import ToolCall
from domain.errors import StorageUnavailable, ToolUnavailable
from domain.ids import CallId, ConversationId, TenantId, TurnId
from policy.control.dial import Dial
from policy.gate.decisions import read_decision
from policy.gate.effects import Effects
from policy.gate.execution import Executor
from policy.gate.proposal import AuthorizedCall
from policy.gate.redaction import REDACTED, mask_outcome
from policy.tools.pins import Tool, ToolStatus
from policy.tools.servers import ToolServers
from policy.tools.tool_data import ToolData

log = structlog.get_logger()


class Recovery:
    """Completes open writes with their own idempotency keys, so that money is neither lost nor moved twice.

    A write of somebody else's server that may not be repeated, and one whose arguments are a secret, stays open; so
    does whatever a tenant began before everything was stopped, until it is resumed.
    """

    def __init__(
        self,
        servers: ToolServers,
        executor: Executor,
        effects: Effects,
        tool_data: Mapping[str, ToolData],
        dial: Dial,
        clock: Callable[[], datetime],
    ) -> None:
        self._servers = servers
        self._executor = executor
        self._effects = effects
        self._tool_data = tool_data
        self._dial = dial
        self._clock = clock

    async def complete_open_calls(self, older_than: timedelta = timedelta(minutes=1)) -> int:
        """Complete what has been open for longer than this; returns how many outcomes are known now.

        Raises:
            StorageUnavailable: the database does not answer; what was found out so far is recorded.
        """
        found = await self._effects.left_open(self._clock() - older_than)
        return sum([await self._try_to_complete(row, arguments) for row, arguments in found])

    async def _try_to_complete(self, row: Any, arguments: dict[str, Any]) -> bool:
        """Complete one; the others do not wait for its trouble."""
        try:
            return await self._complete(row, arguments)
        except StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - it stays open, and is asked for again in the next run
            log.error("call_stays_open", tool=row.tool, conversation=row.conversation_id, error=type(error).__name__)
            return False

    async def _complete(self, row: Any, arguments: dict[str, Any]) -> bool:
        authorized = None if await self._dial.is_stopped(row.tenant) else await self._undertaking(row, arguments)
        if authorized is None:
            return False
        try:
            outcome = await self._executor.execute(authorized)
        except ToolUnavailable:
            return False
        await self._effects.end(authorized, mask_outcome(outcome, authorized.decision))
        return True

    async def _undertaking(self, row: Any, arguments: dict[str, Any]) -> AuthorizedCall | None:
        tool = await self._find(row.tool)
        data = self._tool_data.get(row.tool, ToolData())
        if tool is None or REDACTED in arguments.values() or not (tool.first_party or data.idempotent):
            return None
        return AuthorizedCall(
            key=row.key,
            tenant=TenantId(row.tenant),
            conversation_id=ConversationId(row.conversation_id),
            turn_id=TurnId(row.turn_id),
            customer_id=row.customer_id,
            call=ToolCall(CallId(row.call_id), row.tool, arguments),
            arguments_digest=row.arguments_digest,
            tool=tool,
            is_write=True,
            repeatable=True,
            decision=read_decision(row.decision),
        )

    async def _find(self, name: str) -> Tool | None:
        try:
            tool = await self._servers.find(name)
        except ToolUnavailable:
            return None
        return tool if tool is not None and tool.status is ToolStatus.READY else None
