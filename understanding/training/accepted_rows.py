"""The company's rows that a model was accepted with: later models have to know them, too."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from understanding.intents.models import list_versions, version_in_force
from understanding.training.evaluation import LabelledText

MOST = 500
"""So many rows of a version are kept, the first by their text's order, which is no order at all."""


def keep_accepted(folder: Path, version: int, rows: Sequence[LabelledText]) -> None:
    """Keep rows beside the model that learnt from them, readable by their owner only."""
    lines = sorted({json.dumps(asdict(row), ensure_ascii=False) for row in rows}, key=_place_of)[:MOST]
    descriptor = os.open(_file(folder, version), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


def load_accepted(folder: Path) -> list[LabelledText]:
    """The rows of every version up to the one in force, each once."""
    current = version_in_force(folder)
    files = [_file(folder, version) for version in list_versions(folder) if version <= current]
    lines = [line for file in files if file.exists() for line in file.read_text("utf-8").splitlines()]
    return [LabelledText(**json.loads(line)) for line in dict.fromkeys(lines)]


def _place_of(line: str) -> str:
    """A fixed place for each line among the others."""
    return sha256(line.encode()).hexdigest()


def _file(folder: Path, version: int) -> Path:
    return folder / "models" / f"model-{version:04d}.rows.jsonl"
