"""Where in a TOML file a key stands, so that a mistake is said with its line."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_TABLE = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*["']?([\w.-]+)["']?\s*=""")
_AT_LINE = re.compile(r"\(at line (\d+)")
EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "is no setting of a company",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be a table",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a company's folder that does not fit: where, and what is expected there."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"

    def as_json(self) -> dict[str, Any]:
        """In plain values; line 0 is the file as a whole."""
        return {"file": str(self.file), "line": self.line, "message": self.message}


class NotRight(Exception):
    """A file of a company's folder cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


Shape = TypeVar("Shape", bound=BaseModel)


def read_toml(file: Path, shape: type[Shape]) -> Shape:
    """Read a TOML file in a shape.

    Raises:
        NotRight: it is not there, is no TOML or does not fit the shape; every problem with its line.
    """
    text = ""
    try:
        text = file.read_text("utf-8")
        return shape.model_validate(tomllib.loads(text))
    except FileNotFoundError:
        raise NotRight([Mistake(file, 0, "is not there; `switchboard company new NAME` writes one")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotRight([Mistake(file, 0, f"cannot be read: {error}")]) from None
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise NotRight([Mistake(file, int(at[1]) if at else 0, f"is no TOML: {error}")]) from None
    except ValidationError as error:
        raise NotRight([_problem(file, text, each) for each in error.errors(include_url=False)]) from None


def _problem(file: Path, text: str, found: Any) -> Mistake:
    place = tuple(str(part) for part in found["loc"] if not isinstance(part, int))
    meaning = EXPECTED.get(found["type"]) or str(found["msg"]).removeprefix("Value error, ")
    return Mistake(file, line_of(text, place), f"{'.'.join(place) or 'the file'} {_as_clause(meaning)}")


def _as_clause(meaning: str) -> str:
    return meaning[:1].lower() + meaning[1:] if meaning.startswith(("String", "Input", "List")) else meaning


def line_of(text: str, place: Sequence[str]) -> int:
    """The line on which a key, or the nearest table around it, stands; 1 where neither does."""
    best, best_depth, table = 1, 0, ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _parts(header[1])
            found = table
        elif key := _KEY.match(line):
            found = (*table, *_parts(key[1]))
        else:
            continue
        depth = len(found)
        if tuple(place[:depth]) == found and depth > best_depth:
            best, best_depth = number, depth
    return best


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
