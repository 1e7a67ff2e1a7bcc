"""Visits, lines, contracts and people."""

import pytest

from tests.house_guest import Guest


@pytest.mark.parametrize(
    ("locale", "opening", "day", "choice", "yes"),
    [
        ("en", "I need to move my visit to another day", "in 6 days", "the first one", "yes"),
        ("es", "necesito cambiar mi visita a otro día", "dentro de 6 días", "la primera", "sí"),
    ],
)
async def test_a_visit_is_moved(house: Guest, locale: str, opening: str, day: str, choice: str, yes: str) -> None:
    elena = await house.customer("C-1005", locale=locale)
    await elena.says(opening)
    await elena.says(day)
    await elena.says(choice)
    assert elena.pending == ("confirm", "erp.reschedule_appointment")
    await elena.says(yes)
    assert await elena.done() == [("erp.reschedule_appointment", "succeeded")]
    assert "WO-7001" in elena.text


async def test_a_line_is_mended_by_a_confirmed_restart(house: Guest) -> None:
    farid = await house.customer("C-1006")
    await farid.says("my internet is down")
    assert farid.pending == ("confirm", "network.restart_device")
    await farid.says("yes")
    assert await farid.done() == [("network.restart_device", "succeeded")]


async def test_a_line_fault_ends_in_a_booked_visit(house: Guest) -> None:
    grace = await house.customer("C-1007")
    await grace.says("my internet is extremely slow")
    await grace.says("in three days")
    if grace.pending[0] == "slot":
        await grace.says("the first one")
    assert grace.pending == ("confirm", "erp.book_appointment")
    await grace.says("yes")
    assert await grace.done() == [("erp.book_appointment", "succeeded")]


async def test_a_medical_alarm_customer_reaches_a_person_at_once(house: Guest) -> None:
    jamal = await house.customer("C-1010")
    await jamal.says("my line is dead")
    assert jamal.turn["status"] == "with_representative"
    assert jamal.turn["handoff"]["priority"] == "urgent"
    assert await jamal.done() == []


async def test_a_suspended_line_is_paid_for_and_restored(house: Guest) -> None:
    keiko = await house.customer("C-1011")
    await keiko.says("my internet is dead")
    assert keiko.pending == ("confirm", "payments.take_payment")
    assert keiko.turn["pending"]["arguments"]["amount_minor"] == 6499
    await keiko.says("yes")
    assert await keiko.done() == [("payments.take_payment", "succeeded")]
    assert keiko.turn["status"] == "open"


@pytest.mark.parametrize(
    ("choice", "tool"), [("a refund", "payments.refund_payment"), ("send it again", "erp.reship_order")]
)
async def test_a_lost_order_is_refunded_or_sent_again(house: Guest, choice: str, tool: str) -> None:
    liam = await house.customer("C-1012")
    await liam.says("where is my order? it should have been here days ago")
    await liam.says(choice)
    assert liam.pending == ("confirm", tool)
    await liam.says("yes")
    assert await liam.done() == [(tool, "succeeded")]


async def test_a_leaver_may_take_the_one_offer(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says("I want to cancel my subscription")
    await hugo.says("it is too expensive")
    await hugo.says("yes")
    assert hugo.pending == ("confirm", "crm.accept_offer")
    await hugo.says("yes")
    assert await hugo.done() == [("crm.accept_offer", "succeeded")]


async def test_a_leaver_who_refuses_the_offer_may_leave(house: Guest) -> None:
    hugo = await house.customer("C-1008", auth_level="strong")
    await hugo.says("I want to cancel my subscription")
    await hugo.says("it is too expensive")
    await hugo.says("no, just cancel it")
    assert hugo.pending == ("confirm", "erp.cancel_subscription")
    await hugo.says("yes")
    assert await hugo.done() == [("erp.cancel_subscription", "succeeded")]


async def test_who_took_an_offer_lately_is_let_go_without_argument(house: Guest) -> None:
    ingrid = await house.customer("C-1009")
    await ingrid.says("please cancel my contract")
    await ingrid.says("I am moving abroad")
    assert ingrid.pending == ("verify", "erp.cancel_subscription")
    await ingrid.says_code()
    assert ingrid.pending == ("confirm", "erp.cancel_subscription")
    await ingrid.says("yes")
    assert await ingrid.done() == [("erp.cancel_subscription", "succeeded")]


async def test_a_big_offer_waits_for_a_supervisor(house: Guest) -> None:
    samuel = await house.customer("C-1019")
    await samuel.says("I want to cancel")
    await samuel.says("the price")
    await samuel.says("yes")
    await samuel.says("yes")
    assert samuel.turn["status"] == "waiting_approval"


async def test_a_stranger_proves_who_they_are_and_goes_on(house: Guest) -> None:
    stranger = await house.customer(None)
    await stranger.says("I was charged twice for my last bill")
    await stranger.says("my customer number is C-1001")
    stranger.customer_id = "C-1001"
    await stranger.says_code()
    assert stranger.pending == ("confirm", "payments.refund_payment")
    await stranger.says("yes")
    assert await stranger.done() == [("payments.refund_payment", "succeeded")]


async def test_a_stranger_cannot_tell_who_is_a_customer(house: Guest) -> None:
    answers: list[str] = []
    for number in ("C-1001", "C-9999"):
        stranger = await house.customer(None)
        await stranger.says("I was charged twice for my last bill")
        await stranger.says(f"my customer number is {number}")
        named = stranger.text
        await stranger.says("000000")
        answers.append(named + stranger.text)
    assert answers[0] == answers[1]


async def test_a_stranger_who_asks_for_another_code_gets_one_if_there_is_such_a_customer(house: Guest) -> None:
    sent, replies = [], []
    for number in ("C-1001", "C-1999"):
        stranger = await house.customer(None)
        await stranger.says("I was charged twice for my last bill")
        await stranger.says(f"my customer number is {number}")
        await stranger.says("please send another code")
        replies.append(stranger.text)
        outbox = await house.fetch("channel", f"/v1/sandbox/outbox?customer_id={number}")
        sent.append(len([item for item in outbox["items"] if item["code"]]))
    assert sent == [2, 0]
    assert replies[0] == replies[1]


async def test_wrong_codes_end_at_a_person(house: Guest) -> None:
    ingrid = await house.customer("C-1009")
    await ingrid.says("please cancel my contract")
    await ingrid.says("I am moving abroad")
    for _ in range(3):
        await ingrid.says("000000" if await ingrid.code() != "000000" else "111111")
    assert ingrid.turn["handoff"]["reason"] == "evidence_failed"


async def test_a_person_is_asked_for_answers_and_hands_back(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("can I talk to a real person please")
    assert amira.turn["handoff"]["reason"] == "asked_for_person"
    item = (await house.fetch("representative", "/v1/desk/queue"))["items"][0]
    assert item["conversation_id"] == amira.id
    assert item["packet"]["customer"]["id"] == "C-1001"
    desk = f"/v1/desk/{amira.id}"
    assert (await house.call("representative", "POST", f"{desk}/claim", {})).status_code == 200
    assert (await house.call("representative", "POST", f"{desk}/messages", {"text": "Hello, this is Sam."})).is_success
    await amira.says("hello Sam")
    assert amira.turn["status"] == "with_representative"
    released = await house.call("representative", "POST", f"{desk}/release", {"to": "assistant"})
    assert released.json()["status"] == "open"
    await amira.says("I was charged twice for my last bill")
    assert amira.pending == ("confirm", "payments.refund_payment")


@pytest.mark.parametrize(
    ("given", "reason", "queue", "priority", "said"),
    [
        ("anger", "anger", "general", "high", "why you are upset"),
        ("sensitive_topic", "sensitive_topic", "vulnerable", "urgent", "urgent"),
        ("tired_of_this", "asked_for_person", "general", "normal", "someone on our team"),
    ],
)
async def test_a_channel_that_hands_over_says_why(
    house: Guest, given: str, reason: str, queue: str, priority: str, said: str
) -> None:
    amira = await house.customer("C-1001")
    answer = await house.call("channel", "POST", f"/v1/conversations/{amira.id}/handoff", {"reason": given})
    handoff = answer.json()["handoff"]
    assert (handoff["reason"], handoff["queue"], handoff["priority"]) == (reason, queue, priority)
    assert said in " ".join(each["text"] for each in answer.json()["messages"]).lower()


async def test_what_was_said_is_said_again(house: Guest) -> None:
    farid = await house.customer("C-1006", channel="voice")
    await farid.says("my internet is dead")
    await farid.says("yes")
    first = farid.text
    await farid.says("can you repeat that?")
    assert farid.text == first


async def test_a_resolved_conversation_is_closed(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I want to speak to a human")
    desk = f"/v1/desk/{amira.id}"
    await house.call("representative", "POST", f"{desk}/claim", {})
    body = {"disposition": "solved", "note": "explained"}
    assert (await house.call("representative", "POST", f"{desk}/resolve", body)).json()["status"] == "closed"


@pytest.mark.parametrize("words", ["are you human?", "I need to call my mom", "hello", "thanks"])
async def test_what_is_no_wish_for_a_person_brings_none(house: Guest, words: str) -> None:
    amira = await house.customer("C-1001")
    await amira.says(words)
    assert amira.turn["handoff"] is None


async def test_two_clarifying_questions_then_a_person(house: Guest) -> None:
    amira = await house.customer("C-1001")
    for words in ("blorp the frobnicator", "zzz qux", "gnarf wibble"):
        await amira.says(words)
        if amira.turn["handoff"]:
            break
    assert amira.turn["handoff"]["reason"] == "not_understood"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "our line is silent and grandma's panic button needs it"),
        ("es", "la línea está muda y el pulsador de ayuda de mi madre depende de ella"),
        ("de", "die Leitung ist tot und das Notrufarmband meiner Mutter hängt daran"),
        ("fr", "la ligne est muette et le médaillon d'alerte de maman en dépend"),
        ("hi", "लाइन बंद है और माँ का पैनिक बटन उसी पर चलता है"),
    ],
)
async def test_an_alarm_on_the_line_is_urgent_and_the_emergency_number_comes_first(
    house: Guest, locale: str, words: str
) -> None:
    talk = await house.customer("C-1006", locale=locale, channel="voice")
    await talk.says(words)
    assert talk.turn["handoff"]["priority"] == "urgent"
    assert "911" in talk.turn["messages"][0]["text"].split(".")[0].replace("।", ".").split(".")[0]


@pytest.mark.parametrize(
    ("locale", "wish", "yes", "words", "told"),
    [
        (
            "de",
            "mir wurde die letzte Rechnung doppelt abgebucht",
            "ja",
            "so geht das nicht, das ist unzumutbar",
            "Das tut mir leid",
        ),
        ("hi", "मेरे पिछले बिल का पैसा दो बार कट गया", "हाँ", "यह बर्दाश्त नहीं होगा", "क्षमा कीजिए"),
    ],
)
async def test_indignation_after_a_rejection_is_met_with_sympathy(
    house: Guest, locale: str, wish: str, yes: str, words: str, told: str
) -> None:
    chloe = await house.customer("C-1003", locale=locale, auth_level="strong")
    await chloe.says(wish)
    await chloe.says(yes)
    assert chloe.turn["status"] == "waiting_approval", chloe.text
    await chloe.says({"de": "wie sieht es aus?", "hi": "क्या हुआ उसका?"}[locale])
    assert {"de": "Ihre Anfrage wegen", "hi": "के बारे में"}[locale] in chloe.text
    await chloe.decides("reject")
    await chloe.says(words)
    assert chloe.text.startswith(told)
    assert chloe.turn["status"] == "open"


@pytest.mark.parametrize(
    ("locale", "question"), [("en", "hang on, what becomes of the router?"), ("es", "espere, ¿y el router?")]
)
async def test_a_question_while_a_code_is_waited_for_is_answered_and_nothing_is_dropped(
    house: Guest, locale: str, question: str
) -> None:
    hugo = await house.customer("C-1008", locale=locale)
    await hugo.says({"en": "cancel my contract", "es": "quiero dar de baja mi contrato"}[locale])
    for _ in range(4):
        if hugo.pending[0] == "verify":
            break
        await hugo.says({"en": "no thanks", "es": "no gracias"}[locale])
    assert hugo.pending[0] == "verify"
    await hugo.says(question)
    assert hugo.pending[0] == "verify"
    assert len(hugo.turn["messages"]) > 1
