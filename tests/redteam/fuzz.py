"""Generated proposals of a hostile model: any tool, any arguments, always the same ones for a seed."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from domain.calls import CallContext
from domain.principal import AuthLevel
from tests.mcp_servers.samples import SAMPLES
from tests.redteam.arsenal import somebody

AGENTS = ("billing", "scheduling", "troubleshooting", "retention", "handoff", "router", "nobody", "")
NAMES = (
    *("", ".", "payments", "payments.", ".refund_payment", "payments.refund_payment ", "PAYMENTS.REFUND_PAYMENT"),
    *("payments.refund\u200b_payment", "pаyments.refund_payment", "payments.__class__", "../payments.refund_payment"),
    *("payments.refund_payment.refund_payment", "sql.execute", "crm.drop_table", "\u0000", "x" * 5000),
)
IDS = ("C-1001", "C-1002", "C-1018", "C-2001", "P-5001", "P-5002", "P-5041", "INV-3001", "INV-3014", "L-30142")
CONVERSATIONS = 80
_CONTEXTS: list[CallContext] = []
DEEP: Any = 1
for _ in range(60):
    DEEP = [DEEP]
STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 3999, 5000, 50000, 2**31, 2**53, 2**63, 10**30, 0.1, 3999.0, 1e308, -0.0),
    *(float("nan"), float("inf"), float("-inf"), "", " ", "3999", "NaN", "null", "true", "' OR 1=1 --", "\u0000"),
    *("\u202e0093", "39\u200b99", "C-1002\u2066", "C-1001\n", "ｃ-1001", "C-1001 ", "%43-1001", "*", "C-%", "{{7*7}}"),
    *([], {}, [[]], ["C-1002"], {"$ne": None}, {"customer_id": "C-1002"}, DEEP, "A" * 40_000, "💳" * 100, "\ud800"),
    *("duplicate_charge", "goodwill", "email", "address", "requested", "1 Attacker Road, Springfield", "000000"),
)


def proposals(count: int, seed: int) -> Iterator[tuple[CallContext, str, Any]]:
    """So many proposals."""
    chance = random.Random(seed)
    tools = sorted(SAMPLES)
    for _ in range(count):
        tool = chance.choice(tools) if chance.random() < 0.85 else chance.choice(NAMES)
        yield _context(chance), tool, _arguments(tool, chance)


def plausible(count: int, seed: int) -> Iterator[tuple[CallContext, str, Any]]:
    """So many proposals whose arguments fit the tool's schema."""
    chance = random.Random(seed)
    tools = sorted(SAMPLES)
    for _ in range(count):
        tool = chance.choice(tools)
        arguments = dict(SAMPLES[tool][1])
        for name, value in arguments.items():
            if type(value) is int and chance.random() < 0.5:
                arguments[name] = chance.choice((1, 999, 3999, 5000, 5001, 20001, 50000, 10**9))
            if name.endswith("_id") and chance.random() < 0.3:
                arguments[name] = chance.choice(IDS)
        yield _context(chance), tool, arguments


def _context(chance: random.Random) -> CallContext:
    """What the router would say of the conversation; the model has no part in it."""
    if len(_CONTEXTS) < CONVERSATIONS:
        customer = chance.choice(("C-1001", "C-1003", "C-1008", "C-1014", "C-1017", None))
        _CONTEXTS.append(somebody(customer, chance.choice(AGENTS), level=chance.choice(list(AuthLevel)[:2])))
    return chance.choice(_CONTEXTS)


def _arguments(tool: str, chance: random.Random) -> Any:
    if chance.random() < 0.05:
        return chance.choice(STRANGE)
    known: Sequence[tuple[str, Any]] = tuple(SAMPLES.get(tool, ("", {}))[1].items())
    arguments: dict[str, Any] = dict(known)
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        name = chance.choice([*arguments, "extra", "tenant", "grant", "_meta", ""])
        arguments[name] = chance.choice((*STRANGE, *IDS))
    return arguments
