"""What the commands of `switchboard privacy` work with: the settings' database, beside a running service or alone."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.anchoring import open_checkpoints
from app.clock import tell_time
from app.installation import Installation, open_installation
from app.privacy.erasure import Erasures
from app.privacy.export import Export
from app.privacy.retention import Periods, Retention
from app.settings import Settings
from policy.journal.checkpoints import Checkpoints
from storage.transactions import Transactions
from storage.vault import EnvelopeVault

SANDBOX = ("crm", "erp", "payments", "knowledge", "network")


@dataclass(frozen=True, slots=True)
class PrivacyService:
    """Erasing, exporting, retiring."""

    installation: Installation
    transactions: Transactions
    vault: EnvelopeVault
    erasures: Erasures
    export: Export
    retention: Retention


@asynccontextmanager
async def open_privacy_service(
    settings: Settings, clock: Callable[[], datetime] = tell_time
) -> AsyncGenerator[PrivacyService]:
    """Open it on the settings' database.

    Raises:
        UnknownName: there is none.
    """
    async with open_installation(settings) as opened:
        transactions, vault = opened.transactions, opened.vault
        checkpoints = open_checkpoints(settings, transactions, clock)
        yield PrivacyService(
            opened,
            transactions,
            vault,
            Erasures(transactions, vault, checkpoints, clock),
            Export(transactions, clock),
            open_retention(settings, transactions, checkpoints, clock),
        )


def open_retention(
    settings: Settings, transactions: Transactions, checkpoints: Checkpoints, clock: Callable[[], datetime]
) -> Retention:
    """Retention with the settings' periods."""
    given = settings.retention
    periods = Periods(timedelta(days=given.conversations_days), timedelta(days=given.journal_days))
    return Retention(transactions, checkpoints, periods, clock)


def other_systems(settings: Settings) -> list[str]:
    """The systems that hold records of customers beside us: what is there, their owners erase."""
    return sorted({*SANDBOX, *settings.mcp_servers} - {"knowledge"})
