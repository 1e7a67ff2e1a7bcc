"""The one plain form of a message in which words are looked for."""

import html
import re
import unicodedata

READ_LIMIT = 4_000
"""Characters of a message that are read; the rest of a longer one is ignored for understanding."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MARKUP = re.compile(r"<(?:!--[^>]{0,400}--|/?[a-zA-Z][^<>]{0,400})>")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"}
)
_KEPT, _BACK = str.maketrans("ºª", "\ue000\ue001"), str.maketrans("\ue000\ue001", "ºª")
"""Signs of Spanish ordinals, which stand in addresses ("3º B") and are no letters."""
_WORD = re.compile(r"[^\W_]+(?:[\u0900-\u0963\u0966-\u097f]+[^\W_]*)*(?:'[^\W\d_]+)*")
_ELIDED = re.compile(r"\b([ldjmtsn])'(?=[aeiouyh]\w{4})")
"""What French leaves out before a word that counts by itself."""


def clean(text: str) -> str:
    """Give the readable part of a message: no markup, no invisible or control characters, at most READ_LIMIT long."""
    shown = _CONTROL.sub(" ", _INVISIBLE.sub("", text[: READ_LIMIT * 2]))
    shown = shown.encode("utf-8", "replace").decode("utf-8")
    if "<" in shown or "&" in shown:
        shown = html.unescape(_MARKUP.sub(" ", shown))
    shown = unicodedata.normalize("NFKC", shown.translate(_KEPT)).translate(_BACK).translate(_QUOTES)
    return _SPACES.sub(" ", shown).strip()[:READ_LIMIT]


def fold(text: str) -> str:
    """Lower the case and drop the accents of Latin letters, so that `Mañana` and `manana` are one word.

    Devanagari keeps its vowel signs, but a nukta and the two nasal signs fall together.
    """
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded))
    folded = folded.replace("º", "o").replace("ª", "a").replace("\u093c", "").replace("\u0901", "\u0902")
    return unicodedata.normalize("NFC", folded)


def words(folded: str) -> list[str]:
    """List the words and numbers of a folded text, apostrophes dropped: `don't` is `dont`, `l'abonnement` two words."""
    return [word.replace("'", "") for word in _WORD.findall(_ELIDED.sub(r"\1 ", folded))]
