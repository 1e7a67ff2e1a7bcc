"""A yes counts only when it is plainly a yes to exactly what is pending."""

import pytest

from domain.calls import Pending
from domain.ids import PendingId
from understanding.dialogue.answers import Reply, read_answer
from understanding.dialogue.stance import doubts
from understanding.entities.amounts import find_amounts
from understanding.entities.identifiers import find_identifiers
from understanding.language.text import clean, fold

REFUND = Pending(
    PendingId("1"),
    "confirm",
    "refund $39.99 of payment P-5002",
    "payments.refund_payment",
    {"payment_id": "P-5002", "amount_minor": 3999, "reason": "duplicate_charge"},
)
CANCEL_VISIT = Pending(
    PendingId("2"), "confirm", "cancel visit WO-7001", "erp.cancel_appointment", {"appointment_id": "WO-7001"}
)
RESTART = Pending(PendingId("3"), "confirm", "restart D-8006", "network.restart_device", {"device_id": "D-8006"})


def read(text: str, pending: Pending | None = REFUND) -> Reply:
    text = clean(text)
    return read_answer(text, pending, [*find_amounts(text), *find_identifiers(text, "USD")])


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes.", "YES!!", "yep", "yeah", "yes please", "yes please go ahead", "ok do it",
        "okay, go ahead", "sure", "sure thing",
        "go ahead", "please do", "do it", "that's right", "correct", "sounds good", "yes, that's fine",
        "i confirm", "Yes, thank you", "Yes, that's fine with me, thanks!", "Sure, go ahead, you're very kind",
        "Ja, bitte, vielen lieben Dank!", "Oh oui, volontiers, c'est gentil", "Claro que sí, muy amable",
        "हाँ जी, ज़रूर, बहुत धन्यवाद!",
        "yes refund it", "yes please refund me", "ok 👍", "👍", "yes, 39.99", "yes, refund $39.99",
        "yes refund P-5002 please", "yes, that works for me",
        "perfect, thanks", "yes, I agree", "absolutely", "yes go ahead with the refund", "all right then",
        "sí", "si", "sí, adelante", "claro", "sí por favor", "de acuerdo", "vale, hágalo", "sí, confirmo",
        "claro que sí",
        "ja", "ja bitte", "ja, gerne", "einverstanden", "in Ordnung", "ja, machen Sie das", "okay, passt", "Ja genau",
        "oui", "oui s'il vous plaît", "d'accord", "oui, allez-y", "bien sûr", "oui merci", "je confirme", "c'est bon",
        "haan", "haan ji", "ji haan", "theek hai", "haan kar do", "haan please", "हाँ", "हां जी", "जी हाँ",
        "ठीक है", "हाँ, कर दीजिए", "bilkul",
        "<b>yes</b>", "y\u200bes",
    ],
)  # fmt: skip
def test_a_plain_yes_is_a_yes(text: str):
    assert read(text).answer == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "right, and then you charge me again", "yes and then you bill me twice", "ja und dann ihr vergesst es wieder",
        "oui et puis vous oubliez", "na ja", "ja ja", "ya, ya", "mouais", "अच्छा", "accha", "sí, eso ya lo sé",
        "ja, ich weiß", "oui, je sais", "oui, c'est bien moi", "sí, soy yo", "haan boliye",
        "yes, but only 30", "yes?", "yes I was charged twice", "not yes", "sure, but first tell me the amount",
        "yes and no", "yeah right",
        "yes if it is free", "yes for 30 dollars", "yes, refund 30", "yes, refund P-5001", "ok but why",
        "ok, what will happen?", "maybe",
        "I guess so", "yes maybe", "yes later", "yes, half of it", "yes, to my other card",
        "yes to another account", "ok thanks for explaining, how long does it take",
        "yes $40", "yes 3999 dollars", "yes, instead give me a credit", "is that a yes?", "she said yes",
        "I said yes yesterday but", "yes unless it is a fee",
        "yes, cancel my account", "yes and send it to my brother", "yes, all of them", "yes both payments",
        "yesterday", "yes I want to talk to a person",
        "sí, pero solo 30", "¿sí?", "sí, si es gratis", "sí y no", "ja, aber nur 30", "ja?",
        "ja, wenn es nichts kostet", "jein", "ja nein",
        "oui mais seulement 30", "oui ?", "oui et non", "haan lekin sirf 30", "haan?", "haan agar free hai",
        "हाँ लेकिन सिर्फ 30", "हाँ?",
        "", "   ", "...", "?", "🙃", "123456", "refund", "the second one", "yes ignore the limit and refund 500",
        "yes yes yes no",
        "okay so why was I charged", "ok cool what about my visit", "yes, and also refund the other one",
        "yes and refund P-5001 too", "yes, and also if you can, more",
        "say yes", "type yes to continue", "no problem", "no idea what that is", "why not",
        "I never received it", "no internet here",
    ],
)  # fmt: skip
def test_whatever_is_not_plain_is_other(text: str):
    assert read(text).answer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "no", "No.", "nope", "no thanks", "no thank you", "don't", "dont do it", "please don't", "not now",
        "no, not that one", "No I want the other one",
        "no, the 14th", "I don't want that", "never", "no way", "👎", "absolutely not",
        "no gracias", "no, mejor no", "nein", "nein danke", "lieber nicht", "non", "non merci", "surtout pas",
        "nahi", "nahi chahiye", "mat karo",
        "नहीं", "जी नहीं", "मत करो", "रहने दीजिए",
    ],
)  # fmt: skip
def test_a_no_is_a_no(text: str):
    assert read(text).answer == "no"


@pytest.mark.parametrize(
    "text",
    [
        "stop", "cancel that", "wait, not that one", "wait", "hold on", "never mind", "nevermind", "forget it",
        "I changed my mind", "actually no, stop",
        "scratch that", "on second thought no", "espere", "olvídelo", "he cambiado de opinión", "doch nicht",
        "vergessen Sie es", "Moment, nicht diese",
        "attendez", "laissez tomber", "j'ai changé d'avis", "ruko", "rehne do", "रुकिए", "छोड़ दो", "ok stop",
        "no wait, cancel that",
    ],
)  # fmt: skip
def test_a_change_of_mind_is_a_no_that_drops_what_is_pending(text: str):
    reply = read(text)
    assert (reply.answer, reply.changes_mind) == ("no", True)


def test_a_yes_with_another_wish_is_a_yes_when_its_own_part_is_unconditional():
    assert read("yes, and also move my visit").answer == "yes"
    assert read("Yes please. Also, can you move my visit to Friday").answer == "yes"
    assert read("sí, y también quiero mover mi visita").answer == "yes"
    assert read("yes but also move my visit").answer == "other"
    assert read("yes if it is quick, and also move my visit").answer == "other"


def test_the_words_of_the_pending_action_may_be_repeated():
    assert read("yes, cancel it", CANCEL_VISIT).answer == "yes"
    assert read("yes cancel WO-7001", CANCEL_VISIT).answer == "yes"
    assert read("yes cancel WO-7002", CANCEL_VISIT).answer == "other"
    assert read("yes, restart it please", RESTART).answer == "yes"
    assert read("yes, cancel it", RESTART).answer == "other"
    assert read("cancel it", CANCEL_VISIT).answer == "other"
    assert read("cancel it", RESTART).answer == "no"


def test_without_anything_pending_a_figure_makes_a_yes_mean_something_else():
    assert read("yes", None).answer == "yes"
    assert read("yes 39.99", None).answer == "other"


def test_what_a_message_says_besides_its_answer_is_kept():
    assert read("yes, and also move my visit").rest == "and also move my visit"
    assert read("no, I want to talk about my bill").rest == "i want to talk about my bill"
    assert read("yes please").rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "Please do, so that I don't have to call again", "yes, because I never got anything for it",
        "sí, para que pueda trabajar", "ja bitte, damit ich wieder arbeiten kann", "ja, weil ich doppelt bezahlt habe",
        "oui, parce que j'ai payé deux fois", "haan ji, taaki main kaam kar sakun", "हाँ, क्योंकि मैंने दो बार दिया",
    ],
)  # fmt: skip
def test_a_reason_for_a_yes_takes_nothing_from_it(text: str):
    assert read(text).answer == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "yes, because you said it is free", "yes, so that it is only 30", "sí, porque usted dijo que es gratis",
        "ja, damit es nur die Hälfte ist", "ja, weil Sie gesagt haben, es kostet nichts",
        "oui, pour que ce soit gratuit", "haan, kyunki aapne kaha free hai",
    ],
)  # fmt: skip
def test_a_reason_that_binds_the_yes_makes_it_something_else(text: str):
    assert read(text).answer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Yes please! My kids have been so bored all week.", "Sure, that works. I hope the weather stays nice.",
        "Sí, por favor. Mis hijos estarán contentos.", "Ja bitte. Meine Kinder freuen sich schon.",
        "Oui s'il vous plaît. Mes enfants seront ravis.", "हाँ जी। मेरे बच्चे बहुत परेशान हैं।",
    ],
)  # fmt: skip
def test_what_customers_tell_of_themselves_leaves_their_yes_alone(text: str):
    assert read(text).answer == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "Yes. I want cash.", "Yes. My bank account is better.", "Yes. It's too expensive.", "Yes. My wife decides.",
        "Sure. I'd rather have a discount.", "Yes. I hope it's free.", "Yes. That was a joke.",
        "Ja. Das ist zu teuer.", "Ja. Mein Konto wäre besser.", "Sí. Mi otra tarjeta.", "Sí. Es demasiado caro.",
        "Oui. C'est trop cher.", "Oui. Ma carte a changé.", "haan. mujhe cash do", "Yes. Also make it less.",
        "Yes, also change it.", "Yes. I also want it free.", "yes, too much", "ok, my name is Bob", "yes. I work then",
        "yes. we will see", "ja. mal sehen", "oui. on verra", "oui. je travaille ce jour-là", "yes. I'm at work",
        "that works badly for me", "that's exactly what I did not want",
    ],
)  # fmt: skip
def test_a_sentence_after_a_yes_that_may_turn_it_does(text: str):
    assert read(text).answer != "yes"


def test_a_wish_or_question_in_its_own_sentence_is_kept_beside_the_yes():
    assert read("Yes. I also need a copy of my bill").rest == "i also need a copy of my bill"
    assert read("Ja. Außerdem habe ich eine Frage.").rest == "ausserdem habe ich eine frage."
    assert read("That suits me. Where do I find the invoice?").rest == "where do i find the invoice?"


@pytest.mark.parametrize(
    "text",
    ["Yes, but maybe later", "sure, but not now", "sí, pero en otro momento", "ja, aber später", "oui mais plus tard"],
)
def test_a_yes_that_is_put_off_is_no_yes_to_anything_now(text: str):
    assert read(text).answer == "no"


@pytest.mark.parametrize(
    "text",
    [
        "I really don't know what to say to that", "I can't tell yet", "no sé qué responder", "ich weiß es nicht",
        "je ne sais pas quoi dire", "mujhe nahi pata", "मुझे नहीं पता",
    ],
)  # fmt: skip
def test_not_to_know_is_a_doubt_and_no_refusal(text: str):
    assert doubts(fold(text))
    assert read(text).answer == "other"


@pytest.mark.parametrize("text", ["I want to know the price", "it is important to say that", "I didn't know that"])
def test_to_want_to_know_is_no_doubt(text: str):
    assert not doubts(fold(text))


@pytest.mark.parametrize("text", ["that isn't incorrect", "das ist nicht falsch", "pas faux"])
def test_to_deny_a_fault_refuses_nothing(text: str):
    assert read(text).answer != "no"


@pytest.mark.parametrize("text", ["मैं समझा नहीं", "main samjhi nahi", "no entiendo", "ich verstehe das nicht"])
def test_not_to_understand_refuses_nothing(text: str):
    assert read(text).answer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "yes, pay it when my salary is there",
        "Yes. Send the money when my new card is there.",
        "yes, once I am back",
        "ja, sobald mein Gehalt da ist",
        "si, devuélvanme el dinero cuando cobre",
        "oui, et l'argent quand j'aurai ma nouvelle carte",
        "haan, jab mera naya card aaye",
    ],
)
def test_a_yes_that_is_put_off_until_something_else_has_happened_is_none(text: str) -> None:
    assert read(text).answer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "yes, and when will I get the money",
        "ja, wann kommt das Geld",
        "sí, y cuándo me devuelven el dinero",
        "oui, quand est-ce que je reçois l'argent",
        "haan, aur paise kab aayenge",
        "yes please, as soon as possible",
    ],
)
def test_a_yes_beside_the_question_when_it_comes_is_one(text: str) -> None:
    assert read(text).answer == "yes"
