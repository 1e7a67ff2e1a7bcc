"""Rewording by a language model: the same statement in another tone, or the draft."""

from datetime import date

import pytest

from agents.reply_checks import Grounds
from tests.agents.language_model.cases import model_at
from tests.model_server import Behaviour, ModelServer, behaves, fails, invents, obeys_notes, times_out

DRAFT = "I have refunded $39.99 of payment P-5182. It arrives by November 27, 2026."
EVIDENCE = Grounds(
    tool_results=({"refund_id": "R-9", "payment_id": "P-5182", "amount_minor": 3999, "arrives_by": "2026-11-27"},),
    performed=frozenset({"payments.refund_payment"}),
    today=date(2026, 11, 24),
)


async def test_a_rewording_with_the_same_figures_is_said(model_server: ModelServer) -> None:
    worded = "Good news: I've refunded $39.99 (payment P-5182), and it will be with you by November 27, 2026."
    model_server.behaviour = behaves(worded=lambda _: worded)
    turn = model_at(model_server).turn()
    assert await turn.word(DRAFT, EVIDENCE, "Warm and brief.") == worded
    assert turn.usage.fallbacks == 0
    assert "Warm and brief." in model_server.requests[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ("I can't do it, and nothing was changed. Shall I ask our team?", "It can't be done; nothing was changed."),
        ("I can't cancel it here, and nothing was changed.", "All is well with it here, just as it was before."),
        ("You get no answer by mail. Your visit stays booked, and your contract too.", "No mail."),
    ],
)
async def test_a_rewording_keeps_the_question_the_no_and_the_whole_statement(
    model_server: ModelServer, draft: str, words: str
) -> None:
    model_server.behaviour = invents(words)
    assert await model_at(model_server).turn().word(draft, EVIDENCE, "Warm.") == draft


@pytest.mark.parametrize(
    "words",
    [
        "I have refunded $59.99 of payment P-5182. It arrives by November 27, 2026.",
        "I have refunded $39.99 of payment P-5182. It arrives by November 28, 2026.",
        "I have refunded $39.99 of payment P-5181. It arrives by November 27, 2026.",
        "I have refunded your payment.",
        "I have refunded $39.99 of payment P-5182 by November 27, 2026, and cancelled your plan.",
        "I have refunded $39.99 of payment P-5182. It arrives by November 27, 2026. " + "So nice! " * 60,
        "",
    ],
)
async def test_a_rewording_that_says_something_else_is_dropped_and_counted(
    model_server: ModelServer, words: str
) -> None:
    model_server.behaviour = invents(words)
    turn = model_at(model_server).turn()
    assert await turn.word(DRAFT, EVIDENCE, "Warm.") == DRAFT
    assert turn.usage.fallbacks == 1


async def test_what_the_checks_found_is_visible_in_the_usage(model_server: ModelServer) -> None:
    model_server.behaviour = invents("I have cancelled your plan and refunded $500.")
    turn = model_at(model_server).turn()
    await turn.word(DRAFT, EVIDENCE, "Warm.")
    assert {finding.kind for finding in turn.usage.findings} == {"amount", "claim"}


@pytest.mark.parametrize("behaviour", [fails(500), times_out, obeys_notes])
async def test_a_model_in_trouble_leaves_the_draft(model_server: ModelServer, behaviour: Behaviour) -> None:
    model_server.behaviour = behaviour
    turn = model_at(model_server, seconds=0.4).turn()
    assert await turn.word(DRAFT, EVIDENCE, "Warm.") == DRAFT
    assert turn.usage.fallbacks == 1
