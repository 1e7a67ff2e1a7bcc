"""The reply checks: every word that a model wrote is held against what really happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agents.reply_checks.claims import claims_in
from agents.reply_checks.days import Day
from agents.reply_checks.figures import Figure, figures_in
from agents.reply_checks.known import Known
from agents.reply_checks.secrecy import without_secrets
from agents.reply_checks.text import normal, sentences, words

FindingKind = Literal[
    "amount",
    "percent",
    "date",
    "time",
    "reference",
    "link",
    "claim",
    "disclosure",
    "secret",
    "other_customer",
    "language",
]

_ATTRIBUTION = re.compile(
    words(
        r"you(?:'ve| have| had)?(?: just| also)? (?:say|said|mention(?:ed)?|wrote|written|told|ask(?:ed)?|quoted?)",
        r"(?:usted |nos |me )*(?:dijo|dice|mencionó|menciona|escribió|indicó|indica|pidió|pide)",
        r"Sie(?: \S+){0,5} (?:geschrieben|gesagt|genannt|erwähnt|gebeten)",
        r"Sie (?:schrieben|sagten|nannten|nennen|erwähnten|baten)|(?:schrieben|sagten|nannten|erwähnten|baten) Sie",
        r"vous (?:nous |m'|l')?(?:avez |aviez )?(?:dit|dites|indiqué|indiquez|mentionné|mentionnez)",
        r"vous (?:nous |m'|l')?(?:avez |aviez )?(?:écrit|écrivez|demandé|demandez)",
        r"आपने(?: \S+){0,12}? (?:कहा|लिखा|बताया|मांगा|माँगा|पूछा)",
    ),
    re.IGNORECASE,
)
_CUSTOMER_NUMBER = re.compile(r"C-\d+")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a reply may rest on.

    `tool_results` are structured results of this case and the facts of its templates. `customer_words` may be
    repeated only as theirs; the words of CRM notes belong here too. `performed` names the tools that succeeded
    (`server.tool`) and has `handoff` once the case is with people. Times of results are read in the customer's
    `timezone`; without `today` no "tomorrow" can be checked, so none passes. `secrets` may never be said.
    """

    tool_results: tuple[Any, ...] = ()
    customer_words: tuple[str, ...] = ()
    locale: str = "en"
    performed: frozenset[str] = frozenset()
    disclosures_required: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    timezone: str = "UTC"
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a reply; the excerpt of a secret is masked."""

    kind: FindingKind
    excerpt: str


def check(reply: str, evidence: Grounds, *, reported: bool = False) -> tuple[Finding, ...]:
    """Find everything in a reply that the evidence does not bear; empty means that it may be said.

    Where the words are `reported` to colleagues, the customer's figures may stand without saying whose they are.
    """
    text, secrets = without_secrets(normal(reply), map(normal, evidence.secrets))
    facts = Known(evidence.timezone).read_results(evidence.tool_results)
    if evidence.today:
        facts.days.add(Day.of(evidence.today))
    claims = (Finding("claim", excerpt) for excerpt in claims_in(text, evidence.performed, facts.states))
    leaks = (Finding("secret", excerpt) for excerpt in secrets)
    return (*leaks, *_ungrounded(text, evidence, facts, reported), *claims, *_undisclosed(text, evidence))


def figures(text: str) -> frozenset[tuple[str, Any]]:
    """The figures that a text names, each as a kind and a value that is the same in every spelling."""
    return frozenset((figure.kind, figure.values or figure.text) for figure in figures_in(normal(text)))


def _ungrounded(text: str, evidence: Grounds, facts: Known, reported: bool) -> Iterator[Finding]:
    said = Known(evidence.timezone).read_words(evidence.customer_words)
    for sentence in sentences(text):
        quoted = reported or _ATTRIBUTION.search(sentence)
        for figure in figures_in(sentence, evidence.today):
            if not (facts.supports(figure) or (quoted and said.supports(figure))):
                yield Finding(_kind(figure), figure.text)


def _kind(figure: Figure) -> FindingKind:
    if figure.kind == "address" or _CUSTOMER_NUMBER.fullmatch(figure.text.upper()):
        return "other_customer"
    return figure.kind


def _undisclosed(text: str, evidence: Grounds) -> Iterator[Finding]:
    spoken = _plain(text)
    for disclosure in evidence.disclosures_required:
        if _plain(normal(disclosure)) not in spoken:
            yield Finding("disclosure", disclosure)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
