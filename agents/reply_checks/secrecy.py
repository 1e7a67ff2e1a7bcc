"""What no reply may carry: card numbers, codes, passwords, tokens."""

import re
from collections.abc import Iterable, Iterator

from agents.reply_checks.text import words

_CARD = re.compile(r"(?<!\d)\d(?:[ .\-/]{0,3}\d){12,18}(?!\d)")
_PATTERNS = (
    re.compile(rf"{words('codes?|código|pin|cvv|cvc|otp|tan|कोड|पिन')}[^\d.!?।]{{0,25}}(?<!\d)(\d{{3,8}})(?!\d)", re.I),
    re.compile(
        rf"{words('password|passcode|contraseña|passwort|kennwort|mot de passe|पासवर्ड')}"
        r"\s*(?:is|are|es|lautet|ist|est|है)?\s*[:=]?\s*[\"'“„«]?((?=\S*\d)\S{5,}|(?<=[\"'“„«])\S{4,})",
        re.I,
    ),
    re.compile(r"(eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?)"),
    re.compile(r"\b((?:sk|pk|rk|ghp|gho|xox[a-z])[-_][\w-]{8,})"),
    re.compile(r"\bBearer\s+(\S{8,})", re.I),
    re.compile(r"(?<![\w/=.-])((?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{32,})"),
)


def without_secrets(text: str, known_secrets: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Give a normalised text with its secrets masked, and each secret by its first two characters."""
    found = tuple(dict.fromkeys(_secrets_in(text, known_secrets)))
    for secret in sorted(found, key=len, reverse=True):
        text = text.replace(secret, "•••")
    return text, tuple(secret[:2] + "•••" for secret in found)


def _secrets_in(text: str, known_secrets: Iterable[str]) -> Iterator[str]:
    yield from (match[0] for match in _CARD.finditer(text) if _passes_luhn(match[0]))
    for pattern in _PATTERNS:
        yield from (match[1] for match in pattern.finditer(text))
    yield from (secret for secret in known_secrets if secret and secret in text)


def _passes_luhn(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
