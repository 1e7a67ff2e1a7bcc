"""Offers: who can have which, and taking one with exactly its terms."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from mcp_servers.crm.models import OfferAccepted, Offers, OfferTerms
from mcp_servers.sandbox.standing import discounted
from mcp_servers.sandbox.system import tell
from mcp_servers.work import Row, Work, ensure, instant

ONE_YEAR = timedelta(days=365)
ACTIVE = """
SELECT subscription_id, monthly_minor FROM services
WHERE tenant = :tenant AND customer_id = :customer AND status = 'active' ORDER BY monthly_minor DESC
"""
OVERDUE = """
SELECT 1 AS overdue FROM bills
WHERE tenant = :tenant AND customer_id = :customer AND balance_minor > 0 AND due_on < :today AND arrangement_id IS NULL
"""


def list_offers(work: Work) -> Offers:
    """The offers made for this customer, each with whether it can be accepted now."""
    why_not = _hindrance(work)
    offered = work.list(
        "SELECT o.offer_id, o.name, o.discount_percent, o.months FROM offered f "
        "JOIN offers o ON o.tenant = f.tenant AND o.offer_id = f.offer_id "
        "WHERE f.tenant = :tenant AND f.customer_id = :customer ORDER BY o.discount_percent"
    )
    accepted = _accepted(work)
    return Offers(
        items=[OfferTerms(**offer, eligible=not why_not, why_not=why_not) for offer in offered],
        last_accepted_at=accepted[0]["accepted_at"] if accepted else None,
        accepted_12m=sum(1 for row in accepted if row["accepted_at"] > instant(work.now - ONE_YEAR)),
    )


def _accepted(work: Work) -> list[Row]:
    return work.list(
        "SELECT accepted_at FROM acceptances WHERE tenant = :tenant AND customer_id = :customer "
        "ORDER BY accepted_at DESC"
    )


def _hindrance(work: Work) -> str:
    accepted = _accepted(work)
    if accepted and accepted[0]["accepted_at"] > instant(work.now - ONE_YEAR):
        return f"an offer was already accepted on {accepted[0]['accepted_at'][:10]}"
    if work.find(OVERDUE, today=work.today.isoformat()) is not None:
        return "a bill is overdue"
    if work.find(ACTIVE) is None:
        return "there is no active subscription"
    return ""


def accept_offer(work: Work, offer_id: str, discount_percent: int, months: int) -> OfferAccepted:
    """Take an offer; its discount starts at once on the customer's largest active subscription."""
    offer = work.own(
        "SELECT o.discount_percent, o.months FROM offered f "
        "JOIN offers o ON o.tenant = f.tenant AND o.offer_id = f.offer_id "
        "WHERE f.tenant = :tenant AND f.customer_id = :customer AND f.offer_id = :id",
        "offer_id",
        "offer",
        offer_id,
    )
    ensure(
        discount_percent == offer["discount_percent"], f"discount_percent: {offer_id} is {offer['discount_percent']}"
    )
    ensure(months == offer["months"], f"months: {offer_id} is for {offer['months']}")
    why_not = _hindrance(work)
    ensure(not why_not, f"offer_id: not eligible, {why_not}")
    return _take(work, offer_id, discount_percent, months)


def _take(work: Work, offer_id: str, discount_percent: int, months: int) -> OfferAccepted:
    subscription = work.find(ACTIVE) or {}
    until = work.today + relativedelta(months=months)
    accepted = OfferAccepted(
        offer_id=offer_id,
        discount_percent=discount_percent,
        months=months,
        monthly_minor=discounted(subscription["monthly_minor"], discount_percent),
        accepted_at=work.now,
        until=until,
    )
    work.change(
        "INSERT INTO acceptances "
        "(tenant, acceptance_id, customer_id, offer_id, discount_percent, months, accepted_at, until) "
        "VALUES (:tenant, :acceptance_id, :customer, :offer_id, :discount_percent, :months, :accepted_at, :until)",
        offer_id=offer_id,
        discount_percent=discount_percent,
        months=months,
        acceptance_id=work.number("AC"),
        accepted_at=instant(work.now),
        until=until.isoformat(),
    )
    tell(
        work,
        "offer_accepted",
        subscription_id=subscription["subscription_id"],
        discount_percent=discount_percent,
        until=until.isoformat(),
    )
    return accepted
