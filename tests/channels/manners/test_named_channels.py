"""Manners lie in files that are found by a channel's name: each is of a channel that can be opened."""

from pathlib import Path
from typing import get_args

import router.formatters
from domain.conversation import Channel, CustomerChannel

FILES = {path.stem for path in Path(router.formatters.__file__).parent.glob("*.py")} - {"__init__", "formatter"}


def test_no_manners_are_of_a_channel_that_nobody_can_open() -> None:
    assert set(get_args(CustomerChannel)) >= FILES


def test_a_channel_that_is_added_for_customers_is_one_wherever_channels_are_named() -> None:
    assert {*get_args(CustomerChannel), "a2a"} == set(get_args(Channel))
