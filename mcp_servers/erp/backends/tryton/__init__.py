"""The ERP on Tryton (https://www.tryton.org, series 8.0): its parties, invoices, subscriptions and sales.

A customer is the party whose code is ours, a bill a posted customer invoice, a credit or waiver a credit note, a plan
the product of a subscription service, an order a sale (docs/how-to/erp-on-tryton.md). Tryton is spoken to over its own
JSON-RPC; nothing of it is imported.
"""

from domain.errors import Misconfigured
from mcp_servers.backend import SystemOptions
from mcp_servers.erp.backends.tryton.erp import TENANT, TrytonErp


def open_system(options: SystemOptions) -> TrytonErp:
    """Tryton, by its address and a user's password.

    Raises:
        Misconfigured: a setting is missing, or several tenants would share one database.
    """
    database = options.values.get("database", TENANT)
    if len(options.tenants) > 1 and TENANT not in database:
        raise Misconfigured(f"{options.variable}DATABASE={TENANT}   (each tenant has a database of its own)")
    return TrytonErp(options)


SYSTEM = TrytonErp
"""What `switchboard check` holds against the contract."""
