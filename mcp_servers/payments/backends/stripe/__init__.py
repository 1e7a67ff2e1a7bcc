"""Payments on Stripe: its charges, refunds, methods on file, invoices and checkout pages behind our tools.

A customer is the Stripe customer whose metadata `customer_id` is ours (or whose Stripe number is), a bill the Stripe
invoice whose metadata `invoice_id`, number or id is. Nothing else has to be set up (docs/how-to/payments-on-stripe.md).
"""

from importlib.util import find_spec

from domain.errors import Misconfigured
from mcp_servers.backend import SystemOptions
from mcp_servers.payments.backends.stripe.system import StripePayments


def open_system(options: SystemOptions) -> StripePayments:
    """Stripe, by the account's secret or restricted key.

    Raises:
        Misconfigured: the `stripe` package is not installed, or a setting is missing.
    """
    if find_spec("stripe") is None:
        raise Misconfigured("payments on Stripe need its package: pip install 'switchboard-contact-centre[stripe]'")
    from mcp_servers.payments.backends.stripe.account import StripeAccount

    key = options.require("api_key", "your Stripe account's secret or restricted key, sk_… or rk_…")
    return StripePayments(StripeAccount(key, options.values.get("api_base", "")), options)


SYSTEM = StripePayments
"""What `switchboard check` holds against the contract."""
