"""`switchboard eval answers` and its like: strangers' words from a folder that is an argument."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.main import cli
from app.word_sets.figures import Verdict, macro_f1
from app.word_sets.rows import Selection, load_set
from domain.errors import BadRequest


def write_answers(folder: Path) -> None:
    rows = [
        {"id": "1", "asked": "Shall I?", "text": "yes", "label": "yes", "lang": "en", "source": "here"},
        {"id": "2", "asked": None, "text": "no", "label": "no", "lang": "en", "source": "there"},
        {"id": "3", "asked": None, "text": "kyllä", "label": "yes", "lang": "fi", "source": "there"},
    ]
    (folder / "answers.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")


def test_figures_are_told_for_each_source_and_compared_with_what_was_saved(tmp_path: Path):
    write_answers(tmp_path)
    saved = tmp_path / "before.json"
    first = CliRunner().invoke(cli, ["eval", "answers", str(tmp_path), "--json", "--save", str(saved)])
    assert first.exit_code == 0, first.output
    report = json.loads(saved.read_text("utf-8"))
    assert report["count"] == 2
    assert report["figures"]["yes_heard"] == 1.0
    assert set(report["sources"]) == {"here", "there"}


def test_a_source_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path):
    write_answers(tmp_path)
    with pytest.raises(BadRequest, match="did you mean there"):
        load_set(tmp_path, "answers", ("text",), Selection(sources=("ther",)))


def test_a_line_that_lacks_a_field_is_named(tmp_path: Path):
    (tmp_path / "answers.jsonl").write_text('{"text": "yes"}', "utf-8")
    with pytest.raises(BadRequest, match="line 1: lacks label"):
        load_set(tmp_path, "answers", ("text", "label"), Selection())


def test_what_is_accepted_counts_as_its_label_in_the_macro_f1():
    right = Verdict({"label": "refusal"}, "correction", right=True)
    wrong = Verdict({"label": "question"}, "refusal", right=False)
    assert macro_f1([right]) == 1.0
    assert macro_f1([right, wrong]) == round((2 / 3 + 0) / 2, 4)
