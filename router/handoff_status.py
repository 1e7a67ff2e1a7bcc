"""How it stands with a conversation that was given to people, as its customer may be told."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any

from domain.conversation import Handoff
from domain.ids import TenantId
from domain.opening_hours import OpeningHours
from router.memory.stored import StoredHandoff
from router.memory.waiting import DeskRecord, QueuePlace, QueueStatus

FEWEST_CLAIMS = 5
"""With fewer claims lately nothing is said about how long it takes."""
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class HandoffStatus:
    """Looks up position, expected wait and who is on duty. `hours` are each tenant's, where it has said them."""

    record: DeskRecord
    hours: Mapping[TenantId, OpeningHours]

    async def describe(self, handoff: Handoff, stored: StoredHandoff, now: datetime) -> Handoff:
        """The handoff as it stands now."""
        if stored.state == "claimed":
            name = await self.record.name_of(stored.tenant, stored.claimed_by)
            return replace(handoff, state="claimed", claimed_by=name, position=0, expected_wait_s=None, on_duty=True)
        place = QueuePlace(stored.tenant, stored.conversation_id, stored.queue, stored.priority, stored.waiting_since)
        return await self.foresee(handoff, place, now)

    async def foresee(self, handoff: Handoff, place: QueuePlace, now: datetime) -> Handoff:
        """The handoff as it stands with a place in the queue."""
        found = await self.record.find(place, now)
        on_duty, at = self._on_duty(place.tenant, found, now)
        wait = None if on_duty is False else _expected_wait(found, place, now)
        return replace(
            handoff,
            state="queued",
            position=found.before + 1,
            expected_wait_s=wait,
            claimed_by="",
            on_duty=on_duty,
            on_duty_at=at,
        )

    def timezone(self, tenant: TenantId) -> str:
        """Whose times a customer is told where their own are not known."""
        return self.hours[tenant].timezone if tenant in self.hours else "UTC"

    def opening_hours(self, tenant: TenantId, now: datetime) -> dict[str, Any]:
        """What the sentence about opening hours is said from; without known hours, nothing but that."""
        known = self.hours.get(tenant)
        if known is None or not known.spans:
            return {"week": [], "zone": "", "open": False, "back_at": ""}
        opens = known.opens_at(now)
        return {
            "week": [
                {"first": first, "last": last, "spans": [[str(start), str(end)] for start, end in spans]}
                for first, last, spans in known.by_days()
            ],
            "zone": known.timezone,
            "open": opens is not None and opens <= now,
            "back_at": opens.isoformat() if opens is not None and opens > now else "",
        }

    def _on_duty(self, tenant: TenantId, found: QueueStatus, now: datetime) -> tuple[bool | None, datetime | None]:
        if found.on_duty:
            return True, None
        opens = self.hours[tenant].opens_at(now) if tenant in self.hours else None
        if opens is not None and opens > now:
            return False, opens
        return (False if found.staffed else None), None


def facts_of(handoff: Handoff) -> dict[str, Any]:
    """What the sentences about waiting are said from."""
    wait, at = handoff.expected_wait_s, handoff.on_duty_at
    return {
        "queue": handoff.queue,
        "urgent": handoff.priority == "urgent",
        "position": handoff.position,
        "wait_minutes": math.ceil(wait / MINUTE_S) if wait else 0,
        "away": handoff.on_duty is False,
        "back_at": at.isoformat() if at else "",
    }


def state_of(handoff: Handoff) -> str:
    """What makes it news to whoever waits; minutes that run down do not."""
    back_at = handoff.on_duty_at.isoformat() if handoff.on_duty_at else ""
    return f"{handoff.position}/{handoff.on_duty is False}/{back_at}"


def _expected_wait(found: QueueStatus, place: QueuePlace, now: datetime) -> int | None:
    """The usual wait of the last claims less what was waited already; None where that says nothing any more."""
    if len(found.waits) < FEWEST_CLAIMS:
        return None
    left = median(found.waits) - max(0.0, (now - place.waiting_since).total_seconds())
    return math.ceil(left) if left > 0 else None
