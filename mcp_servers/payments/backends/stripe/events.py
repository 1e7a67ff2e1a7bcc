"""Events that Stripe reports: verified by their signature, and read for what concerns us."""

import json
from importlib import import_module
from typing import Any

from mcp_servers.payments.backends.stripe.charges import LOST
from mcp_servers.payments.backends.stripe.records import StripeRefund
from mcp_servers.payments.backends.stripe.system import KEY
from mcp_servers.payments.reversal import FailedRefund
from mcp_servers.refusal import Refused

REFUND_EVENTS = ("refund.failed", "refund.updated", "charge.refund.updated")


def read_event(body: bytes, signature: str, secret: str) -> FailedRefund | None:
    """The refund that an event reports as failed; None for an event about anything else.

    Raises:
        Refused: Stripe did not sign this, or not in the last five minutes.
    """
    stripe: Any = import_module("stripe")
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise Refused("signature: Stripe did not sign this") from error
    event: dict[str, Any] = json.loads(body)
    if event.get("type") not in REFUND_EVENTS:
        return None
    refund = StripeRefund.model_validate(event["data"]["object"])
    if refund.status not in LOST or KEY not in refund.metadata:
        return None
    return FailedRefund(
        refund_id=refund.id,
        payment_id=refund.charge or "",
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        reason=(refund.failure_reason or "no reason given").replace("_", " "),
        tenant=refund.metadata.get("tenant", ""),
        key=refund.metadata[KEY],
    )
