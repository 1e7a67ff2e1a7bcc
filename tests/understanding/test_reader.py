"""A whole message is understood: wishes in order, context, answers, and anything that may be thrown at it."""

from pathlib import Path

import pytest

from domain.calls import Pending
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from domain.ids import PendingId
from domain.understanding import Understanding
from tests.understanding.conftest import EXAMPLES, FRIDAY, Read
from understanding.intents.examples import digest_examples, load_examples
from understanding.reader import ReadContext, Reader, build_reader

MOVE = Pending(PendingId("1"), "confirm", "refund $39.99", "payments.refund_payment", {"amount_minor": 3999})


def wishes(understood: Understanding) -> list[str]:
    return [intent.name for intent in understood.intents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "refund the duplicate and also move my visit",
            ["billing.refund_duplicate_charge", "scheduling.reschedule_visit"],
        ),
        (
            "my internet is down and I want a refund for the outage",
            ["troubleshooting.no_connection", "billing.outage_credit"],
        ),
        (
            "can you waive my late fee? also what's my balance",
            ["billing.waive_late_fee", "billing.check_balance"],
        ),
        (
            "quiero mover mi visita y también pagar la factura",
            ["scheduling.reschedule_visit", "billing.pay_bill"],
        ),
        (
            "Ich möchte meine Rechnung bezahlen und den Termin verschieben",
            ["billing.pay_bill", "scheduling.reschedule_visit"],
        ),
        (
            "je voudrais payer ma facture et déplacer mon rendez-vous",
            ["billing.pay_bill", "scheduling.reschedule_visit"],
        ),
        (
            "mera bill samjhao aur technician ki visit aage badha do",
            ["billing.explain_bill", "scheduling.reschedule_visit"],
        ),
        (
            "I want to cancel my account and talk to a manager",
            ["retention.cancel_subscription", "human"],
        ),
    ],
)  # fmt: skip
def test_several_wishes_are_found_in_the_order_in_which_they_were_said(read: Read, text: str, expected: list[str]):
    assert wishes(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I was charged twice and I want my money back", "billing.refund_duplicate_charge"),
        ("hello, my name is Amira and I was charged twice for last month", "billing.refund_duplicate_charge"),
        ("I want to cancel because it's too expensive and slow", "retention.cancel_subscription"),
        ("my internet is dead", "troubleshooting.no_connection"),
        ("are you a robot?", "are_you_human"),
        ("good morning!", "greeting"),
        ("thanks a lot for your help", "thanks"),
        ("what's the weather like in Oslo", "out_of_scope"),
        ("<script>alert(1)</script> why is my bill so high", "billing.explain_bill"),
        ("why is my b\u200bill so h\u00adigh", "billing.explain_bill"),
        ("intrenet not wrking sinse yesterday", "troubleshooting.no_connection"),
    ],
)  # fmt: skip
def test_one_wish_stays_one(read: Read, text: str, expected: str):
    assert wishes(read(text)) == [expected]


def test_a_plain_yes_holds_no_wish_and_a_yes_with_another_wish_holds_that_one(read: Read):
    assert wishes(read("yes please", pending=MOVE)) == []
    understood = read("yes, and also move my visit", pending=MOVE)
    assert (understood.answer, wishes(understood)) == ("yes", ["scheduling.reschedule_visit"])


def test_a_no_with_a_new_wish_holds_both(read: Read):
    understood = read("no, I want to cancel my subscription instead", pending=MOVE)
    assert (understood.answer, wishes(understood)) == ("no", ["retention.cancel_subscription"])


@pytest.mark.parametrize(
    "text",
    [
        "the second one",
        "O-9001",
        "my code is 123456",
        "no, the 14th",
        "kal subah 10 baje",
        "am Freitag um 10 Uhr bitte",
    ],
)
def test_what_only_names_things_while_something_is_pending_holds_no_wish(read: Read, text: str):
    understood = read(text, pending=MOVE)
    assert understood.entities
    assert understood.intents == ()


def test_an_unclear_message_is_about_what_is_under_way(read: Read):
    unclear = "the appointment"
    under_way = read(unclear, context=ReadContext(currency="USD", current_procedure="scheduling.cancel_visit"))
    assert wishes(read(unclear)) != ["scheduling.cancel_visit"]
    assert wishes(under_way) == ["scheduling.cancel_visit"]


def test_the_language_is_followed_and_an_unsupported_one_is_named(read: Read):
    assert read("hola, quiero mover mi visita").locale == "es"
    assert read("Perché la mia fattura è così alta?").locale == "it"
    assert read("ok", locale="de").locale == "de"


@pytest.mark.parametrize("text", ["", "   ", "🙃🙃", "\x00\x01\x02", "?", "...", "\ud83d", "<b></b>", "&#x0;"])
def test_a_message_that_says_nothing_is_understood_as_nothing(read: Read, text: str):
    understood = read(text, pending=MOVE)
    assert (understood.intents, understood.answer, understood.wants_person) == ((), "other", False)


@pytest.mark.parametrize(
    "text",
    [
        "my internet is down " * 50_000,
        "a" * 1_000_000,
        "yes " * 250_000,
        "<" * 1_000_000,
        "'; DROP TABLE customers; --",
        "\n" * 1_000_000,
        "\u0301" * 100_000,
        "1 2 3 4 " * 100_000,
        "मेरा बिल " * 50_000,
        bytes(range(256)).decode("latin-1") * 100,
    ],
)  # fmt: skip
def test_any_text_can_be_read(read: Read, text: str):
    understood = read(text, pending=MOVE)
    assert len(understood.text) <= 4_000
    assert understood.answer != "yes" or text.startswith("yes")
    assert all(0 <= intent.confidence <= 1 for intent in understood.intents)


def test_the_same_words_are_always_read_the_same_way(reader: Reader, tmp_path: Path):
    again = build_reader(EXAMPLES, tmp_path)
    for text in ("my bill is wrong and I want to leave", "mera net slow hai", "move it to Tuesday at 3 pm"):
        first, second = (
            one.read(text, locale="en", pending=None, now=FRIDAY, context=ReadContext(currency="USD"))
            for one in (reader, again)
        )
        assert first == second


def test_a_second_start_learns_nothing_anew(reader: Reader, learnt_folder: Path):
    said: list[str] = []
    assert build_reader(EXAMPLES, learnt_folder, said.append).intents == reader.intents
    assert said == []


def test_a_broken_artefact_is_learnt_afresh(tmp_path: Path):
    folder = tmp_path / "agents" / "billing" / "procedures" / "pay_bill"
    folder.mkdir(parents=True)
    (folder / "examples.yaml").write_text(
        "intent: billing.pay_bill\nexamples:\n  en: [pay my bill, settle what I owe]\n"
    )
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "out.yaml").write_text("intent: out_of_scope\nexamples:\n  en: [tell me a joke, sing]\n")
    said: list[str] = []
    build_reader([tmp_path], tmp_path / "kept", said.append)
    for artefact in (tmp_path / "kept").glob("*.npz"):
        artefact.write_bytes(b"broken")
    build_reader([tmp_path], tmp_path / "kept", said.append)
    assert len(said) == 2 * len(set(said))


@pytest.mark.parametrize(
    "content", ["", "- a\n- b\n", "intent: x\n", "intent: x\nexamples: [a]\n", "intent: [unclosed\n"]
)
def test_a_malformed_example_file_is_named(tmp_path: Path, content: str):
    (tmp_path / "examples.yaml").write_text(content)
    with pytest.raises(Misconfigured, match=r"examples\.yaml"):
        build_reader([tmp_path], tmp_path / "kept")


def test_without_examples_there_is_no_reader(tmp_path: Path):
    with pytest.raises(Misconfigured, match="no examples"):
        build_reader([tmp_path], tmp_path / "kept")


def test_every_intent_has_examples_in_every_language():
    examples = load_examples(EXAMPLES)
    spoken = {(example.intent, example.locale) for example in examples}
    intents = {example.intent for example in examples}
    wanted = {(intent, locale) for intent in intents for locale in LOCALES}
    assert wanted - spoken == set()
    assert digest_examples(examples) == digest_examples(reversed(examples))


def test_every_procedure_has_examples():
    root = EXAMPLES[0]
    procedures = {file.parent.name for file in root.glob("*/procedures/*/procedure.py")}
    described = {file.parent.name for file in root.glob("*/procedures/*/examples.yaml")}
    assert procedures - described == set()
