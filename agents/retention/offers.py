"""Offers: which of those listed is the one to make."""

from agents.procedure import Facts


def pick_offer(offers: list[Facts]) -> Facts | None:
    """The best offer that the customer may have, None where they may have none."""
    eligible = [each for each in offers if each["eligible"]]
    return max(eligible, key=lambda each: each["discount_percent"] * each["months"], default=None)
