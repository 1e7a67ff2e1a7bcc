"""Refunds that were made, and where they stand."""

from datetime import datetime

from mcp_servers.payments.backend import REFUND_WORKING_DAYS
from mcp_servers.payments.models import RefundRecord, Refunds
from mcp_servers.sandbox.working_days import add_working_days
from mcp_servers.work import Row, Work

REFUNDS = """
SELECT r.*, m.label AS method, b.returned_at FROM refunds r
JOIN payments p ON p.tenant = r.tenant AND p.payment_id = r.payment_id
LEFT JOIN methods m ON m.tenant = p.tenant AND m.method_id = p.method_id
LEFT JOIN returned_refunds b ON b.tenant = r.tenant AND b.refund_id = r.refund_id
WHERE r.tenant = :tenant AND r.customer_id = :customer ORDER BY r.refunded_at DESC, r.refund_id DESC
"""


def list_refunds(work: Work) -> Refunds:
    """All refunds of the customer, newest first."""
    return Refunds(items=[_describe(row) for row in work.list(REFUNDS)])


def _describe(row: Row) -> RefundRecord:
    """A refund arrives within some working days of the day on which it was made."""
    made_on = datetime.fromisoformat(row["refunded_at"]).date()
    return RefundRecord.model_validate(
        {
            **row,
            "arrives_by": add_working_days(made_on, REFUND_WORKING_DAYS),
            "method": row["method"] or "",
            "status": "returned" if row["returned_at"] else "sent",
        }
    )
