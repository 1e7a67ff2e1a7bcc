"""Text messages as networks count them: 7 bits a sign where the alphabet allows it, else 16; split where words end."""

import re
from collections.abc import Iterator

from router.formatters.outgoing.plain import unmarked

ONE = {True: 160, False: 70}
"""Signs in a message of a single segment, by whether it is in the network's own alphabet (3GPP TS 23.038)."""
EACH = {True: 153, False: 67}
"""Signs in each segment of a longer one: some of the room says how the segments belong together."""
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
_KIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "\u202f": "\u00a0",
        "\t": " ",
    }
)
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
SENTENCE = re.compile(rf"(?<=[.!?।])(?<!\s\d\.)(?!\s+(?:{_MONTHS})\b)\s+(?=\S)|\n+")
"""Where a sentence ends; `2. ` begins an entry of a list, and `10. Oktober` is a day."""
_MASKED = re.compile(r"•[• ]*")
_GUILLEMETS = re.compile(r"«[\u00a0\u202f ]*|[\u00a0\u202f ]*»")


def simplified(text: str) -> str:
    """The text with signs that cost a wider alphabet in their plain form; a masked number keeps one star."""
    return _MASKED.sub("*", _GUILLEMETS.sub('"', unmarked(text)).translate(_KIN))


def is_narrow(text: str) -> bool:
    """Whether every sign is in the network's own alphabet; a space that holds words together counts as a space."""
    return all(sign in _ALPHABET or sign in _DOUBLE or sign == "\u00a0" for sign in text)


def count_segments(text: str) -> int:
    """How many segments a network carries, and charges, for a text."""
    narrow = is_narrow(text)
    size = sum(2 if sign in _DOUBLE else 1 for sign in text) if narrow else len(text.encode("utf-16-le")) // 2
    return 1 if size <= ONE[narrow] else -(-size // EACH[narrow])


def split(text: str, segments: int) -> tuple[str, ...]:
    """The text as messages of at most so many segments, cut between sentences and counted `(1/2)`.

    A sentence that has no room in a message is cut between words, never within a figure.
    """
    if count_segments(text) <= segments:
        return (_plain(text),)
    parts: list[str] = []
    for piece in _pieces(text, segments):
        joined = f"{parts[-1]} {piece}" if parts else piece
        if parts and count_segments(f"{joined} {_MARK}") <= segments:
            parts[-1] = joined
        else:
            parts.append(piece)
    return tuple(f"{_plain(part)} ({place}/{len(parts)})" for place, part in enumerate(parts, 1))


_MARK = "(10/10)"


def _pieces(text: str, segments: int) -> Iterator[str]:
    """Sentences, and of one that is too long its words; each piece has room in a message."""
    for sentence in filter(None, SENTENCE.split(text)):
        if count_segments(f"{sentence} {_MARK}") <= segments:
            yield sentence
        else:
            yield from _words(sentence)


def _words(sentence: str) -> Iterator[str]:
    """Words, with those beside a figure kept together: `November 27`, `39,99 $`, `P-5002`."""
    held = ""
    for word in sentence.split(" "):
        figure = any(sign.isdigit() for sign in word) or (held and held[-1].isdigit())
        if held and not (figure and len(held) < _TOGETHER):
            yield held
            held = word
        else:
            held = f"{held} {word}" if held else word
    if held:
        yield held


_TOGETHER = 24
"""Signs up to which words stay together around a figure."""


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").strip()
