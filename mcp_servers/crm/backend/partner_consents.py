"""What single partners' agents may do for a customer: asked for by them, given and withdrawn by the customer."""

import json
from datetime import date

from mcp_servers.crm.models import PartnerConsent
from mcp_servers.work import Row, Work, ensure, instant

COLUMNS = "consent_id, partner, tools, amount_minor, until, status, requested_at, decided_at"
MAX_SHOWN = 50


def list_consents(work: Work) -> list[PartnerConsent]:
    """The customer's permissions for partners, newest first."""
    rows = work.list(
        f"SELECT {COLUMNS} FROM partner_consents WHERE tenant = :tenant AND customer_id = :customer "  # noqa: S608 (a fixed list)
        "ORDER BY requested_at DESC, rowid DESC LIMIT :most",
        most=MAX_SHOWN,
    )
    return [_consent(row) for row in rows]


def request_consent(work: Work, partner: str, tools: list[str], amount_minor: int, until: date) -> PartnerConsent:
    """Note what a partner asks for; the same that still waits for an answer is not noted twice."""
    ensure(until >= work.today, "until: this day is over")
    wanted = sorted(set(tools))
    waiting = (each for each in list_consents(work) if each.status == "requested" and each.until >= work.today)
    known = next((each for each in waiting if each.partner == partner and each.tools == wanted), None)
    if known is not None and known.amount_minor == amount_minor:
        return known
    consent_id = work.number("PC")
    work.change(
        "INSERT INTO partner_consents "
        "(tenant, consent_id, customer_id, partner, tools, amount_minor, until, status, requested_at) "
        "VALUES (:tenant, :consent_id, :customer, :partner, :tools, :amount_minor, :until, 'requested', :at)",
        consent_id=consent_id,
        partner=partner,
        tools=json.dumps(wanted),
        amount_minor=amount_minor,
        until=until.isoformat(),
        at=instant(work.now),
    )
    return _read(work, consent_id)


def give_consent(work: Work, consent_id: str, partner: str, amount_minor: int, until: date) -> PartnerConsent:
    """Record the customer's permission, for no more than was asked for."""
    asked = _read(work, consent_id)
    ensure(asked.partner == partner, f"partner: {consent_id} is another's")
    ensure(asked.status != "given", f"consent_id: {consent_id} is given already")
    ensure(amount_minor <= asked.amount_minor, f"amount_minor: {consent_id} asks for {asked.amount_minor} at most")
    ensure(work.today <= until <= asked.until, f"until: {consent_id} asks for {asked.until} at the latest")
    work.change(
        "UPDATE partner_consents SET status = 'given', amount_minor = :amount_minor, until = :until, decided_at = :at "
        "WHERE tenant = :tenant AND consent_id = :consent_id",
        consent_id=consent_id,
        amount_minor=amount_minor,
        until=until.isoformat(),
        at=instant(work.now),
    )
    return _read(work, consent_id)


def withdraw_consent(work: Work, consent_id: str) -> PartnerConsent:
    """End a permission, or refuse what was asked for; what was withdrawn before stays so."""
    if _read(work, consent_id).status != "withdrawn":
        work.change(
            "UPDATE partner_consents SET status = 'withdrawn', decided_at = :at "
            "WHERE tenant = :tenant AND consent_id = :consent_id",
            consent_id=consent_id,
            at=instant(work.now),
        )
    return _read(work, consent_id)


def _read(work: Work, consent_id: str) -> PartnerConsent:
    """The customer's own permission of that number."""
    row = work.own(
        f"SELECT {COLUMNS} FROM partner_consents "  # noqa: S608 (a fixed list)
        "WHERE tenant = :tenant AND customer_id = :customer AND consent_id = :id",
        "consent_id",
        "permission",
        consent_id,
    )
    return _consent(row)


def _consent(row: Row) -> PartnerConsent:
    return PartnerConsent.model_validate({**row, "tools": json.loads(row["tools"])})
