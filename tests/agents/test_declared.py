"""A procedure in YAML takes the same steps as one in Python, and ends as they do."""

from pathlib import Path
from typing import Any

import pytest

from agents.declared import compile_declared, read_declared
from agents.procedure import Ask, Call, Case, Consider, Declined, HandOff, Resolved, Say
from agents.replay import ProcedureBroken, next_step
from agents.tools_used import find_tools
from domain.errors import Misconfigured
from tests.agents.scheduling.journey import open_case

STEPS = """about: Order an item.
open_to_strangers: true
steps:
  - ask: size
    choices: {s: {en: small, de: klein}, l: {en: large, de: groß}}
  - ask: count
    kind: number
  - ask: note
    optional: true
  - look_up: shop.list_stock
    facts: {size: size, owner: customer_id}
    values: {limit: 2}
    keep: stock
    otherwise: none_left
  - say: found
  - call: shop.order-item
    facts: {item: stock.items.0.id, count: count, note: note, day: today}
    keep: order
    confirm: shall_i
  - say: ordered
"""
STOCK = {"items": [{"id": "I-7"}]}


class Played:
    """The steps of a case, each answered in turn."""

    def __init__(self, text: str, folder: Path) -> None:
        (folder / "procedure.yaml").write_text(text, "utf-8")
        self.declared = read_declared(folder / "procedure.yaml")
        self.function = compile_declared(self.declared)
        self.case: Case = open_case("billing.order_item", "I want one")

    def step(self) -> Any:
        return next_step(self.function, self.case)

    def answer(self, *answers: Any, kind: str = "value") -> Any:
        for each in answers:
            self.case = self.case.took(self.step(), kind, each)
        return self.step()


@pytest.fixture
def played(tmp_path: Path) -> Played:
    return Played(STEPS, tmp_path)


def test_its_steps_are_those_of_the_step_language_with_facts_as_arguments(played: Played) -> None:
    question = played.step()
    assert isinstance(question, Ask)
    assert [(each.value, each.words) for each in question.choices] == [
        ("s", ("small", "klein")),
        ("l", ("large", "groß")),
    ]
    assert isinstance(played.answer("l"), Ask)
    assert played.answer(3).optional
    look_up = played.answer(None)
    assert (look_up.tool, look_up.arguments) == ("shop.list_stock", {"limit": 2, "size": "l", "owner": "C-1"})
    said = played.answer(STOCK)
    assert isinstance(said, Say)
    assert (said.reply, said.facts["stock"]) == ("found", STOCK)
    considered = played.answer(None)
    assert isinstance(considered, Consider)
    asked = played.answer(True)
    assert isinstance(asked, Ask)
    assert isinstance(asked.proposes, Call)
    call = played.answer(True)
    assert call.fingerprint == asked.proposes.fingerprint
    assert call.arguments == {"item": "I-7", "count": 3, "day": "2026-11-20"}  # the note was left open
    end = played.answer({"number": "O-1"})
    assert isinstance(end, Resolved)
    assert (end.reply, end.facts["order"]) == ("ordered", {"number": "O-1"})


def test_a_no_to_what_it_says_ends_it(played: Played) -> None:
    end = played.answer("l", 3, None, STOCK, None, True, False)
    assert isinstance(end, Declined)
    assert end.reply == "withdrawn"


def test_a_call_that_would_not_be_allowed_is_not_asked_about_first(played: Played) -> None:
    call = played.answer("l", 3, None, STOCK, None, False)
    assert isinstance(call, Call)


def test_a_tools_no_ends_it_with_the_reply_for_that_and_a_silence_does_not(played: Played) -> None:
    played.answer("l", 3, None)
    case = played.case
    end = played.answer({"error": "nothing of that size"}, kind="failed")
    assert isinstance(end, Declined)
    assert end.reply == "none_left"
    played.case = case
    assert isinstance(played.answer({"error": "late", "uncertain": True}, kind="failed"), HandOff)


def test_what_policy_denies_ends_it_with_the_reply_for_that_else_in_the_specialists_words(tmp_path: Path) -> None:
    denied = {"rules": ["shop/closed"], "message": "The shop is closed."}
    ends: list[Any] = []
    for refused in ("    refused: closed_today\n", ""):
        played = Played(STEPS.replace("    confirm: shall_i\n", f"    confirm: shall_i\n{refused}"), tmp_path)
        played.answer("l", 3, None, STOCK, None, False)
        ends.append(played.answer(denied, kind="refused"))
    assert isinstance(ends[0], Declined)
    assert [each.reply for each in ends] == ["closed_today", "refused"]


def test_a_field_that_a_result_has_not_breaks_it_off(played: Played) -> None:
    played.answer("l", 3, None, {"items": []})
    with pytest.raises(ProcedureBroken):
        played.answer(None)


def test_its_tools_are_known_beforehand_and_strangers_let_in_where_it_says_so(played: Played) -> None:
    assert find_tools(played.function) == {"shop.list_stock", "shop.order-item"}
    assert played.declared.open_to_strangers


def test_what_does_not_fit_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"procedure\.yaml:10: steps\.4\.look_up is no name"):
        Played(STEPS.replace("shop.list_stock", "list_stock"), tmp_path)
