"""What the classifier sees of a message: its words, the concepts behind them, and pieces of its words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from understanding.language.lexicon import Lexicon
from understanding.language.spelling import Spelling
from understanding.language.text import fold, words

BLOCKS = ("w", "c", "g")
"""Words and pairs of words; concepts and pairs of concepts; pieces of three to five letters."""

_MASKS = (
    (re.compile(r"\b(?:me|te|le|nos|se|les) (?:l[oae]s? )?(?:ha|han|has|habia) pedido\b"), " solicita "),
    (
        re.compile(
            r"\b(?:ai|as|a|avons|avez|ont) (?:bien |pas |deja |jamais |encore |toujours ){0,2}recu(?:e|s|es)?\b"
        ),
        " a obtenu ",
    ),
    (re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.\S+"), " xxemail "),
    (re.compile(r"(?:https?://|www\.)\S+"), " xxlink "),
    (re.compile(r"\b(?:invoice |bill |factura |rechnung |facture |बिल )?inv-?\d{3,6}\b"), " xxreference invoice "),
    (re.compile(r"\b(?:payment |pago |zahlung |paiement |भुगतान )?p-?\d{3,6}\b"), " xxreference transaction "),
    (re.compile(r"\b(?:order |pedido |bestellung |commande |ऑर्डर )?o-?\d{3,6}\b"), " xxreference order "),
    (re.compile(r"\b(?:visit |visita |termin |visite )?wo-?\d{3,6}\b"), " xxreference visit "),
    (re.compile(r"\b(?:device |router |gerat |appareil )?d-?\d{3,6}\b"), " xxreference router "),
    (re.compile(r"\b(?:c|pm|of|s)-?\d{3,6}\b"), " xxreference "),
    (re.compile(r"\b\d{1,2}[:.]\d{2}\b ?(?:am|pm|uhr|h)?|\b\d{1,2} ?(?:am|pm|uhr|h\b|a\.m|p\.m)"), " xxtime "),
    (re.compile(r"[$€£₹] ?\d[\d.,]*|\b\d[\d.,]* ?(?:[$€£₹]|usd|eur|dollars?|euros?|bucks|rupees?)"), " xxamount "),
    (re.compile(r"\b\d+(?:st|nd|rd|th)\b"), " xxday "),
    (re.compile(r"\d[\d.,]*"), " xxnumber "),
)
_PIECES = re.compile(r"(?<=[,;.!?\n।])\s+|\s+-+\s+")
_CUSTOMER_NUMBER = re.compile(r"\bC-?\d{3,6}\b", re.IGNORECASE)
_BARE_NUMBER = 7
"""Words within which a piece of a message that holds a customer number says nothing else."""
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_CONCEPTS_PAIRED = 9


class Featuriser:
    """Turns a message into named features, always the same way."""

    def __init__(self, lexicon: Lexicon, spelling: Spelling) -> None:
        self._lexicon = lexicon
        self._spelling = spelling

    def features(self, text: str) -> dict[str, set[str]]:
        """Name the features of a message by block."""
        tokens = self.mended_words(text)
        return {"w": set(_word_features(tokens)), "c": set(self._concept_features(tokens)), "g": set(_pieces(tokens))}

    def mended_words(self, text: str) -> list[str]:
        """A message's plain words, with slips of the keys mended."""
        return [self._spelling.mend(word) for word in plain_words(text)]

    def _concept_features(self, tokens: list[str]) -> Iterator[str]:
        concepts = self._lexicon.concepts(tokens)
        yield from (f"c:{concept}" for concept in concepts)
        ordered = sorted(concepts[:_CONCEPTS_PAIRED])
        for position, first in enumerate(ordered):
            yield from (f"c:{first}+{second}" for second in ordered[position + 1 :])
        if not concepts:
            yield "c:none"


def without_customer_number(text: str) -> str:
    """A message without the piece that only says who the customer is; all of it where nothing else is left."""
    pieces = _PIECES.split(text)
    left = [each for each in pieces if not _CUSTOMER_NUMBER.search(each) or len(each.split()) > _BARE_NUMBER]
    return " ".join(left).strip(" ,;") or text


def plain_words(text: str) -> list[str]:
    """List a message's words with numbers, amounts, times and references replaced by their kind."""
    folded = _STRETCHED.sub(r"\1", fold(text))
    for pattern, kind in _MASKS:
        folded = pattern.sub(kind, folded)
    return words(folded)


def _word_features(tokens: list[str]) -> Iterator[str]:
    yield from (f"w:{token}" for token in tokens)
    padded = ["^", *tokens, "$"]
    yield from (f"w:{first} {second}" for first, second in pairwise(padded))


def _pieces(tokens: list[str]) -> Iterator[str]:
    for token in set(tokens):
        padded = f" {token} "
        for size in (3, 4, 5):
            yield from (f"g:{padded[at : at + size]}" for at in range(len(padded) - size + 1))
