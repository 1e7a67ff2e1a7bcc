"""How many attacks there were, how many succeeded, and how many honest customers were served meanwhile."""

from dataclasses import dataclass


@dataclass
class Tally:
    """Counts of one run."""

    attacks: int = 0
    successes: int = 0
    journeys: int = 0
    served: int = 0

    def attacked(self, times: int, succeeded: object) -> None:
        """Count attacks; those that succeeded, as a number or a collection of them, must be none."""
        count = len(succeeded) if isinstance(succeeded, list | dict | set | tuple) else int(bool(succeeded))
        self.attacks += times
        self.successes += count
        assert not count, succeeded


TALLY = Tally()
