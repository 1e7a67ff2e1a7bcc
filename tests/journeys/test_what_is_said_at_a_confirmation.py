"""What customers say to a confirmation in their own words: what is refused goes, what is asked stays, what is correct.

One house plays all of it. Nothing that is said here may execute a write.
"""

import json

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
    "en": ["I want to move my visit to friday", "the first"],
    "es": ["quiero cambiar mi visita al viernes", "la primera"],
    "de": ["ich möchte meinen Termin auf Freitag verschieben", "den ersten"],
    "fr": ["je veux déplacer ma visite à vendredi", "le premier"],
    "hi": ["meri visit shukravar ko kar dijiye", "pehla"],
}
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
