"""Customers: finding them, their record, consents, notes, cases and feedback."""

import json
from typing import Any

from mcp_servers.arguments import ConsentField, FindField
from mcp_servers.crm.backend.contact import normal_phone
from mcp_servers.crm.backend.partner_consents import list_consents
from mcp_servers.crm.models import (
    CaseOpened,
    CaseRecord,
    Cases,
    ConsentChange,
    CustomerRecord,
    FeedbackRecorded,
    FoundCustomer,
    Interaction,
    Interactions,
    NoteAdded,
)
from mcp_servers.refusal import Refused
from mcp_servers.work import Row, Work, instant

FIND = {
    "customer_id": "SELECT customer_id FROM customers WHERE tenant = :tenant AND customer_id = upper(:value)",
    "email": "SELECT customer_id FROM customers WHERE tenant = :tenant AND email = lower(:value)",
    "phone": "SELECT customer_id FROM customers WHERE tenant = :tenant AND phone = :value",
}
CONSENT = {
    "marketing": "UPDATE customers SET consent_marketing = :value WHERE tenant = :tenant AND customer_id = :customer",
    "service": "UPDATE customers SET consent_service = :value WHERE tenant = :tenant AND customer_id = :customer",
    "partners": "UPDATE customers SET consent_partners = :value WHERE tenant = :tenant AND customer_id = :customer",
}


def read_customer(work: Work) -> Row:
    """The stored row of the call's customer, who is known to exist."""
    row = work.find("SELECT * FROM customers WHERE tenant = :tenant AND customer_id = :customer")
    if row is None:
        raise Refused("customer_id: customer not found")
    return row


def find_customer(work: Work, field: FindField, value: str) -> FoundCustomer:
    """Find a customer; two customers sharing the detail are nobody's answer."""
    try:
        wanted = normal_phone(value, work.country) if field == "phone" else value.strip()
    except Refused:
        return FoundCustomer(found=False, customer_id=None)
    rows = work.list(FIND[field], value=wanted)
    if len(rows) != 1:
        return FoundCustomer(found=False, customer_id=None)
    return FoundCustomer(found=True, customer_id=rows[0]["customer_id"])


def get_customer(work: Work) -> CustomerRecord:
    """Read the customer's record."""
    row = read_customer(work)
    row["flags"] = json.loads(row["flags"])
    row["consents"] = {name: row[f"consent_{name}"] for name in CONSENT}
    row["partner_consents"] = list_consents(work)
    row["status"] = "cancelled" if _has_ended(work) else row["status"]
    return CustomerRecord.model_validate(row)


def _has_ended(work: Work) -> bool:
    services = work.list(
        "SELECT status, cancel_effective_on FROM services WHERE tenant = :tenant AND customer_id = :customer"
    )
    return bool(services) and all(
        service["status"] == "cancelled" and (service["cancel_effective_on"] or "") <= work.today.isoformat()
        for service in services
    )


def list_interactions(work: Work) -> Interactions:
    """The latest fifty interactions, newest first."""
    rows = work.list(
        "SELECT interaction_id, at, channel, author, summary FROM interactions "
        "WHERE tenant = :tenant AND customer_id = :customer ORDER BY at DESC, rowid DESC LIMIT 50"
    )
    return Interactions(items=[Interaction.model_validate(row) for row in rows])


def add_note(work: Work, text: str, disposition: str) -> NoteAdded:
    """Write a note by the assistant."""
    note: dict[str, Any] = {"interaction_id": work.number("I"), "at": instant(work.now)}
    work.change(
        "INSERT INTO interactions (tenant, interaction_id, customer_id, at, channel, author, summary, disposition) "
        "VALUES (:tenant, :interaction_id, :customer, :at, 'note', 'assistant', :text, :disposition)",
        **note,
        text=text,
        disposition=disposition,
    )
    return NoteAdded.model_validate(note)


def open_case(work: Work, reason: str, description: str) -> CaseOpened:
    """Open a case for people to work on."""
    case = {"case_id": work.number("CS"), "status": "open", "reason": reason, "opened_at": instant(work.now)}
    work.change(
        "INSERT INTO cases (tenant, case_id, customer_id, status, reason, description, opened_at) "
        "VALUES (:tenant, :case_id, :customer, :status, :reason, :description, :opened_at)",
        **case,
        description=description,
    )
    return CaseOpened.model_validate(case)


def list_cases(work: Work) -> Cases:
    """The customer's cases, newest first."""
    rows = work.list(
        "SELECT case_id, status, reason, description, opened_at FROM cases "
        "WHERE tenant = :tenant AND customer_id = :customer ORDER BY opened_at DESC, rowid DESC"
    )
    return Cases(items=[CaseRecord.model_validate(row) for row in rows])


def set_consent(work: Work, field: ConsentField, value: bool) -> ConsentChange:
    """Record the customer's consent or its withdrawal."""
    work.change(CONSENT[field], value=int(value))
    return ConsentChange(field=field, value=value, changed_at=work.now)


def record_feedback(work: Work, score: int, comment: str) -> FeedbackRecorded:
    """Record how content the customer was."""
    work.change(
        "INSERT INTO feedback (tenant, feedback_id, customer_id, score, comment, recorded_at) "
        "VALUES (:tenant, :feedback_id, :customer, :score, :comment, :at)",
        feedback_id=work.number("F"),
        score=score,
        comment=comment,
        at=instant(work.now),
    )
    return FeedbackRecorded(recorded_at=work.now)
