"""What customers say to a confirmation in their own words: what is refused goes, what is asked stays, what is correct.

One house plays all of it. Nothing that is said here may execute a write.
"""

import json

import pytest

from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json

REFUND = {
    "en": ["I was charged twice, I want my money back"],
    "es": ["me han cobrado dos veces, quiero un reembolso"],
    "de": ["mir wurde doppelt abgebucht, ich möchte mein Geld zurück"],
    "fr": ["j'ai été débité deux fois, je veux être remboursé"],
    "hi": ["mujhse do baar paise kate gaye, mujhe refund chahiye"],
}
MOVE = {
    "en": ["I want to move my visit", "any day", "the first"],
    "es": ["quiero cambiar mi visita", "cualquier día", "la primera"],
    "de": ["ich möchte meinen Termin verschieben", "irgendein Tag", "den ersten"],
    "fr": ["je veux déplacer ma visite", "n'importe quel jour", "le premier"],
    "hi": ["meri visit ka time badalna hai", "koi bhi din", "pehla"],
}
"""No day of the week is named: which one the visit is on depends on when the tests run."""
PLAN = {
    "en": ["I want to change my plan"],
    "es": ["quiero cambiar de plan"],
    "de": ["ich möchte meinen Tarif wechseln"],
}
CANCEL = {
    "en": ["I want to cancel my contract", "too expensive", "no"],
    "de": ["ich möchte meinen Vertrag kündigen", "zu teuer", "nein"],
}
SETTINGS = {
    "refund": ("C-1001", REFUND),
    "move": ("C-1005", MOVE),
    "plan": ("C-1001", PLAN),
    "cancel": ("C-1008", CANCEL),
}

DROPPED = [
    ("refund", "en", "keep your money"),
    ("refund", "en", "let's drop it"),
    ("refund", "es", "quédese el dinero"),
    ("refund", "de", "behalten Sie das Geld"),
    ("refund", "fr", "oubliez ma demande"),
    ("refund", "hi", "paise rehne do"),
    ("refund", "en", "hands off, no refund please"),
    ("move", "en", "leave it where it was"),
    ("move", "es", "que siga como estaba"),
    ("move", "de", "dann bleibt es beim alten Termin"),
    ("move", "fr", "ne touchez à rien"),
    ("move", "hi", "purana time hi rakhiye"),
    ("plan", "en", "none of them, I keep mine"),
    ("plan", "es", "ninguno, gracias"),
    ("plan", "de", "ach, lassen wir das"),
    ("cancel", "en", "I want to stay with you"),
    ("cancel", "de", "ich will doch bleiben"),
]
KEPT = [
    ("refund", "en", "wait, my phone is ringing"),
    ("refund", "en", "send it to my bank instead"),
    ("refund", "en", "yes, as long as it is free"),
    ("refund", "es", "¿qué cobro era ese?"),
    ("refund", "de", "ja, wenn es schnell geht"),
    ("refund", "fr", "oui mais seulement sans frais"),
    ("refund", "hi", "haan, agar koi charge na ho"),
    ("move", "en", "is it the same engineer?"),
    ("move", "es", "no cuelgue, miro la agenda"),
    ("move", "de", "muss ich dann da sein?"),
    ("move", "fr", "attendez, on m'appelle"),
    ("move", "hi", "ek minute, dekhta hoon"),
    ("cancel", "en", "will I get it in writing?"),
    ("cancel", "de", "was passiert mit meinem Router?"),
]
CHANGED = [
    ("refund", "en", "only 12 dollars of it", "amount_minor", 1200),
    ("refund", "es", "solo 18 dólares", "amount_minor", 1800),
    ("refund", "de", "nur 9 bitte", "amount_minor", 900),
    ("plan", "en", "the next cheaper one", "plan_id", None),
    ("plan", "es", "el más barato", "plan_id", None),
    ("plan", "de", "den teuersten", "plan_id", None),
]


async def reach(guest: Guest, where: str, locale: str) -> tuple[object, Json]:
    """A conversation that has come to its question."""
    customer, words = SETTINGS[where]
    talk = await guest.customer(customer, locale=locale, auth_level="strong")
    for text in words[locale]:
        await talk.says(text)
    assert talk.turn["pending"], (where, locale, talk.text)
    return talk, talk.turn["pending"]


def asked(pending: Json | None) -> str:
    if pending is None:
        return ""
    arguments = {name: value for name, value in pending["arguments"].items() if name != "choices"}
    return json.dumps([pending["kind"], pending["tool"], arguments], sort_keys=True)


async def test_what_is_refused_is_dropped_and_begins_nothing(open_house: OpenHouse):
    guest = await open_house()
    missed: list[str] = []
    for where, locale, text in DROPPED:
        talk, _ = await reach(guest, where, locale)
        turn = await talk.says(text)
        if turn["pending"] or await talk.done():
            missed.append(f"{where}/{locale}: {text} -> {talk.text[:80]}")
    assert missed == []


async def test_a_question_a_condition_or_a_pause_leaves_what_was_asked_as_it_is(open_house: OpenHouse):
    guest = await open_house()
    missed: list[str] = []
    for where, locale, text in KEPT:
        talk, before = await reach(guest, where, locale)
        turn = await talk.says(text)
        if asked(turn["pending"]) != asked(before) or await talk.done():
            missed.append(f"{where}/{locale}: {text} -> {talk.text[:80]}")
    assert missed == []


async def test_another_sum_or_choice_is_put_anew_and_waits_for_its_own_yes(open_house: OpenHouse):
    guest = await open_house()
    missed: list[str] = []
    for where, locale, text, name, value in CHANGED:
        talk, before = await reach(guest, where, locale)
        pending = (await talk.says(text))["pending"] or {"kind": "", "arguments": {}}
        right = pending["kind"] == "confirm" and value in (None, pending["arguments"].get(name))
        if not right or asked(pending) == asked(before) or await talk.done():
            missed.append(f"{where}/{locale}: {text} -> {talk.text[:80]}")
    assert missed == []


async def test_an_offer_that_was_turned_down_is_taken_up_later(open_house: OpenHouse):
    guest = await open_house()
    for words in (["I'd rather take the discount and stay"], ["no", "ok, I accept the 15 % offer"]):
        talk, _ = await reach(guest, "cancel", "en")
        for text in words:
            await talk.says(text)
        assert talk.pending == ("confirm", "crm.accept_offer")


async def test_no_offer_is_made_to_somebody_who_asked_for_none(open_house: OpenHouse):
    guest = await open_house()
    for locale, text in (
        ("en", "cancel my contract, and no deals please"),
        ("de", "ich kündige meinen Vertrag, bitte ohne Angebote"),
    ):
        talk = await guest.customer("C-1008", locale=locale, auth_level="strong")
        await talk.says(text)
        await talk.says("zu teuer" if locale == "de" else "too expensive")
        assert talk.pending == ("confirm", "erp.cancel_subscription")


async def test_keys_hit_at_random_are_no_reason_and_a_lost_order_is_paid_back_as_it_was_asked(open_house: OpenHouse):
    guest = await open_house()
    talk = await guest.customer("C-1008", auth_level="strong")
    await talk.says("I want to cancel my contract")
    assert (await talk.says("qwpo zxmv lkjh"))["pending"]["arguments"]["slot"] == "reason"
    for locale, text in (
        ("en", "my router never came, I want the money back"),
        ("es", "el router se perdió, quiero el dinero"),
        ("de", "der Router ging verloren, ich will mein Geld zurück"),
    ):
        talk = await guest.customer("C-1012", locale=locale)
        await talk.says(text)
        assert talk.pending == ("confirm", "payments.refund_payment"), text


@pytest.mark.parametrize(
    ("where", "locale", "asks", "told"),
    [
        ("refund", "en", "is that the one from november?", "It is about exactly this."),
        ("refund", "fr", "c'est sur quelle carte ?", "Il s’agit exactement de ceci."),
        ("refund", "es", "¿y si digo que no?", "Si dice que no, no hago nada"),
        ("refund", "de", "kostet mich das was?", "Dafür berechne ich Ihnen nichts."),
        ("move", "de", "was ist, wenn ich nein sage?", "Wenn Sie Nein sagen"),
        ("plan", "en", "will I lose my number?", "I change only what I named"),
    ],
)
async def test_a_question_about_what_is_put_is_answered_from_it_and_it_is_put_again(
    open_house: OpenHouse, where: str, locale: str, asks: str, told: str
):
    guest = await open_house()
    talk, before = await reach(guest, where, locale)
    if before["kind"] == "slot":
        before = (await talk.says("Fibre 100"))["pending"]
    turn = await talk.says(asks)
    assert told in talk.text
    assert asked(turn["pending"]) == asked(before)
    assert await talk.done() == []


@pytest.mark.parametrize(
    ("where", "locale", "says", "done"),
    [
        ("refund", "en", "yes, and how long will it take?", ["payments.refund_payment"]),
        ("refund", "de", "ja, und wie lange dauert das?", ["payments.refund_payment"]),
        ("refund", "de", "ja, und wann ist das Geld da?", ["payments.refund_payment"]),
        ("refund", "en", "yes, and when will I get the money", ["payments.refund_payment"]),
        ("refund", "en", "yes. Also I want my last bill", ["payments.refund_payment", "crm.send_message"]),
        ("refund", "fr", "oui et envoyez-moi ma facture", ["payments.refund_payment", "crm.send_message"]),
        ("move", "en", "yes, and please ring the side door", ["erp.reschedule_appointment"]),
        ("move", "de", "ja und bitte an der Seitentür klingeln", ["erp.reschedule_appointment"]),
        ("refund", "en", "yes, and send it to my bank account", []),
        ("refund", "es", "sí, y ¿cuánto me cuesta?", []),
        ("refund", "fr", "oui, à moins que ce soit payant", []),
        ("move", "en", "yes, and only if he calls first", []),
    ],
)
async def test_a_plain_yes_counts_whatever_harmless_stands_behind_it_and_nothing_of_it_is_lost(
    open_house: OpenHouse, where: str, locale: str, says: str, done: list[str]
):
    guest = await open_house()
    talk, before = await reach(guest, where, locale)
    before_it = talk.turn["procedure"]
    turn = await talk.says(says)
    assert [tool for tool, _ in await talk.done()] == done
    if not done:
        assert asked(turn["pending"]) == asked(before)
    if len(done) == 1:
        assert turn["procedure"] == before_it
    if where == "move" and done:
        assert {"en": "can't pass messages on", "de": "kann ich nicht weitergeben"}[locale] in talk.text


@pytest.mark.parametrize(
    ("customer", "locale", "opens", "says", "instead"),
    [
        ("C-1005", "en", ["cancel my visit"], "no, move it instead", "scheduling.reschedule_visit"),
        ("C-1005", "de", ["Termin absagen bitte"], "nee nur verschieben", "scheduling.reschedule_visit"),
        ("C-1005", "es", ["cancelar mi cita"], "no, mejor cámbiala para otro día", "scheduling.reschedule_visit"),
        ("C-1005", "de", ["Termin verschieben"], "nein, lieber ganz absagen", "scheduling.cancel_visit"),
        ("C-1005", "fr", ["je veux déplacer mon rendez-vous"], "non, annulez-le plutôt", "scheduling.cancel_visit"),
        ("C-1011", "de", ["Rechnung zahlen"], "nein, lieber in Raten", "billing.arrange_payment"),
    ],
)
async def test_who_wants_something_else_instead_gets_that_in_the_same_breath(
    open_house: OpenHouse, customer: str, locale: str, opens: list[str], says: str, instead: str
):
    guest = await open_house()
    talk = await guest.customer(customer, locale=locale)
    for text in opens:
        await talk.says(text)
    turn = await talk.says(says)
    assert f"{turn['specialist']}.{turn['procedure']}" == instead
    assert turn["pending"]
    assert await talk.done() == []
