"""A yes answers the question that it was said to, and no other."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.procedure import Case
from domain.calls import Pending
from domain.ids import ConversationId, PendingId, TenantId, TurnId
from domain.understanding import Understanding
from router.arrivals import name_question
from router.memory.state import Memory, TurnState
from router.nodes import heed_question

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REFUND, PAYMENT = (Pending(PendingId(name), "confirm", "Shall I?", tool=name) for name in ("refund", "payment"))


def turn(pending: Pending | None, said_to: str | None) -> TurnState:
    case = Case("billing.refund", 1, "C-1", "en", "chat", "", NOW, pending=pending)
    request = {} if said_to is None else {"question": said_to}
    memory = Memory(cases=(case,))
    return TurnState(ConversationId("CV-1"), TurnId("T-1"), TenantId("t"), "chat", NOW, memory, request=request)


def heard(answer: str) -> Understanding:
    return replace(Understanding(text="", locale="en"), answer=answer)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("said_to", "counts_as"), [("payment", "yes"), ("refund", "other"), ("", "other"), (None, "other")]
)
def test_a_yes_counts_only_for_what_was_asked_when_it_was_said(said_to: str | None, counts_as: str) -> None:
    assert heed_question(heard("yes"), turn(PAYMENT, said_to)).answer == counts_as


@pytest.mark.parametrize("said_to", ["payment", "refund", "", None])
def test_a_no_counts_whatever_it_was_said_to(said_to: str | None) -> None:
    assert heed_question(heard("no"), turn(PAYMENT, said_to)).answer == "no"


def test_where_nothing_was_asked_a_yes_is_left_to_the_routing() -> None:
    assert heed_question(heard("yes"), turn(None, "")).answer == "yes"


def test_questions_for_different_things_have_different_names_and_the_same_one_always_the_same() -> None:
    day, time = (Pending(PendingId(""), "slot", "?", arguments={"slot": slot, "kinds": []}) for slot in ("day", "time"))
    names = [name_question(each) for each in (None, REFUND, PAYMENT, day, time)]
    assert len(set(names)) == 5
    assert name_question(replace(day, summary="asked in other words")) == name_question(day)
    assert names[0] == ""
