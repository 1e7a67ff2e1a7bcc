"""One reader for all tests of this room, learnt from the shipped examples."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.calls import Pending
from domain.understanding import Understanding
from tests.learnt import give_learnt, keep_learnt
from understanding.reader import ReadContext, Reader, build_reader

ROOT = Path(__file__).parents[2]
EXAMPLES = (ROOT / "agents", ROOT / "understanding" / "intents" / "examples")
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)

Read = Callable[..., Understanding]


@pytest.fixture(scope="session")
def learnt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("understanding")


@pytest.fixture(scope="session")
def reader(learnt_folder: Path) -> Reader:
    give_learnt(learnt_folder)
    built = build_reader(EXAMPLES, learnt_folder)
    keep_learnt(learnt_folder)
    return built


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    def read_text(
        text: str, locale: str = "en", pending: Pending | None = None, context: ReadContext | None = None
    ) -> Understanding:
        return reader.read(
            text, locale=locale, pending=pending, now=FRIDAY, context=context or ReadContext(currency="USD")
        )

    return read_text
