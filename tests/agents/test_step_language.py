"""The step language: replay finds the next step, answers are recognised, changed code is noticed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answers import find_answer
from agents.further_questions import ASKED, call_with_answers
from agents.procedure import (
    BARRED,
    Ask,
    Call,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    Delegate,
    HandOff,
    Journey,
    Record,
    Resolved,
    Say,
)
from agents.progress import Walk
from agents.replay import ProcedureBroken, answer_anew, next_step
from agents.specialist import Asked, CaseProgress, Finished, Held, Procedure
from domain.calls import CallResult, Outcome, Pending, ToolCall
from domain.decision import Decision, Effect, Reason
from domain.ids import DecisionId, PendingId, TurnId
from domain.understanding import Entity, Understanding

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def case(**changes: Any) -> Case:
    known: dict[str, Any] = {"procedure": "billing.journey", "serial": 1, "customer_id": "C-1", "locale": "en"}
    return Case(**{**known, "channel": "chat", "text": "", "opened_at": NOW, **changes})


def heard(text: str = "", answer: Any = "other", **entities: Any) -> Understanding:
    named = tuple(Entity(kind, value, str(value)) for kind, value in entities.items())
    return Understanding(text, "en", entities=named, answer=answer)


def journey(case: Case) -> Journey:
    """Find, choose, act."""
    found = yield Call("x.list_things", customer_id=case.customer_id)
    yield Say("found", count=len(found["items"]))
    choices = tuple(Choice(item, item) for item in found["items"])
    chosen = yield Ask("thing", choices=choices)
    try:
        yield Call("x.act", thing=chosen)
    except CallRefused as refusal:
        return Declined("refused_here", rules=list(refusal.rules))
    after = yield Delegate("scheduling.book_visit")
    return Resolved("done", after=after.kind)


class Caller:
    """Answers calls by tool name; a value is data, a callable makes the result."""

    def __init__(self, barred: str = "", **answers: Any) -> None:
        self.answers = answers
        self.barred = barred
        self.calls: list[ToolCall] = []

    def bars(self, name: str) -> bool:
        return name == self.barred

    def withholds(self, tool: str) -> bool:
        return False

    async def call(self, call: ToolCall) -> CallResult:
        self.calls.append(call)
        answer = self.answers[call.name]
        if callable(answer):
            return answer(call)
        return CallResult(call, decision("allow"), Outcome("succeeded", answer))


def decision(effect: str) -> Decision:
    return Decision(DecisionId("d"), Effect(effect), (Reason("a/rule", "because"),))


def held(call: ToolCall) -> CallResult:
    return CallResult(call, decision("confirm"), pending=Pending(PendingId("p"), "confirm", "act", call.tool))


async def walk(at: Case, caller: Caller, reply: Understanding | None = None, function: Any = journey) -> CaseProgress:
    procedure = Procedure("billing.journey", function, "", {})
    return await Walk(procedure, at, caller, TurnId("T"), reply).advance()


async def test_a_case_goes_on_where_it_stopped_and_asks_nothing_twice() -> None:
    caller = Caller(list_things={"items": ["a", "b"]}, act={"ok": True})
    first = await walk(case(), caller)
    assert first.stop == Asked("thing")
    assert [saying.reply for saying in first.sayings] == ["found", "ask_thing"]
    second = await walk(first.case, caller, heard("b"))
    assert [call.tool for call in caller.calls] == ["x.list_things", "x.act"]
    assert caller.calls[1].arguments == {"thing": "b"}
    assert [saying.reply for saying in second.sayings] == []


async def test_a_held_call_keeps_its_identity_until_it_is_executed() -> None:
    waiting = await walk(case(facts={"thing": "a"}), Caller(list_things={"items": ["a"]}, act=held))
    assert isinstance(waiting.stop, Held)
    caller = Caller(act={"ok": True})
    done = await walk(waiting.case, caller)
    assert caller.calls[0].id == waiting.case.held.id  # type: ignore[union-attr]
    assert done.case.history[-1].confirmed


BOOK = "scheduling.book_visit"


async def test_what_is_barred_to_whoever_asks_is_neither_offered_nor_announced_nor_delegated() -> None:
    def offering(case: Case) -> Journey:
        yield Say("we_can_book").needing(BOOK)
        wanted = yield Ask("wanted", kinds=("yes_no",)).needing(BOOK)
        part = yield Delegate(BOOK).unless_barred()
        chosen = yield Ask("way", choices=(Choice("wait", "wait"), Choice("book", "book", needs=BOOK)))
        return Resolved("done", wanted=wanted, barred=part == BARRED, chosen=chosen)

    everything = await walk(case(), Caller(), function=offering)
    assert [saying.reply for saying in everything.sayings] == ["we_can_book", "ask_wanted"]
    asked = await walk(case(), Caller(barred=BOOK), function=offering)
    assert [saying.reply for saying in asked.sayings] == ["ask_way"]
    assert asked.case.question["choices"] == ["wait"]
    done = await walk(asked.case, Caller(barred=BOOK), heard("wait"), function=offering)
    assert isinstance(done.stop, Finished)
    assert done.stop.end.facts == {"wanted": None, "barred": True, "chosen": "wait"}


async def test_a_denial_reaches_the_procedure_and_a_policy_handoff_does_not() -> None:
    refuse = Caller(list_things={"items": ["a"]}, act=lambda call: CallResult(call, decision("deny")))
    refused = await walk(case(facts={"thing": "a"}), refuse)
    assert isinstance(refused.stop, Finished)
    assert isinstance(refused.stop.end, Declined)
    assert refused.stop.end.facts == {"rules": ["a/rule"]}
    give = Caller(list_things={"items": ["a"]}, act=lambda call: CallResult(call, decision("handoff")))
    given_away = await walk(case(facts={"thing": "a"}), give)
    assert isinstance(given_away.stop, Finished)
    assert isinstance(given_away.stop.end, HandOff)


async def test_a_question_missed_twice_ends_at_a_person() -> None:
    caller = Caller(list_things={"items": ["a", "b"]})
    asked = await walk(case(), caller)
    again = await walk(asked.case, caller, heard("hm"))
    assert again.stop == Asked("thing")
    lost = await walk(again.case, caller, heard("hm"))
    assert isinstance(lost.stop, Finished)
    assert isinstance(lost.stop.end, HandOff)


async def test_a_no_to_a_question_withdraws() -> None:
    asked = await walk(case(), Caller(list_things={"items": ["a", "b"]}))
    left = await walk(asked.case, Caller(), heard("no", answer="no"))
    assert isinstance(left.stop, Finished)
    assert isinstance(left.stop.end, Declined)


@pytest.mark.parametrize(
    ("trouble", "end"),
    [
        (Record("", "refused", {"rules": [], "message": "m"}), Declined),
        (Record("", "failed", {"error": "e"}), HandOff),
        (Record("", "withdrawn", {"by": "customer"}), Declined),
        (Record("", "withdrawn", {"by": "supervisor", "reason": "r"}), Declined),
    ],
)
def test_trouble_that_nobody_catches_ends_the_case(trouble: Record, end: type) -> None:
    def simple(case: Case) -> Journey:
        yield Call("x.act")
        return Resolved("done")

    fingerprint = Call("x.act").fingerprint
    at = case(history=(Record(fingerprint, trouble.kind, trouble.data),))
    assert isinstance(next_step(simple, at), end)


@pytest.mark.parametrize("kind", [CallFailed, CallRefused, CallWithdrawn])
def test_every_trouble_is_one_that_procedures_can_catch_together(kind: type) -> None:
    from agents.procedure import StepTrouble

    assert issubclass(kind, StepTrouble)


def test_code_that_changed_under_a_case_is_noticed_not_guessed() -> None:
    def before(case: Case) -> Journey:
        yield Call("x.one")
        yield Call("x.two")
        return Resolved("done")

    def after(case: Case) -> Journey:
        yield Call("x.two")
        return Resolved("done")

    at = case().took(Call("x.one"), "value", {}).took(Call("x.two"), "value", {})
    assert isinstance(next_step(before, at), Resolved)
    with pytest.raises(ProcedureBroken):
        next_step(after, at)


def test_a_procedure_that_fails_on_a_result_is_broken() -> None:
    def careless(case: Case) -> Journey:
        data = yield Call("x.one")
        return Resolved(data["missing"])

    with pytest.raises(ProcedureBroken):
        next_step(careless, case().took(Call("x.one"), "value", {}))


def test_a_correction_finds_the_question_it_answers_unless_something_was_executed_since() -> None:
    def choose(case: Case) -> Journey:
        day = yield Ask("day", kinds=("date",))
        yield Call("x.act", day=day)
        yield Call("x.other")
        return Resolved("done")

    answered = case().took(Ask("day", kinds=("date",)), "value", "2026-01-06")
    correction = heard("no, the 8th", date="2026-01-08")
    assert answer_anew(choose, answered, correction) == ()
    executed = Record(Call("x.act", day="2026-01-06").fingerprint, "value", {}, confirmed=True)
    assert answer_anew(choose, case(history=(*answered.history, executed)), correction) is None


CHOICES = (
    Choice("S1", "Tuesday 9", words=("morning slot",), date="2026-01-06", time="09:00"),
    Choice("S2", "Tuesday 14", date="2026-01-06", time="14:00"),
    Choice("S3", "Wednesday 9", date="2026-01-07", time="09:00"),
)


@pytest.mark.parametrize(
    ("entities", "text", "value"),
    [
        ({"ordinal": 2}, "the second one", "S2"),
        ({"ordinal": -1}, "the last", "S3"),
        ({"date": "2026-01-07"}, "wednesday", "S3"),
        ({"date": "2026-01-06", "time": "14:00"}, "tuesday at 2", "S2"),
        ({"time": "afternoon"}, "in the afternoon", "S2"),
        ({}, "2", "S2"),
        ({}, "the morning slot please", "S1"),
        ({"reference": "S3"}, "S3", "S3"),
    ],
)
def test_a_choice_is_recognised_by_place_time_reference_or_words(
    entities: dict[str, Any], text: str, value: str
) -> None:
    reply = heard(text, **entities)
    answer = find_answer(Ask("slot", choices=CHOICES), reply.entities, reply)
    assert answer is not None
    assert answer.value == value


async def test_a_question_that_was_not_understood_is_put_again_and_not_taken_for_answered() -> None:
    def unsure(case: Case) -> Journey:
        """Ask what may be left open, then what takes any words."""
        day = yield Ask("day", kinds=("date",), optional=True)
        words = yield Ask("words", kinds=("text",))
        return Resolved("done", day=day, words=words)

    lost = Understanding("what do you mean?", "en", puzzled=True)
    asked = await walk(case(), Caller(), function=unsure)
    again = await walk(asked.case, Caller(), lost, function=unsure)
    assert (again.stop, again.case.history) == (Asked("day"), ())
    left = await walk(again.case, Caller(), heard("not sure"), function=unsure)
    assert left.stop == Asked("words")
    assert (await walk(left.case, Caller(), lost, function=unsure)).stop == Asked("words")


@pytest.mark.parametrize("entities", [{"date": "2026-01-06"}, {"ordinal": 9}, {"time": "09:00"}, {}])
def test_a_choice_that_could_be_two_is_asked_for(entities: dict[str, Any]) -> None:
    reply = heard("that one", **entities)
    assert find_answer(Ask("slot", choices=CHOICES), reply.entities, reply) is None


@given(st.lists(st.integers(-5, 9), max_size=4), st.text(max_size=30))
def test_whatever_is_said_a_choice_is_one_on_offer_or_none(ordinals: list[int], text: str) -> None:
    named = tuple(Entity("ordinal", value, str(value)) for value in ordinals)
    answer = find_answer(Ask("slot", choices=CHOICES), named, Understanding(text, "en", entities=named))
    assert answer is None or answer.value in {choice.value for choice in CHOICES}


def asked_midway(case: Case) -> Journey:
    """Order, and answer what the shop wants to know in the middle of it."""
    done = yield from call_with_answers("shop.order", [Ask("colour"), Ask("size")], item="shirt")
    return Resolved("ordered", order=done["order"])


def test_what_a_server_asks_in_the_middle_of_a_call_is_asked_and_the_call_made_again_also_after_a_restart() -> None:
    first = next_step(asked_midway, case())
    failed = case(history=(Record(first.fingerprint, "failed", {"error": f"shop {ASKED}: “Which colour?”"}),))
    colour = next_step(asked_midway, failed)
    assert (colour.slot, colour.reply) == ("colour", "ask_colour")
    answered = failed.took(colour, "value", "red")
    answered = answered.took(next_step(asked_midway, answered), "value", "M")
    again = next_step(asked_midway, answered)
    assert (again.tool, again.arguments) == ("shop.order", {"item": "shirt", "answers": {"colour": "red", "size": "M"}})
    done = next_step(asked_midway, answered.took(again, "value", {"order": "O-1"}))
    assert (done.kind, done.facts) == ("resolved", {"order": "O-1"})
    broken = case(history=(Record(first.fingerprint, "failed", {"error": "sold out"}),))
    assert next_step(asked_midway, broken).kind != "resolved"
