"""Checking a company's procedures in YAML: their form, and that each of their words says only what is known by then."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from jinja2 import TemplateError

from agents.declared import FILE, CallStep, DeclaredProcedure, inspect_declared, line_at
from agents.folders import read_yaml
from agents.wording import Terms
from app.company.profile import CompanyProfile
from app.company.source import Mistake
from app.wording.specimens import names_in
from domain.company import CompanyFolder
from domain.errors import Misconfigured
from domain.names import suggest

TITLE = "title"
ALWAYS_KNOWN = frozenset({*Terms.__slots__, "channel"})


def check_declared(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Everything that does not fit in the company's `procedure.yaml` files and the replies that they name."""
    del profile
    for file in sorted(company.path.glob(f"procedures/*/*/{FILE}")):
        declared, misfits = inspect_declared(file)
        yield from (Mistake(file, line, message) for line, message in misfits)
        if declared is not None and not misfits:
            yield from _check_replies(file, declared)


def _check_replies(file: Path, declared: DeclaredProcedure) -> Iterator[Mistake]:
    words, text = file.with_name("replies.yaml"), file.read_text("utf-8")
    try:
        replies = read_yaml(words)
    except Misconfigured:
        return  # named by the check of words
    if TITLE not in replies:
        yield Mistake(words, 0, "has no title: what the journey is called, as a noun (“your order”)")
    for place, field, reply in declared.sayings:
        if reply not in replies:
            line = line_at(text, ("steps", place, field))
            yield Mistake(file, line, f"there is no reply {reply} in {words.name}{suggest(reply, sorted(replies))}")
            continue
        known, step = declared.known_at(place), declared.steps[place]
        must = {path.partition(".")[0] for path in step.facts.values()} if isinstance(step, CallStep) else set[str]()
        yield from _check_facts(words, reply, replies, known, must - {"customer_id"} if field == "confirm" else set())


def _check_facts(
    words: Path, reply: str, replies: Mapping[str, Any], known: set[str], must: set[str]
) -> Iterator[Mistake]:
    line = line_at(words.read_text("utf-8"), (reply,))
    for locale, source in sources_of(replies[reply]):
        try:
            named = names_in(source)
        except TemplateError as error:
            yield Mistake(words, line, f"{reply}, {locale}: is no template: {error}")
            continue
        for name in sorted(named - known - ALWAYS_KNOWN):
            told = f"{reply}, {locale}: there is no fact {name} by then{suggest(name, sorted(known), len(known))}"
            yield Mistake(words, line, told)
        for name in sorted(must - named):
            told = f"{reply}, {locale}: does not name {name}, and the call depends on it: nobody can say yes to it"
            yield Mistake(words, line, told)


def sources_of(texts: Any) -> Iterator[tuple[str, str]]:
    """Each template of a reply with its language; what is none is named by the check of words."""
    by_locale = cast("dict[str, Any]", texts) if isinstance(texts, dict) else {}
    for locale, text in by_locale.items():
        each = cast("dict[str, str]", text).values() if isinstance(text, dict) else (text,)
        yield from ((locale, source) for source in each if isinstance(source, str))
