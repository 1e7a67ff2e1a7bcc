"""Where the language model is and how much of it a turn may use."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """What one turn may spend; `seconds` are those spent waiting for the model, `tokens` are in and out together."""

    calls: int = 8
    tokens: int = 40_000
    seconds: float = 20.0
    tool_calls: int = 6


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """An OpenAI-compatible endpoint. `timeout_s` is for one whole call; an endpoint without keys takes none."""

    base_url: str
    name: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 8.0
    reply_tokens: int = 2_000
    budget: Budget = field(default_factory=Budget)
