"""What simulated customers say beside their opening: the phrase book of each language, and what answers which slot."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from app.journeys.scenario import Language, Manner, Part, Variant
from domain.errors import BadRequest
from domain.names import suggest

FOLDER = Path(__file__).parent / "phrases"
ByManner = dict[Manner, list[str]]


class PhraseBook(Part):
    """One language's phrases.

    `before` and `after` go round an opening, `around` round an answer (`{words}`). `asides` are questions about another
    journey, by its name. `answers` are by the names that scenarios and `slots.yaml` use.
    """

    yes: ByManner
    no: ByManner
    before: ByManner
    after: ByManner
    around: ByManner
    code: ByManner
    hesitates: list[str]
    corrects: list[str]
    unsure: list[str]
    thanks: list[str]
    asides: dict[str, list[str]]
    answers: dict[str, list[str]]


@cache
def load_phrases(language: Language) -> PhraseBook:
    """The phrase book of a language."""
    return PhraseBook.model_validate(yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8")))


def require_phrases(variants: Iterable[Variant]) -> None:
    """See that every answer that a scenario names is in the phrase book of its language.

    Raises:
        BadRequest: one is not; the message says which there are.
    """
    for variant in variants:
        known = {"yes", "no", *load_phrases(variant.language).answers}
        for slot, said in variant.scenario.answers.items():
            if isinstance(said, str) and said not in known:
                raise BadRequest(
                    f"{variant.id}: answers.{slot}: there is no phrase {said!r}{suggest(said, sorted(known))}; "
                    f"a phrase's name, or words by language such as {{{variant.language}: …}}"
                )


@cache
def load_usual_answers() -> dict[str, str]:
    """What a customer without a wish of their own answers to a slot, by the answer's name."""
    return yaml.safe_load((FOLDER / "slots.yaml").read_text("utf-8"))
