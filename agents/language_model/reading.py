"""A message as the language model reads it: a proposal, held against the intents that exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import ModelUnavailable
from domain.understanding import Intent

MOST_INTENTS = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model proposes to have understood. It may veto a yes (`veto_yes`); it has no way to supply one."""

    intents: tuple[Intent, ...]
    locale: str
    sentiment: float
    wants_person: bool
    veto_yes: bool


class _Wish(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: str
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    intents: Annotated[list[_Wish], Field(max_length=MOST_INTENTS)]
    locale: Annotated[str, Field(pattern="^[a-z]{2}$")]
    sentiment: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    wants_person: bool
    veto_yes: bool


def response_format(candidates: Mapping[str, str]) -> dict[str, Any]:
    """The structured output to ask for, with the names of the intents that exist."""
    schema = _Answer.model_json_schema()
    schema["$defs"]["_Wish"]["properties"]["name"]["enum"] = list(candidates)
    return {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": schema}}


def read_answer(answer: str, candidates: Mapping[str, str]) -> Reading:
    """Accept exactly a well-formed answer about intents that exist.

    Raises:
        ModelUnavailable: anything else, whole or in part.
    """
    try:
        parsed = _Answer.model_validate_json(answer)
    except ValidationError as error:
        raise ModelUnavailable("the language model's reading is malformed") from error
    if not {wish.name for wish in parsed.intents} <= set(candidates):
        raise ModelUnavailable("the language model named an intent that does not exist")
    intents = tuple(Intent(wish.name, wish.confidence) for wish in parsed.intents)
    return Reading(intents, parsed.locale, parsed.sentiment, parsed.wants_person, parsed.veto_yes)
