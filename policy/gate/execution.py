"""Executing what was allowed: a grant, a call, and patience with a server that does not answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.stop import stop_after_delay, stop_base

from domain.calls import Outcome
from domain.errors import ToolNotReached, ToolUnavailable
from policy.gate.grants import GrantMint
from policy.gate.progress import ProgressFeed
from policy.gate.proposal import AuthorizedCall
from policy.tools.plausibility import find_untruths
from policy.tools.servers import ToolServers

ATTEMPTS = 3
UNTRUE = "the system's answer cannot be true"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take, and for how long tries are begun in all, in seconds."""

    call_s: float = 5.0
    total_s: float = 8.0
    attempts: int = ATTEMPTS
    first_wait_s: float = 0.05

    def stop_for(self, authorized: AuthorizedCall) -> stop_base:
        """When to give up; a write that cannot safely be repeated is tried again only while it was never sent."""
        enough = stop_after_attempt(self.attempts) | stop_after_delay(self.total_s)
        return enough if authorized.repeatable else enough | _StopOnceSent()


class _StopOnceSent(stop_base):
    """Stops after a try that may have arrived."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        return not _never_sent(retry_state)


class Executor:
    """Executes authorized_calls with grants; tries of one authorized share its idempotency key.

    `progress` tells whoever follows how calls get on.

    What a system reads out and cannot be true (another tenant's currency by `currencies`, a negative amount, another
    customer's record) is a failure, of which nothing is passed on.
    """

    def __init__(
        self, servers: ToolServers, mint: GrantMint, patience: Patience, currencies: Mapping[str, str] | None = None
    ) -> None:
        self.progress = ProgressFeed()
        self._servers = servers
        self._currencies = currencies or {}
        self._mint = mint
        self._patience = patience

    async def execute(self, authorized: AuthorizedCall) -> Outcome:
        """Call the tool, again if there is no answer and repeating is safe.

        Raises:
            ToolNotReached: no try was sent; nothing happened.
            ToolUnavailable: there was no usable answer; a write may have happened.
        """
        sent = list[ToolUnavailable]()

        def note(retry_state: RetryCallState) -> None:
            if not _never_sent(retry_state) and retry_state.outcome is not None:
                error = retry_state.outcome.exception()
                sent.extend([error] if isinstance(error, ToolUnavailable) else [])

        tries = AsyncRetrying(
            retry=retry_if_exception_type(ToolUnavailable),
            stop=self._patience.stop_for(authorized),
            wait=wait_exponential_jitter(multiplier=self._patience.first_wait_s, max=1.0, jitter=0.02),
            after=note,
            reraise=True,
        )
        try:
            return await tries(self._try_once, authorized)
        except ToolNotReached as error:
            if sent:
                raise sent[-1] from error
            raise

    async def _try_once(self, authorized: AuthorizedCall) -> Outcome:
        tool = authorized.tool
        grant = self._mint.mint(authorized.claims) if tool.first_party else ""
        with self.progress.pace(authorized) as hear:
            outcome = await self._servers.call(tool, authorized.call.arguments, grant, self._patience.call_s, hear)
        if authorized.is_write or not outcome.succeeded:
            return outcome
        untrue = find_untruths(outcome.data, _known(authorized), self._currencies.get(authorized.tenant, ""))
        return Outcome("failed", error=f"{UNTRUE}: {untrue[0]}") if untrue else outcome


def _never_sent(retry_state: RetryCallState) -> bool:
    outcome = retry_state.outcome
    return outcome is not None and isinstance(outcome.exception(), ToolNotReached)


def _known(authorized: AuthorizedCall) -> str:
    """Whose records an answer may hold; whoever looks a person up does not know yet."""
    return "" if authorized.call.name.startswith("find_") else authorized.customer_id
