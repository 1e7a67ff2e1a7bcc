"""What a turn may spend on its language model: calls, tokens and seconds, each on its own."""

from collections.abc import Callable

import pytest

from agents.language_model.settings import Budget
from agents.language_model.usage import Meter
from domain.errors import ModelUnavailable

BUDGET = Budget(calls=2, tokens=100, seconds=5.0)


def twice_quickly(meter: Meter) -> None:
    meter.count_call(0.1)
    meter.count_call(0.1)


SPENT: dict[str, Callable[[Meter], None]] = {
    "calls": twice_quickly,
    "tokens": lambda meter: meter.count_tokens(60, 40),
    "seconds": lambda meter: meter.count_call(5.0),
    "an endpoint that failed": lambda meter: meter.mark_down("it failed"),
}


@pytest.mark.parametrize("spend", SPENT.values(), ids=SPENT)
def test_whatever_of_a_budget_is_spent_first_ends_the_asking(spend: Callable[[Meter], None]) -> None:
    meter = Meter(BUDGET)
    spend(meter)
    with pytest.raises(ModelUnavailable):
        meter.seconds_left()


def test_a_call_may_take_what_the_calls_before_it_left() -> None:
    meter = Meter(BUDGET)
    meter.count_call(3.5)
    meter.count_tokens(50, 49)
    assert meter.seconds_left() == 1.5
