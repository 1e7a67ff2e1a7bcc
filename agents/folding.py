"""Words as they are compared: without case and accents."""

import unicodedata


def fold(text: str) -> str:
    """A text in lower case and without the accents of Latin letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f")
