"""What a contract says, and where a refund is: told in five languages, with nothing changed."""

import pytest

from agents.billing.missing import is_missing
from agents.billing.procedures.contract_facts.questions import read_questions
from agents.catalogue import load_catalogue
from agents.wording import Voice, render
from tests.agents.scheduling.journey import declined, handed_off, items, open_case, resolved, subscription, walk

FACTS, TRACK = "billing.contract_facts", "billing.track_refund"
PLANS = items({"plan_id": "fibre-300", "name": "Fibre 300", "monthly_minor": 3999, "down_mbps": 300})


def tell(text, *contracts):
    tools = {"erp.list_subscriptions": items(*contracts), "erp.list_plans": PLANS}
    return walk(open_case(FACTS, text), tools)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what do I pay a month?", {"price"}),
        ("¿cuándo termina mi contrato?", {"end"}),
        ("wie ist meine Kündigungsfrist", {"notice"}),
        ("quel débit est prévu", {"speed"}),
        ("mera contract kab se hai", {"start"}),
        ("मेरे प्लान में क्या शामिल है", {"plan"}),
        ("is my service suspended?", {"state"}),
        ("ist mein Anschluss gesperrt", {"state"}),
        ("¿está suspendida mi línea?", {"state"}),
        ("ma ligne est-elle suspendue", {"state"}),
        ("kya mera connection chalu hai", {"state"}),
        ("did you cut me off for not paying", {"state"}),
        ("sigue activo mi contrato?", {"state"}),
        ("क्या मेरा कनेक्शन बिल की वजह से बंद कर दिया गया है", {"state"}),
        ("kya bill ki wajah se line band kar di hai", {"state"}),
        ("was kostet die Aktivierung", {"price"}),
        ("send me a summary", set()),
    ],
)
def test_what_is_asked_is_read_from_the_words(text, asked):
    assert read_questions(text) == asked


def test_only_what_was_asked_is_told():
    walked = tell("what do I pay a month?", subscription())
    assert resolved(walked, "facts")
    assert walked.end.facts["asked"] == ["price"]
    assert walked.calls == ["erp.list_subscriptions"]


def test_what_is_included_has_price_and_speed():
    walked = tell("what is included in my plan?", subscription(notice_days=30))
    assert walked.end.facts["asked"] == ["plan", "price", "speed"]
    assert walked.end.facts["contracts"][0]["down_mbps"] == 300


@pytest.mark.parametrize(("status", "told"), [("active", "is not suspended"), ("suspended", "is suspended at")])
def test_who_asks_is_told_whether_the_service_is_suspended_and_nothing_else(status, told):
    walked = tell("is my service suspended?", subscription(status=status))
    assert walked.end.facts["asked"] == ["state"]
    texts = load_catalogue().procedure(FACTS).replies["facts"]
    assert told in render(texts, Voice("en", "USD"), walked.end.facts)
    assert walked.calls == ["erp.list_subscriptions"]


def test_every_fact_is_told_where_nothing_in_particular_was_asked():
    walked = tell("my contract please", subscription(notice_days=30), subscription(2, contract_ends_on="2027-05-01"))
    assert len(walked.end.facts["asked"]) == 6
    assert len(walked.end.facts["contracts"]) == 2


def test_a_cancelled_contract_is_told_with_its_end():
    assert resolved(tell("when does it end?", subscription(status="cancelled")), "cancelled")
    assert declined(tell("when does it end?"), "no_contract")


def refund(number=1, **changes):
    entry = {
        "refund_id": f"R-{number}",
        "payment_id": f"P-{number}",
        "amount_minor": 2500,
        "refunded_at": "2026-11-18T10:00:00+00:00",
        "arrives_by": "2026-11-25",
        "method": "Visa •••• 4242",
        "status": "sent",
    }
    return {**entry, **changes}


def look(text, *refunds, missing=True):
    return walk(open_case(TRACK, text), {"payments.list_refunds": items(*refunds)}, {"refund_missing": missing})


OLD = {"refunded_at": "2026-10-20T10:00:00+00:00", "arrives_by": "2026-10-27"}


def test_refunds_on_their_way_are_told_and_older_ones_left_out():
    walked = look("where is my refund", refund(), refund(2), refund(3, **OLD))
    assert resolved(walked, "on_its_way")
    assert [each["payment_id"] for each in walked.end.facts["refunds"]] == ["P-1", "P-2"]


def test_a_refund_that_is_overdue_goes_to_billing():
    assert handed_off(look("my refund has not arrived", refund(**OLD)), "policy_limit", "billing")
    asked = look("where is my refund", refund(**OLD))
    assert asked.asked == ["refund_missing"]
    assert handed_off(asked, "policy_limit", "billing")
    assert resolved(look("where is my refund", refund(**OLD), missing=False), "arrived")


def test_a_refund_that_the_bank_sent_back_goes_to_billing():
    assert handed_off(look("where is my refund", refund(status="returned")), "policy_limit", "billing")
    assert declined(look("where is my refund"), "none")


@pytest.mark.parametrize(
    "text",
    [
        "it hasn't come", "todavía no ha llegado", "noch nicht da", "toujours rien reçu", "अभी तक नहीं आया", "nahi aaya",
        "there is no trace of it", "sigo sin verlo", "es lässt auf sich warten", "aucune nouvelle de l'argent",
    ],
)  # fmt: skip
def test_that_money_is_missing_is_heard(text):
    assert is_missing(text)
    assert not is_missing("where is my refund")
