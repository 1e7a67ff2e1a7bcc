"""Calling a tool whose server may want to know more in the middle of it."""

from collections.abc import Generator, Sequence
from typing import Any

from agents.procedure import Ask, Call, CallFailed

ASKED = "asked a question in the middle of the call"
"""How the error of a call begins whose server was answered with a no; see `policy/tools/further_questions.py`."""


def call_with_answers(tool: str, questions: Sequence[Ask], /, **arguments: Any) -> Generator[Call | Ask, Any, Any]:
    """Call it; where its server asked something, ask the customer these questions, and call again with the answers.

    The questions are ours, in the customer's language: a server's own words are put to nobody. Policy data lists under
    `asks` which of the slots its server may be told.

    Raises:
        CallFailed: it failed for another reason, or asked something else.
    """
    try:
        return (yield Call(tool, **arguments))
    except CallFailed as failure:
        if ASKED not in failure.error:
            raise
    answers: dict[str, Any] = {}
    for question in questions:
        answers[question.slot] = yield question
    return (yield Call(tool, **arguments, answers=answers))
