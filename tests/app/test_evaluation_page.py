"""`switchboard eval routing --report`: one page that stands alone, with what was taken wrongly."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.evaluation_page import shares_at, write_page
from app.main import cli
from domain.errors import BadRequest
from understanding.training.evaluation import LabelledReading, summarise

THRESHOLDS = {"route": 0.6, "margin": 0.1}
READINGS = [
    LabelledReading("pay <now>", "billing", "billing", 0.95, 1.0),
    LabelledReading("cancel the visit", "scheduling", "retention", 0.8, 1.0),
    LabelledReading("the visit or the line", "scheduling", "scheduling", 0.7, 1.0, lead=0.05),
    LabelledReading("hm", "out_of_scope", "billing", 0.3, 1.0),
]


def page(file: Path) -> str:
    write_page(file, READINGS, summarise(READINGS, 0.6, 0.1), THRESHOLDS)
    return file.read_text("utf-8")


def test_the_page_stands_alone_and_shows_each_confusion_with_its_words(tmp_path: Path):
    text = page(tmp_path / "page.html")
    assert text.count("<svg") == 2
    assert "scheduling taken as retention: 1" in text
    assert "cancel the visit" in text
    assert not re.search(r"""(?:src|href)=["']https?:""", text)
    assert "<script" not in text


def test_words_of_customers_are_shown_as_words(tmp_path: Path):
    wrong = [LabelledReading("<b>hm</b>", "out_of_scope", "billing", 0.3, 1.0)]
    write_page(tmp_path / "page.html", wrong, summarise(wrong, 0.6), THRESHOLDS)
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "&lt;b&gt;hm&lt;/b&gt;" in text
    assert "<b>hm" not in text


def test_the_same_readings_make_the_same_page(tmp_path: Path):
    assert page(tmp_path / "one.html") == page(tmp_path / "two.html")


def test_what_is_within_the_margin_counts_as_asked_back():
    assert shares_at(READINGS, 0.6, 0.1) == pytest.approx((0.25, 0.5, 0.25))
    assert shares_at(READINGS, 0.6, 0.0) == pytest.approx((0.5, 0.25, 0.25))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    with pytest.raises(BadRequest, match="cannot be written"):
        page(tmp_path / "nowhere" / "page.html")


def test_the_command_writes_it_and_takes_whole_intents_as_labels(tmp_path: Path, seeded_folder: Path):
    rows, file = tmp_path / "rows.jsonl", tmp_path / "page.html"
    said = [("cancel my subscription", "retention.cancel_subscription"), ("let me talk to a person", "human")]
    rows.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in said))
    command = ["eval", "routing", str(rows), "--report", str(file), "--json", "--data", str(seeded_folder)]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["accuracy"] == 1
    assert "retention.cancel_subscription" in file.read_text("utf-8")
