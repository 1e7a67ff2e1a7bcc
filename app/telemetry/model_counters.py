"""What the language model costs and where it was not heeded, as counters for those who run the service."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter

from agents.language_model import ModelUsage


def count_model(registry: CollectorRegistry) -> Callable[[ModelUsage], None]:
    """Publish the counters; what is returned adds one turn's use. No label holds anything that a customer said."""
    named: dict[str, Counter] = {
        name: Counter(f"switchboard_model_{name}", meaning, labels, registry=registry)
        for name, (meaning, labels) in _COUNTERS.items()
    }

    def add(usage: ModelUsage) -> None:
        named["calls"].inc(usage.calls)
        named["seconds"].inc(usage.seconds)
        named["tokens"].labels("in").inc(usage.tokens_in)
        named["tokens"].labels("out").inc(usage.tokens_out)
        for trouble in usage.troubles:
            named["fallbacks"].labels(trouble).inc()
        for finding in usage.findings:
            named["findings"].labels(finding.kind).inc()

    return add


_COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "calls": ("Questions put to the language model", ()),
    "seconds": ("Seconds that turns waited for the language model", ()),
    "tokens": ("Tokens sent to and got from the language model", ("direction",)),
    "fallbacks": ("Times that the embedded brain or a template took over, by why", ("trouble",)),
    "findings": ("Things in the language model's words that nothing bore out, by kind", ("kind",)),
}
