"""What opens a conversation: words that are surer of a wish than of what they seem to do hold that wish."""

from datetime import UTC, datetime

import pytest

from understanding.reader import ReadContext, Reader
from understanding.semantics.sentences import open_sentence_model

needs_meaning = pytest.mark.skipif(open_sentence_model() is None, reason="the sentence model has no wheel here")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def wishes(reader: Reader, text: str, locale: str = "en") -> list[str]:
    heard = reader.read(text, locale=locale, pending=None, now=NOW, context=ReadContext(currency="USD"))
    return [intent.name for intent in heard.intents if intent.confidence >= 0.6]


@needs_meaning
@pytest.mark.parametrize(
    ("text", "locale", "wish"),
    [
        ("we're done with you, shut the whole thing down", "en", "retention.cancel_subscription"),
        ("alles lädt ewig", "de", "troubleshooting.slow_connection"),
        ("las páginas tardan un siglo", "es", "troubleshooting.slow_connection"),
        ("sat at home the entire day and not a soul came", "en", "scheduling.missed_visit"),
        ("je suis fauché ce mois-ci, je peux étaler", "fr", "billing.arrange_payment"),
        ("how much do you take for the smallest package", "en", "retention.plan_prices"),
    ],
)
def test_a_wish_opens_a_conversation_whatever_it_seems_to_do(reader: Reader, text: str, locale: str, wish: str) -> None:
    assert wishes(reader, text, locale) == [wish]


@pytest.mark.parametrize(
    ("text", "locale"),
    [("that is wrong", "en"), ("no, that's incorrect", "en"), ("you got that wrong", "en"), ("das ist falsch", "de")],
)
def test_who_says_that_something_unnamed_is_wrong_disputes_no_charge(reader: Reader, text: str, locale: str) -> None:
    assert wishes(reader, text, locale) == []


@pytest.mark.parametrize(
    ("text", "locale"),
    [("ja bitte", "de"), ("oui s'il vous plaît", "fr"), ("merci", "fr"), ("danke", "de"), ("yes please", "en")],
)
def test_a_yes_or_thanks_never_asks_for_silence(reader: Reader, text: str, locale: str) -> None:
    heard = reader.read(text, locale=locale, pending=None, now=NOW, context=ReadContext(currency="USD"))
    assert not [intent for intent in heard.intents if intent.name == "retention.stop_messages"]


def test_so_is_a_sunday_only_where_a_day_is_named(reader: Reader) -> None:
    def days(text: str) -> list[object]:
        context = ReadContext(currency="EUR", timezone="Europe/Berlin")
        heard = reader.read(text, locale="de", pending=None, now=NOW, context=context)
        return [entity.value for entity in heard.entities if entity.kind == "date"]

    assert days("nein, dann lassen wir es so") == days("so geht das nicht") == days("um drei oder so") == []
    assert days("am So wäre gut") == ["2026-12-06"]


@needs_meaning
@pytest.mark.parametrize(
    ("text", "locale", "wish"),
    [
        ("am I suspended because of that bill?", "en", "billing.contract_facts"),
        ("put the line to sleep while I travel", "en", "retention.request_contract_change"),
        ("hat man meinen Anschluss gesperrt?", "de", "billing.contract_facts"),
        ("sperren Sie meine Leitung für den Sommer", "de", "retention.request_contract_change"),
        ("¿han suspendido mi contrato?", "es", "billing.contract_facts"),
        ("mon service est-il suspendu", "fr", "billing.contract_facts"),
    ],
)
def test_whether_a_service_is_suspended_is_a_question_and_suspending_it_a_wish(
    reader: Reader, text: str, locale: str, wish: str
) -> None:
    assert wishes(reader, text, locale) == [wish]
