"""The invented customers of Northwind Fibre, and one of another tenant, for development and tests."""

from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.tenant_seed import Progress, TenantSeed

from .further_named import add_further_named
from .generated import add_generated
from .household import CURRENCY
from .named import add_named, add_other_company
from .price_list import add_price_list
from .schedule import SCHEDULE


def _fill(rows: Rows, progress: Progress) -> None:
    add_price_list(rows)
    add_named(rows)
    add_further_named(rows)
    add_generated(rows, progress)


def _fill_other(rows: Rows, progress: Progress) -> None:
    add_price_list(rows)
    add_other_company(rows)
    progress(1, 1)


TENANTS = (
    TenantSeed("northwind-fibre", CURRENCY, "US", SCHEDULE, _fill),
    TenantSeed("other-co", CURRENCY, "US", SCHEDULE, _fill_other),
)
