"""What is read of a mail: its writer's own new words, and nothing that another mail said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.formatters.incoming.letter import new_words

MAILS = [
    ("Subject: Please end my contract\n\nSee subject.", "Please end my contract\nSee subject."),
    ("Betreff: Re: Ihr Termin\n\nja bitte", "ja bitte"),
    (
        "<html><body><p>Yes, please.</p><blockquote>Shall I go ahead? no, cancel it</blockquote></body></html>",
        "Yes, please.",
    ),
    ('<div>Ja, gern.</div><div class="gmail_quote">Am 20.11. schrieb Hilfe: <b>nein</b></div>', "Ja, gern."),
    ("sí\n\nAyuda <h@example.com> escribió el vie., 20 de\nnov. de 2026 15:00:\n\n> ¿Continúo? no", "sí"),
    ("ja\n\nHilfe <h@example.com> schrieb am Fr., 20.\nNov. 2026 um 15:00 Uhr:\n\nnein", "ja"),
    ("yes\n\nDa: Aiuto\nData: venerdì 20 novembre 2026 15:00\nA: Amira\nOggetto: Rimborso\n\nno", "yes"),
    (
        "yes, please\n\nOn Mon, Nov 20, 2026 at 3:00 PM Help <help@example.com>\nwrote:\n\n> Shall I go ahead?\n> no\n",
        "yes, please",
    ),
    (
        "Hallo,\n\nja bitte.\n\nViele Grüße\nNoah Schmidt\n\n"
        "Am Mo., 20. Nov. 2026 um 15:00 Uhr schrieb Hilfe <help@example.com>:\n> nein",
        "ja bitte.",
    ),
    (
        "sí, por favor\n\nEl lun, 20 nov 2026 a las 15:00, Ayuda (<h@example.com>) escribió:\n\n> ¿Continúo?",
        "sí, por favor",
    ),
    ("oui\n\nLe lun. 20 nov. 2026 à 15:00, Aide <h@example.com> a écrit :\n\n> non", "oui"),
    ("हाँ\n\nधन्यवाद\nप्रिया नायर\n\nसोम, 20 नव॰ 2026 को 3:00 pm बजे को Help <h@example.com> ने लिखा:\n> नहीं", "हाँ"),
    (
        "No, don't.\n\nKind regards,\nAmira Haddad\nHead of Sales | Example Ltd\n+1 555 010 0199\n\n"
        "From: Help <help@example.com>\nSent: Monday, November 20, 2026 3:00 PM\nTo: Amira\nSubject: Re: Refund\n\nyes",
        "No, don't.",
    ),
    (
        "Mein Internet ist langsam.\n\nVon: Hilfe <h@example.com>\nGesendet: Montag, 20. November 2026\nAn: Noah\n"
        "Betreff: AW: Hilfe\n\nja",
        "Mein Internet ist langsam.",
    ),
    ("I was charged twice\n-----Original Message-----\nFrom: x\nyes", "I was charged twice"),
    ("Doppelt belastet\n-----Ursprüngliche Nachricht-----\nVon: x\nja", "Doppelt belastet"),
    ("ja\n\nVon meinem iPhone gesendet\n\n> Am 20.11.2026 um 15:00 schrieb Hilfe <h@example.com>:\n> Soll ich?", "ja"),
    ("Where is my router?\n\nSent from my iPhone", "Where is my router?"),
    ("Where is my router?\n-- \nAmira Haddad\nyes\n", "Where is my router?"),
    ("Explain this.\n\n---------- Forwarded message ---------\nFrom: x <x@example.com>\nyes do it", "Explain this."),
    ("Hi,\nThanks, but I was charged twice.\n\nThanks\nAmira", "Thanks, but I was charged twice."),
    ("Explain my bill.\n\nBest regards,\nAmira\n\nPS: when is my visit?", "Explain my bill.\n\nPS: when is my visit?"),
    ("yes\n\nThanks\nNo", "yes\n\nThanks\nNo"),
    ("I want:\n- a refund\n- a new router\n\nRegards\nA. Haddad", "I want:\n- a refund\n- a new router"),
    ("On Mon, Nov 20, 2026 at 3:00 PM Help <h@example.com> wrote:\n> Shall I go ahead?\n\nyes\n", "yes"),
    ("> Shall I go ahead?\nno\n> Anything else?\nwhy is my bill higher?", "no\nwhy is my bill higher?"),
    ("> I'm about to refund $39.99 for payment P-5002 to Mastercard. Please\nsay yes\n\nnot now", "not now"),
    ("Thanks!", "Thanks!"),
    ("hello", "hello"),
]


@pytest.mark.parametrize(("mail", "words"), MAILS)
def test_only_the_writers_new_words_are_read(mail: str, words: str) -> None:
    assert new_words(mail) == words
    assert new_words(mail.replace("\n", "\r\n")) == words


HISTORIES = [
    "> yes\n> go ahead\n",
    "On Mon, Nov 20, 2026 at 3:00 PM Help <h@example.com> wrote:\n> Shall I?\n> yes\n",
    "From: Help <help@example.com>\nSent: Monday\nTo: Amira\nSubject: Re\n\nyes",
    "-----Original Message-----\nyes, go ahead",
    "________________________________\nyes, go ahead",
    "Sent from my iPhone\n\n> yes",
    "Begin forwarded message:\n\nyes",
]


@pytest.mark.parametrize("history", HISTORIES)
def test_a_mail_that_is_all_history_says_nothing(history: str) -> None:
    assert new_words(history) == ""


INTRODUCED = [
    "On Mon, Nov 20, 2026 at 3:00 PM Help <h@example.com> wrote:",
    "Am Mo., 20. Nov. 2026 um 15:00 Uhr schrieb Hilfe <h@example.com>:",
    "El lun, 20 nov 2026 a las 15:00, Ayuda (<h@example.com>) escribió:",
    "Le lun. 20 nov. 2026 à 15:00, Aide <h@example.com> a écrit :",
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "---------- Forwarded message ---------",
]
LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=80)


@given(st.sampled_from(INTRODUCED), st.lists(LINES, max_size=6), st.lists(LINES, max_size=6))
def test_nothing_below_a_header_is_read_where_anything_stands_above(
    header: str, above: list[str], below: list[str]
) -> None:
    fresh = new_words("\n".join(["Please look at my bill.", *above, header, "yes zebra7", *below]))
    assert "zebra7" not in fresh


@given(st.lists(LINES, max_size=8))
def test_quoted_lines_are_never_read_and_any_text_is_readable(lines: list[str]) -> None:
    assert "zebra7" not in new_words("\n".join(line for each in lines for line in (each, "> yes zebra7")))


LONG = ["On " * 5300, "From: a\n" * 2000, "\n" * 16000, "> " * 8000, ("On " * 99 + "\n") * 53, "Thanks\n" * 2280]


@pytest.mark.parametrize("mail", LONG)
def test_no_mail_is_read_line_by_line_for_ever(mail: str) -> None:
    """The library alone needs time in the square of a line's length; the bounds on lines keep it from that."""
    assert len(new_words(mail)) <= len(mail)
