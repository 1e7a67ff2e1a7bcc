"""The work behind each job of `jobs/catalogue.py`, wired."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.anchoring import open_checkpoints
from app.job_reports import periods_of
from app.policy_bundle import ShadowBundle
from app.privacy.erasure import Erasures
from app.privacy.retention import BATCH as DELETED_AT_ONCE
from app.privacy.retention import Retention
from app.privacy.service import open_retention
from app.settings import Settings
from desk.approvals import ApprovalDesk
from domain.errors import SwitchboardError
from domain.ids import TenantId
from jobs.catalogue import list_jobs
from jobs.job import Work
from jobs.runner import Runner
from jobs.schedule import Schedule
from jobs.step_back import StepBack
from policy.assembly import Control
from policy.engines.live import LivePolicy
from policy.journal.checkpoints import Checkpoints
from policy.review.shadow import Shadow
from router.consents import ConsentFollowing
from router.follow_ups.delivery import BATCH as SENT_AT_ONCE
from router.idleness import BATCH as CLOSED_AT_ONCE
from router.idleness import IdleConversations
from router.turn import Turns
from storage.followed_approvals import BATCH as FOLLOWED_AT_ONCE
from storage.followed_approvals import read_unfollowed
from storage.transactions import Transactions
from storage.vault import EnvelopeVault

log = structlog.get_logger()
FOLLOWED_UP = timedelta(days=2)
"""Approvals asked for earlier than this can no longer be acted on: a day to decide, and a day to act."""
LAST_ANCHOR_S = 3.0
"""At a stop, what was not anchored yet is; a database that does not answer holds nobody up for longer."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ConversationWork:
    """What is done for conversations between their turns."""

    turns: Turns
    idle: IdleConversations
    approvals: ApprovalDesk
    consents: ConsentFollowing
    control: Control
    tenants: list[TenantId]
    clock: Clock

    async def send_follow_ups(self) -> bool:
        """Send a batch of what is due."""
        return await self.turns.deliveries.carry_out_due() >= SENT_AT_ONCE

    async def close_idle(self) -> bool:
        """Close a batch of idle conversations."""
        return await self.idle.close_idle() >= CLOSED_AT_ONCE

    async def follow_approvals(self) -> bool:
        """Go on where a supervisor decided just before a crash, or nobody did in time."""
        now = self.clock()
        waiting = await self.control.transactions.read(
            lambda connection: read_unfollowed(connection, now, now - FOLLOWED_UP)
        )
        await self.approvals.follow_up(self.tenants, waiting)
        return len(waiting) >= FOLLOWED_AT_ONCE

    @property
    def works(self) -> Mapping[str, Work]:
        """By the name of the job."""
        return {
            "interrupted-turns": self.turns.finish_interrupted,
            "open-calls": self.control.recovery.complete_open_calls,
            "approvals": self.follow_approvals,
            "partner-consents": self.consents.follow,
            "consents-elsewhere": self.consents.look_elsewhere,
            "follow-ups": self.send_follow_ups,
            "idle-conversations": self.close_idle,
        }


@dataclass(frozen=True, slots=True)
class RecordWork:
    """What is done for the record: signing what was added, and letting go of what is past its time."""

    checkpoints: Checkpoints
    retention: Retention
    erasures: Erasures

    async def anchor(self) -> None:
        """Sign what was added to the record."""
        anchored = await self.checkpoints.anchor()
        for problem in anchored.problems:
            log.error("record_tampered", problem=problem)

    async def delete_old(self) -> bool:
        """Delete a batch of what is past its time."""
        found = await self.retention.enforce()
        if found.conversations or found.chains or found.amounts:
            log.info("retention", conversations=found.conversations, chains=found.chains, amounts=found.amounts)
        for problem in found.problems:
            log.error("record_tampered", problem=problem)
        return DELETED_AT_ONCE in (found.conversations, found.chains)

    @property
    def works(self) -> Mapping[str, Work]:
        """By the name of the job."""
        return {"anchoring": self.anchor, "retention": self.delete_old, "erasures": self.erasures.finish}


def open_record_work(settings: Settings, control: Control, vault: EnvelopeVault, clock: Clock) -> RecordWork:
    """The record's jobs by settings."""
    transactions = control.transactions
    checkpoints = open_checkpoints(settings, transactions, clock)
    retention = open_retention(settings, transactions, checkpoints, clock)
    return RecordWork(checkpoints, retention, Erasures(transactions, vault, checkpoints, clock))


def step_back_works(step_back: StepBack, tenants: list[TenantId]) -> Mapping[str, Work]:
    """The watch over procedures that fail too often."""
    return {"step-back": partial(step_back.look_at, tenants)}


def policy_works(settings: Settings, policy: LivePolicy, shadow: Shadow | None) -> Mapping[str, Work]:
    """What each process does to decide by the bundles that are meant to decide."""
    path = settings.policy.shadow_bundle
    if shadow is None or path is None:
        return {"policy-bundle": policy.look}
    follower = ShadowBundle(settings, path, shadow)
    return {"policy-bundle": policy.look, "shadow-bundle": follower.look, "shadow-findings": shadow.settle}


def open_runner(settings: Settings, transactions: Transactions, owner: str, works: Mapping[str, Work]) -> Runner:
    """The runner of these works; jobs without any are not known to it."""
    known = {job: works[job.name] for job in list_jobs(periods_of(settings)) if job.name in works}
    return Runner(Schedule(transactions, owner), known)


@asynccontextmanager
async def anchor_at_end(record: RecordWork) -> AsyncGenerator[RecordWork]:
    """Anchor once more when the block has ended, so that nothing of it stays unsigned."""
    try:
        yield record
    finally:
        try:
            async with asyncio.timeout(LAST_ANCHOR_S):
                await record.anchor()
        except (SwitchboardError, OSError) as error:
            log.error("not_anchored_at_end", error=type(error).__name__)
