"""The new words of a mail: no quoted or forwarded history, no salutation, no signature.

What another mail said must never count as the writer's own answer, so that a doubtful line counts as history.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from mailparser_reply.parser import EmailMessage

from domain.conversation import LOCALES
from router.formatters.formatter import phrases
from router.formatters.incoming.html_mail import is_html, readable
from understanding.dialogue.answers import read_answer

_LONGEST_HEADER = 300
"""Characters of a line that may introduce quoted words; what is longer is kept from patterns that read far."""
_WRAPPED_FROM = 60
"""Characters of a quoted line from which its rest may stand, without a mark of its own, in the next line."""
_MOST_LINES = 400
"""Lines of a mail that are read."""
_SIGNATURE_LINES = 8
_SALUTATION_WORDS = 6
_BLANKS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_DELIMITER = re.compile(r"(?:--|__|—)\s?")
_QUOTED = re.compile(r"\s*(?:>|\|(?:\s|$))")
_AFTERTHOUGHT = re.compile(r"\s*(?:p\.?\s?s|p\.\s?d)\.?\b", re.IGNORECASE)
_NAME_LIKE = re.compile(
    r"[^\W\d_a-zß-ÿ][\w.'’-]*|[\u0900-\u097f]+|[|,·&/-]|(?:von|van|de|del|la|of|for|at|the|y|und|and|et)"
)
_CONTACT = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|[+(]?\d[\d ()/.+-]{5,}")


def new_words(text: str) -> str:
    """What the writer of a mail added to its thread; empty where everything is history."""
    text = readable(text) if is_html(text) else text
    subject, text = _subject(text)
    new = _new_words(text)
    return f"{subject}\n{new}".strip() if subject and not _REPLY.match(subject) else new


def _subject(text: str) -> tuple[str, str]:
    """A mail's subject, where its body begins with that line, and the rest; its words are the writer's own."""
    found = _SUBJECT.match(text)
    return (found["subject"].strip(), text[found.end() :]) if found else ("", text)


_SUBJECT = re.compile(
    r"\s*(?:subject|betreff|asunto|objet|sujet|विषय)\s*:(?P<subject>[^\n]{1,300})\n\s*(?=\S)", re.IGNORECASE
)
_REPLY = re.compile(r"\s*(?:re|aw|antw|wg|fw|fwd|sv|rv|tr|ref|réf)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def _new_words(text: str) -> str:
    plain = _BLANKS.sub("\n\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.rstrip() for line in plain.split("\n")[:_MOST_LINES]]
    start, end = _first_header(lines)
    above = _own(lines[:start])
    if above or start == len(lines):
        return above
    below = lines[end:]
    if not below or not any(_QUOTED.match(line) for line in below[:2]):
        return ""
    return _own(below[: _first_header(below)[0]])


def _own(lines: list[str]) -> str:
    """The writer's own lines, between salutation and signature."""
    return "\n".join(_without_signature(_without_salutation(_unquoted(lines)))).strip()


def _unquoted(lines: list[str]) -> list[str]:
    """The lines without a quotation mark before them, nor what a wrapped quoted line left over."""
    kept: list[str] = []
    wrapped = False
    for line in lines:
        if _QUOTED.match(line):
            wrapped = len(line) >= _WRAPPED_FROM
        elif not line.strip():
            wrapped = False
            kept.append("")
        elif not wrapped:
            kept.append(line)
    return kept


def _first_header(lines: list[str]) -> tuple[int, int]:
    """Where quoted words are first introduced, from line and before line; the end twice where nowhere."""
    short = [line.strip() if len(line) <= _LONGEST_HEADER else "·" for line in lines]
    places = [*_introductions(short), *_header_blocks(short)]
    message = EmailMessage(text="\n".join(short), languages=[*_known_languages()])
    headers = cast("re.Pattern[str]", message.HEADER_REGEX)
    for match in headers.finditer(message.text):
        if said := match[0].strip():
            begin = match.start() + match[0].index(said)
            places.append((message.text.count("\n", 0, begin), message.text.count("\n", 0, begin + len(said)) + 1))
    return min(places, default=(len(lines), len(lines)))


def _introductions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Lines that introduce quoted words, also where a mail program broke them into two or three.

    In a language that is not known, what stands right above quoted lines, names a time or an address and ends in a
    colon introduces them.
    """
    for at, line in enumerate(lines):
        for size in range(1, _MOST_BROKEN + 1):
            part = [each for each in lines[at : at + size] if each]
            joined = " ".join(part)
            if not line or len(part) < size or len(joined) > _LONGEST_HEADER:
                break
            below = next((each for each in lines[at + size : at + size + 2] if each), "")
            above_quotes = _QUOTED.match(below) is not None and _NAMES_SENDER.fullmatch(joined) is not None
            if _history().fullmatch(joined) or above_quotes:
                yield at, at + size
                break


_MOST_BROKEN = 3
"""Lines into which a mail program breaks one that introduces quoted words."""
_NAMES_SENDER = re.compile(r"(?=.*\d)(?=.*(?:@|\d{1,2}[:.h]\d{2}|<)).+:", re.DOTALL)


def _header_blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Three lines and more that each begin with a word and a colon, one with a time or an address."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _FIELD.match(lines[end]):
            end += 1
        if end - at >= _FIELDS and any(_SENT.search(line) for line in lines[at:end]):
            yield at, end
        at = max(end, at + 1)


_FIELDS = 3
_FIELD = re.compile(r"[>*]{0,2}\s?[^\W\d_][\w .'-]{0,18}\*?\s?:\*?\s\S")
_SENT = re.compile(r"\d{1,2}[:.h]\d{2}|\S+@\S+|\b\d{4}\b")


def _known_languages() -> tuple[str, ...]:
    """Ours, without those that the library does not know: it would read them as English twice."""
    return tuple(locale for locale in LOCALES if locale != "hi")


def _without_salutation(lines: list[str]) -> list[str]:
    """The letter from after its `Hello,`, where that stands alone and something follows."""
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    rest = lines[first + 1 :]
    if first < len(lines) and any(line.strip() for line in rest):
        said = lines[first].strip()
        alone = len(said.split()) <= _SALUTATION_WORDS and said[-1] in ",:!." and _salutation().match(said)
        return rest if alone and "?" not in said else lines
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    """The letter up to its signature; an afterthought below it is kept."""
    lines = _without_disclaimer([line for line in lines if not _device().fullmatch(line.strip())])
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    for at in range(first + 1, len(lines)):
        if _DELIMITER.fullmatch(lines[at]) or _closes(lines, at):
            after = next((index for index in range(at, len(lines)) if _AFTERTHOUGHT.match(lines[index])), len(lines))
            return [*lines[:at], *lines[after:]]
    return lines


def _without_disclaimer(lines: list[str]) -> list[str]:
    """The letter up to the paragraph that a company's server puts below every mail."""
    for at in range(2, len(lines)):
        if not lines[at - 1].strip() and _disclaimer().match(lines[at].strip()):
            return lines[:at]
    return lines


def _closes(lines: list[str], at: int) -> bool:
    """Whether a closing stands here with nothing but names and addresses below."""
    closing = _closing().match(lines[at].strip())
    if closing is None:
        return False
    end = next((index for index in range(at + 1, len(lines)) if _DELIMITER.fullmatch(lines[index])), len(lines))
    below = [line for line in lines[at + 1 : end] if line.strip()]
    until = next((index for index, line in enumerate(below) if _AFTERTHOUGHT.match(line)), len(below))
    tail = lines[at].strip()[closing.end() :].strip(" ,.!")
    return until <= _SIGNATURE_LINES and all(_names_only(line) for line in (tail, *below[:until]))


def _names_only(line: str) -> bool:
    """Whether a line is a name, a position or how to reach somebody, and says nothing."""
    left = _CONTACT.sub(" ", line)
    words = re.findall(r"[^\s,;:]+", left)
    return len(words) <= _SIGNATURE_LINES and not _says_something(line) and all(map(_NAME_LIKE.fullmatch, words))


def _says_something(line: str) -> bool:
    """Whether a line could be an answer; such a one is never taken for a signature."""
    return line.strip() != "" and ("?" in line or read_answer(line, None, ()).answer != "other")


@cache
def _history() -> re.Pattern[str]:
    return re.compile("|".join(phrases("email")["history"]), re.IGNORECASE)


@cache
def _device() -> re.Pattern[str]:
    return re.compile("|".join(phrases("email")["devices"]), re.IGNORECASE)


@cache
def _disclaimer() -> re.Pattern[str]:
    return re.compile("|".join(phrases("email")["disclaimers"]), re.IGNORECASE)


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:{_listed('closings')})(?=$|[\s,.!])[,.!]*", re.IGNORECASE)


@cache
def _salutation() -> re.Pattern[str]:
    return re.compile(rf"(?:{_listed('salutations')})(?=$|[\s,.!:])", re.IGNORECASE)


def _listed(group: str) -> str:
    return "|".join(phrase for listed in phrases("email")[group].values() for phrase in listed)
