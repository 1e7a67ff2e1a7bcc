"""A company that asks somebody else's lending program, at a terminal of its own."""

from pathlib import Path

import pytest

from tests.policy.third_party.lending_library import LEND, LOOK, VOICE, Library


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "switchboard.toml"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    made = Library(tmp_path)
    made.write("", VOICE)
    made.write("count_things", LOOK)
    made.write("lend_thing", LEND)
    added = made.add()
    assert added.exit_code == 0, added.output
    return made
