"""The policy engine, watched: how long it takes, and whether it answers."""

from time import perf_counter

from app.telemetry.spans import span
from domain.metrics import Metrics
from policy.engines.engine import Document, PolicyEngine


class WatchedEngine:
    """See `policy.engines.engine.PolicyEngine`."""

    def __init__(self, engine: PolicyEngine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    @property
    def revision(self) -> str:
        """See `PolicyEngine.revision`."""
        return self._engine.revision

    async def decide(self, document: Document) -> Document:
        """See `PolicyEngine.decide`."""
        return await self._ask("decide", document)

    async def escalate(self, document: Document) -> Document:
        """See `PolicyEngine.escalate`."""
        return await self._ask("escalate", document)

    async def served(self) -> str:
        """See `PolicyEngine.served`."""
        return await self._engine.served()

    async def close(self) -> None:
        """See `PolicyEngine.close`."""
        await self._engine.close()

    async def _ask(self, question: str, document: Document) -> Document:
        ask = self._engine.decide if question == "decide" else self._engine.escalate
        began, outcome = perf_counter(), "unavailable"
        try:
            with span(f"policy {question}", policy_revision=self._engine.revision):
                answer = await ask(document)
            outcome = "answered"
        finally:
            self._metrics.policy_answered(question, outcome, perf_counter() - began)
        return answer
