"""What ends a contract begins only where it is plainly wished for; a question about it is a question."""

import pytest

from tests.understanding.conftest import Read
from understanding.acts.plainness import asks_what_follows

ENDING = "retention.cancel_subscription"
SURE = 0.6


def begun(read: Read, text: str, locale: str) -> set[str]:
    return {each.name for each in read(text, locale).intents if "." in each.name and each.confidence >= SURE}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "what happens to my number if I terminate the contract?"),
        ("en", "how much is the fee for leaving early?"),
        ("en", "may I put my subscription on ice for a while?"),
        ("en", "until when would I have to give notice?"),
        ("es", "¿se puede congelar el contrato unos meses?"),
        ("es", "¿qué penalización hay si me doy de baja?"),
        ("de", "was passiert mit meiner Nummer, wenn ich kündige?"),
        ("de", "wie lange ist die Kündigungsfrist?"),
        ("fr", "quels sont les frais si je résilie avant la fin ?"),
        ("fr", "combien de temps dure le préavis ?"),
        ("hi", "अगर मैं कनेक्शन कटवा दूँ तो कितना शुल्क देना होगा?"),
        ("hi", "agar main chhod doon to router ka kya hoga?"),
    ],
)
def test_asking_about_an_end_ends_nothing(read: Read, locale: str, text: str):
    assert ENDING not in begun(read, text, locale)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "I didn't say that I want to quit"),
        ("en", "I never told you to close my account"),
        ("es", "no he pedido que me den de baja"),
        ("de", "ich will überhaupt nicht aus dem Vertrag"),
        ("fr", "je n'ai jamais demandé à résilier"),
        ("hi", "मुझे सेवा बंद नहीं करवानी"),
        ("hi", "connection band nahi karwana hai"),
    ],
)
def test_a_wish_that_was_never_said_is_not_made_up(read: Read, locale: str, text: str):
    assert begun(read, text, locale) == set()


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "please terminate my contract"),
        ("en", "I want to cancel, and spare me the offers"),
        ("es", "quiero dar de baja mi línea, sin descuentos"),
        ("de", "bitte kündigen Sie meinen Anschluss, ohne Angebote"),
        ("fr", "je veux résilier mon abonnement, pas de promotions"),
        ("hi", "मेरा कनेक्शन बंद कर दीजिए"),
    ],
)
def test_a_plain_wish_to_leave_is_heard_whatever_else_is_refused(read: Read, locale: str, text: str):
    assert begun(read, text, locale) == {ENDING}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "TERMINATE. MY. CONTRACT."),
        ("en", "we won't be extending our subscription"),
        ("en", "I no longer care to be your customer"),
        ("de", "Ich verlängere den Vertrag nicht mehr"),
        ("fr", "je ne veux plus de votre abonnement"),
    ],
)
def test_an_end_that_nothing_was_said_before_is_a_wish_and_no_second_thought(read: Read, locale: str, text: str):
    assert begun(read, text, locale) == {ENDING}


@pytest.mark.parametrize("text", ["O-2231", "O-2231??", "my number is O-2231 please"])
def test_an_order_number_alone_asks_where_the_order_is(read: Read, text: str):
    assert begun(read, text, "en") == {"scheduling.track_order"}


@pytest.mark.parametrize("text", ["can I pay with another card", "could I get a link to pay, can I pay by card there?"])
def test_asking_to_pay_is_no_question_about_what_would_follow(text: str):
    assert not asks_what_follows(text)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "ich brauche meine letzte Rechnung, können Sie sie mir zurückschicken?"),
        ("fr", "j'ai perdu ma dernière facture, pourriez-vous me la renvoyer ?"),
        ("en", "I lost the copy of my last bill, could you send it back to me?"),
    ],
)
def test_words_that_name_nothing_themselves_are_about_what_was_named_before(read: Read, locale: str, text: str):
    assert {name.partition(".")[0] for name in begun(read, text, locale)} == {"billing"}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "my internet is far too slow, I want to cancel it"),
        ("de", "das Internet ist mir zu langsam, ich möchte es kündigen"),
        ("fr", "internet est trop lent, je veux le résilier"),
    ],
)
def test_to_end_what_was_named_before_is_a_wish_of_its_own(read: Read, locale: str, text: str):
    assert ENDING in {each.name for each in read(text, locale).intents}
