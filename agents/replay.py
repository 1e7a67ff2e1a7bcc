"""Finding the next step of a case by replaying its procedure over what already happened."""

from collections.abc import Callable
from typing import Any

from agents.procedure import (
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
            return journey.throw(CallFailed(record.data["error"]))
        case "withdrawn":
            return journey.throw(CallWithdrawn(record.data["by"], record.data.get("reason", "")))


def _at_the_end(end: Any, answers: Any, case: Case) -> End:
    """A procedure ends with one of the three ends, and only after its last recorded step."""
    if not isinstance(end, End) or next(answers, None) is not None:
        raise ProcedureBroken(f"{case.procedure}: ended with {type(end).__name__} where it should not")
    return end


def _default_end(trouble: StepTrouble) -> End:
    """How a case ends when its procedure has nothing to say to trouble."""
    if isinstance(trouble, CallRefused):
        return Declined("refused", message=trouble.message)
    if isinstance(trouble, CallWithdrawn):
        return Declined("withdrawn" if trouble.by == "customer" else "approval_rejected", reason=trouble.reason)
    return HandOff("tool_failure")
