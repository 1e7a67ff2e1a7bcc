"""The versions of models that were learnt from the house's own labelled messages, and which one is in force."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from domain.errors import BadRequest, Misconfigured
from understanding.intents.classifier import Classifier, Weights

log = structlog.get_logger()
_IN_FORCE = "in-force"
LOOK_EVERY_S = 1.0


def current_model(folder: Path) -> Classifier | None:
    """The model in force in this folder, or None where none was trained or the shipped one was put back in force.

    Raises:
        Misconfigured: the model in force cannot be read.
    """
    version = version_in_force(folder)
    return Classifier(Weights.load(_file(folder, version))) if version else None


class ModelInForce:
    """The model in force in a folder, followed while the program runs: looked at once a second at most.

    A model that cannot be read leaves the one before it in use.
    """

    def __init__(self, folder: Path, seconds: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._seconds = seconds
        self._model = current_model(folder)
        self._version = version_in_force(folder)
        self._looked_at = seconds()

    def __call__(self) -> Classifier | None:
        """The model, None where the shipped understanding is in force."""
        now = self._seconds()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            self._look()
        return self._model

    def _look(self) -> None:
        try:
            version = version_in_force(self._folder)
            if version != self._version:
                self._model, self._version = current_model(self._folder), version
                log.info("understanding_changed", version=version)
        except Misconfigured as error:
            log.error("understanding_not_taken", why=str(error))


def version_in_force(folder: Path) -> int:
    """The number of the model in force; 0 is the shipped understanding."""
    pointer = _models(folder) / _IN_FORCE
    try:
        return int(pointer.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{pointer}: names no model version ({error})") from error


def list_versions(folder: Path) -> list[int]:
    """The versions that are kept, oldest first."""
    return sorted(
        int(file.stem.partition("-")[2]) for file in _models(folder).glob("model-*.npz") if _is_numbered(file)
    )


def keep_version(folder: Path, weights: Weights) -> int:
    """Keep a model as the next version and put it in force."""
    _models(folder).mkdir(parents=True, exist_ok=True)
    version = max(list_versions(folder), default=0) + 1
    weights.save(_file(folder, version))
    put_in_force(folder, version)
    return version


def put_in_force(folder: Path, version: int) -> None:
    """Put a kept version in force, also for processes that run on this folder; 0 is the shipped understanding.

    Raises:
        BadRequest: there is no such version.
    """
    if version != 0 and version not in list_versions(folder):
        raise BadRequest(f"there is no model version {version}")
    _models(folder).mkdir(parents=True, exist_ok=True)
    pointer = _models(folder) / _IN_FORCE
    partial = pointer.with_suffix(".partial")
    partial.write_text(str(version), encoding="utf-8")
    partial.replace(pointer)


def read_version(folder: Path, version: int) -> bytes:
    """A kept version as it may be given to another folder."""
    return _file(folder, version).read_bytes()


def take_version(folder: Path, version: int, content: bytes) -> None:
    """Keep a version that was learnt elsewhere, whole or not at all, in place of an own one of that number."""
    _models(folder).mkdir(parents=True, exist_ok=True)
    partial = _models(folder) / f"{version}.{os.getpid()}.partial"
    partial.write_bytes(content)
    partial.replace(_file(folder, version))


def _models(folder: Path) -> Path:
    return folder / "models"


def _file(folder: Path, version: int) -> Path:
    return _models(folder) / f"model-{version:04d}.npz"


def _is_numbered(file: Path) -> bool:
    return file.stem.partition("-")[2].isdigit()
