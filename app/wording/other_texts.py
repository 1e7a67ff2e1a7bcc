"""What is read besides replies: frames of mails, codes and notices, articles, pages, the words of the desk."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from agents.catalogue import Catalogue
from agents.handoff.desk_words import DeskWords
from agents.handoff.rule_sentences import MONEY, facts_in
from agents.wording import Voice, render
from agents.wording.typography import typeset
from app.wording.specimens import CHANNELS, Rendered, Spoken, facts_of
from mcp_servers.crm.backend.contact import TOLD, WHERE
from mcp_servers.crm.backend.sign_in import TEXTS as NEW_PASSWORD
from mcp_servers.crm.backend.verification import TEXTS as CODE
from router.formatters import Addressee, formatter_of
from router.formatters.formatter import phrases
from router.formatters.outgoing.plain import unmarked

BRAND = "Acme: "
"""What stands before a notice."""
PAGES = "channels/**/strings*.js"
"""Files with the words of pages that customers see."""
WIDGET = "channels/web/words"
"""The folder of the widget's words, a file of JSON for each language."""
FOR_DEVELOPERS = "sandbox"
"""In the name of a page's file: no customer reads it."""
_ROOT = Path(__file__).parents[2]
_LANGUAGE = re.compile(r"^const (?P<locale>[a-z]{2}) = \{(?P<body>.*?)^\};", re.MULTILINE | re.DOTALL)
_STRING = re.compile(r'(?P<key>\w+): "(?P<text>(?:[^"\\]|\\.)*)"')


def render_others(catalogue: Catalogue, spoken: Spoken, articles: Path | None = None) -> Iterator[Rendered]:
    """Each text that is no reply, as it is read; `articles` is the folder of the knowledge base."""
    yield from _frames(spoken)
    yield from _notices(spoken)
    yield from _pages(_ROOT, spoken)
    yield from _widget(_ROOT, spoken)
    yield from desk_texts(catalogue, spoken)
    if articles is not None:
        yield from _articles(articles, spoken)


def desk_texts(catalogue: Catalogue, spoken: Spoken) -> Iterator[Rendered]:
    """What a representative reads of calls, in English, and of rules: said about the customer, and not to them."""
    voice = Voice("en", spoken.currency, "UTC")
    words = DeskWords(catalogue, voice)
    for tool, texts in catalogue.tools.items():
        facts = facts_of(f"tools/{tool}", texts, "usual")
        told = words.proposed(tool, facts, facts.get("resource"))
        yield Rendered(f"desk/{tool}", "en", "desk", "usual", told, (told,))
    for locale in spoken.locales:
        for message, texts in catalogue.rules.items():
            facts = {name: 4500 if name.endswith(MONEY) else 2 for name in facts_in(message)}
            told = render(texts, Voice(locale, spoken.currency, "UTC"), facts)
            yield Rendered(f"desk/rules/{message}", locale, "desk", "usual", told, (told,))


def page_texts(script: str) -> Iterator[tuple[str, str, str]]:
    """Language, key and words of each string of a page's file; a place for a fact is filled with a figure."""
    for language in _LANGUAGE.finditer(script):
        for string in _STRING.finditer(language["body"]):
            yield language["locale"], string["key"], re.sub(r"\{\w+\}", "5", string["text"])


def _frames(spoken: Spoken) -> Iterator[Rendered]:
    for locale in spoken.locales:
        frame: Mapping[str, str] = phrases("email")["letter"][locale]
        for key, text in frame.items():
            yield _as_it_is(f"email/{key}", locale, "email", text.format(name="Ana O’Brien"))
        link: str = phrases("voice")["spoken"][locale]["link"]
        yield _as_it_is("voice/link", locale, "voice", link)


def _notices(spoken: Spoken) -> Iterator[Rendered]:
    """What goes out as a text message of its own."""
    for locale in spoken.locales:
        told = TOLD[locale].format(date="2027-01-01", where=WHERE[locale])
        texts = {"code": CODE[locale].format(code="123456"), "contact_changed": told}
        texts["new_password"] = NEW_PASSWORD[locale].format(url="https://example.com/new/1")
        for name, text in texts.items():
            yield _as_it_is(f"notices/{name}", locale, "sms", typeset(f"{BRAND}{text}", locale))


def _pages(root: Path, spoken: Spoken) -> Iterator[Rendered]:
    files = [file for file in sorted(root.glob(PAGES)) if FOR_DEVELOPERS not in file.name]
    for file in files:
        for locale, key, text in page_texts(file.read_text("utf-8")):
            if locale in spoken.locales:
                yield _as_it_is(f"page/{file.parent.name}/{key}", locale, "page", text)


def _widget(root: Path, spoken: Spoken) -> Iterator[Rendered]:
    for locale in spoken.locales:
        words = json.loads((root / WIDGET / f"{locale}.json").read_text("utf-8"))
        for key, text in words_in(words):
            yield _as_it_is(f"page/widget/{key}", locale, "page", re.sub(r"\{\w+\}", "5", text))


def words_in(words: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a document, with the names that lead to it."""
    if isinstance(words, str):
        yield place, words
    elif isinstance(words, dict):
        for key, value in cast("dict[str, object]", words).items():
            yield from words_in(value, f"{place}.{key}" if place else key)


def _articles(folder: Path, spoken: Spoken) -> Iterator[Rendered]:
    for locale in spoken.locales:
        for file in sorted((folder / locale).glob("*.md")):
            lines = file.read_text("utf-8").splitlines()
            text = typeset("\n".join(each for each in lines if not re.match(r"(?:Keywords|Interrupts):", each)), locale)
            for channel in CHANNELS:
                to = Addressee(locale, "Ana", currency=spoken.currency)
                messages = formatter_of(channel).speak((text,), to)
                yield Rendered(f"articles/{file.stem}", locale, channel, "usual", unmarked(text), messages)


def _as_it_is(place: str, locale: str, channel: str, text: str) -> Rendered:
    return Rendered(place, locale, channel, "usual", text, (text,))
