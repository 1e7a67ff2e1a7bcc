"""A job: one periodic piece of work, with its period, its time limit and where it runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying
from tenacity.wait import wait_exponential_jitter

Work = Callable[[], Awaitable[object]]
"""One run; it answers True where it left something that can be done at once. Any exception is a failed run."""
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
_NOBODY = Retrying()


@dataclass(frozen=True, slots=True)
class Job:
    """What is done every `every_s` seconds, for at most `limit_s` seconds at a time.

    It runs on one process at a time, whichever is free, unless it is `everywhere`: then each process runs its own. The
    first run ever comes `first_after_s` after the job is known; one that left something follows `again_s` later.
    """

    name: str
    purpose: str
    every_s: float
    limit_s: float = 60.0
    everywhere: bool = False
    first_after_s: float = 0.0
    again_s: float = 0.0

    @property
    def overdue_s(self) -> float:
        """After how long without a success something is wrong: five periods, and the time that one run may take."""
        return 5 * self.every_s + self.limit_s

    def retry_in(self, failures: int) -> float:
        """Seconds until the next try after so many failures in a row: longer and longer, and never all at once."""
        longest = min(LONGEST_RETRY_S, max(5 * self.every_s, FIRST_RETRY_S))
        return back_off(failures, min(self.every_s, FIRST_RETRY_S), longest)


def back_off(failures: int, first_s: float = FIRST_RETRY_S, longest_s: float = LONGEST_RETRY_S) -> float:
    """Seconds to wait after so many failures in a row: doubled each time up to the longest, with jitter."""
    state = RetryCallState(_NOBODY, None, (), {})
    state.attempt_number = max(1, failures)
    return wait_exponential_jitter(multiplier=first_s, max=longest_s, jitter=first_s)(state)
