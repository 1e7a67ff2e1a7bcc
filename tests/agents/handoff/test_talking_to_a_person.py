"""Talking to a person: the queue, and the context packet that a representative receives."""

from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import pytest

from agents.catalogue import load_catalogue
from agents.handoff.desk_words import DeskWords
from agents.handoff.packet import Circumstances, build_packet, choose_queue, packet_schema
from agents.procedure import Case, HandOff, Resolved
from agents.replay import next_step
from agents.specialist import Saying
from agents.wording import Voice
from domain.calls import Pending, ToolCall
from domain.conversation import Action, Handoff
from domain.ids import CallId, CustomerId, PendingId
from domain.principal import AuthLevel, Customer
from domain.understanding import Entity

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
QUEUES = {"billing", "scheduling", "technical", "retention", "vulnerable", "general"}
PRIORITIES = {"urgent", "high", "normal"}
REASONS = [
    *("asked_for_person", "policy_limit", "sensitive_topic", "vulnerable_customer", "anger"),
    *("not_understood", "tool_failure", "language", "evidence_failed"),
]


def ask_for_a_person(text="", **facts):
    procedure = load_catalogue().procedure("handoff.talk_to_person")
    case = Case("handoff.talk_to_person", 1, "C-1", "en", "chat", text, NOW, facts)
    return next_step(procedure.function, case)


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("I want to talk to a person", "general"),
        ("a human about my bill please", "billing"),
        ("quiero hablar con alguien de mi factura", "billing"),
        ("ich möchte mit jemandem über meine Rechnung sprechen", "billing"),
        ("une personne pour mon rendez-vous", "scheduling"),
        ("somebody technical, my internet is slow", "technical"),
        ("एक इंसान से बात करनी है, इंटरनेट नहीं चल रहा", "technical"),
        ("a person, I want to cancel", "retention"),
        ("a person about my bill and my internet", "general"),
    ],
)
def test_the_queue_follows_what_the_wish_is_about_and_no_question_is_asked(text, queue):
    end = ask_for_a_person(text)
    assert isinstance(end, HandOff)
    assert (end.reason, end.queue, end.priority) == ("asked_for_person", queue, "normal")


def test_a_delegating_specialist_says_what_it_is_about():
    assert ask_for_a_person("a person please", about="troubleshooting").queue == "technical"


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("specialist", ["billing", "scheduling", "troubleshooting", "retention", "handoff", ""])
def test_every_reason_leads_to_a_known_queue_and_priority(reason, specialist):
    queue, priority = choose_queue(reason, specialist)
    assert queue in QUEUES
    assert priority in PRIORITIES


HELD = ToolCall(CallId("1"), "payments.refund_payment", {"payment_id": "P-5041", "amount_minor": 45000})
REFUND = Case(
    "billing.request_refund",
    1,
    "C-1004",
    "en",
    "chat",
    "I want the installation refunded",
    NOW,
    {"code": "123456"},
    (Entity("amount", 45000, "450"), Entity("code", "123456", "123456")),
    held=HELD,
    pending=Pending(PendingId("1"), "confirm", "refund $450.00"),
)
SEEN = Circumstances(
    conversation_id="CV-1",
    handoff=Handoff("billing", "high", "policy_limit", "CP-1"),
    channel="chat",
    locale="en",
    customer=Customer(CustomerId("C-1004"), AuthLevel.STRONG, NOW),
    customer_name="Dmitri Volkov",
    flags=("fraud",),
    cases=(REFUND,),
    summary=("billing.explain_bill: resolved (explained_same)",),
    window=(("customer", "I want the installation refunded"), ("assistant", "One moment.")),
    actions=(Action("payments.list_payments", {"customer_id": "C-1004"}, "allow", "succeeded", "D-1"),),
    moods=(0.2, -0.4),
    waiting_since=NOW,
)


WORDS = DeskWords(load_catalogue(), Voice("en", "EUR"))


def test_a_packet_says_in_words_what_is_known_what_was_tried_and_why_it_was_refused():
    refused = Action("payments.refund_payment", {"payment_id": "P-1", "amount_minor": 45000}, "deny", "refused", "D-2")
    why = {"D-2": "The account is flagged for fraud."}
    packet = build_packet(replace(SEEN, actions=(*SEEN.actions, refused), refusals=why), WORDS)
    assert [action["account"] for action in packet["actions"]] == [
        "",
        "Not done: refund €450.00 of payment P-1. The account is flagged for fraud.",
    ]
    (open_case,) = packet["open_cases"]
    assert (open_case["title"], open_case["known"]) == ("the refund", {"amount": "€450.00"})
    assert open_case["account"].startswith("refund €450.00")


def test_a_representative_reads_of_their_customer_and_the_customers_own_words_as_they_were():
    said = Action("crm.open_case", {"description": "your router is yours"}, "allow", "succeeded", "D-3")
    (told,) = build_packet(replace(SEEN, actions=(said,)), WORDS)["actions"]
    assert told["account"] == "Done: open a case for our team. It holds their words: “your router is yours”."
    end = Resolved("cancelled", plan_name="Fibre 300", effective_on="2026-12-20", final_bill_minor=100)
    reply = Saying(end.reply, end.facts, "retention.cancel_subscription")
    assert WORDS.ending("retention.cancel_subscription", end.kind, reply).startswith(
        "Cancelling their contract: settled. They were told: Fibre 300 is cancelled."
    )


def test_a_packet_says_who_wants_what_why_and_what_was_left_undone():
    packet = build_packet(SEEN, WORDS)
    assert packet["id"] == "CP-1"
    assert (packet["queue"], packet["priority"], packet["reason"]) == ("billing", "high", "policy_limit")
    assert packet["customer"]["name"] == "Dmitri Volkov"
    assert packet["customer"]["auth_level"] == "strong"
    assert packet["customer"]["verified_at"].startswith("2026-11-20")
    (open_case,) = packet["open_cases"]
    assert open_case["words"] == "I want the installation refunded"
    assert open_case["facts"] == {"amount": 45000}
    assert (open_case["tool"], open_case["waiting_for"]) == ("payments.refund_payment", "confirm")
    assert packet["sentiment"] == -0.4
    assert packet["sentiment_trend"] == pytest.approx(-0.6)
    assert "Our rules" in packet["suggested_next_step"]


def test_no_verification_code_gets_into_a_packet():
    held = ToolCall(CallId("1"), "crm.check_verification", {"customer_id": "C-1004", "code": "123456"})
    packet = build_packet(replace(SEEN, cases=(replace(REFUND, held=held),)), WORDS)
    assert "123456" not in str(packet)


@pytest.mark.parametrize(
    "seen",
    [
        SEEN,
        replace(SEEN, customer=None, customer_name="", flags=(), cases=(), actions=(), moods=(), window=(), summary=()),
        *(replace(SEEN, handoff=Handoff("general", "normal", reason, "CP-2")) for reason in REASONS),
    ],
)
def test_every_packet_fits_the_published_schema(seen):
    jsonschema.Draft202012Validator.check_schema(packet_schema())
    jsonschema.validate(build_packet(seen, WORDS), packet_schema())


def test_what_is_said_to_a_customer_is_said_about_them_to_the_desk():
    words = DeskWords(load_catalogue(), Voice("en", "USD", "UTC"))
    assert words.proposed("erp.apply_credit", {"amount_minor": 6000}) == "credit $60.00 to their account"
    assert words.proposed("network.restart_device", {"device_id": "D-1"}).endswith(
        "Their internet will be off for about three minutes"
    )
