"""Something on offer that is named by comparing it, in words of five languages."""

import pytest

from agents.comparison import find_compared, names_other
from agents.procedure import Choice
from agents.retention.taking_offers import declines_offers, takes_up_offer
from agents.terms import find_term

PLANS = tuple(Choice(name, name, rank=price) for name, price in (("S", 10), ("M", 20), ("XL", 50), ("XXL", 80)))
HAS = 30
TWO = (Choice("early", "early", time="08:00", rank=10), Choice("late", "late", time="16:00", rank=20))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("the next cheaper one", "M"),
        ("a smaller one please", "M"),
        ("the next bigger", "XL"),
        ("something faster", "XL"),
        ("the cheapest of them", "S"),
        ("whichever is least expensive", "S"),
        ("the fastest you have", "XXL"),
        ("la más económica", "S"),
        ("el más caro", "XXL"),
        ("ein günstigerer", "M"),
        ("der größte", "XXL"),
        ("den nächstkleineren", "M"),
        ("la moins chère", "S"),
        ("le plus rapide", "XXL"),
        ("sabse mehnga", "XXL"),
        ("सबसे छोटा", "S"),
        ("thoda sasta", "M"),
        ("not the cheapest", None),
        ("the blue one", None),
        ("what is cheaper about it", "M"),
    ],
)
def test_a_comparison_is_resolved_against_what_was_shown_and_what_the_customer_has(words: str, meant: str | None):
    found = find_compared(PLANS, HAS, words)
    assert (found.value if found else None) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("the later one", "late"),
        ("el más temprano", "early"),
        ("den späteren bitte", "late"),
        ("le plus tôt", "early"),
        ("baad wala", "late"),
        ("the cheaper", "early"),
    ],
)
def test_of_two_one_is_earlier_and_one_cheaper(words: str, meant: str):
    found = find_compared(TWO, None, words)
    assert found == next(each for each in TWO if each.value == meant)


@pytest.mark.parametrize(
    "words",
    [
        "the other one",
        "no, that other time",
        "el otro",
        "lieber den anderen",
        "plutôt l'autre",
        "doosra wala",
        "दूसरा वाला",
    ],
)
def test_the_other_one_is_named_in_every_language(words: str):
    assert names_other(words)


def test_a_word_for_other_alone_names_nothing():
    assert not names_other("is there any other news?")


@pytest.mark.parametrize(
    "words",
    [
        "close it, and no discounts please",
        "without any offers",
        "don't try to talk me out of it",
        "sin promociones, por favor",
        "no me venda nada",
        "ohne weitere Angebote",
        "Sie brauchen mir nichts anbieten",
        "aucune remise, merci",
        "inutile, pas d'offre",
        "koi offer nahi",
        "कोई ऑफर मत दीजिए",
    ],
)
def test_no_offers_is_heard(words: str):
    assert declines_offers(words)


@pytest.mark.parametrize(
    "words",
    [
        "alright, I'll take the discount",
        "ok I accept your offer",
        "then I'll stay with the 30 % deal",
        "vale, acepto el descuento",
        "me quedo con la oferta",
        "gut, ich nehme den Rabatt",
        "das Angebot nehme ich an",
        "d'accord, je prends la remise",
        "je reste avec votre offre",
        "theek hai, offer le leta hoon",
    ],
)
def test_an_offer_is_taken_up_in_other_words(words: str):
    assert takes_up_offer(words)


@pytest.mark.parametrize(
    "words",
    [
        "what was that offer?",
        "I don't want your offer",
        "no discount can keep me",
        "quiero cancelar",
        "kein Rabatt der Welt",
        "je refuse la remise, non",
    ],
)
def test_what_takes_no_offer_takes_none(words: str):
    assert takes_up_offer(words) is None


@pytest.mark.parametrize(
    ("tool", "words", "reply"),
    [
        ("payments.refund_payment", "wire it to my savings account", "refund_goes_back"),
        ("payments.refund_payment", "¿puede ser por transferencia?", "refund_goes_back"),
        ("payments.refund_payment", "lieber in bar", "refund_goes_back"),
        ("payments.refund_payment", "plutôt par virement", "refund_goes_back"),
        ("payments.refund_payment", "paise mere bank account mein daal do", "refund_goes_back"),
        ("payments.refund_payment", "नकद दे दीजिए", "refund_goes_back"),
        ("network.restart_device", "how many minutes will that be?", "restart_takes"),
        ("network.restart_device", "¿cuánto tiempo estaré sin línea?", "restart_takes"),
        ("network.restart_device", "verliere ich meine Einstellungen?", "restart_takes"),
        ("network.restart_device", "est-ce que ça efface le mot de passe ?", "restart_takes"),
        ("network.restart_device", "kitna samay lagega", "restart_takes"),
        ("network.restart_device", "yes please", ""),
        ("erp.book_appointment", "in cash", ""),
    ],
)
def test_what_is_fixed_about_a_pending_call_is_found(tool: str, words: str, reply: str):
    assert find_term(tool, words) == reply


@pytest.mark.parametrize("words", ["the next bigger one", "die nächstgrößere", "la siguiente más rápida"])
def test_of_two_that_are_both_bigger_the_next_one_is_meant(words: str):
    both = (Choice("L", "L", rank=50), Choice("XL", "XL", rank=80))
    found = find_compared(both, HAS, words)
    assert found is not None
    assert found.value == "L"
