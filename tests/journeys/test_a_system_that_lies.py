"""A system that says what cannot be true: nothing of it is told or acted on, and a person takes over."""

from pathlib import Path

import pytest

from policy.tools.plausibility import find_untruths
from tests.conftest import OpenHouse
from tests.sandbox_files import open_systems

LIES = {
    "another currency": "UPDATE payments SET currency = 'EUR' WHERE customer_id = 'C-1001'",
    "a negative amount": "UPDATE invoices SET total_minor = -3999 WHERE customer_id = 'C-1001'",
}


@pytest.mark.parametrize(
    ("lie", "asked"),
    [
        ("another currency", "I was charged twice for my last bill"),
        ("a negative amount", "please explain my last bill"),
    ],
)
async def test_it_is_not_passed_on_and_nothing_is_done(
    open_house: OpenHouse, tmp_path: Path, lie: str, asked: str
) -> None:
    guest = await open_house()
    with open_systems(tmp_path / "data") as database:
        database.execute(LIES[lie])
    talk = await guest.customer("C-1001")
    turn = await talk.says(asked)
    assert turn["handoff"] is not None
    assert turn["pending"] is None
    told = " ".join(message["text"] for message in turn["messages"])
    assert "39.99" not in told
    assert "€" not in told
    assert not [action for action in turn["actions"] if action["outcome"] == "succeeded" and "refund" in action["tool"]]


def test_another_customers_record_is_named_and_a_bills_allowance_is_no_lie() -> None:
    assert find_untruths({"customer_id": "C-2"}, "C-1") == ["customer_id is another customer's"]
    true = {"lines": [{"amount_minor": -5}], "difference_minor": -1000, "customer_id": "C-1"}
    assert find_untruths(true, "C-1", "EUR") == []
