"""A customer's standing with the ERP: what is overdue, and what a settled account gets back."""

from mcp_servers.sandbox.system import tell
from mcp_servers.work import Work

OVERDUE = """
SELECT 1 AS overdue FROM invoices
WHERE tenant = :tenant AND customer_id = :customer AND balance_minor > 0 AND due_on < :today AND arrangement_id IS NULL
"""

RESTORE = (
    "UPDATE accounts SET status = 'active' WHERE tenant = :tenant AND customer_id = :customer AND status = 'suspended'",
    "UPDATE subscriptions SET status = 'active' "
    "WHERE tenant = :tenant AND customer_id = :customer AND status = 'suspended'",
)


def is_overdue(work: Work) -> bool:
    """Whether anything is past its due day and not under a payment arrangement."""
    return work.find(OVERDUE, today=work.today.isoformat()) is not None


def restore_when_settled(work: Work) -> None:
    """End a suspension for non-payment once nothing is overdue any more; devices come back with the service."""
    if is_overdue(work):
        return
    if sum(work.change(restore) for restore in RESTORE):
        tell(work, "settled")


def round_share(amount_minor: int, part: int, whole: int) -> int:
    """`part` of `whole` of an amount, rounded half up to a minor unit."""
    return (2 * amount_minor * part + whole) // (2 * whole)


def discounted(monthly_minor: int, percent: int) -> int:
    """A monthly price after a discount in per cent."""
    return round_share(monthly_minor, 100 - percent, 100)
