"""The whole record as an auditor checks it: chains, tags, totals and the anchor together."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.errors import RecordBroken
from domain.ids import TenantId
from domain.record import Verification
from policy.journal.anchors import Anchored
from policy.journal.checkpoints import differences
from policy.journal.stored_chains import Chains
from policy.journal.stored_rows import since_keyed
from storage.transactions import Transactions

ELSEWHERE = "{} conversations that were anchored are missing: `switchboard journal verify` names them"


class RecordAudit:
    """Verifies one tenant's record or all; where the keys are not at hand, by hashes and the anchor alone."""

    def __init__(
        self, transactions: Transactions, read_anchor: Callable[[], Awaitable[Anchored]], *, keyed: bool = True
    ) -> None:
        self._transactions = transactions
        self._read_anchor = read_anchor
        self._tags = transactions.vault.tags if keyed else None

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every chain, tag and total, and hold the chains against the anchor.

        An anchor that is missing, torn, cut or forged is a problem like any other: what is stored is verified all the
        same.
        """
        broken: list[str] = []
        try:
            anchored = await self._read_anchor()
        except RecordBroken as error:
            broken, anchored = [str(error)], Anchored()
        keyed_since = await self._keyed_since()
        if self._tags is not None and not keyed_since:
            broken.append("record_marks: since when rows carry tags was removed or changed")
        found = await Chains(self._transactions, lambda: anchored.blanked, self._tags).verify(tenant)
        problems = (*found.problems, *broken, *await self._differences(anchored, tenant))
        return replace(
            found,
            ok=not problems,
            problems=problems,
            anchored_until=anchored.at,
            anchored_head=anchored.last if anchored.lines else "",
            entries_since=await self._count_since(anchored, tenant),
            retired=len(anchored.retired),
            keyed_since=keyed_since,
        )

    async def _differences(self, anchored: Anchored, tenant: TenantId | None) -> list[str]:
        chains = Chains(self._transactions)
        found = await differences(chains, anchored.heads)
        if tenant is None:
            return list(found.values())
        tenants = {head.conversation_id: head.tenant for head in await chains.heads()}
        lost = sum(name not in tenants for name in found)
        own = [text for name, text in found.items() if tenants.get(name) == tenant]
        return [*own, *([ELSEWHERE.format(lost)] if lost else [])]

    async def _count_since(self, anchored: Anchored, tenant: TenantId | None) -> int:
        counted = [head for head in await Chains(self._transactions).heads() if tenant in (None, head.tenant)]
        return sum(max(0, head.sequence - anchored.heads.get(head.conversation_id, (0, ""))[0]) for head in counted)

    async def _keyed_since(self) -> str:
        tags = self._tags
        if tags is None:
            return ""
        try:
            return await self._transactions.read(lambda connection: since_keyed(connection, tags))
        except RecordBroken:
            return ""  # the row is among the problems
