"""What the gate refuses by itself, and what it lets into the policy's input and the record."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calls import Outcome
from domain.decision import Effect, Obligation
from domain.ids import CustomerId
from domain.principal import Customer
from policy.gate.decisions import refuse
from policy.gate.redaction import mask_outcome
from policy.journal.recorded_decisions import DecisionFilter, RecordedDecisions
from policy.tools.arguments import ArgumentCheck
from policy.tools.pins import ToolStatus
from tests.policy.house import ACCOUNT, TENANT, House, effect

SCHEMA = {
    "type": "object",
    "required": ["payment_id", "amount_minor"],
    "properties": {
        "payment_id": {"type": "string", "maxLength": 40},
        "amount_minor": {"type": "integer", "minimum": 1},
        "reason": {"enum": ["goodwill", "other"]},
        "text": {"type": "string"},
        "nested": {},
    },
}
GOOD = {"payment_id": "P-1", "amount_minor": 5}


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


BAD = [
    ({"payment_id": "P-1"}, "amount_minor: is missing"),
    ({"payment_id": 5, "amount_minor": 5}, "payment_id: must be of type string"),
    ({**GOOD, "amount_minor": True}, "amount_minor: must be of type integer"),
    ({**GOOD, "amount_minor": "5"}, "amount_minor: must be of type integer"),
    ({**GOOD, "amount_minor": 0}, "amount_minor: must be at least 1"),
    ({**GOOD, "reason": "because"}, "reason: must be one of goodwill, other"),
    ({**GOOD, "payment_id": "x" * 41}, "payment_id: must have at most 40 characters"),
    ({**GOOD, "customer_id": "C-2"}, "customer_id: is not an argument of this tool"),
    ({**GOOD, "amount_minor": math.nan}, "arguments: must be plain JSON"),
    ({**GOOD, "amount_minor": math.inf}, "arguments: must be plain JSON"),
    ({**GOOD, "amount_minor": 2**60}, "arguments: must be plain JSON"),
    ({**GOOD, "text": "\ud800"}, "arguments: must be plain JSON"),
    ({**GOOD, "nested": {1: 2}}, "arguments: must be plain JSON"),
    ({**GOOD, "nested": deep(16)}, "nested: is nested deeper than 16 levels"),
    ({**GOOD, "nested": deep(5000)}, "nested: is nested deeper than 16 levels"),
    ({**GOOD, "text": "x" * 33000}, "arguments: are 330"),
    ({**GOOD, "payment_id": "P\u200b-1"}, "payment_id: contains the invisible character U+200B"),
    ({**GOOD, "payment_id": "P-1\u0000"}, "payment_id: contains the invisible character U+0000"),
    ({**GOOD, "text": "pay \u202e0005"}, "text: contains the invisible character U+202E"),
    ([], "arguments: must be an object"),
    (None, "arguments: must be an object"),
]


@pytest.mark.parametrize(("arguments", "problem"), BAD, ids=range(len(BAD)))
def test_arguments_that_cannot_be_used_are_named_with_the_reason(arguments: object, problem: str):
    found = ArgumentCheck(SCHEMA).problem(arguments)
    assert found is not None
    assert found.startswith(problem)


@pytest.mark.parametrize("more", [{}, {"reason": "other"}, {"text": "क्षत्रिय\u200d है"}, {"nested": deep(15)}])
def test_good_arguments_pass(more: dict[str, object]):
    assert ArgumentCheck(SCHEMA).problem({**GOOD, **more}) is None


def test_a_schema_with_a_reference_elsewhere_refuses_without_fetching_it():
    check = ArgumentCheck({"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}}})
    assert check.problem({"a": 1}) == "arguments: cannot be checked against this tool's schema"


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "object", "properties": 5}, {"type": "nothing"}])
def test_a_schema_that_is_none_is_not_usable(schema: dict[str, object]):
    assert not ArgumentCheck(schema).usable


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_whatever_a_model_proposes_is_answered_and_never_raises(arguments: dict[str, object]):
    problem = ArgumentCheck(SCHEMA).problem(arguments)
    assert problem is None or ": " in problem
    assert problem is None or problem.isprintable()


async def test_bad_arguments_are_a_failed_outcome_that_a_model_can_correct(house: House):
    result = await house.call("payments.refund_payment", payment_id="P-1")
    assert result.outcome is not None
    assert result.outcome.error == "amount_minor: is missing"
    assert result.decision.rules == ("gate/invalid_arguments",)
    assert house.rules.asked == []
    assert await house.kinds() == ["decision:deny"]


async def test_bad_values_stay_out_of_the_record(house: House):
    await house.call("payments.refund_payment", payment_id=["a secret"], amount_minor=1)
    (entry,) = await house.entries()
    assert "a secret" not in json.dumps(entry.payload) + entry.rationale


@pytest.mark.parametrize("tool", ["payments.steal", "nowhere.at_all", "", "payments", "\ud800\0", "x" * 5000])
async def test_an_unknown_tool_is_denied_and_recorded(house: House, tool: str):
    result = await house.call(tool)
    assert (result.decision.effect, result.decision.rules) == (Effect.DENY, ("gate/unknown_tool",))
    assert result.outcome is None
    assert await house.kinds() == ["decision:deny"]


async def test_the_gates_own_refusal_bears_the_customer(house: House):
    assert house.customer is not None
    result = await house.call("payments.steal")
    await house.end_turn()
    recorded = RecordedDecisions(house.control.transactions, house.control.journal)
    (one,) = [each async for each in recorded.all(DecisionFilter(decision_id=result.decision.id))]
    assert one.customer_id == house.customer.id


async def test_a_yes_of_an_operator_who_tries_a_tool_is_on_record_as_theirs(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    context = house.context()
    principal = replace(context.principal, operator="cli:ana")
    await house.gate.confirm(replace(context, principal=principal), asked.pending.id)
    said = [entry for entry in await house.entries() if entry.kind == "evidence"]
    assert [entry.rationale for entry in said] == [
        "The operator cli:ana said yes to exactly this call; the customer was not asked."
    ]
    assert "cli:ana" in str(said[0].payload)


@pytest.mark.parametrize(
    ("status", "rule"), [(ToolStatus.UNPINNED, "gate/unpinned_tool"), (ToolStatus.QUARANTINED, "gate/quarantined_tool")]
)
async def test_a_tool_that_is_not_ready_is_denied(house: House, status: ToolStatus, rule: str):
    tools = house.servers._catalogue["payments"]
    tools["payments.refund_payment"] = replace(tools["payments.refund_payment"], status=status)
    assert (await house.refund()).decision.rules == (rule,)
    assert house.rules.asked == []


async def test_a_tool_changed_after_the_yes_needs_a_new_one(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    tools = house.servers._catalogue["payments"]
    tools["payments.refund_payment"] = replace(tools["payments.refund_payment"], digest="sha256:other")
    assert (await house.refund()).decision.effect is Effect.CONFIRM


async def test_the_input_has_the_designs_form(house: House):
    await house.refund()
    (document,) = house.rules.asked
    digests = document["call"].pop("tool_digest"), document["call"].pop("arguments_digest")
    assert all(digest.startswith("sha256:") for digest in digests)
    bucket = document["facts"].pop("canary_bucket")
    assert 0 <= bucket < 100
    payment = document["resource"].pop("payment")
    assert payment["amount_minor"] == 60000
    assert document == {
        "call": {
            "id": "turn-1/1",
            "server": "payments",
            "tool": "refund_payment",
            "arguments": {"payment_id": "P-1", "amount_minor": 3999},
        },
        "principal": {
            "tenant": "northwind-fibre",
            "customer": {"id": "C-1", "auth_level": "authenticated", "auth_age_s": None, "flags": []},
            "agent": {"id": "billing", "kind": "specialist", "procedure": "billing.refund"},
            "chain": [],
        },
        "conversation": {"id": "conv-1", "channel": "chat", "locale": "en", "sentiment": 0.0, "confidence": 1.0},
        "resource": {"account": ACCOUNT},
        "facts": {
            "goodwill_minor_30d": 0,
            "goodwill_count_30d": 0,
            "refunds_of_this_payment": 0,
            "refunded_minor_24h": 0,
            "delegated_consent": False,
            "kill_switch": False,
            "autonomy_stage": "auto",
            "contact_changed_in_conversation": False,
        },
        "evidence": {"confirmation": None, "verification": None, "approval": None},
        "now": "2026-11-20T12:00:00.000Z",
    }


async def test_another_customers_payment_is_not_known_to_the_policy(house: House):
    result = await house.refund(payment="P-9")
    assert result.decision.rules == ("payments/unknown",)
    assert "payment" not in house.rules.asked[-1]["resource"]


async def test_an_unknown_account_is_denied_before_any_rule(house: House):
    house.customer = Customer(CustomerId("C-404"))
    result = await house.refund()
    assert result.decision.rules == ("gate/account_unknown",)
    assert house.rules.asked == []


async def test_a_canary_bucket_is_the_same_in_every_conversation(house: House):
    await house.refund()
    house.conversation_id = "conv-2"
    await house.refund()
    first, second = (document["facts"]["canary_bucket"] for document in house.rules.asked)
    assert first == second


@pytest.mark.parametrize(
    ("timezone", "minute"),
    [("Europe/Berlin", 13 * 60), ("Asia/Kolkata", 17 * 60 + 30), ("Nowhere/At_All", None), (5, None)],
)
async def test_the_customers_time_of_day_is_known_from_the_account(house: House, timezone: object, minute: int | None):
    house.books.accounts["C-1"]["timezone"] = timezone
    await house.refund()
    assert house.rules.asked[-1]["facts"].get("customer_local_minute") == minute


async def test_facts_are_read_once_a_turn_until_something_is_written(house: House):
    await house.refund(call_id="turn-1/1")
    await house.refund(call_id="turn-1/2")
    reads = [grant for grant in house.books.grants if grant["tool"] == "get_payment"]
    assert len(reads) == 2  # holding a call may have changed what evidence is known, so facts are read again
    house.rules.rules = lambda document: effect("deny")
    for step in range(5):
        await house.refund(call_id=f"turn-1/d{step}")
    assert len([grant for grant in house.books.grants if grant["tool"] == "get_payment"]) == 3


async def test_facts_after_a_write_are_fresh(house: House):
    await house.confirmed_refund(1000, "turn-1/1")
    await house.refund(1000, "turn-1/2")
    facts = house.rules.asked[-1]
    assert facts["resource"]["payment"]["refunded_minor"] == 1000
    assert facts["facts"]["goodwill_minor_30d"] == 1000
    assert facts["facts"]["goodwill_count_30d"] == 1
    assert facts["facts"]["refunds_of_this_payment"] == 1
    assert facts["facts"]["refunded_minor_24h"] == 1000


async def test_a_grant_is_for_exactly_the_call(house: House):
    result = await house.confirmed_refund()
    grant = house.books.grants[-1]
    assert grant["decision_id"] == result.decision.id
    assert grant["jti"] == result.decision.id
    assert (grant["server"], grant["tool"], grant["tenant"], grant["customer"]) == (
        "payments", "refund_payment", "northwind-fibre", "C-1",
    )  # fmt: skip
    assert grant["arguments_digest"] == result.call.arguments_digest
    assert grant["idempotency_key"].startswith("sha256:")
    assert grant["exp"] - grant["iat"] == 30


async def test_a_reads_grant_has_no_idempotency_key(house: House):
    await house.call("payments.get_payment", payment_id="P-1")
    assert house.books.grants[-1]["idempotency_key"] == ""


async def test_an_anonymous_callers_grant_names_the_customer_that_is_verified(house: House):
    house.customer = None
    await house.call("crm.check_verification", customer_id="C-1", code="000000")
    assert house.books.grants[-1]["customer"] == "C-1"
    assert house.rules.asked[-1]["principal"]["customer"] is None


async def test_an_anonymous_callers_other_grants_name_nobody(house: House):
    house.customer = None
    result = await house.call("payments.get_payment", payment_id="P-1")
    assert result.outcome is not None
    assert "not found" in result.outcome.error


async def test_codes_are_nowhere_in_the_database(house: House):
    await house.call("crm.check_verification", customer_id="C-1", code="314159")
    await house.end_turn()
    async with house.database.connect() as connection:
        raw = await connection.get_raw_connection()
        dump = [line async for line in raw.driver_connection.iterdump()]
    assert any("check_verification" in line for line in dump)
    assert not any("314159" in line for line in dump)


async def test_an_accounts_personal_fields_stay_out_of_the_record(house: House):
    await house.refund()
    (entry,) = await house.entries()
    account = entry.payload["input"]["resource"]["account"]
    assert account == {"customer_id": "C-1", "flags": [], "status": "active"}


async def test_a_tool_error_is_the_outcome_and_frees_the_amount(house: House):
    result = await house.confirmed_refund(13)
    assert result.outcome is not None
    assert (result.outcome.status, result.outcome.error) == ("failed", "amount_minor: no thirteen")
    await house.refund(call_id="turn-1/2")
    assert house.rules.asked[-1]["facts"]["goodwill_minor_30d"] == 0
    assert (await house.kinds())[-2:] == ["outcome:failed", "decision:confirm"]


async def test_reads_are_written_at_the_turns_end(house: House):
    await house.call("payments.get_payment", payment_id="P-1")
    assert await house.control.journal.entries(TENANT, house.conversation_id) == []
    await house.end_turn()
    await house.end_turn()
    assert len(await house.control.journal.entries(TENANT, house.conversation_id)) == 1


async def test_reads_are_written_before_the_write_that_follows_them(house: House):
    await house.call("payments.get_payment", "turn-1/0", payment_id="P-1")
    await house.refund(call_id="turn-1/1")
    entries = await house.control.journal.entries(TENANT, house.conversation_id)
    assert [entry.tool for entry in entries] == ["payments.get_payment", "payments.refund_payment"]


async def test_a_long_turns_reads_do_not_pile_up(house: House):
    for step in range(70):
        await house.call("payments.get_payment", f"turn-1/{step}", payment_id="P-1")
    assert len(await house.control.journal.entries(TENANT, house.conversation_id)) == 64


def test_what_is_hidden_of_an_outcome_is_all_that_changes_of_it():
    outcome = Outcome("failed", {"email": "a@example.com"}, "no answer", replayed=True, uncertain=True)
    hides = refuse("some/rule", "because")
    masked = mask_outcome(outcome, replace(hides, obligations=(Obligation("mask", fields=("/email",)),)))
    assert masked == replace(outcome, data={"email": "[masked]"})
