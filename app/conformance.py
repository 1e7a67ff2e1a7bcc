"""Proving that an MCP server honours a contract: its tools, whom it believes, whose records it shows, what it repeats.

The contracts lie in `mcp_servers/contracts`; any server that passes may stand in the place of our own.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from jsonschema import Draft202012Validator
from mcp import Client

from domain.digest import digest
from domain.errors import BadRequest
from domain.grant import META_KEY, GrantClaims
from mcp_servers.contracts.contract import read_contract
from policy.gate.grants import GrantMint
from policy.tools.plausibility import find_untruths

Json = dict[str, Any]
Clock = Callable[[], datetime]
PATIENCE_S = 10.0
READS = {
    "crm": ("get_customer", "list_interactions", "list_cases", "list_offers"),
    "erp": ("list_subscriptions", "list_invoices", "list_orders", "list_appointments"),
    "payments": ("list_payments", "list_payment_methods"),
    "network": ("list_outages",),
    "knowledge": (),
}
"""The reads of each contract that ask for a customer alone: with these anybody's records can be tried."""


@dataclass(frozen=True, slots=True)
class PromiseResult:
    """One promise of the contract, whether it is kept, and what was seen where it is not."""

    promise: str
    kept: bool
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined: a server under a contract, with two customers of a tenant and its currency.

    `stranger` is another customer, whose records must not be shown to `customer`.
    """

    url: str
    contract: str
    tenant: str
    customer: str
    stranger: str
    currency: str


def contract_of(name: str) -> dict[str, Json]:
    """A contract: each tool's description, arguments and answer, as JSON Schemas."""
    return {tool: each.model_dump() for tool, each in read_contract(name).tools.items()}


class Examination:
    """Examines one server; nothing is changed in it but a note that says so."""

    def __init__(self, client: Client, subject: Subject, key: bytes, clock: Clock) -> None:
        self._client = client
        self._subject = subject
        self._key = key
        self._clock = clock
        self._contract = contract_of(subject.contract)
        self.findings: list[PromiseResult] = []

    async def run(self) -> list[PromiseResult]:
        """Examine every promise; later ones are tried though earlier ones are broken."""
        await self._examine_listing()
        for tool in READS[self._subject.contract]:
            await self._examine_read(tool)
        if self._subject.contract == "crm":
            await self._examine_repeats()
        if self._subject.contract == "payments":
            await self._examine_refunds()
        return self.findings

    def _note(self, promise: str, problems: list[str]) -> None:
        self.findings.append(PromiseResult(promise, not problems, "; ".join(problems)))

    async def _examine_listing(self) -> None:
        listed = {tool.name: tool for tool in (await self._client.list_tools()).tools}
        missing = sorted(set(self._contract) - set(listed))
        self._note("offers every tool of the contract", [f"{name} is missing" for name in missing])
        problems: list[str] = []
        for name in sorted(set(self._contract) & set(listed)):
            ours, theirs = self._contract[name], listed[name]
            problems += _schema_problems(f"{name}, arguments", ours["arguments"], dict(theirs.input_schema))
            problems += _schema_problems(f"{name}, answer", ours["answer"], dict(theirs.output_schema or {}))
        self._note("arguments and answers have the contract's fields", problems)

    async def _examine_read(self, tool: str) -> None:
        """Grants, scoping and shape, by one read of a customer."""
        if tool not in self._contract:
            return
        subject, arguments = self._subject, {"customer_id": self._subject.customer}
        good = self._claims(tool, arguments)
        answer = await self._call(tool, arguments, good)
        self._note(f"{tool}: answers under a grant", [answer] if isinstance(answer, str) else [])
        if not isinstance(answer, str):
            self._note(f"{tool}: the answer fits its schema", _misfits(answer, self._contract[tool]["answer"]))
            self._note(
                f"{tool}: amounts, currency and customer can be true",
                find_untruths(answer, subject.customer, subject.currency),
            )
        late = self._clock() - timedelta(hours=1)
        refused = {
            "a call without a grant": await self._call(tool, arguments, None),
            "a grant for another tool": await self._call(tool, arguments, replace(good, tool="another_tool")),
            "a grant for other arguments": await self._call(
                tool, arguments, replace(good, arguments_digest=digest({}))
            ),
            "a grant that has expired": await self._call(tool, arguments, good, lambda: late),
            "another customer's records": await self._call(tool, arguments, replace(good, customer=subject.stranger)),
            "another tenant's records": await self._call(tool, arguments, replace(good, tenant="nobody-else")),
        }
        unknown = {**arguments, "not_an_argument": "x"}
        refused["an unknown argument"] = await self._call(tool, unknown, self._claims(tool, unknown))
        for what, found in refused.items():
            self._note(f"{tool}: refuses {what}", [] if isinstance(found, str) else ["it was answered"])

    async def _examine_repeats(self) -> None:
        """A key gives its first result again, and no other call."""
        arguments = {"customer_id": self._subject.customer, "text": "Written by the conformance kit; means nothing."}
        claims = self._claims("add_note", arguments)
        first = await self._call("add_note", arguments, claims)
        again = await self._call("add_note", arguments, claims)
        same = not isinstance(first, str) and first == again
        self._note("add_note: the same key acts once", [] if same else [f"first {first}, then {again}"])
        other = {**arguments, "text": "Other words under the same key."}
        reused = replace(self._claims("add_note", other), idempotency_key=claims.idempotency_key)
        found = await self._call("add_note", other, reused)
        self._note("add_note: a key is not used for another call", [] if isinstance(found, str) else ["it acted"])
        keyless = await self._call("add_note", arguments, replace(claims, idempotency_key=""))
        self._note("add_note: a change needs a key", [] if isinstance(keyless, str) else ["it acted without"])

    async def _examine_refunds(self) -> None:
        """Never more back than was captured."""
        listed = await self._call("list_payments", {"customer_id": self._subject.customer})
        payments: list[Json] = [] if isinstance(listed, str) else listed.get("items", [])
        if not payments:
            self._note("refund_payment: never more than is refundable", ["the customer has no payment to try it on"])
            return
        arguments: Json = {
            "payment_id": payments[0]["payment_id"],
            "amount_minor": payments[0]["refundable_minor"] + 1,
            "reason": "other",
        }
        found = await self._call("refund_payment", arguments)
        self._note("refund_payment: never more than is refundable", [] if isinstance(found, str) else ["it was paid"])

    def _claims(self, tool: str, arguments: Json) -> GrantClaims:
        subject = self._subject
        return GrantClaims(
            decision_id=f"conform-{uuid4().hex[:12]}",
            server=subject.contract,
            tool=tool,
            arguments_digest=digest(arguments),
            tenant=subject.tenant,
            customer=subject.customer,
            idempotency_key=uuid4().hex,
        )

    async def _call(self, tool: str, arguments: Json, claims: Any = ..., clock: Clock | None = None) -> Json | str:
        """What a call gave: its answer, or the text of its refusal."""
        claims = self._claims(tool, arguments) if claims is ... else claims
        meta: Any = {} if claims is None else {META_KEY: GrantMint(self._key, clock or self._clock).mint(claims)}
        try:
            result = await self._client.call_tool(tool, arguments, meta=meta, read_timeout_seconds=PATIENCE_S)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's server does is a finding
            return f"{type(error).__name__}: {error}"
        if result.is_error:
            return " ".join(getattr(part, "text", "") for part in result.content) or "refused without a word"
        return cast(Json, result.structured_content or {})


def _schema_problems(what: str, ours: Json, theirs: Json) -> list[str]:
    wanted, found = set(ours.get("properties", {})), set(theirs.get("properties", {}))
    problems = [f"{what}: {name} is missing" for name in sorted(wanted - found)]
    extra = set(theirs.get("required", [])) - set(ours.get("properties", {}))
    return problems + [f"{what}: {name} is required and not of the contract" for name in sorted(extra)]


def _misfits(answer: Json, schema: Json) -> list[str]:
    errors = cast(Any, Draft202012Validator(schema)).iter_errors(answer)
    return [f"{'.'.join(map(str, error.absolute_path)) or 'the answer'}: {error.message[:160]}" for error in errors][:5]


def _cause(error: BaseException) -> str:
    """What went wrong within groups of exceptions."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return str(error) or type(error).__name__


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[Client]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            client = await Client(url).__aenter__()
    except Exception as error:
        raise BadRequest(f"no MCP server answers at {url}: {_cause(error)}") from error
    try:
        yield client
    finally:
        await client.__aexit__(None, None, None)


async def examine(subject: Subject, key: bytes, clock: Clock) -> list[PromiseResult]:
    """Examine a server over HTTP.

    Raises:
        BadRequest: nothing answers there.
    """
    async with _connected(subject.url) as client:
        return await Examination(client, subject, key, clock).run()
