"""What the understanding learnt, kept between runs of the tests under the digest of its examples and of the learner."""

import os
import shutil
from pathlib import Path

KEPT = Path(__file__).parents[1] / ".tools" / "learnt"


def give_learnt(folder: Path, learnt: Path = KEPT) -> None:
    """Put what earlier runs learnt where a reader looks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy(learnt, folder)


def keep_learnt(folder: Path) -> None:
    """Keep what was learnt in a folder for later runs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    _copy(folder, KEPT)


def _copy(source: Path, target: Path) -> None:
    """Copy whole files alone: another worker may read them at the same time."""
    for file in source.glob("*.npz"):
        if not (target / file.name).exists():
            partial = target / f"{file.name}.{os.getpid()}"
            shutil.copy2(file, partial)
            partial.replace(target / file.name)
