"""The invented patients of Lumen Dental, for development and tests."""

from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.tenant_seed import Progress, TenantSeed

from .patients import add_patients
from .schedule import SCHEDULE


def _fill(rows: Rows, progress: Progress) -> None:
    add_patients(rows)
    progress(1, 1)


TENANTS = (TenantSeed("lumen-dental", "EUR", "DE", SCHEDULE, _fill),)
