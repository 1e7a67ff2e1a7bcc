"""What is refused starts nothing; a stop only stops; a yes in a whole sentence is one only where nothing steers it."""

from datetime import UTC, datetime

import pytest

from domain.calls import Pending
from domain.ids import PendingId
from domain.understanding import Understanding
from understanding.dialogue.negation import wanted_part
from understanding.reader import ReadContext, Reader

VISIT = Pending(PendingId("1"), "confirm", "book the visit on Friday at 10:00", "erp.book_appointment", {})


def read(reader: Reader, text: str, pending: Pending | None = None) -> Understanding:
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    return reader.read(text, locale="en", pending=pending, now=now, context=ReadContext(currency="USD"))


@pytest.mark.parametrize(
    "text",
    [
        "I really don't need a refund", "please don't close my account", "no need to open a complaint",
        "no quiero ningún reembolso", "no me manden el enlace de pago",
        "ich will meinen Vertrag nicht kündigen", "bitte keine Gutschrift", "schicken Sie mir keinen Link",
        "je ne souhaite pas de rendez-vous", "n'annulez pas mon abonnement", "surtout pas de remboursement",
        "I'm not stopping my contract", "we have decided against cancelling the visit", "no voy a cancelar el contrato",
        "ich kündige den Vertrag nicht", "je ne vais pas résilier", "main connection band nahi kar raha",
        "mujhe naya plan nahi chahiye", "mera order cancel mat karo", "मुझे लिंक नहीं चाहिए",
    ],
)  # fmt: skip
def test_a_negated_wish_starts_nothing(reader: Reader, text: str):
    heard = read(reader, text)
    assert (heard.intents, heard.answer, heard.refused) == ((), "no", heard.text)


@pytest.mark.parametrize(
    "text",
    [
        "ya no necesito la visita del técnico", "we don't need the visit any more", "den Termin brauche ich nicht mehr",
        "plus besoin du technicien", "ab technician ki zaroorat nahi",
    ],
)  # fmt: skip
def test_a_visit_that_is_needed_no_longer_is_called_off_and_a_no_where_one_is_put_to_the_customer(
    reader: Reader, text: str
):
    assert [intent.name for intent in read(reader, text).intents] == ["scheduling.cancel_visit"]
    assert read(reader, text, VISIT).answer == "no"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I don't want to end the contract, I want to move my appointment", "scheduling.reschedule_visit"),
        ("don't refund anything, just explain my bill", "billing.explain_bill"),
        ("no anulen la cita, quiero cambiarla de día", "scheduling.reschedule_visit"),
        ("ich möchte nicht kündigen, ich möchte einen günstigeren Tarif", "retention.change_plan"),
        ("je ne veux pas annuler ma visite mais la déplacer", "scheduling.reschedule_visit"),
    ],
)
def test_what_is_wanted_instead_is_heard(reader: Reader, text: str, wanted: str):
    assert [intent.name for intent in read(reader, text).intents] == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "my internet doesn't work", "I never got my order", "no tengo conexión", "ich habe kein Netz",
        "je n'ai plus de connexion", "internet nahi chal raha", "I don't want my internet contract any more",
        "please don't send me any more emails", "I don't want to pay this late fee",
    ],
)  # fmt: skip
def test_trouble_and_leaving_are_wishes_although_they_deny(text: str):
    assert wanted_part(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "please end this process", "would you stop what you're doing", "abort the current operation",
        "anula la última solicitud", "detenga el proceso", "brechen Sie den Vorgang ab", "arrêtez la procédure",
        "yeh process band karo",
    ],
)  # fmt: skip
def test_a_stop_stops_what_runs_and_begins_nothing(reader: Reader, text: str):
    for pending in (None, VISIT):
        heard = read(reader, text, pending)
        assert (heard.answer, heard.changes_mind, heard.intents) == ("no", True, ())


def test_a_wish_to_cancel_is_no_stop(reader: Reader):
    assert read(reader, "I want to cancel").answer == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Yes, that time suits me perfectly.", "That would be wonderful, thank you!",
        "Yes, book the visit for Friday please", "Correct. Where do I find your office?", "eso me viene muy bien",
        "das klingt sehr gut", "ça me convient parfaitement", "bahut achha rahega",
    ],
)  # fmt: skip
def test_agreement_may_take_a_sentence(reader: Reader, text: str):
    assert read(reader, text, VISIT).answer == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "Yes, that time suits me if it is free.", "Yes. How much will that be?", "That would be wonderful but at noon",
        "Yes please. Make it Saturday.", "Sounds good, what else do you have?", "I suppose that could be either",
        "eso me viene bien pero más tarde", "das klingt gut, aber nur am Montag", "ça me convient sauf le matin",
    ],
)  # fmt: skip
def test_agreement_that_is_steered_elsewhere_is_none(reader: Reader, text: str):
    assert read(reader, text, VISIT).answer != "yes"


@pytest.mark.parametrize(
    "text",
    [
        "that isn't what I asked for", "I would rather keep things as they are", "not at the moment, thanks",
        "ahora mismo no me interesa, no quiero", "das ist nicht nötig", "ce n'est pas nécessaire", "abhi nahi chahiye",
    ],
)  # fmt: skip
def test_a_refusal_in_a_sentence_drops_what_is_pending(reader: Reader, text: str):
    heard = read(reader, text, VISIT)
    assert heard.answer == "no"
    assert not [intent for intent in heard.intents if "." in intent.name]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("yes well actually I've thought better of it", "no"),
        ("yes, on second thoughts leave it", "no"),
        ("ok but hurry because I'm not waiting another week", "other"),
        ("please do, I can't wait to tell my landlord", "yes"),
    ],
)
def test_what_begins_with_a_yes_is_a_no_only_where_it_surely_turns_round(reader: Reader, text: str, answer: str):
    assert read(reader, text, VISIT).answer == answer
