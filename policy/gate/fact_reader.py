"""The gate's own reads: what a decision needs to know from the owning systems."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from domain.digest import digest
from domain.errors import PolicyUnavailable
from domain.grant import GrantClaims
from domain.ids import DecisionId
from policy.gate.grants import GrantMint
from policy.gate.proposal import Proposal
from policy.tools.pins import ToolStatus
from policy.tools.plausibility import find_untruths
from policy.tools.servers import ToolServers
from policy.tools.tool_data import CUSTOMER, FactRead, ToolData, check_reads

ACCOUNT = "account"
ACCOUNT_READ = FactRead("crm.get_customer", {"customer_id": CUSTOMER})
"""What is read for every write of a known customer."""


class FactReader:
    """Reads facts with grants of its own, for the conversation's tenant and customer only.

    A fact that the owning system refuses ("not found"), or that cannot be true, stays away, and rules must not allow
    without it.
    """

    def __init__(
        self, servers: ToolServers, mint: GrantMint, tool_data: Mapping[str, ToolData], timeout_s: float
    ) -> None:
        self._servers = servers
        self._mint = mint
        self._timeout_s = timeout_s
        self._tool_data = tool_data
        check_reads(tool_data)

    def renew(self, proposal: Proposal) -> Proposal:
        """The proposal under what policy data says of its tool now.

        Raises:
            PolicyUnavailable: the tool's kind changed since it was proposed; propose it anew.
        """
        data = self._tool_data.get(proposal.call.tool, ToolData())
        if data.kind != proposal.data.kind:
            raise PolicyUnavailable("policy data of the tool changed just now")
        return proposal if data == proposal.data else replace(proposal, data=data)

    async def read(self, proposal: Proposal, known: dict[str, Any]) -> dict[str, Any]:
        """Read everything that a call's decision needs, at once; `known` holds what this turn has read before.

        Raises:
            ToolUnavailable: a system that must be asked does not answer.
        """
        wanted = dict(proposal.data.reads)
        if self.needs_account(proposal):
            wanted[ACCOUNT] = ACCOUNT_READ
        found = await asyncio.gather(*(self._read_one(proposal, read, known) for read in wanted.values()))
        return {name: fact for name, fact in zip(wanted, found, strict=True) if fact is not None}

    def needs_account(self, proposal: Proposal) -> bool:
        """Whether nothing may be decided without the account: it tells of fraud, and whether partners may act."""
        principal = proposal.context.principal
        matters = proposal.is_write or bool(principal.chain) or principal.agent.kind == "partner"
        return ACCOUNT_READ.tool in self._tool_data and matters and principal.customer is not None

    async def _read_one(self, proposal: Proposal, read: FactRead, known: dict[str, Any]) -> Any:
        arguments = _resolve(proposal, read)
        if arguments is None:
            return None
        cached = f"{read.tool} {digest(arguments)}"
        if cached not in known:
            known[cached] = await self._ask(proposal, read.tool, arguments)
        return known[cached]

    async def _ask(self, proposal: Proposal, name: str, arguments: dict[str, Any]) -> Any:
        tool = await self._servers.find(name)
        if tool is None or tool.status is not ToolStatus.READY or tool.check.problem(arguments):
            return None
        grant = self._mint.mint(_claims(proposal, name, arguments)) if tool.first_party else ""
        outcome = await self._servers.call(tool, arguments, grant, self._timeout_s)
        if not outcome.succeeded or find_untruths(outcome.data, proposal.customer_id):
            return None
        return outcome.data


def _resolve(proposal: Proposal, read: FactRead) -> dict[str, Any] | None:
    """The fact's arguments, None where the call does not say them."""
    customer = proposal.context.principal.customer
    given = proposal.call.arguments
    arguments = {
        name: (customer.id if customer else None) if source == CUSTOMER else given.get(source)
        for name, source in read.arguments.items()
    }
    return None if None in arguments.values() else arguments


def _claims(proposal: Proposal, name: str, arguments: dict[str, Any]) -> GrantClaims:
    server, _, tool = name.partition(".")
    return GrantClaims(
        decision_id=DecisionId(f"fact_{uuid4().hex}"),
        server=server,
        tool=tool,
        arguments_digest=digest(arguments),
        tenant=proposal.context.principal.tenant,
        customer=proposal.customer_id,
        idempotency_key="",
    )
