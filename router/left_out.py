"""Files that came with a message and are not kept: what they were, and what the customer hears about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from understanding.screening.secrets import screen

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was not kept: its name, and whether it is a voice note, a video or anything else."""

    name: str
    kind: str


def left_out(name: str, media_type: str) -> LeftOut:
    """A file by its name and by what its sender says it is; of that only what it is called in words counts."""
    kinds = {"audio": "voice", "video": "video"}
    return LeftOut(screen(name).text[:LONGEST_NAME], kinds.get(media_type.partition("/")[0].lower(), "other"))


def as_json(files: Iterable[LeftOut]) -> list[dict[str, str]]:
    """As they are kept with a turn's request."""
    return [{"name": each.name, "kind": each.kind} for each in files]


def from_json(rows: Iterable[Mapping[str, str]]) -> tuple[LeftOut, ...]:
    """The same read again."""
    return tuple(LeftOut(row["name"], row["kind"]) for row in rows)


def show_beside(text: str, request: Mapping[str, Any]) -> str:
    """A message as people read it: its words, and the names of what came with it and was not kept."""
    names = [f"[{each.name}]" for each in _of(request)]
    return "\n".join([*([text] if text.strip() else []), " ".join(names)]) if names else text


def facts_for(text: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts of the reply `file_not_kept`; None where everything was kept. Kinds are named where all are alike."""
    kinds = {each.kind for each in _of(request)}
    if not kinds:
        return None
    return {"kind": kinds.pop() if len(kinds) == 1 else "other", "alone": not text.strip()}


def _of(request: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    return from_json(request.get("left_out", ()))
