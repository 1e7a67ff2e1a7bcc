"""What a company shows of itself in development: its named customers, and the scenes of its demonstration."""

import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import Misconfigured

CUSTOMERS = Path("seed") / "customers.json"
SCENES = Path("demo.yaml")
Shape = TypeVar("Shape", bound=BaseModel)


class ExampleCustomer(BaseModel):
    """A customer of the sandbox, their situation, and something to say as them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    locale: str
    situation: str
    say: str


class DemoScene(BaseModel):
    """One journey of the demonstration: who, what they say first and when asked for a slot, and what to watch for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    customer: str
    opening: str
    locale: str = "en"
    answers: tuple[str, ...] = ()
    yes: str = "yes"
    watch: str = ""


def read_examples(folder: Path) -> list[ExampleCustomer]:
    """The named customers of a company's sandbox, in order; none where it lists none.

    Raises:
        Misconfigured: the list is malformed.
    """
    return _read(folder / CUSTOMERS, ExampleCustomer)


def read_scenes(folder: Path) -> list[DemoScene]:
    """The scenes of a company's demonstration, in order; none where it has none.

    Raises:
        Misconfigured: the file is malformed.
    """
    return _read(folder / SCENES, DemoScene)


def _read(file: Path, shape: type[Shape]) -> list[Shape]:
    if not file.is_file():
        return []
    try:
        text = file.read_text("utf-8")
        document: Any = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
        return [shape.model_validate(each) for each in document]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misconfigured(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise Misconfigured(f"{file}: {' '.join(str(error).split())}") from None
