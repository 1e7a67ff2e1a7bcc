"""Money back: duplicate charges, other refunds, outages and late fees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.procedure import Declined, HandOff, Resolved
from domain.understanding import Entity
from tests.agents.billing.billing_records import bills, invoice, line, outage, payment, refund_of, twice
from tests.agents.billing.billing_walk import (
    FAILED,
    REFUSED,
    REJECTED,
    WITHDRAWN,
    Seeded,
    Words,
    amount,
    except_for,
    open_case,
    plain,
    reference,
    walk,
)

REFUND = "payments.refund_payment"


def refund_duplicate(customer_id, *named, text="I was charged twice", answers=None, systems=None):
    case = open_case("refund_duplicate_charge", text, *named, customer_id=customer_id)
    return walk(case, systems or Seeded(customer_id), answers)


def duplicates(*groups, **tools):
    payments = [each for group in groups for each in group]
    return plain(**{"list_payments": {"items": payments}, "refund_payment": refund_of, **tools})


@pytest.mark.parametrize(
    ("customer_id", "payment_id", "amount_minor"),
    [
        ("C-1001", "P-5002", 3999),
        ("C-1003", "P-5032", 18000),
        ("C-1013", "P-5132", 3999),
        ("C-1015", "P-5152", 2500),
        ("C-1017", "P-5172", 3999),
        ("C-1018", "P-5182", 3999),
    ],
)
def test_of_a_duplicate_charge_exactly_the_later_capture_is_refunded(customer_id, payment_id, amount_minor):
    walked = refund_duplicate(customer_id)
    assert walked.calls(REFUND) == [
        {"payment_id": payment_id, "amount_minor": amount_minor, "reason": "duplicate_charge"}
    ]
    assert isinstance(walked.end, Resolved)
    assert payment_id in walked.texts[-1]
    assert f"${amount_minor / 100:.2f}" in walked.texts[-1]
    assert "November 27" in walked.texts[-1]


@pytest.mark.parametrize("named", [reference("P-5001"), reference("P-5002"), reference("INV-3001"), amount(3999)])
def test_naming_either_capture_the_bill_or_the_amount_leads_to_the_surplus_one(named):
    assert refund_duplicate("C-1001", named).calls(REFUND)[0]["payment_id"] == "P-5002"


def test_a_duplicate_is_refunded_once_and_the_second_request_is_told_when():
    systems = Seeded("C-1001")
    refund_duplicate("C-1001", systems=systems)
    again = refund_duplicate("C-1001", systems=systems)
    assert again.calls(REFUND) == []
    assert again.end.reply == "already_refunded"
    assert "P-5002" in again.texts[-1]
    assert "November 20" in again.texts[-1]


def test_without_a_duplicate_the_latest_payments_are_named_and_a_dispute_is_offered():
    walked = refund_duplicate("C-1004", answers={"wants_dispute": False})
    assert "P-5041" in walked.texts[0]
    assert "$450.00" in walked.texts[0]
    assert walked.end.reply == "no_dispute"
    assert walked.calls(REFUND) == []


def test_a_wanted_dispute_goes_to_the_dispute_procedure():
    walked = refund_duplicate("C-1004", answers={"wants_dispute": Words("yes please", answer="yes")})
    assert [name for name, _ in walked.delegated] == ["billing.dispute_charge"]
    assert isinstance(walked.end, Resolved)


def test_a_payment_of_somebody_else_is_not_found_and_ones_own_duplicate_is_still_refunded():
    walked = refund_duplicate("C-1001", reference("P-5031"))
    assert walked.said == ["payment_not_found", "found_double"]
    assert "P-5031" in walked.texts[0]
    assert walked.calls(REFUND)[0]["payment_id"] == "P-5002"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (Words("the second one", (Entity("ordinal", 2, "second"),)), ["P-4"]),
        (Words("2"), ["P-4"]),
        (Words("39,99"), ["P-2"]),
        (Words("P-4 please", (reference("P-4"),)), ["P-4"]),
        (Words("both of them"), ["P-2", "P-4"]),
        (Words("las dos"), ["P-2", "P-4"]),
        (Words("दोनों"), ["P-2", "P-4"]),
    ],
)
def test_of_several_duplicates_the_customer_chooses_one_or_all(words, expected):
    systems = duplicates(twice("P-1", "P-2"), twice("P-3", "P-4", 2500))
    walked = refund_duplicate("C-1", systems=systems, answers={"which_duplicate": words})
    assert [call["payment_id"] for call in walked.calls(REFUND)] == expected
    assert walked.end.facts["total_minor"] == sum(call["amount_minor"] for call in walked.calls(REFUND))


def test_a_refused_refund_says_so_kindly_and_names_what_was_not_refunded():
    walked = refund_duplicate("C-1001", systems=except_for(Seeded("C-1001"), refund_payment=REFUSED))
    assert walked.end.reply == "refund_refused"
    assert "rules say no" not in walked.texts[-1]


@pytest.mark.parametrize(
    ("trouble", "kind", "reply"),
    [(WITHDRAWN, Declined, "withdrawn"), (REJECTED, Declined, "approval_rejected"), (FAILED, HandOff, "")],
)
def test_a_withdrawn_rejected_or_failed_refund_ends_the_usual_way(trouble, kind, reply):
    walked = refund_duplicate("C-1001", systems=except_for(Seeded("C-1001"), refund_payment=trouble))
    assert isinstance(walked.end, kind)
    assert walked.end.reply == reply


@pytest.mark.parametrize("trouble", [WITHDRAWN, REFUSED, FAILED])
def test_trouble_with_the_second_refund_does_not_hide_the_first(trouble):
    first = refund_of({"payment_id": "P-2", "amount_minor": 3999})
    systems = duplicates(twice("P-1", "P-2"), twice("P-3", "P-4"), refund_payment=[first, trouble])
    walked = refund_duplicate("C-1", systems=systems, answers={"which_duplicate": "all"})
    assert isinstance(walked.end, Resolved)
    assert [each["payment_id"] for each in walked.end.facts["refunds"]] == ["P-2"]


captures = st.lists(
    st.builds(
        lambda number, amount_minor, refunded, copies, surplus, repeats: payment(
            f"P-{number}",
            amount_minor,
            refunded_minor=min(refunded, amount_minor),
            refundable_minor=amount_minor - min(refunded, amount_minor),
            captures_of_charge=copies,
            surplus_minor=surplus,
            duplicate_of="P-1" if repeats else None,
        ),
        st.integers(2, 9999),
        st.integers(1, 50000),
        st.integers(0, 50000),
        st.integers(1, 3),
        st.integers(0, 50000),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each["payment_id"],
)


@settings(deadline=None, max_examples=60)
@given(captures)
def test_whatever_the_payments_only_surplus_is_proposed_and_never_more_than_is_refundable(payments):
    systems = plain(list_payments={"items": payments}, refund_payment=refund_of)
    walked = refund_duplicate("C-1", systems=systems, answers={"which_duplicate": "all", "wants_dispute": False})
    known = {each["payment_id"]: each for each in payments}
    for call in walked.calls(REFUND):
        of = known[call["payment_id"]]
        assert of["captures_of_charge"] > 1
        assert of["duplicate_of"]
        assert 0 < call["amount_minor"] <= min(of["surplus_minor"], of["refundable_minor"])


# --- other refunds ---


def request(customer_id, text, *named, answers=None, systems=None, **changes):
    case = open_case("request_refund", text, *named, customer_id=customer_id, **changes)
    return walk(case, systems or Seeded(customer_id), answers)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I want my 450 back", (amount(45000),)),
        ("refund P-5041", (reference("P-5041"),)),
        ("give me back the money for payment 5041", ()),
        ("I want the installation refunded", ()),
        ("quiero que me devuelvan la instalación", ()),
        ("Bitte erstatten Sie mir die Installationskosten", ()),
    ],
)
def test_the_installation_of_c_1004_is_recognised_and_proposed_whole(text, named):
    walked = request("C-1004", text, *named)
    assert walked.calls(REFUND) == [{"payment_id": "P-5041", "amount_minor": 45000, "reason": "other"}]


def test_when_the_words_do_not_tell_the_payments_are_offered_with_what_they_were_for():
    walked = request("C-1004", "I want my money back", answers={"which_payment": Words("the installation")})
    assert "Fibre installation with trench work" in walked.texts[0]
    assert walked.calls(REFUND)[0]["payment_id"] == "P-5041"


def test_a_customer_who_is_not_sure_which_payment_hears_what_would_help():
    walked = request("C-1004", "money back", answers={"which_payment": Words("no idea really")})
    assert walked.end.reply == "payment_unknown"


def test_a_payment_that_is_not_theirs_is_never_replaced_by_their_only_one():
    systems = plain(list_payments={"items": [payment("P-7")]}, refund_payment=refund_of)
    walked = request("C-1", "refund P-5001", reference("P-5001"), systems=systems, answers={"which_payment": None})
    assert walked.said == ["payment_not_found"]
    assert walked.calls(REFUND) == []


def test_a_lost_order_is_traced_by_scheduling_with_its_number():
    walked = request("C-1012", "my router never came, money back please")
    assert walked.delegated == [("scheduling.track_order", {"payment_id": "P-5121", "order_id": "O-9001"})]
    assert walked.calls(REFUND) == []


def test_who_delegates_here_is_not_sent_back():
    facts = {"payment_id": "P-5121", "order_id": "O-9001", "reason": "lost_order"}
    walked = request("C-1012", "my router never came", facts=facts, delegated=True)
    assert walked.calls(REFUND) == [{"payment_id": "P-5121", "amount_minor": 2500, "reason": "lost_order"}]


def test_a_double_charge_is_refunded_as_one():
    for capture in ("P-5001", "P-5002"):
        walked = request("C-1001", f"refund {capture}", reference(capture))
        assert walked.delegated == [("billing.refund_duplicate_charge", {"payment_id": capture})]
        case = open_case("refund_duplicate_charge", customer_id="C-1001", facts={"payment_id": capture})
        assert walk(case, Seeded("C-1001")).calls(REFUND)[0]["payment_id"] == "P-5002"


def test_the_capture_that_was_named_goes_before_one_that_repeats_it():
    systems = plain(list_payments={"items": [*twice("P-1", "P-2"), *twice("P-3", "P-4")]}, refund_payment=refund_of)
    walked = walk(open_case("refund_duplicate_charge", "P-3 twice", reference("P-3")), systems)
    assert [call["payment_id"] for call in walked.calls(REFUND)] == ["P-4"]


@pytest.mark.parametrize(
    ("words", "procedure"),
    [
        (Words("the service was down for days"), "billing.outage_credit"),
        (Words("the amount is wrong"), "billing.dispute_charge"),
    ],
)
def test_a_months_fee_goes_the_way_of_its_cause(words, procedure):
    walked = request("C-1004", "P-5042 back", reference("P-5042"), answers={"refund_cause": words})
    assert [name for name, _ in walked.delegated] == [procedure]


def test_a_months_fee_without_such_a_cause_is_proposed():
    walked = request("C-1004", "P-5042 back", reference("P-5042"), answers={"refund_cause": Words("something else")})
    assert walked.calls(REFUND) == [{"payment_id": "P-5042", "amount_minor": 7999, "reason": "other"}]


def test_a_named_part_is_proposed_instead_of_the_whole():
    walked = request("C-1004", "20 of P-5042 back", reference("P-5042"), amount(2000))
    assert walked.calls(REFUND)[0]["amount_minor"] == 2000


def test_nothing_is_proposed_of_a_payment_that_went_back_already():
    gone = payment("P-7", refunded_minor=3999, refundable_minor=0, last_refund_at="2026-11-10T10:00:00+00:00")
    walked = request("C-1", "refund P-7", reference("P-7"), systems=plain(list_payments={"items": [gone]}))
    assert walked.end.reply == "nothing_left"


def test_without_payments_there_is_nothing_to_refund():
    walked = request("C-1", "refund", systems=plain(list_payments={"items": []}))
    assert walked.end.reply == "no_payments"


def test_payments_are_offered_even_where_the_bills_cannot_be_read():
    systems = except_for(Seeded("C-1004"), get_invoice=[FAILED, FAILED, FAILED])
    walked = request("C-1004", "money back", systems=systems, answers={"which_payment": None})
    assert "P-5041" in walked.texts[0]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 60000),
    st.integers(0, 60000),
    st.lists(st.integers(-5, 70000), max_size=2),
)
def test_a_refund_is_never_proposed_beyond_what_is_left_of_the_payment(amount_minor, refunded, named):
    refunded = min(refunded, amount_minor)
    of = payment("P-7", amount_minor, refunded_minor=refunded, refundable_minor=amount_minor - refunded)
    systems = plain(list_payments={"items": [of]}, refund_payment=refund_of)
    answers = {"which_sum": max(named, default=0), "sum_or_payment_1": True}
    walked = request("C-1", "refund it", *(amount(each) for each in named), systems=systems, answers=answers)
    assert all(0 < call["amount_minor"] <= amount_minor - refunded for call in walked.calls(REFUND))


# --- outages ---


def credit(systems, *named):
    return walk(open_case("outage_credit", "credit for the outage", *named, customer_id="C-1002"), systems)


def test_an_outage_is_credited_with_exactly_what_is_due_and_only_once():
    systems = Seeded("C-1002")
    walked = credit(systems)
    assert walked.calls("erp.apply_credit") == [
        {"customer_id": "C-1002", "amount_minor": 1200, "reason": "outage OUT-1002"}
    ]
    assert "$12.00" in walked.texts[-1]
    assert credit(systems).end.reply == "already_credited"


@pytest.mark.parametrize(
    ("outages", "reply"),
    [
        ([], "no_outage"),
        ([outage(credited=True)], "already_credited"),
        ([outage(ended_at=None, credit_due_minor=0)], "outage_goes_on"),
        ([outage(days=0, credit_due_minor=0)], "too_short"),
    ],
)
def test_without_a_credit_due_the_reason_is_given(outages, reply):
    walked = credit(plain(list_outages={"items": outages}))
    assert isinstance(walked.end, Declined)
    assert walked.end.reply == reply


def test_each_outage_is_credited_by_itself_and_a_no_to_the_second_keeps_the_first():
    done = {"credit_id": "CR-1", "amount_minor": 1200, "reason": "outage", "applied_at": "", "invoice_id": None}
    two = {"items": [outage("OUT-1"), outage("OUT-2", credit_due_minor=400)]}
    walked = credit(plain(list_outages=two, apply_credit=[done, WITHDRAWN]))
    assert [call["amount_minor"] for call in walked.calls("erp.apply_credit")] == [1200, 400]
    assert walked.end.facts["total_minor"] == 1200


def test_a_refused_credit_says_so():
    walked = credit(plain(list_outages={"items": [outage()]}, apply_credit=REFUSED))
    assert walked.end.reply == "credit_refused"


# --- late fees ---


def waive(customer_id, systems=None, *named, answers=None):
    case = open_case("waive_late_fee", "please waive the late fee", *named, customer_id=customer_id)
    return walk(case, systems or Seeded(customer_id), answers)


def test_the_late_fee_of_c_1014_is_waived_exactly_and_only_once():
    systems = Seeded("C-1014")
    walked = waive("C-1014", systems)
    (call,) = walked.calls("erp.waive_fee")
    assert (call["invoice_id"], call["amount_minor"]) == ("INV-3014", 1000)
    assert "$39.99" in walked.texts[-1]
    assert waive("C-1014", systems).end.reply == "already_waived"


def test_a_fee_that_was_paid_already_comes_off_the_next_bill():
    paid = invoice("INV-7", "2026-10-08", line("late_fee", "Late fee", 500), balance_minor=0, status="paid")
    waiver = {"waiver_id": "W-1", "invoice_id": "INV-7", "line_id": "L-1", "amount_minor": 500, "balance_minor": 0}
    walked = waive("C-1", plain(**bills(paid), waive_fee=waiver))
    assert "next bill" in walked.texts[-1]


def test_without_a_late_fee_nothing_is_waived():
    assert waive("C-1001").end.reply == "no_late_fee"
    assert waive("C-1", plain(**bills())).end.reply == "no_late_fee"


def test_of_several_late_fees_the_named_amount_or_the_chosen_bill_counts():
    newer = invoice("INV-8", "2026-11-08", line("late_fee", "Late fee", 1000, line_id="L-8"))
    older = invoice("INV-7", "2026-10-08", line("late_fee", "Late fee", 500, line_id="L-7"))
    waiver = {"waiver_id": "W-1", "invoice_id": "", "line_id": "", "amount_minor": 500, "balance_minor": 0}
    named = waive("C-1", plain(**bills(newer, older), waive_fee=waiver), amount(500))
    assert named.calls("erp.waive_fee")[0]["line_id"] == "L-7"
    chosen = waive("C-1", plain(**bills(newer, older), waive_fee=waiver), answers={"which_fee": Words("1")})
    assert chosen.calls("erp.waive_fee")[0]["line_id"] == "L-8"


def test_a_refused_waiver_says_so():
    walked = waive("C-1014", except_for(Seeded("C-1014"), waive_fee=REFUSED))
    assert walked.end.reply == "waiver_refused"
