"""Customers who say what strangers said: replies, refusals, corrections, questions and openings from word sets.

The sets are a folder of JSON lines that is handed in (`--words`); none of their rows is part of the project. A row is
taken where it fits: what somebody said when they were asked for a yes is said when a yes is asked for. Where a language
has no row for a place, the phrase book's words serve.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from app.journeys.customer import SimulatedCustomer, Trial
from app.journeys.phrases import load_usual_answers
from app.journeys.scenario import LANGUAGES, Language
from app.word_sets.rows import Row, Selection, load_set
from domain.errors import BadRequest

Json = dict[str, Any]
Mood = Literal["agrees", "refuses", "strays"]
MOODS: Mapping[Mood, int] = {"agrees": 4, "refuses": 3, "strays": 3}
"""How many of ten customers agree, refuse what they are asked to confirm, or say something else before they agree."""
JOURNEYS = Path(__file__).parent / "rewording.yaml"
_PLACEHOLDER = re.compile(r"\{\{|\}\}")
ByLanguage = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class StrangersWords:
    """What strangers said, by the place in a conversation that it fits and by language; openings by journey."""

    yes: ByLanguage
    no: ByLanguage
    strays: ByLanguage
    ordinals: tuple[ByLanguage, ...]
    openings: ByLanguage

    @property
    def languages(self) -> list[Language]:
        """Those in which something is said for a yes and for a no."""
        return [each for each in LANGUAGES if self.yes.get(each) and self.no.get(each)]


@dataclass(frozen=True, slots=True)
class RewordedTrial(Trial):
    """A trial whose customer says what strangers said."""

    words: StrangersWords


def load_words(folder: Path) -> StrangersWords:
    """The words of a folder of sets: `answers`, `dialogue_acts`, `choices`, `routing_dev`.

    Raises:
        BadRequest: a set is missing or cannot be read, or nobody in it says yes and no in a language of ours.
    """
    every = Selection(("all",))
    answers = load_set(folder, "answers", ("text", "label", "lang"), every)
    acts = load_set(folder, "dialogue_acts", ("text", "label", "lang"), every)
    choices = load_set(folder, "choices", ("text", "label", "lang"), every)
    routes = load_set(folder, "routing_dev", ("text", "source_label", "lang"), every)
    words = StrangersWords(
        yes=_gather(answers, lambda row: row["label"] == "yes" and not row.get("kind")),
        no=_gather(answers, _refuses),
        strays=_gather([*answers, *acts], _strays),
        ordinals=tuple(_gather(choices, _is_ordinal(place)) for place in range(2)),
        openings=_openings(routes),
    )
    if not words.languages:
        raise BadRequest(f"{folder}: nobody in these sets says yes and no in {', '.join(LANGUAGES)}")
    return words


def _refuses(row: Row) -> bool:
    return row["label"] == "no" and row.get("kind") in (None, "refusal", "cancel") and "accept" not in row


def _strays(row: Row) -> bool:
    """Neither a yes nor a plain no: a question, a correction, a doubt, a condition, somebody who did not hear."""
    acts = ("question", "correction", "repeat_request", "unsure", "conditional", "other")
    return row["label"] in acts and row.get("kind") != "new_wish" and "yes" not in row.get("accept", ())


def _is_ordinal(place: int) -> Callable[[Row], bool]:
    return lambda row: row.get("kind") == "ordinal" and row["label"] == place


def _gather(rows: list[Row], fits: Callable[[Row], bool]) -> ByLanguage:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if fits(row):
            found[str(row["lang"])].append(str(row["text"]))
    return {language: tuple(dict.fromkeys(texts)) for language, texts in found.items()}


def _openings(rows: list[Row]) -> ByLanguage:
    """English openings by journey; rows with a placeholder of their own are left out."""
    of = {label: journey for journey, labels in journey_labels().items() for label in labels}
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        journey = of.get(str(row["source_label"]))
        if journey and row["lang"] == "en" and not _PLACEHOLDER.search(row["text"]):
            found[journey].append(str(row["text"]))
    return {journey: tuple(texts) for journey, texts in found.items()}


@cache
def journey_labels() -> dict[str, list[str]]:
    """Which labels of the sets' sources mean a journey of ours."""
    return yaml.safe_load(JOURNEYS.read_text("utf-8"))


class RewordedCustomer(SimulatedCustomer):
    """A customer who answers in strangers' words; who is asked again falls back on plain ones.

    One in some agrees, another refuses what they are asked to confirm, another says something else first.
    """

    def __init__(self, trial: RewordedTrial, today: date) -> None:
        super().__init__(trial, today)
        self._words = trial.words
        self.mood: Mood = self._dice.choices(list(MOODS), list(MOODS.values()))[0]

    def _wish(self) -> str:
        wish = super()._wish()
        said = self._words.openings.get(self._variant.journey) if self._variant.language == "en" else None
        return self._dice.choice(said) if said and self._tries == 1 and not self._scenario.openings else wish

    def _detour(self, pending: Json) -> str:
        said = self._said(self._words.strays)
        if self.mood != "strays" or self._strayed or pending["kind"] != "confirm" or not said:
            return ""
        self._strayed = True
        return self._dice.choice(said)

    def _reply(self, pending: Json, times: int) -> str:
        if pending["kind"] == "confirm":
            return self._confirm(pending, times)
        ordinal = self._ordinal(pending) if pending["kind"] == "slot" and not times else ""
        return ordinal or super()._reply(pending, times)

    def _confirm(self, pending: Json, times: int) -> str:
        wanted = self._wants(pending["tool"], pending["arguments"])
        if wanted and self.mood == "refuses":
            self.refused.add(pending["tool"])
            wanted = False
        said = self._said(self._words.yes if wanted else self._words.no)
        plain = self._phrases.yes if wanted else self._phrases.no
        return self._dice.choice(said) if said and times < 2 else self._pick(plain["plain"])

    def _ordinal(self, pending: Json) -> str:
        """The first or the second in a stranger's words, where the phrase book would say the same."""
        slot = str(pending["arguments"]["slot"])
        name = self._scenario.answers.get(slot) or load_usual_answers().get(slot)
        if (
            pending["arguments"]["kinds"][:1] != ["choice"]
            or slot == "journey"
            or name not in (None, "first", "second")
        ):
            return ""
        said = self._said(self._words.ordinals[name == "second"])
        return self._dice.choice(said) if said else ""

    def _said(self, words: ByLanguage) -> tuple[str, ...]:
        return words.get(self._variant.language, ())
