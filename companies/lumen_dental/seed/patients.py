"""Patients, each with what makes one journey possible."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.slots import assign, slot_at
from mcp_servers.work import instant

from .schedule import SCHEDULE

WEEKEND = 5
FREE_HOURS = (8, 9, 11, 14, 16)
"""Hours at which none of the patients with a story has an appointment."""


class Position(NamedTuple):
    """A position of an invoice; what an insurance pays is negative."""

    kind: str
    description: str
    amount_minor: int


class Patient:
    """A patient of a clinic, added piece by piece."""

    def __init__(self, rows: Rows, number: int, name: str, clinic: str = "berlin-mitte", **columns: object) -> None:
        self._rows = rows
        self._number = number
        self._clinic = clinic
        self._today = rows.now.date()
        self._add_person(name, {"locale": "de", **columns})
        self.own("sites", site_id=f"S-{number}", address=f"Lumen Dental {clinic}", region=clinic)
        self.own(
            "methods", method_id=f"PM-{number}", kind="card", label="Visa •••• 4242", expires="2031-01", is_default=1
        )

    def _add_person(self, name: str, columns: dict[str, object]) -> None:
        mailbox = name.lower().replace(" ", ".")
        self._rows.add(
            "customers",
            customer_id=self.customer_id,
            name=name,
            email=f"{mailbox}@example.org",
            phone=f"+49301234{self._number}",
            address=f"Lindenweg {self._number % 100}, 10115 Berlin",
            timezone=SCHEDULE.regions[self._clinic],
            region=self._clinic,
            customer_since=(self._today - timedelta(days=900)).isoformat(),
            status="active",
            **columns,
        )

    @property
    def customer_id(self) -> str:
        """The patient's number."""
        return f"C-{self._number}"

    def own(self, table: str, **values: object) -> None:
        """Add a row that belongs to this patient."""
        self._rows.add(table, customer_id=self.customer_id, **values)

    def appointment(self, appointment_id: str, days_ahead: int, hour: int, reason: str) -> None:
        """Add an appointment, on the next working day where that is none."""
        slot = slot_at(SCHEDULE, self._clinic, working_day(self._today + timedelta(days=days_ahead)), hour)
        self._rows.add("slots", **slot._asdict())
        self.own(
            "appointments",
            appointment_id=appointment_id,
            site_id=f"S-{self._number}",
            slot_id=slot.slot_id,
            kind="repair",
            reason=reason,
            status="booked",
            technician=assign(SCHEDULE.people, slot.slot_id, slot.starts_at),
        )

    def invoice(self, invoice_id: str, days_ago: int, lines: Sequence[Position], paid_by: Sequence[str] = ()) -> None:
        """Add an invoice of some days ago; each payment in `paid_by` captured its whole total."""
        issued_on = self._today - timedelta(days=days_ago)
        total = sum(line.amount_minor for line in lines)
        self.own(
            "invoices",
            invoice_id=invoice_id,
            issued_on=issued_on.isoformat(),
            due_on=(issued_on + timedelta(days=30)).isoformat(),
            period=f"{issued_on:%Y-%m}",
            total_minor=total,
            balance_minor=0 if paid_by else total,
        )
        for position, line in enumerate(lines, start=1):
            line_id = f"L-{invoice_id.removeprefix('INV-')}{position}"
            self._rows.add("invoice_lines", line_id=line_id, invoice_id=invoice_id, **line._asdict())
        for position, payment_id in enumerate(paid_by):
            self.own(
                "payments",
                payment_id=payment_id,
                captured_at=instant(_noon(self._rows.now, issued_on, 2 * position)),
                amount_minor=total,
                currency="EUR",
                method_id=f"PM-{self._number}",
                invoice_id=invoice_id,
                description=f"Zahlung von {invoice_id}",
            )


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= WEEKEND else day


def _noon(now: datetime, day: date, minutes: int) -> datetime:
    return datetime.combine(day, now.time().replace(hour=12, minute=minutes, second=0, microsecond=0), now.tzinfo)


def add_patients(rows: Rows) -> None:
    """Add all patients."""
    checkup = Position("one_off", "Kontrolle und Beratung (GOZ 0010)", 2587)
    cleaning = Position("one_off", "Professionelle Zahnreinigung (GOZ 1040)", 9500)
    anna = Patient(rows, 5001, "Anna Keller")
    anna.appointment("WO-5101", 3, 10, "Kontrolle")
    anna.invoice("INV-5201", 40, [cleaning], ["P-5401"])
    james = Patient(rows, 5002, "James Porter", "hamburg-altona", locale="en")
    james.invoice(
        "INV-5202",
        6,
        [
            Position("one_off", "Crown, tooth 26 (GOZ 2210)", 48200),
            Position("one_off", "Dental laboratory", 31900),
            Position("credit", "Fixed allowance of the insurance", -38400),
        ],
    )
    mira = Patient(rows, 5003, "Mira Sommer", flags=json.dumps(["minor"]))
    mira.appointment("WO-5103", 4, 15, "Kontrolle")
    tobias = Patient(rows, 5004, "Tobias Brandt")
    tobias.invoice("INV-5204", 8, [Position("one_off", "Implantat, Zahn 36 (GOZ 9010)", 64000)])
    sofia = Patient(rows, 5005, "Sofia Lang")
    sofia.invoice("INV-5205", 12, [checkup], ["P-5501", "P-5502"])
    for position, number in enumerate(range(5010, 5020)):
        more = Patient(rows, number, f"Patient {number}")
        week, place = divmod(position, len(FREE_HOURS))
        more.appointment(f"WO-{number}", 2 + 7 * week, FREE_HOURS[place], "Zahnreinigung")
        more.invoice(f"INV-{number}", 9, [Position("one_off", "Füllung (GOZ 2060)", 21000 + number)])
