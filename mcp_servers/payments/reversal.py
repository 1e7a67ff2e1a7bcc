"""What a payment provider reports long after a refund was made: that it failed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """A refund whose money came back; `key` is the idempotency key that it was made under."""

    refund_id: str
    payment_id: str
    amount_minor: int
    currency: str
    reason: str
    tenant: str
    key: str
