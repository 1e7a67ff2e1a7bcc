"""Reading sets of labelled words: JSON lines, one file a set, kept outside the project."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from domain.conversation import LOCALES
from domain.errors import BadRequest
from domain.names import require_known

Row = dict[str, Any]
"""One labelled utterance as its file has it: `id`, `lang`, `source`, and the set's own fields."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a set are measured: languages (ours by default, or `all`) and sources (all by default)."""

    languages: tuple[str, ...] = LOCALES
    sources: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The languages that were named, which this set has to hold."""
        return () if self.languages == LOCALES or "all" in self.languages else self.languages

    def holds(self, row: Row) -> bool:
        """Whether a row is measured."""
        spoken = "all" in self.languages or row.get("lang") in self.languages
        return spoken and (not self.sources or row.get("source") in self.sources)


def load_set(place: Path, name: str, needed: tuple[str, ...], selection: Selection) -> list[Row]:
    """The selected rows of a set: `place` is its file, or the folder that holds `<name>.jsonl`.

    Raises:
        BadRequest: there is no such file, a line is not an object with the fields `needed`, or nothing
            is selected; the message names the line.
        UnknownName: the set holds no such language or source; the message gives the nearest.
    """
    file = place / f"{name}.jsonl" if place.is_dir() else place
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{file}: cannot be read ({error})") from error
    rows = [_row(file, number, line, needed) for number, line in enumerate(lines, start=1) if line.strip()]
    _require_known(rows, selection)
    chosen = [row for row in rows if selection.holds(row)]
    if not chosen:
        raise BadRequest(f"{file}: no row is in {', '.join(selection.languages)}")
    return chosen


def _row(file: Path, number: int, line: str, needed: tuple[str, ...]) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRequest(f"{file}, line {number}: not JSON ({error})") from error
    lacking = [name for name in needed if not isinstance(row, dict) or name not in row]
    if lacking:
        raise BadRequest(f"{file}, line {number}: lacks {', '.join(lacking)}")
    return cast("Row", row)


def _require_known(rows: list[Row], selection: Selection) -> None:
    for kind, field, chosen in (("language", "lang", selection.asked), ("source", "source", selection.sources)):
        known = {str(row.get(field)) for row in rows}
        for name in chosen:
            require_known(kind, name, known, of="this set")
