"""The language model by settings, and the tools that it may propose in each specialist's name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from agents.language_model import Budget, LanguageModel, LanguageModelSettings, ToolOffer
from app.settings import Settings
from policy.engines.bundle import Bundle
from policy.engines.live import LivePolicy, LoadedBundle
from policy.tools.pins import Tool, ToolStatus
from understanding.language.detection import detect_language


def open_model(settings: Settings) -> LanguageModel | None:
    """The configured model; None, and nothing is contacted, where none is configured."""
    model = settings.model
    if not (model.base_url and model.name):
        return None
    budget = Budget(calls=model.max_calls, tokens=model.max_tokens, seconds=model.max_seconds)
    key = model.api_key.get_secret_value()
    endpoint = LanguageModelSettings(model.base_url, model.name, key, timeout_s=model.timeout_s, budget=budget)
    return LanguageModel(endpoint, tell_language=detect_language)


class GrantedTools(Mapping[str, tuple[ToolOffer, ...]]):
    """Each specialist's tools as the policy that decides now grants them; worked out anew when its bundle changes."""

    def __init__(self, list_tools: Callable[[], Iterable[Tool]], policy: LivePolicy) -> None:
        self._list_tools = list_tools
        self._policy = policy
        self._offers = list_offers(list_tools(), policy.edition.bundle)
        policy.follow(self._renew)

    def __getitem__(self, name: str) -> tuple[ToolOffer, ...]:
        return self._offers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)

    def _renew(self, edition: LoadedBundle) -> None:
        self._offers = list_offers(self._list_tools(), edition.bundle)


def list_offers(tools: Iterable[Tool], bundle: Bundle) -> Mapping[str, tuple[ToolOffer, ...]]:
    """Each specialist's tools by the groups that policy data grants it; offering one permits nothing."""
    known: Mapping[str, Any] = bundle.tools
    specialists: Mapping[str, list[str]] = bundle.data["roles"]["default"]["specialists"]
    ready = [tool for tool in tools if tool.status is ToolStatus.READY and tool.name in known]
    return {
        name: tuple(
            _offer(tool, known[tool.name])
            for tool in ready
            if known[tool.name]["group"] in groups and known[tool.name]["group"] != "verification"
        )
        for name, groups in specialists.items()
    }


def _offer(tool: Tool, data: Mapping[str, str]) -> ToolOffer:
    public, changes = data["group"] == "public_read", data["kind"] != "read"
    return ToolOffer(tool.name, tool.description, tool.input_schema, public=public, changes=changes)
