"""Households: one customer with site, line, device, subscription, bills and payments that fit together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.slots import assign, slot_at
from mcp_servers.work import instant

from .schedule import SCHEDULE

BILLED_DAYS_AGO = 12
DUE_AFTER = timedelta(days=14)
PAID_AFTER = timedelta(days=3, hours=9, minutes=30)
CAPTURED_AGAIN_AFTER = timedelta(minutes=2)
CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Resident:
    """Who a customer is."""

    customer_id: str
    name: str
    email: str
    phone: str
    address: str
    region: str = "east"
    locale: str = "en"
    since_days: int = 800


class Numbers(NamedTuple):
    """The identifiers of what a household has."""

    site: str
    device: str
    subscription: str
    method: str


@dataclass(frozen=True, slots=True)
class Service:
    """What is subscribed to and how it does. `terms` are further columns: promotion, discount, contract."""

    plan_id: str
    status: str = "active"
    line: str = "good"
    running: bool = True
    terms: dict[str, Any] = field(default_factory=dict[str, Any])


class SeededLine(NamedTuple):
    """One position of a bill."""

    kind: str
    description: str
    amount_minor: int


class Household:
    """One customer's rows, added piece by piece; what belongs together is added together."""

    def __init__(self, rows: Rows, person: Resident, numbers: Numbers, service: Service, **customer: Any) -> None:
        self._rows = rows
        self.person = person
        self.numbers = numbers
        self.now = rows.now
        self.today = rows.now.date()
        self._add_customer(service.status, customer)
        self._add_equipment(service)

    def _add_customer(self, status: str, extra: dict[str, Any]) -> None:
        person = self.person
        self._rows.add(
            "customers",
            customer_id=person.customer_id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            address=person.address,
            locale=person.locale,
            timezone=SCHEDULE.regions[person.region],
            region=person.region,
            customer_since=self.day_ago(person.since_days).isoformat(),
            status=status,
            **extra,
        )

    def _add_equipment(self, service: Service) -> None:
        numbers = self.numbers
        self.own(
            "sites",
            site_id=numbers.site,
            address=self.person.address,
            region=self.person.region,
            line=service.line,
        )
        self.own(
            "devices",
            device_id=numbers.device,
            site_id=numbers.site,
            kind="router",
            model="Northwind Hub 6",
            wifi_name=f"Northwind-{numbers.device[-4:]}",
            running=int(service.running),
            last_seen_at=self.moment_ago(0 if service.running else 0.3),
        )
        self.own(
            "subscriptions",
            subscription_id=numbers.subscription,
            plan_id=service.plan_id,
            status=service.status,
            site_id=numbers.site,
            device_id=numbers.device,
            started_on=self.day_ago(self.person.since_days).isoformat(),
            **service.terms,
        )

    def own(self, table: str, **values: Any) -> None:
        """Add a row that belongs to this customer."""
        self._rows.add(table, customer_id=self.person.customer_id, **values)

    def day_ago(self, days: int) -> date:
        """The day that many days before the seeding."""
        return self.today - timedelta(days=days)

    def moment_ago(self, days: float) -> str:
        """The stored moment that many days before the seeding."""
        return instant(self.now - timedelta(days=days))

    def card(self, label: str = "Visa •••• 4242", *, years_left: int = 2) -> None:
        """Put a card on file, as the default method."""
        expires = self.today + relativedelta(years=years_left, months=4)
        self.own(
            "methods",
            method_id=self.numbers.method,
            kind="card",
            label=label,
            expires=f"{expires:%Y-%m}",
            is_default=1,
        )

    def bill(
        self,
        invoice_id: str,
        months_ago: int,
        lines: Sequence[SeededLine],
        paid_by: Sequence[str] = (),
        *,
        days_ago: int = BILLED_DAYS_AGO,
    ) -> None:
        """Add a bill of some months and `days_ago` before; every payment in `paid_by` captured its whole total."""
        issued_on = self.day_ago(days_ago) - relativedelta(months=months_ago)
        total_minor = sum(line.amount_minor for line in lines)
        self.own(
            "invoices",
            invoice_id=invoice_id,
            issued_on=issued_on.isoformat(),
            due_on=(issued_on + DUE_AFTER).isoformat(),
            period=f"{issued_on:%Y-%m}",
            total_minor=total_minor,
            balance_minor=0 if paid_by else total_minor,
        )
        for position, line in enumerate(lines, start=1):
            line_id = f"L-{invoice_id.removeprefix('INV-')}{position}"
            self._rows.add("invoice_lines", line_id=line_id, invoice_id=invoice_id, **line._asdict())
        at = datetime.combine(issued_on, datetime.min.time(), self.now.tzinfo) + PAID_AFTER
        for payment_id in paid_by:
            self.pay(payment_id, total_minor, at, invoice_id=invoice_id, description=f"Payment of {invoice_id}")
            at += CAPTURED_AGAIN_AFTER

    def pay(self, payment_id: str, amount_minor: int, at: datetime, **charge: Any) -> None:
        """Add a capture with the method on file."""
        self.own(
            "payments",
            payment_id=payment_id,
            captured_at=instant(at),
            amount_minor=amount_minor,
            currency=CURRENCY,
            method_id=self.numbers.method,
            **charge,
        )

    def interaction(self, interaction_id: str, days_ago: float, channel: str, author: str, summary: str) -> None:
        """Add something that was said or noted."""
        self.own(
            "interactions",
            interaction_id=interaction_id,
            at=self.moment_ago(days_ago),
            channel=channel,
            author=author,
            summary=summary,
        )

    def outage(
        self, outage_id: str, started_days_ago: float, days: float | None, cause: str, credit_per_day_minor: int
    ) -> None:
        """Add an outage of some length, or one that goes on and should end in six hours."""
        start = self.now - timedelta(days=started_days_ago)
        self.own(
            "outages",
            outage_id=outage_id,
            site_id=self.numbers.site,
            started_at=instant(start),
            ended_at=None if days is None else instant(start + timedelta(days=days)),
            expected_end_at=instant(self.now + timedelta(hours=6)) if days is None else None,
            cause=cause,
            credit_per_day_minor=credit_per_day_minor,
        )

    def credit(self, credit_id: str, days_ago: float, amount_minor: int, reason: str) -> None:
        """Add a credit that was already used up by an earlier bill."""
        self.own(
            "credits",
            credit_id=credit_id,
            amount_minor=amount_minor,
            unused_minor=0,
            reason=reason,
            applied_at=self.moment_ago(days_ago),
        )

    def visit(
        self, appointment_id: str, days_ahead: int, hour: int, *, kind: str = "repair", status: str = "booked"
    ) -> None:
        """Add a visit in a slot of the customer's region."""
        slot = slot_at(SCHEDULE, self.person.region, self.today + timedelta(days=days_ahead), hour)
        self._rows.add("slots", **slot._asdict())
        self.own(
            "appointments",
            appointment_id=appointment_id,
            site_id=self.numbers.site,
            slot_id=slot.slot_id,
            kind=kind,
            reason="Technician visit",
            status=status,
            technician=assign(SCHEDULE.people, slot.slot_id, slot.starts_at),
        )

    def order(self, order_id: str, item: str, status: str, promised_days_ago: int, **values: Any) -> None:
        """Add an order with the beginning of its history."""
        self.own(
            "orders",
            order_id=order_id,
            item=item,
            status=status,
            promised_on=self.day_ago(promised_days_ago).isoformat(),
            carrier="Swift Parcel",
            **values,
        )
        self.event(order_id, promised_days_ago + 6, "Order received")
        self.event(order_id, promised_days_ago + 4, "Handed to Swift Parcel")

    def event(self, order_id: str, days_ago: float, text: str) -> None:
        """Add something that happened to an order."""
        self._rows.add("order_events", order_id=order_id, at=self.moment_ago(days_ago), text=text)

    def accepted(self, acceptance_id: str, offer_id: str, months_ago: int, terms: tuple[int, int]) -> None:
        """Add an offer accepted in the past, with its percentage and months."""
        at = self.now - relativedelta(months=months_ago)
        percent, months = terms
        self.own(
            "acceptances",
            acceptance_id=acceptance_id,
            offer_id=offer_id,
            discount_percent=percent,
            months=months,
            accepted_at=instant(at),
            until=(at.date() + relativedelta(months=months)).isoformat(),
        )
