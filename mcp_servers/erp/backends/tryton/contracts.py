"""Subscriptions in Tryton: running ones, whose lines are services; a plan is the product of a service.

Where and on what a subscription is used, and until when the customer is bound, stands in its description: Tryton has no
field for it ("site S-1, device D-1, bound until 2027-03-31").
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from mcp_servers.erp.backend.subscriptions import DAYS_PER_BILL
from mcp_servers.erp.backends.tryton.bills import Bills
from mcp_servers.erp.backends.tryton.books import Books
from mcp_servers.erp.backends.tryton.rpc import Record
from mcp_servers.erp.models import (
    Cancellation,
    Plan,
    PlanChanged,
    PlanQuote,
    Plans,
    Subscription,
    SubscriptionCancelled,
    Subscriptions,
)
from mcp_servers.refusal import not_found
from mcp_servers.sandbox.standing import round_share
from mcp_servers.scope import Scope
from mcp_servers.work import ensure

SUBSCRIPTION = "sale.subscription"
SERVICE = "sale.subscription.service"
PRODUCT = ("product.code", "product.name", "product.list_price_used", "product.sale_uom")
FIELDS = (
    "number",
    "state",
    "description",
    "start_date",
    "end_date",
    *(f"lines.{name}" for name in ("start_date", "end_date", "quantity", "unit_price", "consumed_until")),
    *(f"lines.service.{name}" for name in PRODUCT),
)
SAID = {
    "site": r"\bsite ([^\s,;]+)",
    "device": r"\bdevice ([^\s,;]+)",
    "bound": r"\bbound until (\d{4}-\d\d-\d\d)",
}


class Contracts:
    """The ERP's tools for subscriptions. `notice` is how long before the end a subscription has to be cancelled."""

    def __init__(self, books: Books, bills: Bills, notice: timedelta) -> None:
        self._books = books
        self._bills = bills
        self._notice = notice

    async def list_subscriptions(self, scope: Scope) -> Subscriptions:
        """The customer's subscriptions, oldest first; drafts and quotations are none yet."""
        states = ("state", "in", ["running", "closed"])
        found = await self._books.own(SUBSCRIPTION, scope, FIELDS, states)
        billed_until = await self._billed_until(scope)
        items = [self._describe(each, scope.today, billed_until) for each in found if each["lines."]]
        return Subscriptions(items=sorted(items, key=lambda each: (each.started_on, each.subscription_id)))

    async def list_plans(self) -> Plans:
        """The services that are on sale, cheapest first."""
        found = await self._books.tryton.read(SERVICE, [("product.salable", "=", True)], PRODUCT)
        plans = [self._plan(each["product."]) for each in found]
        return Plans(items=sorted(plans, key=lambda each: (each.monthly_minor, each.plan_id)))

    async def quote_plan_change(self, scope: Scope, subscription_id: str, plan_id: str) -> PlanQuote:
        """What another plan would cost, from the first day that was not billed."""
        record = await self._own(scope, subscription_id)
        _ensure_running(record)
        line = _running(record, scope.today)
        ensure(_code(line) != plan_id, f"plan_id: {subscription_id} is on {plan_id} already")
        return self._quote(record, line, await self._find_plan(plan_id), scope.today)

    async def change_plan(self, scope: Scope, subscription_id: str, plan_id: str) -> PlanChanged:
        """End the line of the old plan and begin one of the new plan, in one write."""
        record = await self._own(scope, subscription_id)
        begun = await self._books.begin(scope, SUBSCRIPTION, record["id"])
        line = _newest(record)
        if not (begun and _code(line) == plan_id):
            _ensure_running(record)
            ensure(_code(line) != plan_id, f"plan_id: {subscription_id} is on {plan_id} already")
            plan = await self._find_plan(plan_id)
            effective_on = _changes_on(line, scope.today)
            await self._books.tryton.write(
                SUBSCRIPTION, [record["id"]], {"lines": await _moves(line, plan, effective_on)}
            )
            line = _newest(await self._own(scope, subscription_id))
        return PlanChanged(
            subscription_id=subscription_id,
            plan_id=plan_id,
            plan_name=line["service."]["product."]["name"],
            monthly_minor=self._monthly(line),
            effective_on=line["start_date"],
        )

    async def cancel_subscription(self, scope: Scope, subscription_id: str, reason: str) -> SubscriptionCancelled:
        """Give a subscription and its lines their last day."""
        record = await self._own(scope, subscription_id)
        begun = await self._books.begin(scope, SUBSCRIPTION, record["id"])
        ending = self._cancellation(record, scope.today, await self._billed_until(scope))
        if not (begun and record["end_date"]):
            ensure(not _is_ending(record), f"subscription_id: {subscription_id} is cancelled already")
            _ensure_running(record)
            await self._books.note(SUBSCRIPTION, record["id"], f"Cancelled: {reason}")
            last = ("write", [_running(record, scope.today)["id"]], {"end_date": ending.effective_on})
            values = {"end_date": ending.effective_on, "lines": [last]}
            await self._books.tryton.write(SUBSCRIPTION, [record["id"]], values)
        return SubscriptionCancelled(subscription_id=subscription_id, **ending.model_dump())

    async def _own(self, scope: Scope, subscription_id: str) -> Record:
        wanted = (("number", "=", subscription_id), ("state", "in", ["running", "closed"]))
        found = [each for each in await self._books.own(SUBSCRIPTION, scope, FIELDS, *wanted) if each["lines."]]
        if not found:
            raise not_found("subscription_id", "subscription", subscription_id)
        return found[0]

    async def _billed_until(self, scope: Scope) -> date:
        issued = [each.issued_on for each in (await self._bills.list_invoices(scope)).items]
        return max(issued) + relativedelta(months=1) if issued else scope.today

    async def _find_plan(self, plan_id: str) -> Record:
        domain = [("product.code", "=", plan_id), ("product.salable", "=", True)]
        found = await self._books.tryton.read(SERVICE, domain, (*PRODUCT, "consumption_recurrence"))
        if not found:
            raise not_found("plan_id", "plan", plan_id)
        return found[0]

    def _plan(self, product: Record) -> Plan:
        monthly = self._books.minor(product["list_price_used"])
        return Plan(plan_id=product["code"], name=product["name"], monthly_minor=monthly, down_mbps=0)

    def _quote(self, record: Record, line: Record, service: Record, today: date) -> PlanQuote:
        plan, old = self._plan(service["product."]), self._monthly(line)
        return PlanQuote(
            subscription_id=record["number"],
            plan_id=plan.plan_id,
            plan_name=plan.name,
            old_monthly_minor=old,
            new_monthly_minor=plan.monthly_minor,
            difference_minor=plan.monthly_minor - old,
            effective_on=_changes_on(line, today),
        )

    def _monthly(self, line: Record) -> int:
        return round(self._books.minor(line["unit_price"]) * line["quantity"])

    def _describe(self, record: Record, today: date, billed_until: date) -> Subscription:
        line, said = _running(record, today), _said(record)
        return Subscription(
            subscription_id=record["number"],
            plan_id=_code(line),
            plan_name=line["service."]["product."]["name"],
            monthly_minor=self._monthly(line),
            status="cancelled" if _is_ending(record) else "active",
            site_id=said["site"],
            device_id=said["device"],
            started_on=record["start_date"],
            contract_ends_on=date.fromisoformat(said["bound"]) if said["bound"] else None,
            promotion=None,
            cancellation=self._cancellation(record, today, billed_until),
            notice_days=self._notice.days,
        )

    def _cancellation(self, record: Record, today: date, billed_until: date) -> Cancellation:
        """When it ends, or would: after the notice, not before the customer is free; days beyond the bill are owed."""
        bound = _said(record)["bound"]
        free = date.fromisoformat(bound) if bound else today
        effective_on = record["end_date"] or max(today + self._notice, free)
        days = max(0, (effective_on - billed_until).days)
        last_days = days % DAYS_PER_BILL or min(days, DAYS_PER_BILL)
        final = round_share(self._monthly(_running(record, today)), last_days, DAYS_PER_BILL)
        return Cancellation(effective_on=effective_on, final_bill_minor=final)


def _said(record: Record) -> dict[str, str]:
    """What a description says, each empty where it does not."""
    text = record["description"] or ""
    found = {name: re.search(pattern, text) for name, pattern in SAID.items()}
    return {name: match[1] if match else "" for name, match in found.items()}


def _code(line: Record) -> str:
    return str(line["service."]["product."]["code"])


def _is_ending(record: Record) -> bool:
    return record["state"] == "closed" or record["end_date"] is not None


def _ensure_running(record: Record) -> None:
    ensure(not _is_ending(record), f"subscription_id: {record['number']} is cancelled")


def _running(record: Record, today: date) -> Record:
    """The line that holds on a day; before the first, the first."""
    lines: Sequence[Record] = sorted(record["lines."], key=lambda each: each["start_date"])
    held = [each for each in lines if each["start_date"] <= today]
    return held[-1] if held else lines[0]


def _newest(record: Record) -> Record:
    return max(record["lines."], key=lambda each: each["start_date"])


def _changes_on(line: Record, today: date) -> date:
    """From when another plan can hold: the first day that was not billed in advance."""
    used_until: date | None = line["consumed_until"]
    return max(today, used_until + timedelta(days=1)) if used_until else today


async def _moves(line: Record, service: Record, effective_on: date) -> list[object]:
    """What changes in a subscription's lines: a line that never held is taken out, another ends the day before."""
    never = line["start_date"] >= effective_on
    old = ("delete", [line["id"]]) if never else ("write", [line["id"]], {"end_date": effective_on - timedelta(days=1)})
    product = service["product."]
    new = {
        "service": service["id"],
        "quantity": line["quantity"],
        "unit": product["sale_uom"],
        "unit_price": product["list_price_used"],
        "consumption_recurrence": service["consumption_recurrence"],
        "start_date": effective_on,
        "next_consumption_date": effective_on,
    }
    return [old, ("create", [new])]
