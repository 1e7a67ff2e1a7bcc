"""The customer at a glance: what the systems hold about them, read for a representative through the gate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from agents.handoff.desk_words import DeskWords
from desk.queue import Desk, DeskDependencies, context_for
from domain.caller import Caller
from domain.calls import CallResult, ToolCall
from domain.ids import CallId, ConversationId

SECTIONS = (
    ("customer", "crm.get_customer"),
    ("contracts", "erp.list_subscriptions"),
    ("bills", "erp.list_invoices"),
    ("payments", "payments.list_payments"),
    ("payment_methods", "payments.list_payment_methods"),
    ("visits", "erp.list_appointments"),
    ("orders", "erp.list_orders"),
    ("cases", "crm.list_cases"),
    ("contacts", "crm.list_interactions"),
)
"""What is shown, in this order, and the tool that reads it."""


@dataclass(frozen=True, slots=True)
class GlanceSection:
    """One kind of record: its items, newest as the system orders them; `problem` says why there are none to see."""

    name: str
    items: tuple[dict[str, Any], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """Who the customer is, how surely that is known, and what is on record. Without a known customer it is empty."""

    customer_id: str
    auth_level: str
    verified_at: datetime | None
    currency: str
    sections: tuple[GlanceSection, ...]


class GlanceDesk:
    """Reads a claimed conversation's customer. Each read is decided and on record like any other call."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies) -> None:
        self._desk = desk
        self._dependencies = dependencies

    async def look(self, caller: Caller, conversation_id: ConversationId, language: str = "en") -> Glance:
        """Read everything that policy lets a representative see; what one system does not answer hides nothing else.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        services = self._dependencies.services
        async with self._dependencies.work.open(conversation_id):
            row = await self._desk.find_claimed(caller, conversation_id)
            customer, currency = row.memory.customer, services.currencies[row.tenant]
            if customer is None:
                return Glance("", "anonymous", None, currency, ())
            look, sections, words = uuid4().hex, list[GlanceSection](), self._desk.words(row, language)
            for name, tool in SECTIONS:
                call = ToolCall(CallId(f"desk/{look}/{name}"), tool, {"customer_id": customer.id})
                result = await services.gate.call(context_for(row, caller), call)
                sections.append(_section(name, result, words))
            services.gate.finish(row.id, ())
        return Glance(customer.id, customer.auth_level.value, customer.strong_since, currency, tuple(sections))


def _section(name: str, result: CallResult, words: DeskWords) -> GlanceSection:
    if result.outcome is None or not result.outcome.succeeded:
        return GlanceSection(name, problem=words.refusal(result.decision))
    data = result.outcome.data
    return GlanceSection(name, tuple(data["items"]) if "items" in data else (data,))
