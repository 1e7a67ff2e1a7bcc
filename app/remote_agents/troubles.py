"""Why another team's agent was asked in vain: a message for people, and one of a few kinds."""

from typing import Literal

import httpx
from a2a.client.errors import A2AClientError, A2AClientTimeoutError
from a2a.utils.errors import A2AError

from agents.remote import STANZA
from domain.errors import Misconfigured

Kind = Literal["down", "slow", "refused", "not_a2a", "lying", "quarantined", "not_set_up"]
DENIED = (401, 403)
FAULT = 500
"""Answers from here on are the other side's own faults."""


class AgentTrouble(Exception):
    """The agent cannot be asked, or gave no usable answer; the message says which.

    `quotes` says that the message repeats what the agent said, which may be the customer's own words.
    """

    def __init__(self, kind: Kind, message: str, *, quotes: bool = False) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self._quotes = quotes

    @property
    def loggable(self) -> str:
        """The message, where it holds nobody's words but ours."""
        return "" if self._quotes else str(self)


def explain(name: str, url: str, error: Exception) -> AgentTrouble:
    """What an error on the way to an agent means."""
    if isinstance(error, Misconfigured):
        return AgentTrouble("not_set_up", f"{name} is not set up: {error}")
    cause = error.__cause__ if isinstance(error, A2AError) and error.__cause__ is not None else error
    if isinstance(cause, httpx.HTTPError | TimeoutError | A2AClientTimeoutError):
        return _explain_silence(name, url, cause)
    if isinstance(error, A2AError) and not isinstance(error, A2AClientError):
        said = (str(error).splitlines() or [""])[0][:200]
        return AgentTrouble("refused", f"{name} refuses the request: {said}", quotes=True)
    return AgentTrouble("not_a2a", f"{name} gave no answer of A2A ({type(cause).__name__})")


def _explain_silence(name: str, url: str, cause: Exception) -> AgentTrouble:
    """What it means that nothing of A2A was answered at all."""
    if isinstance(cause, httpx.HTTPStatusError):
        return _explain_status(name, cause.response.status_code)
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return AgentTrouble("down", f"{name} is down: nothing answers at {url}")
    if isinstance(cause, TimeoutError | httpx.TimeoutException | A2AClientTimeoutError):
        return AgentTrouble("slow", f"{name} did not answer in time ({type(cause).__name__})")
    return AgentTrouble("down", f"{name} broke off ({type(cause).__name__})")


def _explain_status(name: str, status: int) -> AgentTrouble:
    if status in DENIED:
        look = f"look at `token` in its {STANZA}"
        return AgentTrouble("refused", f"{name} does not accept what we show it ({status}); {look}")
    if status >= FAULT:
        return AgentTrouble("down", f"{name} is down: it answers {status}")
    return AgentTrouble("refused", f"{name} refuses the request: it answers {status}")
