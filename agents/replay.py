"""Finding the next step of a case by replaying its procedure over what already happened."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agents.answers import find_answer, said_choice
from agents.comparison import find_compared, names_other
from agents.procedure import (
    Ask,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Declined,
    End,
    Ended,
    HandOff,
    Journey,
    Record,
    Step,
    StepTrouble,
)
from domain.approval import ALREADY_WAITING, SUPERSEDED
from domain.understanding import Understanding

POLICY_DOWN = "gate/policy_unavailable"
"""The rule of a refusal that says only that nobody could be asked."""
UNKNOWN_CUSTOMER = re.compile(r"customer_id: customer \S+ not found")

ProcedureFunction = Callable[[Case], Journey]


class ProcedureBroken(Exception):
    """The procedure's code does not lead through the steps that this case already took, or fails on their results."""


def next_step(procedure: ProcedureFunction, case: Case) -> Step | End:
    """Say what comes next in a case: a step to take, or how it ends.

    Trouble that the procedure does not catch ends it: a refusal declines, a failure hands off, a withdrawal declines.

    Raises:
        ProcedureBroken: replaying does not lead through the steps on record; the case is not guessed on.
    """
    journey = procedure(case)
    answers = iter(case.history)
    try:
        step = next(journey)
        while (record := next(answers, None)) is not None:
            if step.fingerprint != record.step:
                raise ProcedureBroken(f"{case.procedure}: another step than the recorded one")
            step = _feed(journey, record)
    except StopIteration as stop:
        return _at_the_end(stop.value, answers, case)
    except StepTrouble as trouble:
        return _at_the_end(_default_end(trouble), answers, case)
    except Exception as error:
        raise ProcedureBroken(f"{case.procedure}: {error!r}") from error
    return step


def _feed(journey: Journey, record: Record) -> Step:
    """Resume the journey with one recorded result."""
    match record.kind:
        case "value":
            return journey.send(record.data)
        case "ended":
            return journey.send(Ended(**record.data))
        case "refused":
            return journey.throw(CallRefused(tuple(record.data["rules"]), record.data["message"]))
        case "failed":
            known = {name: bool(record.data.get(name)) for name in ("uncertain", "down")}
            return journey.throw(CallFailed(record.data["error"], **known))
        case "withdrawn":
            return journey.throw(CallWithdrawn(record.data["by"], record.data.get("reason", "")))


def _at_the_end(end: Any, answers: Any, case: Case) -> End:
    """A procedure ends with one of the three ends, and only after its last recorded step."""
    if not isinstance(end, End) or next(answers, None) is not None:
        raise ProcedureBroken(f"{case.procedure}: ended with {type(end).__name__} where it should not")
    return end


def is_unknown_customer(error: str) -> bool:
    """Whether a system says only that it does not know the customer, which is no trouble of the system's."""
    return UNKNOWN_CUSTOMER.fullmatch(error) is not None


def _default_end(trouble: StepTrouble) -> End:
    """How a case ends when its procedure has nothing to say to trouble."""
    if isinstance(trouble, CallWithdrawn) and trouble.reason == ALREADY_WAITING:
        return Declined("waits_elsewhere")
    if isinstance(trouble, CallRefused):
        down = POLICY_DOWN in trouble.rules
        return Declined("policy_down" if down else "refused", message=trouble.message)
    if isinstance(trouble, CallWithdrawn) and trouble.reason == SUPERSEDED:
        return Declined("superseded")
    if isinstance(trouble, CallWithdrawn):
        return Declined("withdrawn" if trouble.by == "customer" else "approval_rejected", reason=trouble.reason)
    if isinstance(trouble, CallFailed) and is_unknown_customer(trouble.error):
        return Declined("customer_unknown")
    uncertain = isinstance(trouble, CallFailed) and trouble.uncertain and not trouble.down
    return HandOff("tool_failure", reply="not_known_yet" if uncertain else "")


def answer_anew(procedure: ProcedureFunction, case: Case, heard: Understanding) -> tuple[Record, ...] | None:
    """The history to go on from, where the customer's new words answer an earlier question in another way.

    It ends before the latest such question, or with its new answer. None where there is no such question, or where
    something was executed on the customer's yes after it: that cannot be undone.

    Raises:
        ProcedureBroken: see `next_step`.
    """
    for index in range(len(case.history) - 1, -1, -1):
        record, before = case.history[index], case.history[:index]
        if record.confirmed:
            return None
        step = next_step(procedure, replace(case, history=before))
        if isinstance(step, Ask) and (found := _answered_anew(step, record, heard)) is not None:
            return (*before, *found)
    return None


def _answered_anew(ask: Ask, record: Record, heard: Understanding) -> tuple[Record, ...] | None:
    """The new answer on record, nothing where it is to be asked again, None where the words do not answer it."""
    value = ask.taken_up(heard.text)
    if value is None and (compared := find_compared(ask.choices, ask.than, heard.text)) is not None:
        value = compared.value
    if value is None and ask.choices and (said := said_choice(ask.choices, heard.text)) not in (None, record.data):
        value = said
    if value is None and ask.choices and names_other(heard.text):
        others = [each.value for each in ask.choices if each.value != record.data]
        value = others[0] if len(others) == 1 else None
        if value is None:
            return ()
    if value is not None:
        return (replace(record, kind="value", data=value),)
    return () if "text" not in ask.kinds and find_answer(ask, heard.entities, None) else None
