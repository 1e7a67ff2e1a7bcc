"""Subscriptions: what runs, what another plan costs, and how one ends."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from mcp_servers.erp.models import (
    Cancellation,
    Plan,
    PlanChanged,
    PlanQuote,
    Plans,
    Promotion,
    Subscription,
    SubscriptionCancelled,
    Subscriptions,
)
from mcp_servers.sandbox.standing import discounted, round_share
from mcp_servers.work import Row, Work, ensure

NOTICE = timedelta(days=30)
DAYS_PER_BILL = 30

SUBSCRIPTIONS = """
SELECT s.*, p.name AS plan_name, p.monthly_minor AS list_minor FROM subscriptions s
JOIN plans p ON p.tenant = s.tenant AND p.plan_id = s.plan_id
WHERE s.tenant = :tenant AND s.customer_id = :customer
"""


def list_subscriptions(work: Work) -> Subscriptions:
    """All subscriptions of the customer, oldest first."""
    rows = work.list(SUBSCRIPTIONS + "ORDER BY s.started_on, s.subscription_id")
    billed_until = _billed_until(work)
    return Subscriptions(items=[_describe(work, row, billed_until) for row in rows])


def _describe(work: Work, row: Row, billed_until: date) -> Subscription:
    promotion = None
    if row["promotion_name"]:
        promotion = Promotion(
            name=row["promotion_name"], amount_minor=row["promotion_minor"], ended_on=row["promotion_ended_on"]
        )
    cancellation = _cancellation(work, row, billed_until)
    monthly_minor = _monthly(work, row, row["list_minor"])
    return Subscription.model_validate(
        {
            **row,
            "monthly_minor": monthly_minor,
            "promotion": promotion,
            "cancellation": cancellation,
            "notice_days": NOTICE.days,
        }
    )


def _monthly(work: Work, row: Row, list_minor: int) -> int:
    running = (row["discount_until"] or "") >= work.today.isoformat()
    return discounted(list_minor, row["discount_percent"]) if running else list_minor


def _billed_until(work: Work) -> date:
    latest = work.find("SELECT max(issued_on) AS day FROM invoices WHERE tenant = :tenant AND customer_id = :customer")
    if latest is None or latest["day"] is None:
        return work.today
    return date.fromisoformat(latest["day"]) + relativedelta(months=1)


def _cancellation(work: Work, row: Row, billed_until: date) -> Cancellation:
    """A subscription ends after the notice, never before its contract; days beyond the last bill are charged."""
    if row["status"] == "cancelled":
        return Cancellation(effective_on=row["cancel_effective_on"], final_bill_minor=row["cancel_final_bill_minor"])
    contract_end = date.fromisoformat(row["contract_ends_on"]) if row["contract_ends_on"] else work.today
    effective_on = max(work.today + NOTICE, contract_end)
    days = max(0, (effective_on - billed_until).days)
    last_days = days % DAYS_PER_BILL or min(days, DAYS_PER_BILL)
    final = round_share(_monthly(work, row, row["list_minor"]), last_days, DAYS_PER_BILL)
    return Cancellation(effective_on=effective_on, final_bill_minor=final)


def list_plans(work: Work) -> Plans:
    """The plans on sale, cheapest first."""
    rows = work.list("SELECT * FROM plans WHERE tenant = :tenant ORDER BY monthly_minor")
    return Plans(items=[Plan.model_validate(row) for row in rows])


def quote_plan_change(work: Work, subscription_id: str, plan_id: str) -> PlanQuote:
    """The price of another plan for a running subscription, from today."""
    subscription = _own_subscription(work, subscription_id)
    ensure(subscription["status"] == "active", f"subscription_id: {subscription_id} is {subscription['status']}")
    ensure(plan_id != subscription["plan_id"], f"plan_id: {subscription_id} is on {plan_id} already")
    plan = work.own("SELECT * FROM plans WHERE tenant = :tenant AND plan_id = :id", "plan_id", "plan", plan_id)
    old_minor = _monthly(work, subscription, subscription["list_minor"])
    new_minor = _monthly(work, subscription, plan["monthly_minor"])
    return PlanQuote(
        subscription_id=subscription_id,
        plan_id=plan_id,
        plan_name=plan["name"],
        old_monthly_minor=old_minor,
        new_monthly_minor=new_minor,
        difference_minor=new_minor - old_minor,
        effective_on=work.today,
    )


def _own_subscription(work: Work, subscription_id: str) -> Row:
    return work.own(SUBSCRIPTIONS + "AND s.subscription_id = :id", "subscription_id", "subscription", subscription_id)


def change_plan(work: Work, subscription_id: str, plan_id: str) -> PlanChanged:
    """Move a subscription to another plan from today."""
    quote = quote_plan_change(work, subscription_id, plan_id)
    work.change(
        "UPDATE subscriptions SET plan_id = :plan_id WHERE tenant = :tenant AND subscription_id = :subscription_id",
        plan_id=plan_id,
        subscription_id=subscription_id,
    )
    return PlanChanged(
        subscription_id=subscription_id,
        plan_id=plan_id,
        plan_name=quote.plan_name,
        monthly_minor=quote.new_monthly_minor,
        effective_on=quote.effective_on,
    )


def cancel_subscription(work: Work, subscription_id: str, reason: str) -> SubscriptionCancelled:
    """End a subscription; it runs on until the day it takes effect."""
    subscription = _own_subscription(work, subscription_id)
    ensure(subscription["status"] != "cancelled", f"subscription_id: {subscription_id} is cancelled already")
    ending = _cancellation(work, subscription, _billed_until(work))
    work.change(
        "UPDATE subscriptions SET status = 'cancelled', cancel_reason = :reason, cancel_effective_on = :effective_on, "
        "cancel_final_bill_minor = :final WHERE tenant = :tenant AND subscription_id = :subscription_id",
        reason=reason,
        effective_on=ending.effective_on.isoformat(),
        final=ending.final_bill_minor,
        subscription_id=subscription_id,
    )
    return SubscriptionCancelled(
        subscription_id=subscription_id,
        effective_on=ending.effective_on,
        final_bill_minor=ending.final_bill_minor,
    )
