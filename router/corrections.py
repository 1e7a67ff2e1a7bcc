"""What a customer's later words change about a case that waits: another answer, or another value."""

from dataclasses import replace
from typing import Any

from agents.billing.sums import share_of
from agents.procedure import Case
from agents.replay import ProcedureBroken, ProcedureFunction, answer_anew, next_step
from domain.approval import CORRECTED, WORKS_AGAIN
from domain.understanding import Understanding
from router.confirming import COUNTER, is_mended
from router.memory.state import TurnState

_SURE = 0.6
"""How sure it must be that words correct something."""
_SHORTEST_CORRECTION = 3
"""Words of which one may name what is right: "no, 2B then"."""
_CORRECTED = ("phone", "email", "amount")
"""What the opening words may name and a correction may name anew."""


def correct(procedure: ProcedureFunction, case: Case, heard: Understanding) -> Case | None:
    """The case taken back to what the customer's words change; None where they change nothing of it."""
    return _answered_anew(procedure, case, heard) or _renamed(procedure, case, heard)


def asks_at_length(heard: Understanding) -> bool:
    """Whether a message asks something; "and at twelve?" proposes another time instead."""
    return "?" in heard.text and (len(heard.text.split()) > COUNTER or heard.first("date", "time") is None)


def _answered_anew(procedure: ProcedureFunction, case: Case, heard: Understanding) -> Case | None:
    """The case taken back to the question that the words answer in another way, if there is one."""
    try:
        history = answer_anew(procedure, case, heard)
    except ProcedureBroken:
        return None
    if history is None:
        return None
    return replace(case, history=history, entities=heard.entities, asked=0, held=None, pending=None)


def _renamed(procedure: ProcedureFunction, case: Case, heard: Understanding) -> Case | None:
    """The case with another value in place of the one that its opening words named."""
    said = {each.kind: each for each in reversed(heard.entities) if each.kind in _CORRECTED}
    opening = tuple(said.get(each.kind, each) for each in case.opening)
    facts = _with_sum(case, heard)
    if opening == case.opening and facts == case.facts:
        return None
    renamed = replace(case, opening=opening, facts=facts, asked=0, held=None, pending=None)
    try:
        next_step(procedure, renamed)
    except ProcedureBroken:
        renamed = replace(renamed, history=())
    return renamed


def _with_sum(case: Case, heard: Understanding) -> dict[str, Any]:
    """The case's facts with another sum than the one that is pending, or a share of it, where exactly one was named."""
    named = {each.value for each in heard.entities if each.kind == "amount"}
    asked = case.pending.arguments.get("amount_minor") if case.pending else None
    if isinstance(asked, int) and not named:
        named = {share_of(str(each.value), asked) for each in heard.entities if each.kind == "share"}
    other = asked is not None and len(named) == 1 and named != {asked} and heard.first("currency") is None
    return {**case.facts, "amount_minor": named.pop()} if other else case.facts


def why_withdrawn(turn: TurnState) -> str:
    """Why the customer takes a call back, where a procedure goes on otherwise for it."""
    case, heard = turn.memory.current, turn.understanding
    if case is not None and heard is not None and is_mended(case, heard):
        return WORKS_AGAIN
    return CORRECTED if _corrects(turn) else ""


def _corrects(turn: TurnState) -> bool:
    """Whether the customer says that a part of what is pending is wrong, and names what is right."""
    heard = turn.understanding
    sure = heard is not None and heard.act == "correction" and heard.act_confidence >= _SURE
    return sure and heard is not None and len(heard.text.split()) >= _SHORTEST_CORRECTION
