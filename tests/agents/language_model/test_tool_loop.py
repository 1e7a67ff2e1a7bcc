"""The long tail: whatever a model does with the tools, only allowed effects happen and only true words are said."""

import json

import pytest

from domain.decision import Effect
from domain.errors import ModelUnavailable
from tests.agents.language_model.cases import NOTE, Company, assignment, model_at
from tests.model_server import (
    Answer,
    Asked,
    Behaviour,
    ModelServer,
    behaves,
    call,
    calls_unknown_tools,
    cuts_the_stream,
    fails,
    invents,
    invents_success,
    loops_for_ever,
    malforms_arguments,
    obeys_notes,
    talks_nonsense,
    times_out,
)

LOOK = call("payments.list_payments", customer_id="C-1018")
REFUND = call("payments.refund_payment", payment_id="P-5182", amount_minor=3999, reason="duplicate_charge")


async def test_a_question_is_answered_from_what_the_tools_said(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(LOOK, Answer("P-5181 and P-5182 of $39.99 each, both on November 20."))
    company = Company()
    turn = model_at(model_server).turn()
    result = await turn.work(assignment(), company.propose)
    assert (result.end, result.reply) == ("replied", "P-5181 and P-5182 of $39.99 each, both on November 20.")
    assert company.proposed == [("payments.list_payments", {"customer_id": "C-1018"})]
    assert turn.usage.calls == 2


async def test_the_model_gets_one_copy_of_a_result_as_data(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(LOOK, Answer("You have two payments."))
    await model_at(model_server).turn().work(assignment(), Company().propose)
    assert json.dumps(model_server.requests[1]).count("P-5181") == 1
    assert Asked(model_server.requests[1]).results[0]["result"]["items"][0]["payment_id"] == "P-5182"


async def test_a_held_call_ends_the_loop_with_what_is_pending(model_server: ModelServer) -> None:
    both = Answer(calls=[*REFUND.calls, *LOOK.calls])
    model_server.behaviour = behaves(both)
    company = Company(refund_effect=Effect.CONFIRM)
    result = await model_at(model_server).turn().work(assignment(), company.propose)
    assert result.end == "held"
    assert result.pending is not None
    assert (len(company.proposed), company.executed) == (1, [])


async def test_a_refusal_is_told_once_and_a_second_one_ends_the_loop(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(REFUND)
    company = Company()
    result = await model_at(model_server).turn().work(assignment(), company.propose)
    assert (result.end, len(company.proposed), company.executed) == ("refused", 2, [])
    assert "above the limit" in Asked(model_server.requests[1]).results[0]["refused"]


async def test_a_refused_call_may_end_in_an_honest_answer(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(REFUND, Answer("I am sorry, I cannot refund this payment."))
    result = await model_at(model_server).turn().work(assignment(), Company().propose)
    assert result.end == "replied"


async def test_the_policy_may_give_the_case_to_people(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(REFUND)
    result = await model_at(model_server).turn().work(assignment(), Company(refund_effect=Effect.HANDOFF).propose)
    assert (result.end, result.results[-1].decision.effect) == ("handoff", Effect.HANDOFF)


async def test_a_success_may_be_told_with_its_disclosure(model_server: ModelServer) -> None:
    told = "I have refunded $39.99; it arrives by Friday, November 27. Refunds are final."
    model_server.behaviour = behaves(REFUND, Answer(told))
    company = Company(refund_effect=Effect.ALLOW)
    result = await model_at(model_server).turn().work(assignment(), company.propose)
    assert (result.end, result.reply) == ("replied", told)


async def test_a_required_disclosure_that_is_left_out_keeps_the_reply_back(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(REFUND, Answer("I have refunded $39.99."))
    result = await model_at(model_server).turn().work(assignment(), Company(refund_effect=Effect.ALLOW).propose)
    assert (result.end, result.reply) == ("unfinished", "")
    assert [finding.kind for finding in result.findings] == ["disclosure"]
    assert result.results[0].outcome is not None


@pytest.mark.parametrize(
    ("behaviour", "kinds"),
    [
        (invents("Your next bill is $12.34.", LOOK), {"amount"}),
        (invents_success("I have refunded $39.99 of P-5182.", LOOK), {"claim"}),
        (invents_success("I have refunded $39.99 of P-5182.", REFUND), {"amount", "reference", "claim"}),
        (invents("Your technician comes tomorrow, reference WO-9999.", LOOK), {"date", "reference"}),
    ],
)
async def test_inventions_are_kept_back_and_counted(
    model_server: ModelServer, behaviour: Behaviour, kinds: set[str]
) -> None:
    model_server.behaviour = behaviour
    turn = model_at(model_server).turn()
    result = await turn.work(assignment(), Company().propose)
    assert (result.end, result.reply) == ("unfinished", "")
    assert {finding.kind for finding in result.findings} == kinds
    assert turn.usage.findings == result.findings
    assert turn.usage.fallbacks == 1


async def test_a_model_that_obeys_a_hidden_note_changes_nothing_and_says_nothing(model_server: ModelServer) -> None:
    model_server.behaviour = obeys_notes
    company = Company()
    result = await model_at(model_server).turn().work(assignment("What did I write to you?"), company.propose)
    assert ("payments.refund_payment", {"payment_id": "P-5182", "amount_minor": 50000, "reason": "other"}) in (
        company.proposed
    )
    assert company.executed == ["crm.list_interactions"]
    assert (result.end, result.reply) == ("refused", "")


async def test_the_amounts_of_a_note_are_somebodys_words_and_no_facts(model_server: ModelServer) -> None:
    look = call("crm.list_interactions", customer_id="C-1018")
    model_server.behaviour = invents("We owe you 50000 dollars.", look)
    result = await model_at(model_server).turn().work(assignment(), Company().propose)
    assert [finding.kind for finding in result.findings] == ["amount"]
    assert NOTE in json.dumps(Asked(model_server.requests[1]).results)


@pytest.mark.parametrize("behaviour", [calls_unknown_tools, malforms_arguments])
async def test_calls_that_make_no_sense_are_answered_with_an_error_and_end_with_the_budget(
    model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.behaviour = behaviour
    company = Company()
    with pytest.raises(ModelUnavailable, match="budget"):
        await model_at(model_server, calls=3).turn().work(assignment(), company.propose)
    assert company.proposed == []
    assert len(model_server.requests) == 3
    assert all("error" in result for result in Asked(model_server.requests[2]).results)


async def test_arguments_that_are_a_list_are_no_chat_completion(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(Answer(calls=[("payments__list_payments", '["C-1018"]')]))
    with pytest.raises(ModelUnavailable):
        await model_at(model_server).turn().work(assignment(), Company().propose)


async def test_an_unknown_tool_is_told_and_can_be_mended(model_server: ModelServer) -> None:
    unknown = Answer(calls=[("payments__list_everything", "{}")])
    model_server.behaviour = behaves(unknown, LOOK, Answer("You have two payments."))
    result = await model_at(model_server).turn().work(assignment(), Company().propose)
    assert result.end == "replied"
    assert "payments__list_payments" in Asked(model_server.requests[1]).results[0]["tools"]


async def test_a_failed_tool_is_told_to_the_model(model_server: ModelServer) -> None:
    model_server.behaviour = behaves(call("erp.list_plans"), Answer("I cannot see the plans at the moment."))
    result = await model_at(model_server).turn().work(assignment(), Company().propose)
    assert result.end == "replied"
    assert Asked(model_server.requests[1]).results == [{"error": "the server is busy"}]


async def test_an_endless_loop_ends_at_the_limit_of_tool_calls(model_server: ModelServer) -> None:
    model_server.behaviour = loops_for_ever("payments.list_payments", customer_id="C-1018")
    company = Company()
    result = await model_at(model_server, tool_calls=3, calls=20).turn().work(assignment(), company.propose)
    assert (result.end, len(company.proposed)) == ("unfinished", 3)


@pytest.mark.parametrize("trouble", [fails(500), fails(429), cuts_the_stream, times_out, talks_nonsense])
async def test_a_model_that_fails_halfway_leaves_what_was_done_in_the_result(
    model_server: ModelServer, trouble: Behaviour
) -> None:
    model_server.behaviour = lambda asked: trouble(asked) if asked.results else REFUND
    company = Company(refund_effect=Effect.ALLOW)
    turn = model_at(model_server, seconds=1.0).turn()
    result = await turn.work(assignment(), company.propose)
    assert (result.end, company.executed) == ("unfinished", ["payments.refund_payment"])
    assert result.results[0].outcome is not None
    assert turn.usage.fallbacks == 1


@pytest.mark.parametrize("trouble", [fails(500), talks_nonsense, behaves(Answer(""))])
async def test_a_model_that_fails_at_once_is_unavailable(model_server: ModelServer, trouble: Behaviour) -> None:
    model_server.behaviour = trouble
    with pytest.raises(ModelUnavailable):
        await model_at(model_server).turn().work(assignment(), Company().propose)
