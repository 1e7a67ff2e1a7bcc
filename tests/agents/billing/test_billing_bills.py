"""Bills: explaining, balance, copies, paying, links, autopay, instalments and disputes."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.billing.bill_changes import bill_changes
from agents.billing.mentions import months
from agents.billing.procedures.arrange_payment.procedure import fits_first_day, named_count, read_count
from agents.billing.procedures.set_up_autopay.procedure import wants_autopay
from agents.procedure import Declined, HandOff, Resolved
from domain.understanding import Entity
from tests.agents.billing.billing_records import bills, invoice, line, method, methods, outage
from tests.agents.billing.billing_walk import (
    FAILED,
    NOW,
    REFUSED,
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

PLAN = line("plan", "Fibre 300, monthly", 3999)
OCTOBER = invoice("INV-1", "2026-10-08", PLAN, balance_minor=0, status="paid")
NOVEMBER = invoice("INV-2", "2026-11-08", PLAN)
NO_OUTAGE = {"list_outages": {"items": []}}


def play(name, customer_id="C-1", text="", *named, systems=None, answers=None, **changes):
    case = open_case(name, text, *named, customer_id=customer_id, **changes)
    return walk(case, systems or Seeded(customer_id), answers)


# --- explaining ---


def test_the_bill_of_c_1002_is_explained_by_the_promotion_and_the_credit_is_offered():
    walked = play("explain_bill", "C-1002", "why is my bill higher", answers={"wants_credit": True})
    explained = walked.texts[0]
    assert "$59.99" in explained
    assert "$39.99" in explained
    assert "$20.00" in explained
    assert "Welcome promotion" in explained
    assert "it ended on" in explained
    assert "$12.00" in walked.texts[1]
    assert walked.delegated == [("billing.outage_credit", {"outage_id": "OUT-1002"})]


def test_a_credit_that_is_not_wanted_is_left():
    walked = play("explain_bill", "C-1002", "my bill?", answers={"wants_credit": Words("no thanks", answer="no")})
    assert walked.said[-1] == "credit_left"
    assert walked.delegated == []


def test_a_one_off_charge_is_named_with_its_amount():
    walked = play("explain_bill", "C-1016", "explain my bill")
    assert "“Wi-Fi extender” for $12.00" in walked.texts[0]


def test_a_first_bill_is_explained_by_its_own_lines():
    walked = play("explain_bill", "C-1015", "explain my bill")
    assert walked.end.reply == "explained_alone"
    assert "Set-up fee" in walked.texts[0]


def test_a_bill_like_the_one_before_is_said_to_be_the_same():
    walked = play("explain_bill", systems=plain(**bills(NOVEMBER, OCTOBER), **NO_OUTAGE))
    assert walked.end.reply == "explained_same"


def test_the_named_month_is_compared_with_the_month_before_it():
    september = invoice("INV-0", "2026-09-08", line("plan", "Fibre 100, monthly", 2999))
    walked = play(
        "explain_bill",
        "C-1",
        "what is on my October bill",
        systems=plain(**bills(NOVEMBER, OCTOBER, september), **NO_OUTAGE),
    )
    assert [call["invoice_id"] for call in walked.calls("erp.get_invoice")] == ["INV-1", "INV-0"]
    assert "is now $39.99 instead of $29.99" in walked.texts[0]


def test_a_bill_is_explained_even_where_network_and_subscriptions_do_not_answer():
    systems = except_for(Seeded("C-1002"), list_outages=FAILED, list_subscriptions=REFUSED)
    walked = play("explain_bill", "C-1002", "my bill", systems=systems)
    assert isinstance(walked.end, Resolved)
    assert "Welcome promotion" in walked.texts[0]
    assert "it ended on" not in walked.texts[0]


def test_a_bill_of_somebody_else_is_not_found_and_no_other_one_is_shown_unasked():
    for procedure in ("explain_bill", "send_invoice_copy"):
        walked = play(procedure, "C-1001", "show me INV-3002", reference("INV-3002"))
        assert walked.end.reply == "invoice_not_found"
        assert walked.calls("erp.get_invoice") == walked.calls("crm.send_message") == []


def test_without_bills_that_is_said():
    assert play("explain_bill", systems=plain(**bills())).end.reply == "no_invoices"
    assert play("send_invoice_copy", systems=plain(**bills())).end.reply == "no_invoices"


lines = st.lists(
    st.builds(
        line,
        st.sampled_from(["plan", "promotion", "late_fee", "one_off", "credit", "tax"]),
        st.text("abc ", min_size=1, max_size=5),
        st.integers(-5000, 9000),
        st.booleans(),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(lines, lines)
def test_the_named_changes_add_up_to_the_difference_of_the_bills(before, after):
    def total(of):
        return sum(each["amount_minor"] for each in of if not each["waived"])

    def signed(change):
        same = [
            each["amount_minor"]
            for each in (before if change["change"] == "removed" else after)
            if (each["kind"], each["description"]) == (change["kind"], change["description"])
            and abs(each["amount_minor"]) == change["amount_minor"]
        ]
        return same[0] if same else 0

    changes = bill_changes(before, after)
    if any(line["amount_minor"] < 0 for line in before + after):
        assert bill_changes(before, before) == []
        return
    gained = sum(signed(each) for each in changes if each["change"] == "added")
    lost = sum(signed(each) for each in changes if each["change"] == "removed")
    moved = sum(each["amount_minor"] - each["before_minor"] for each in changes if each["change"] == "changed")
    assert gained - lost + moved == total(after) - total(before)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("my October bill", "en", {10}),
        ("la factura de octubre", "es", {10}),
        ("Rechnung vom März", "de", {3}),
        ("la facture de décembre", "fr", {12}),
        ("अक्टूबर का बिल", "hi", {10}),
        ("May I see my bill", "en", set()),
        ("the bill of May", "en", {5}),
        ("why is it more than it was in July", "en", set()),
        ("mehr als im August, warum", "de", set()),
        ("es más que en agosto", "es", set()),
        ("c'est plus qu'en août", "fr", set()),
        ("यह जुलाई से बहुत ज़्यादा क्यों है", "hi", set()),
        ("why is October more than September", "en", {10, 9}),
    ],
)
def test_months_are_read_in_each_language_and_verbs_are_none(text, locale, expected):
    assert months(text, locale) == expected


# --- balance ---


def test_the_balance_names_amount_and_day_and_what_is_overdue():
    walked = play("check_balance", "C-1011")
    assert "$64.99" in walked.texts[0]
    assert "overdue" in walked.texts[0]
    assert play("check_balance", "C-1001").end.reply == "nothing_due"


def test_several_open_bills_are_listed_with_their_sum():
    walked = play("check_balance", systems=plain(**bills(NOVEMBER, invoice("INV-1", "2026-10-08", PLAN))))
    assert walked.end.reply == "several_due"
    assert "$79.98" in walked.texts[0]


# --- paying ---

PAY = "payments.take_payment"


def test_the_overdue_bill_of_c_1011_is_paid_with_the_card_on_file_and_the_service_is_active_again():
    walked = play("pay_bill", "C-1011", "I want to pay")
    assert walked.calls(PAY) == [
        {"customer_id": "C-1011", "invoice_id": "INV-3011", "method_id": "PM-6011", "amount_minor": 6499}
    ]
    assert "You have nothing left to pay. Your service is back on." in walked.texts[-1]


def test_a_named_part_is_paid_and_the_rest_is_said():
    walked = play("pay_bill", "C-1011", "pay 20", amount(2000))
    assert walked.calls(PAY)[0]["amount_minor"] == 2000
    assert "$44.99" in walked.texts[-1]
    assert "Your service is active" not in walked.texts[-1]


VISA, MASTER = method("PM-1", "Visa •••• 4242"), method("PM-2", "Mastercard •••• 4444")


def paying(*open_bills, on_file=(VISA,), **tools):
    def taken(arguments):
        balance = next(each["balance_minor"] for each in open_bills if each["invoice_id"] == arguments["invoice_id"])
        return {
            "payment_id": "P-9",
            "invoice_id": arguments["invoice_id"],
            "amount_minor": arguments["amount_minor"],
            "method": "Visa •••• 4242",
            "captured_at": NOW.isoformat(),
            "balance_minor": balance - arguments["amount_minor"],
        }

    return plain(**{**bills(*open_bills), "list_payment_methods": methods(*on_file), "take_payment": taken, **tools})


OLDER = invoice("INV-1", "2026-10-08", line("plan", "Fibre 300, monthly", 2999))


@pytest.mark.parametrize(
    ("words", "paid"),
    [
        (Words("all of them please"), ["INV-1", "INV-2"]),
        (Words("alle"), ["INV-1", "INV-2"]),
        (Words("toutes"), ["INV-1", "INV-2"]),
        (Words("the 39.99 one"), ["INV-2"]),
        (Words("INV-1", (reference("INV-1"),)), ["INV-1"]),
        (Words("2"), ["INV-2"]),
    ],
)
def test_of_several_open_bills_one_or_all_are_paid_the_longest_due_first(words, paid):
    walked = play("pay_bill", systems=paying(NOVEMBER, OLDER), answers={"which_invoice": words})
    assert [call["invoice_id"] for call in walked.calls(PAY)] == paid


def test_a_no_to_the_second_payment_keeps_the_first_and_says_what_is_open():
    first = {"payment_id": "P-9", "invoice_id": "INV-1", "amount_minor": 2999, "method": "Visa", "balance_minor": 0}
    systems = paying(NOVEMBER, OLDER, take_payment=[first, WITHDRAWN])
    walked = play("pay_bill", systems=systems, answers={"which_invoice": "all"})
    assert isinstance(walked.end, Resolved)
    assert walked.end.facts["left_minor"] == 3999


@pytest.mark.parametrize(
    ("text", "on_file", "answers", "expected"),
    [
        ("pay", [VISA], {}, "PM-1"),
        ("pay", [VISA, {**MASTER, "default": True}], {}, "PM-2"),
        ("pay with my visa", [VISA, {**MASTER, "default": True}], {}, "PM-1"),
        ("use the one ending in 4444", [{**VISA, "default": True}, MASTER], {}, "PM-2"),
        ("pay", [VISA, MASTER], {"method": Words("the mastercard")}, "PM-2"),
        ("pay", [VISA, MASTER], {"method": Words("4242")}, "PM-1"),
    ],
)
def test_the_method_is_the_named_one_the_default_or_the_chosen_one(text, on_file, answers, expected):
    walked = play("pay_bill", "C-1", text, systems=paying(NOVEMBER, on_file=on_file), answers=answers)
    assert walked.calls(PAY)[0]["method_id"] == expected


@pytest.mark.parametrize(
    ("text", "on_file", "answers"),
    [
        ("pay", [], {}),
        ("pay with a new card", [VISA], {}),
        ("quiero pagar con otra tarjeta", [VISA], {}),
        ("here is my card [card number removed]", [VISA], {}),
        ("pay", [VISA, MASTER], {"method": Words("eine andere Karte")}),
        ("pay", [VISA, MASTER], {"method": Words("[card number removed]")}),
    ],
)
def test_a_card_that_is_not_on_file_means_a_payment_link(text, on_file, answers):
    walked = play("pay_bill", "C-1", text, systems=paying(NOVEMBER, on_file=on_file), answers=answers)
    assert walked.calls(PAY) == []
    assert walked.delegated == [("billing.send_payment_link", {"invoice_id": "INV-2"})]


def test_a_payment_that_does_not_go_through_is_followed_by_the_offer_of_a_link():
    systems = paying(NOVEMBER, take_payment=FAILED)
    wanted = play("pay_bill", systems=systems, answers={"wants_link": True})
    assert wanted.delegated == [("billing.send_payment_link", {"invoice_id": "INV-2"})]
    refused = play("pay_bill", systems=systems, answers={"wants_link": False})
    assert refused.end.reply == "not_paid"


def test_nothing_is_taken_where_nothing_is_open():
    assert play("pay_bill", "C-1001").end.reply == "nothing_due"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 90000), min_size=1, max_size=4), st.lists(st.integers(1, 100000), max_size=2))
def test_a_payment_is_never_proposed_beyond_a_bills_balance(balances, named):
    open_bills = [
        invoice(f"INV-{1000 + n}", f"2026-0{9 - n}-08", line("plan", "Plan", balance or 1), balance_minor=balance)
        for n, balance in enumerate(balances)
    ]
    case = open_case("pay_bill", "pay", *(amount(each) for each in named))
    walked = walk(case, paying(*open_bills), {"which_invoice": "all"})
    known = {each["invoice_id"]: each["balance_minor"] for each in open_bills}
    assert all(0 < call["amount_minor"] <= known[call["invoice_id"]] for call in walked.calls(PAY))


# --- links ---


def test_a_link_for_exactly_the_balance_is_given():
    walked = play("send_payment_link", "C-1011")
    assert walked.calls("payments.create_payment_link")[0]["amount_minor"] == 6499
    assert "https://pay." in walked.texts[-1]


def test_on_the_phone_the_link_is_sent_as_a_message_in_the_customers_language():
    walked = play("send_payment_link", "C-1011", channel="voice", locale="es")
    (message,) = walked.calls("crm.send_message")
    assert message["purpose"] == "requested"
    assert message["text"].startswith("Aquí tiene")
    assert "https" not in walked.texts[-1]


def test_a_link_that_may_not_be_sent_is_not_claimed_to_be_sent():
    systems = except_for(Seeded("C-1011"), send_message=REFUSED)
    walked = play("send_payment_link", "C-1011", channel="voice", systems=systems)
    assert walked.end.reply == "link_not_sent"


# --- copies ---


def test_a_copy_goes_to_the_contact_on_file():
    walked = play("send_invoice_copy", "C-1001", "a copy of my last bill please")
    assert walked.calls("crm.send_message")[0]["template"] == "invoice_copy"
    assert "INV-3001" in walked.texts[-1]
    assert walked.end.facts["to"] in walked.texts[-1]


@pytest.mark.parametrize("trouble", [REFUSED, FAILED])
@pytest.mark.parametrize(("channel", "reply"), [("chat", "copy_here"), ("voice", "copy_not_sent")])
def test_a_copy_that_cannot_be_sent_is_given_here_but_not_on_the_phone(trouble, channel, reply):
    systems = except_for(Seeded("C-1001"), send_message=trouble)
    assert play("send_invoice_copy", "C-1001", systems=systems, channel=channel).end.reply == reply


# --- autopay ---

SET = "payments.set_autopay"


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("set up autopay please", True),
        ("I want to stop forgetting, activate direct debit", False),
        ("turn off autopay", False),
        ("desactive el pago automático", False),
        ("quiero domiciliar mis recibos", True),
        ("schalten Sie die automatische Zahlung bitte ab", False),
        ("Lastschrift einrichten", True),
        ("je veux arrêter le prélèvement automatique", False),
        ("ऑटोपे बंद कर दीजिए", False),
        ("autopay band kar do", False),
        ("ऑटोपे चालू कर दीजिए", True),
    ],
)
def test_on_or_off_is_read_from_the_words(text, on):
    assert wants_autopay(open_case("set_up_autopay", text)) is on


def autopay(text, answers=None, *, on=False, on_file=(VISA,)):
    switched = lambda arguments: {"enabled": arguments["value"], "method": "Visa" if arguments["value"] else None}  # noqa: E731
    systems = plain(list_payment_methods=methods(*on_file, autopay=on), set_autopay=switched)
    return play("set_up_autopay", "C-1", text, systems=systems, answers=answers)


def test_autopay_is_switched_on_with_the_method_on_file_and_off_without_one():
    assert autopay("set up autopay").calls(SET) == [{"customer_id": "C-1", "value": True, "method_id": "PM-1"}]
    assert autopay("turn off autopay", on=True).calls(SET) == [{"customer_id": "C-1", "value": False}]


def test_autopay_that_is_as_wanted_already_is_left():
    assert autopay("turn off autopay").end.reply == "already_off"
    kept = autopay("autopay please", {"autopay_change": Words("keep it on")}, on=True)
    assert (kept.end.reply, kept.calls(SET)) == ("kept_on", [])


def test_who_finds_autopay_on_can_switch_it_off_or_change_its_method():
    switched = autopay("autopay please", {"autopay_change": Words("switch it off please")}, on=True)
    assert switched.calls(SET) == [{"customer_id": "C-1", "value": False}]
    changed = autopay("autopay with my mastercard", on=True, on_file=(VISA, MASTER))
    assert changed.calls(SET)[0]["method_id"] == "PM-2"


def test_autopay_is_not_switched_on_without_a_method_on_file():
    for walked in (autopay("set up autopay", on_file=()), autopay("autopay with a new card")):
        assert walked.end.reply == "method_not_on_file"
        assert walked.calls(SET) == []


def test_autopay_works_on_the_payment_system_itself():
    systems = Seeded("C-1001")
    assert play("set_up_autopay", "C-1001", "set up autopay", systems=systems).end.reply == "switched_on"
    assert play("set_up_autopay", "C-1001", "cancel autopay", systems=systems).end.reply == "switched_off"


# --- instalments ---


def arrange(text="", answers=None, systems=None):
    return play("arrange_payment", "C-1011", text, systems=systems, answers=answers)


def test_a_bill_is_split_into_the_instalments_that_were_asked_for():
    walked = arrange("can I pay in three instalments", {"first_day": "2026-12-01"})
    assert walked.asked == ["first_day"]
    assert walked.calls("erp.create_payment_arrangement") == [
        {"invoice_id": "INV-3011", "instalments": 3, "first_due_on": "2026-12-01"}
    ]
    assert "December 1" in walked.texts[-1]


def test_answers_that_do_not_fit_are_explained_and_asked_once_more():
    walked = arrange("", {"instalments": ["twelve", "4"], "first_day": ["2027-12-01", "2026-12-01"]})
    assert walked.said == ["count_does_not_fit", "day_does_not_fit"]
    assert walked.calls("erp.create_payment_arrangement")[0]["instalments"] == 4


def test_after_two_answers_that_do_not_fit_a_person_goes_on():
    walked = arrange("", {"instalments": ["twelve", "a hundred"]})
    assert isinstance(walked.end, HandOff)
    assert walked.calls("erp.create_payment_arrangement") == []


def test_a_bill_is_not_split_twice():
    systems = Seeded("C-1011")
    answers = {"instalments": 2, "first_day": "2026-12-01"}
    arrange("", answers, systems)
    assert arrange("", answers, systems).end.reply == "already_arranged"


def test_another_failure_to_split_goes_to_a_person():
    systems = except_for(Seeded("C-1011"), create_payment_arrangement=FAILED)
    assert isinstance(arrange("", {"instalments": 2, "first_day": "2026-12-01"}, systems).end, HandOff)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("pay in 4 installments", 4),
        ("en tres plazos", 3),
        ("en 6 cuotas mensuales", 6),
        ("in vier Raten", 4),
        ("in fünf monatlichen Raten", 5),
        ("payer en deux fois", 2),
        ("तीन किस्तों में", 3),
        ("3 kist mein", 3),
        ("pay 40 in instalments", 0),
        ("split it please", 0),
    ],
)
def test_the_number_of_instalments_is_read_from_the_opening_words(text, count):
    assert named_count(text) == count


@pytest.mark.parametrize("answer", ["तीन", "तीन किस्तों में", "in drei Teilen", "three, please", "en tres plazos", "3"])
def test_a_number_of_instalments_is_read_in_every_script(answer):
    assert read_count(answer) == 3


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(), st.integers(), st.booleans(), st.none()))
def test_a_number_of_instalments_is_two_to_six_or_none_at_all(answer):
    assert read_count(answer) in {0, 2, 3, 4, 5, 6}


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(max_size=12), st.dates().map(str), st.none()))
def test_a_first_day_lies_in_the_coming_month(day):
    if fits_first_day(day, NOW.date()):
        assert NOW.date().isoformat() < str(day) <= (NOW.date() + timedelta(days=31)).isoformat()


# --- disputes ---


def dispute(customer_id, text, *named, answers=None, systems=None, **changes):
    return play("dispute_charge", customer_id, text, *named, answers=answers, systems=systems, **changes)


def test_a_dispute_is_opened_once_with_the_payment_and_the_customers_words():
    systems = Seeded("C-1004")
    opened = dispute(
        "C-1004",
        "I dispute P-5042",
        reference("P-5042"),
        answers={"complaint": "I never ordered the faster plan"},
        systems=systems,
    )
    (call,) = opened.calls("crm.open_case")
    assert call["description"] == "P-5042: I never ordered the faster plan"
    assert opened.end.facts["case_id"] in opened.texts[-1]
    again = dispute("C-1004", "I dispute P-5042", reference("P-5042"), systems=systems)
    assert again.end.reply == "already_open"
    assert again.calls("crm.open_case") == []


def test_a_double_charge_needs_no_dispute():
    walked = dispute("C-1001", "I dispute P-5002", reference("P-5002"))
    assert walked.delegated == [("billing.refund_duplicate_charge", {"payment_id": "P-5002"})]


def test_who_is_not_sure_which_payment_can_dispute_all_the_same():
    walked = dispute("C-1004", "a charge is wrong", answers={"which_payment": Words("dunno"), "complaint": "too much"})
    assert walked.calls("crm.open_case")[0]["description"] == "too much"


def test_who_has_told_what_is_wrong_already_is_not_asked_again():
    told = "I dispute P-5042 because nobody ever told me that the faster plan would cost that much"
    walked = dispute("C-1004", told, reference("P-5042"))
    assert walked.asked == []
    assert walked.calls("crm.open_case")[0]["description"] == f"P-5042: {told}"


def test_a_very_long_complaint_is_cut_for_the_case():
    answers = {"complaint": "x" * 5000}
    walked = dispute("C-1004", "I dispute P-5042", reference("P-5042"), answers=answers)
    assert len(walked.calls("crm.open_case")[0]["description"]) == 1000


def test_a_credit_is_offered_only_while_it_is_due():
    systems = plain(**bills(NOVEMBER, OCTOBER), list_outages={"items": [outage(credited=True)]})
    walked = play("explain_bill", systems=systems)
    assert walked.asked == []
    assert isinstance(walked.end, Resolved)


def test_a_day_named_in_the_opening_finds_the_bill():
    named = Entity("date", "2026-10-08", "October 8")
    walked = play("send_invoice_copy", "C-1", "the bill of that day", named, systems=plain(
        **bills(NOVEMBER, OCTOBER), send_message={"to": "a•••@example.com"}
    ))  # fmt: skip
    assert walked.end.facts["invoice_id"] == "INV-1"
    assert not isinstance(walked.end, Declined)


@pytest.mark.parametrize(
    ("locale", "text", "sent"),
    [
        ("en", "send me the last three invoices", 3),
        ("de", "schicken Sie mir die letzten zwei Rechnungen", 2),
        ("fr", "envoyez-moi les trois dernières factures", 3),
        ("es", "mándeme las dos últimas facturas", 2),
        ("hi", "pichhle teen bill bhej do", 3),
        ("en", "a copy of my bill of the last three days", 1),
        ("en", "a copy of my last bill please", 1),
    ],
)
def test_each_of_several_bills_is_sent(locale: str, text: str, sent: int):
    walked = play("send_invoice_copy", "C-1001", text, locale=locale)
    copies = [each["text"] for each in walked.calls("crm.send_message")]
    assert len(set(copies)) == len(copies) == sent


def test_each_of_two_months_is_explained():
    issued = ("2026-08-18", "2026-09-18", "2026-10-18")
    own = [invoice(f"INV-{each[5:7]}", each, line("plan", "Fibre", 3999)) for each in reversed(issued)]
    systems = plain(**bills(*own), **NO_OUTAGE)
    walked = play("explain_bill", text="explain my bills of september and october", systems=systems)
    told = " ".join(walked.texts)
    assert told.index("bill INV-09 of") < told.index("bill INV-10 of")
    assert "bill INV-08 of" not in told


@pytest.mark.parametrize(
    ("locale", "text", "told"),
    [
        ("en", "when will you charge me next?", "The next one should come around"),
        ("de", "wann bucht ihr das nächste Mal ab?", "Die nächste sollte um den"),
        ("fr", "c'est quand le prochain prélèvement ?", "La prochaine devrait arriver"),
        ("en", "how much did I pay in september?", "This is what you paid then: $39.99"),
        ("de", "wie viel hab ich im Oktober gezahlt?", "Das haben Sie damals gezahlt: 39,99"),
        ("es", "¿cuánto pagué en marzo?", "No veo ningún pago"),
        ("en", "what do I owe you?", "all your bills are paid."),
    ],
)
def test_what_was_paid_and_when_the_next_bill_comes_is_told(locale: str, text: str, told: str):
    assert told in play("check_balance", "C-1001", text, locale=locale).texts[-1]
