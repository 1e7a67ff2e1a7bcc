"""The text of a mail that was written as HTML, without what it quotes."""

import re
from html.parser import HTMLParser

_TAGS = re.compile(r"<(?:html|body|div|p|br|blockquote|span|table)\b[^<>]{0,400}>", re.IGNORECASE)
_QUOTES = frozenset({"blockquote", "style", "script", "head", "title"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"})
_QUOTE_CLASSES = ("gmail_quote", "gmail_attr", "yahoo_quoted", "moz-cite-prefix")
_HISTORY_FROM = ("divrplyfwdmsg", "appendonsend")
"""Outlook's marks of where history begins: it follows them, and is not within them."""
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:max-height|font-size|opacity)\s*:\s*0(?![\d.])"
)
_VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr"})


def is_html(text: str) -> bool:
    """Whether a mail's body is markup and no plain text."""
    return _TAGS.search(text) is not None and "</" in text + ("</" if "<br" in text.lower() else "")


def readable(text: str) -> str:
    """The words that are shown, a line for each block; what is quoted, or marked so by a mail program, is left out."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.words)).strip()


def _is_unseen(attrs: list[tuple[str, str | None]]) -> bool:
    """Whether an element is there for programs: nobody has seen its words."""
    given = dict(attrs)
    return "hidden" in given or _UNSEEN.search((given.get("style") or "").lower()) is not None


class _Reader(HTMLParser):
    """Collects the words that are shown, outside of quotations."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._quoted: list[str] = []
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a block."""
        named = " ".join(value or "" for name, value in attrs if name in ("class", "id")).lower()
        self._over = self._over or any(each in named for each in _HISTORY_FROM)
        quotes = tag in _QUOTES or _is_unseen(attrs) or any(each in named for each in _QUOTE_CLASSES)
        if tag not in _VOID and (self._quoted or quotes):
            self._quoted.append(tag)
        if tag in _BREAKS and not self._quoted:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave a block; tags that were never closed are left with the one around them."""
        if tag in self._quoted:
            while self._quoted and self._quoted.pop() != tag:
                pass
        elif tag in _BREAKS and not self._quoted:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words that are shown."""
        if not self._quoted and not self._over:
            self.words.append(re.sub(r"\s+", " ", data))
