"""All that a running house does for its record: completing, anchoring, and letting go of what is past its time."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from app.anchoring import open_checkpoints
from app.background import beside
from app.privacy.erasure import Erasures
from app.privacy.office import open_retention
from app.privacy.rounds import keep_retention
from app.settings import Settings
from app.upkeep import keep_up
from policy.assembly import Control
from storage.vault import EnvelopeVault


@asynccontextmanager
async def keep_record(
    settings: Settings, control: Control, vault: EnvelopeVault, clock: Callable[[], datetime]
) -> AsyncGenerator[None]:
    """Do the rounds of upkeep and of retention while the house is open."""
    checkpoints = open_checkpoints(settings, control.transactions, clock)
    retention = open_retention(settings, control.transactions, checkpoints, clock)
    erasures = Erasures(control.transactions, vault, checkpoints, clock)
    seconds = settings.journal.checkpoint_seconds
    async with keep_up(control, checkpoints, seconds), beside(keep_retention(retention, erasures)):
        yield
