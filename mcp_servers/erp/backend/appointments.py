"""Appointments: bookable slots, and visits that hold one each."""

import json
from datetime import date, datetime, timedelta

from mcp_servers.erp.models import Appointment, Appointments, Slot, Slots, Technician
from mcp_servers.sandbox.slots import assign_crew
from mcp_servers.work import Row, Work, ensure, instant

LEAD_TIME = timedelta(hours=2)
TECHNICIAN_KNOWN_BEFORE = timedelta(hours=12)
MISSED_VISIT_MINOR = 2000
"""What a visit that nobody came to is credited with."""

SITES = "SELECT * FROM sites WHERE tenant = :tenant AND customer_id = :customer"
SITE = SITES + " AND site_id = :id"
FREE = """
SELECT s.slot_id, s.starts_at, s.ends_at FROM slots s
WHERE s.tenant = :tenant AND s.region = :region AND s.starts_at >= :earliest
AND NOT EXISTS (SELECT 1 FROM appointments a
  WHERE a.tenant = s.tenant AND a.slot_id = s.slot_id AND a.status <> 'cancelled')
"""
APPOINTMENTS = """
SELECT a.*, s.starts_at, s.ends_at, m.credit_id FROM appointments a
JOIN slots s ON s.tenant = a.tenant AND s.slot_id = a.slot_id
LEFT JOIN missed_visits m ON m.tenant = a.tenant AND m.appointment_id = a.appointment_id
WHERE a.tenant = :tenant AND a.customer_id = :customer
"""


def list_slots(work: Work, site_id: str | None, after: date | None, before: date | None) -> Slots:
    """The free slots, soonest first, from the local day `after` to `before`, both included.

    At one site of the customer's, or at all of them.
    """
    sites = [work.own(SITE, "site_id", "site", site_id)] if site_id else work.list(SITES)
    found = [slot for site in sites for slot in _free_at(work, site, after, before)]
    return Slots(items=sorted(found, key=lambda slot: (slot.starts_at, slot.slot_id)))


def _free_at(work: Work, site: Row, after: date | None, before: date | None) -> list[Slot]:
    rows = work.list(
        FREE + "AND s.day BETWEEN :after AND :before",
        region=site["region"],
        earliest=instant(work.now + LEAD_TIME),
        after=(after or date.min).isoformat(),
        before=(before or date.max).isoformat(),
    )
    return [Slot.model_validate({**row, "site_id": site["site_id"]}) for row in rows]


def list_appointments(work: Work) -> Appointments:
    """The customer's visits, past and coming, soonest first."""
    rows = work.list(APPOINTMENTS + "ORDER BY s.starts_at, a.appointment_id")
    return Appointments(items=[_describe(work, row) for row in rows])


def _describe(work: Work, row: Row) -> Appointment:
    starts_at = datetime.fromisoformat(row["starts_at"])
    near = row["status"] == "booked" and starts_at - TECHNICIAN_KNOWN_BEFORE <= work.now
    technician = Technician.model_validate(json.loads(row["technician"])) if near and row["technician"] else None
    missed = row["status"] == "booked" and datetime.fromisoformat(row["ends_at"]) < work.now
    credit = {"credit_due_minor": MISSED_VISIT_MINOR if missed else 0, "credited": row["credit_id"] is not None}
    return Appointment.model_validate({**row, "technician": technician, **credit})


def _own_appointment(work: Work, appointment_id: str) -> Row:
    return work.own(APPOINTMENTS + "AND a.appointment_id = :id", "appointment_id", "appointment", appointment_id)


def _free_slot(work: Work, region: str, slot_id: str) -> Row:
    earliest = instant(work.now + LEAD_TIME)
    slot = work.find(FREE + "AND s.slot_id = :slot_id", region=region, earliest=earliest, slot_id=slot_id)
    ensure(slot is not None, f"slot_id: {slot_id} cannot be booked; choose one from list_slots")
    return slot or {}


def book_appointment(work: Work, site_id: str, slot_id: str, reason: str) -> Appointment:
    """Book a visit: the slot is taken from now on."""
    site = work.own(SITE, "site_id", "site", site_id)
    slot = _free_slot(work, site["region"], slot_id)
    appointment_id = work.number("WO")
    work.change(
        "INSERT INTO appointments "
        "(tenant, appointment_id, customer_id, site_id, slot_id, kind, reason, status, technician) "
        "VALUES (:tenant, :appointment_id, :customer, :site_id, :slot_id, :kind, :reason, 'booked', :technician)",
        appointment_id=appointment_id,
        site_id=site_id,
        slot_id=slot_id,
        kind="installation" if "install" in reason.lower() else "repair",
        reason=reason,
        technician=assign_crew(work, slot_id, slot["starts_at"]),
    )
    return _describe(work, _own_appointment(work, appointment_id))


def reschedule_appointment(work: Work, appointment_id: str, slot_id: str) -> Appointment:
    """Move a visit to another slot; the old one is free again."""
    appointment = _changeable(work, appointment_id)
    site = work.own(SITE, "appointment_id", "appointment", appointment["site_id"])
    slot = _free_slot(work, site["region"], slot_id)
    work.change(
        "UPDATE appointments SET slot_id = :slot_id, reschedule_count = reschedule_count + 1, "
        "technician = :technician WHERE tenant = :tenant AND appointment_id = :appointment_id",
        slot_id=slot_id,
        technician=assign_crew(work, slot_id, slot["starts_at"]),
        appointment_id=appointment_id,
    )
    return _describe(work, _own_appointment(work, appointment_id))


def _changeable(work: Work, appointment_id: str) -> Row:
    appointment = _own_appointment(work, appointment_id)
    ensure(appointment["status"] == "booked", f"appointment_id: {appointment_id} is {appointment['status']}")
    ensure(appointment["starts_at"] > instant(work.now), f"appointment_id: {appointment_id} has begun")
    return appointment


def cancel_appointment(work: Work, appointment_id: str, reason: str) -> Appointment:
    """Call a visit off; its slot is free again."""
    _changeable(work, appointment_id)
    work.change(
        "UPDATE appointments SET status = 'cancelled', reason = reason || ' / cancelled: ' || :reason "
        "WHERE tenant = :tenant AND appointment_id = :appointment_id",
        reason=reason,
        appointment_id=appointment_id,
    )
    return _describe(work, _own_appointment(work, appointment_id))


def settle_missed_visit(work: Work, credit_id: str, amount_minor: int, reason: str) -> None:
    """A visit that nobody came to, named in the credit's reason, is credited once, with exactly what is due for it."""
    named = [visit for visit in list_appointments(work).items if visit.appointment_id in reason.split()]
    missed = [visit for visit in named if visit.credit_due_minor]
    ensure(bool(missed), "reason: must name a visit of this customer that nobody came to")
    visit = missed[0]
    ensure(not visit.credited, f"reason: {visit.appointment_id} was credited before")
    ensure(amount_minor == visit.credit_due_minor, f"amount_minor: the credit due is {visit.credit_due_minor}")
    work.change(
        "INSERT INTO missed_visits (tenant, appointment_id, credit_id) VALUES (:tenant, :appointment_id, :credit_id)",
        appointment_id=visit.appointment_id,
        credit_id=credit_id,
    )
