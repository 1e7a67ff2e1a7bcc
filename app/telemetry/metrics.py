"""What the system does, in the Prometheus form."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

MAX_VALUES = 200
"""So many values a label may have; whatever comes beyond is counted as `other`, so that no scrape grows for ever."""
OTHER = "other"
TURN_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)
CALL_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8)
POLICY_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)


class PrometheusMetrics:
    """See `domain.metrics.Metrics`; published through a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._seen: dict[str, set[str]] = {}
        self._opened = _counter(registry, "conversations_opened", "Conversations opened", "channel")
        self._closed = _counter(registry, "conversations_closed", "Conversations closed", "channel")
        self._turns = _counter(registry, "turns", "Turns ended, by the status that they left", "kind", "outcome")
        self._turn_seconds = _histogram(registry, "turn_seconds", "Seconds a turn took", TURN_SECONDS, "kind")
        self._procedures = _counter(registry, "procedures", "Procedures ended", "procedure", "outcome")
        self._handoffs = _counter(registry, "handoffs", "Conversations handed to people", "queue", "reason")
        self._missed = _counter(registry, "desk_targets_missed", "Conversations that nobody took in time", "queue")
        self._decisions = _counter(registry, "decisions", "Proposed tool calls decided", "effect")
        self._rules = _counter(registry, "decision_rules", "Rules that spoke in decisions", "rule", "effect")
        self._answers = _counter(registry, "policy_answers", "Questions to the policy engine", "question", "outcome")
        self._policy_seconds = _histogram(
            registry, "policy_seconds", "Seconds the policy engine took", POLICY_SECONDS, "question"
        )
        self._calls = _counter(registry, "tool_calls", "Calls of MCP tools", "server", "tool", "outcome")
        self._call_seconds = _histogram(
            registry, "tool_call_seconds", "Seconds an MCP tool took", CALL_SECONDS, "server", "tool"
        )
        self._takeovers = _counter(registry, "lease_takeovers", "Conversations taken over from a lost process")

    def conversation_opened(self, channel: str) -> None:
        """See `Metrics`."""
        self._opened.labels(self._known("channel", channel)).inc()

    def conversation_closed(self, channel: str) -> None:
        """See `Metrics`."""
        self._closed.labels(self._known("channel", channel)).inc()

    def turn_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""
        self._turns.labels(kind, outcome).inc()
        self._turn_seconds.labels(kind).observe(seconds)

    def procedure_ended(self, procedure: str, outcome: str) -> None:
        """See `Metrics`."""
        self._procedures.labels(self._known("procedure", procedure), outcome).inc()

    def handed_off(self, queue: str, reason: str) -> None:
        """See `Metrics`."""
        self._handoffs.labels(self._known("queue", queue), self._known("reason", reason)).inc()

    def target_missed(self, queue: str) -> None:
        """See `Metrics`."""
        self._missed.labels(self._known("queue", queue)).inc()

    def decided(self, effect: str, rules: Iterable[str]) -> None:
        """See `Metrics`."""
        self._decisions.labels(effect).inc()
        for rule in rules:
            self._rules.labels(self._known("rule", rule), effect).inc()

    def policy_answered(self, question: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""
        self._answers.labels(question, outcome).inc()
        self._policy_seconds.labels(question).observe(seconds)

    def tool_called(self, tool: str, outcome: str, seconds: float) -> None:
        """See `Metrics`."""
        server, _, name = self._known("tool", tool).partition(".")
        self._calls.labels(server, name, outcome).inc()
        self._call_seconds.labels(server, name).observe(seconds)

    def lease_taken_over(self) -> None:
        """See `Metrics`."""
        self._takeovers.inc()

    def _known(self, label: str, value: str) -> str:
        """The value, as long as the label has few."""
        seen = self._seen.setdefault(label, set())
        if value not in seen and len(seen) >= MAX_VALUES:
            return OTHER
        seen.add(value)
        return value


def _counter(registry: CollectorRegistry, name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"switchboard_{name}", meaning, labels, registry=registry)


def _histogram(
    registry: CollectorRegistry, name: str, meaning: str, buckets: tuple[float, ...], *labels: str
) -> Histogram:
    return Histogram(f"switchboard_{name}", meaning, labels, buckets=buckets, registry=registry)
