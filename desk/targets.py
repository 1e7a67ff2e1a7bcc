"""Within how long somebody takes a conversation that waits: what is near its target, what is over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from domain.ids import TenantId
from domain.opening_hours import OpeningHours
from router.urgency import URGENT

TargetState = Literal["", "near", "over"]
OTHER = "other"
"""The target of the queues that the company does not name."""
NEAR_FROM = 0.75
"""The part of a target after which a conversation is near it."""
ALWAYS = OpeningHours()


@dataclass(frozen=True, slots=True)
class DueTimes:
    """From when on a conversation that waits is near its target, and over it."""

    near_at: datetime
    due_at: datetime

    def state(self, now: datetime) -> TargetState:
        """How it stands at a moment; empty where there is time."""
        return "over" if now >= self.due_at else "near" if now >= self.near_at else ""


@dataclass(frozen=True, slots=True)
class QueueTargets:
    """The targets of each tenant: `minutes` of opening time by queue, `urgent` and `other`, and the `hours`."""

    minutes: Mapping[TenantId, Mapping[str, int]] = field(default_factory=dict[TenantId, Mapping[str, int]])
    hours: Mapping[TenantId, OpeningHours] = field(default_factory=dict[TenantId, OpeningHours])

    def name(self, tenant: TenantId, queue: str, priority: str) -> str:
        """What a conversation is counted under: `urgent` where there is a target for that, else its queue."""
        return URGENT if priority == URGENT and URGENT in self.minutes.get(tenant, {}) else queue

    def limit(self, tenant: TenantId, name: str) -> int | None:
        """The minutes of a target; None where the company set none."""
        known = self.minutes.get(tenant, {})
        return known.get(name, known.get(OTHER))

    def due(self, tenant: TenantId, queue: str, priority: str, since: datetime) -> DueTimes | None:
        """When a conversation that waits since then is due; None where there is no target for it."""
        limit = self.limit(tenant, self.name(tenant, queue, priority))
        if limit is None:
            return None
        hours, whole = self.hours.get(tenant, ALWAYS), timedelta(minutes=limit)
        return DueTimes(hours.after(since, whole * NEAR_FROM), hours.after(since, whole))

    def shortest(self, tenant: TenantId) -> timedelta:
        """Before so long after it came nothing of this tenant is over its target."""
        return timedelta(minutes=min(self.minutes.get(tenant, {}).values(), default=0))
