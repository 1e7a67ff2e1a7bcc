"""Words beside a wish neither hide it nor are taken for one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.company.examples import PLATFORM as EXAMPLES
from understanding.reader import ReadContext, Reader, build_reader

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader(seeded_folder: Path) -> Reader:
    return build_reader(EXAMPLES, seeded_folder / "cache")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("I never know how to explain such things. What is my balance?", "billing.check_balance"),
        ("My cat sits on the keyboard. I'd like to cancel the technician's visit. Sorry!", "scheduling.cancel_visit"),
        ("Qué nervios me da esto. ¿Cuánto debo?", "billing.check_balance"),
        ("Das ist mir jetzt peinlich. Wie lautet mein WLAN-Passwort?", "troubleshooting.wifi_password"),
        ("Je suis un peu perdue. Combien dois-je payer ?", "billing.check_balance"),
        ("मुझे यह सब ठीक से नहीं आता। मेरा इंटरनेट बंद है।", "troubleshooting.no_connection"),
    ],
)
def test_a_wish_is_read_without_its_remarks(reader: Reader, text: str, wish: str) -> None:
    heard = reader.read(text, locale="en", pending=None, now=NOON, context=ReadContext(currency="USD"))
    assert [intent.name for intent in heard.intents] == [wish]


@pytest.mark.parametrize(
    "text",
    ["I was charged twice. I was charged twice.", "Refund P-5002. Thanks!", "I'm not a bot person. Get me a human."],
)
def test_a_wish_is_never_left_out_as_a_remark(reader: Reader, text: str) -> None:
    heard = reader.read(text, locale="en", pending=None, now=NOON, context=ReadContext(currency="USD"))
    assert heard.intents
    assert "." in heard.intents[0].name or heard.wants_person
