"""Secrets leave a message before anybody keeps it; what a customer needs to say stays."""

import pytest

from understanding.screening.secrets import screen

CARD = "4242" * 4
AMEX = "3782" + "822463" + "10005"
IBAN = "DE89" + "3704004405320130" + "00"


def spread(digits: str, between: str, size: int = 4) -> str:
    return between.join(digits[at : at + size] for at in range(0, len(digits), size))


@pytest.mark.parametrize(
    "written",
    [
        CARD, spread(CARD, " "), spread(CARD, "-"), spread(CARD, "."), spread(CARD, "\n"),
        spread(CARD, " - "), spread(CARD, " ", 1), spread(CARD, "\u200b"),
        CARD.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        spread(CARD.translate({ord("0") + n: 0x0966 + n for n in range(10)}), " "),
        CARD.translate({ord("4"): "\u2463", ord("2"): "\u2461"}), " ".join(["four two"] * 8),
        "card:" + CARD + "!", AMEX, spread(AMEX, " ", 5), "1x" + CARD,
        CARD + " 12/28", "order for me: " + spread(CARD, ", "),
    ],
)  # fmt: skip
def test_a_card_number_is_taken_out_however_it_is_written(written: str):
    screened = screen(f"hello {written} bye")
    assert "card_number" in screened.kinds
    assert sum(sign.isdigit() for sign in screened.text) <= 4
    assert screened.text.startswith("hello ")
    assert screened.text.endswith(" bye")


def test_a_card_number_split_over_messages_is_never_kept_whole():
    first = screen(spread(CARD[:8], " "))
    second = screen("and then " + CARD[8:], first.digits)
    assert not first.redacted
    assert second.kinds == ("card_number",)
    assert CARD[8:] not in second.text


def test_digits_of_a_sentence_are_not_added_to_the_next_message():
    assert screen("I pay 39.99 for INV-3001").digits == ""


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("cvv 123", "123", "security_code"), ("the security code is 1234", "1234", "security_code"),
        ("Prüfnummer: 987", "987", "security_code"),
        ("my password is hunter2", "hunter2", "password"), ("password: S3cret!", "S3cret!", "password"),
        ("mi contraseña es perro123", "perro123", "password"),
        ("mein Passwort ist geheim", "geheim", "password"), ("mot de passe : soleil", "soleil", "password"),
        ("mera password abc123 hai", "abc123", "password"),
        ("मेरा पासवर्ड है राम123", "राम123", "password"), ("my pin is 1234", "1234", "pin"),
        ("PIN: 98765", "98765", "pin"), ("IBAN " + IBAN, IBAN, "bank_account"),
        (spread(IBAN, " "), "3704", "bank_account"), ("ssn 078-05-1120", "078-05-1120", "national_id"),
        ("key sk-" + "abcd1234" * 3, "abcd1234", "access_key"),
    ],
)  # fmt: skip
def test_a_secret_is_taken_out(text: str, secret: str, kind: str):
    screened = screen(text)
    assert kind in screened.kinds
    assert secret not in screened.text


def test_the_code_behind_a_card_goes_with_it():
    assert "123" not in screen(f"{CARD} 12/28 123").text


@pytest.mark.parametrize(
    "text",
    [
        "refund P-5002 of 39.99 from INV-3001 please", "call me at +1 555 123 4567 or 555-765-4321",
        "on 2026-11-20 at 14:30, or 2026-11-25",
        "D-8006 O-9001 WO-7001 C-1001", "my password is not working", "I forgot my password is there a way",
        "why is my pin blocked", "$1,234,567.89",
        "order 1234567890123456", "password reset please", "Das Passwort ist falsch",
        "mi clave es incorrecta", "mera password bhool gaya", "", "🙂", "one two three",
    ],
)  # fmt: skip
def test_what_a_customer_needs_to_say_stays(text: str):
    assert screen(text).text == text


@pytest.mark.parametrize("text", ["123456", "the code is 123 456"])
def test_a_verification_code_stays_and_is_marked(text: str):
    screened = screen(text)
    assert screened.text == text
    assert screened.kinds == ("verification_code",)
    assert not screened.redacted


def test_broken_text_is_screened_without_an_error():
    assert screen("\ud800" + CARD + "\x00").kinds == ("card_number",)


@pytest.mark.parametrize(
    "piece", ["4242 x ", "a", "password is ", "one two ", "- ", "DE89 ", "sk-", "\u200b", "<b>", "1 a "]
)
def test_a_megabyte_is_screened_to_its_end(piece: str):
    text = (piece * 1_000_000)[:1_000_000] + " card " + CARD
    assert screen(text).text.endswith(" card [card number removed]")


def test_endless_digits_go_as_a_whole():
    assert screen("1" * 1_000_000).text == "[card number removed]"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("my card is 4111 1111 1111", "1111"),
        ("the first digits are 4111 1111 1111", "and the last ones are 1111, ok?"),
        ("mi tarjeta es 4111 1111 1111", "y termina en 1111"),
        ("meine Kreditkarte ist 41111111", "und dann 11111111"),
        ("ma carte est 4111-1111-1111", "puis 1111 voilà"),
        ("4111 1111 1111", "hang on, I have to look. 1111"),
    ],
)
def test_nothing_of_a_card_that_is_said_over_two_messages_is_left(first: str, then: str):
    one = screen(first)
    two = screen(then, one.digits)
    assert "1111" not in one.text + two.text + one.digits
    assert "card_number" in one.kinds
    assert "card_number" in two.kinds


@pytest.mark.parametrize(
    "text", ["call me at +1 415 555 0199", "the card ending in 4444", "P-5041 of 450.00", "code 123456"]
)
def test_other_numbers_are_no_part_of_a_card(text: str):
    assert screen(text).text == text
