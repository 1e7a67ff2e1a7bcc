"""What the language model cost in one turn, and whether it may cost more."""

from dataclasses import dataclass, replace

from agents.language_model.settings import Budget
from agents.reply_checks import Finding
from domain.errors import ModelUnavailable


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """One turn's use of the language model, for the turn's record.

    `fallbacks` counts how often the embedded brain or a templated reply had to take over, `findings` what the reply
    checks found in the model's words, `troubles` why each time, `trouble` the last of it in a few words.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    fallbacks: int = 0
    findings: tuple[Finding, ...] = ()
    trouble: str = ""
    troubles: tuple[str, ...] = ()


class Meter:
    """Counts one turn's use and stops it at the budget; after an endpoint failed, the turn does not ask it again."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.usage = ModelUsage()
        self._down = False

    def seconds_left(self) -> float:
        """The seconds that the next call may take.

        Raises:
            ModelUnavailable: the budget is spent, or the endpoint failed in this turn.
        """
        used = self.usage
        spent = used.calls >= self.budget.calls or used.tokens_in + used.tokens_out >= self.budget.tokens
        if self._down or spent or used.seconds >= self.budget.seconds:
            raise ModelUnavailable(used.trouble if self._down else "the turn's model budget is spent")
        return self.budget.seconds - used.seconds

    def count_call(self, seconds: float) -> None:
        """Count one call, answered or not."""
        self.usage = replace(self.usage, calls=self.usage.calls + 1, seconds=self.usage.seconds + seconds)

    def count_tokens(self, tokens_in: int, tokens_out: int) -> None:
        """Count the tokens of an answered call."""
        used = self.usage
        self.usage = replace(used, tokens_in=used.tokens_in + tokens_in, tokens_out=used.tokens_out + tokens_out)

    def count_findings(self, findings: tuple[Finding, ...]) -> None:
        """Count what the reply checks found."""
        self.usage = replace(self.usage, findings=(*self.usage.findings, *findings))

    def count_fallback(self, trouble: str) -> None:
        """Count that something else had to take over, and why."""
        troubles = (*self.usage.troubles, trouble)
        self.usage = replace(self.usage, fallbacks=self.usage.fallbacks + 1, trouble=trouble, troubles=troubles)

    def mark_down(self, trouble: str) -> None:
        """Note that the endpoint does not work."""
        self._down = True
        self.usage = replace(self.usage, trouble=trouble)
