"""The automatic step back: a procedure that fails, or is complained about, too often goes by itself no further."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter

from domain.autonomy import Holding, Override, Stage, Turned
from domain.caller import Caller, Role
from domain.ids import TenantId
from policy.assembly import Control
from policy.control.dial import RANKS, Dial
from policy.engines.live import LivePolicy
from router.memory.case_record import CaseHistory, WorkedCase, by_procedure

log = structlog.get_logger()
OURSELVES = "switchboard"
COMPLAINT = "retention.make_complaint"
FURTHER_BACK = {Stage.AUTO: Stage.APPROVE, Stage.APPROVE: Stage.SUGGEST}
"""Never forward: going further again is for people."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much is put up with, from policy data: shares in percent of at least `minimum_cases` cases."""

    window_hours: int
    minimum_cases: int
    failure_percent: int
    complaint_percent: int
    complaint_days: int

    def find_fault(self, cases: Sequence[WorkedCase], complaints: Iterable[WorkedCase]) -> str:
        """What is beyond the limit, with the numbers; empty where nothing is."""
        if len(cases) < self.minimum_cases:
            return ""
        failed = sum(case.failed for case in cases)
        told = list(complaints)
        complained = sum(any(self._is_about(each, case) for each in told) for case in cases)
        faults: list[str] = []
        for count, limit, what in (
            (failed, self.failure_percent, "failed"),
            (complained, self.complaint_percent, "were complained about"),
        ):
            if count * 100 > limit * len(cases):
                faults.append(f"{count} of {len(cases)} cases {what}, the limit is {limit} %")
        return "; ".join(faults)

    def _is_about(self, complaint: WorkedCase, case: WorkedCase) -> bool:
        soon = timedelta(0) <= complaint.at - case.at <= timedelta(days=self.complaint_days)
        return bool(case.customer_id) and complaint.customer_id == case.customer_id and soon


class StepBack:
    """Looks at every procedure's cases and steps those back that pass their limit, on the record and with numbers."""

    def __init__(
        self,
        record: CaseHistory,
        dial: Dial,
        data: Callable[[], Mapping[str, Any]],
        clock: Callable[[], datetime],
        registry: CollectorRegistry,
    ) -> None:
        self._record = record
        self._dial = dial
        self._data = data
        self._clock = clock
        labels = ("tenant", "procedure", "stage")
        self._steps = Counter("switchboard_autonomy_steps_back", "Automatic steps back", labels, registry=registry)

    async def look_at(self, tenants: Iterable[TenantId]) -> int:
        """Look once at every tenant; returns how many procedures stepped back.

        Raises:
            ExceptionGroup: some tenants could not be looked at; the others were.
        """
        steps, trouble = 0, list[Exception]()
        for tenant in tenants:
            try:
                steps += await self._look_at(tenant)
            except Exception as error:  # noqa: BLE001 - raised below; the other tenants do not wait for it
                trouble.append(error)
        if trouble:
            raise ExceptionGroup("some tenants could not be looked at", trouble)
        return steps

    async def _look_at(self, tenant: TenantId) -> int:
        settings = {**self._data()["default"], **self._data()["tenants"].get(tenant, {})}
        tolerance = Tolerance(**settings["step_back"])
        since = self._clock() - timedelta(hours=tolerance.window_hours)
        cases = await self._record.since(tenant, since)
        history = await self._dial.history(tenant, limit=1000)
        holdings = await self._dial.holdings(tenant)
        steps = 0
        for procedure, mine in by_procedure(cases).items():
            fresh = [case for case in mine if case.at > _last_turned(history, procedure)]
            fault = tolerance.find_fault(fresh, [case for case in cases if case.procedure == COMPLAINT])
            before = _stage_of(settings, holdings, procedure)
            if fault and procedure != COMPLAINT and before in FURTHER_BACK:
                await self._step(tenant, procedure, FURTHER_BACK[before], fault)
                steps += 1
        return steps

    async def _step(self, tenant: TenantId, procedure: str, stage: Stage, fault: str) -> None:
        caller = Caller(OURSELVES, Role.ADMIN, tenant)
        await self._dial.turn(caller, Turned("procedure", procedure, "set", fault, stage, 100, stage))
        log.error("autonomy_stepped_back", tenant=tenant, procedure=procedure, stage=stage.value, reason=fault)
        self._steps.labels(tenant, procedure, stage.value).inc()


def open_step_back(
    control: Control, policy: LivePolicy, clock: Callable[[], datetime], registry: CollectorRegistry
) -> StepBack:
    """The step back by the policy data that decides now."""
    record, dial = CaseHistory(control.transactions), control.dial
    return StepBack(record, dial, lambda: policy.edition.bundle.data["autonomy"], clock, registry)


def _last_turned(history: Iterable[Override], procedure: str) -> datetime:
    """When somebody last set the procedure's stage: what happened before was judged then."""
    moments = (each.at for each in history if each.name == procedure and each.act == "set")
    return max(moments, default=datetime.min.replace(tzinfo=UTC))


def _stage_of(settings: Mapping[str, Any], holdings: Iterable[Holding], procedure: str) -> Stage:
    """How far the procedure goes now: by policy data, and by what is held back for all or for itself."""
    dialled = {**settings["dial"], **settings["procedures"].get(procedure, {})}["stage"]
    held = [each.stage for each in holdings if each.scope == "all" or each.name == procedure]
    return min((Stage(dialled), *held), key=RANKS.__getitem__)
