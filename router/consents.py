"""Partners' tasks go on once their customer has decided, in a conversation of their own, what partners may do."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from domain.caller import Caller, Role
from domain.errors import Conflict, StorageUnavailable, SwitchboardError
from router.turn import Turns
from storage.decided_consents import BATCH, DecidedConsent, read_decided
from storage.transactions import Transactions

log = structlog.get_logger()
OURSELVES = "switchboard"
LATELY = timedelta(hours=1)
"""What was decided longer ago was followed, or is when a process starts."""
AT_START = timedelta(days=8)
"""As long as a task waits for a permission, and a day."""


class ConsentFollowing:
    """Lets conversations go on that waited for a permission, once for each decision, whichever process does it."""

    def __init__(self, turns: Turns, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._turns = turns
        self._transactions = transactions
        self._clock = clock

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
