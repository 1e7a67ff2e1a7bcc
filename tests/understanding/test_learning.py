"""Evaluation figures, and training on the house's own rows with refusal and rollback."""

import json
from pathlib import Path

import pytest

from domain.errors import BadRequest
from tests.understanding.conftest import EXAMPLES, FRIDAY
from understanding.intents.examples import Example, load_examples
from understanding.intents.models import ModelInForce, current_model, list_versions, put_in_force, version_in_force
from understanding.reader import Reader
from understanding.training.evaluation import LabelledText, evaluate_routing, load_rows
from understanding.training.training import HeldOutTrial, roll_back, train

TRIAL = HeldOutTrial(FRIDAY, "USD")
ROWS = [
    LabelledText("my internet is down", "troubleshooting"),
    LabelledText("refund me please", "billing"),
    LabelledText("let me talk to a person", "human"),
    LabelledText("tell me a joke", "out_of_scope"),
    LabelledText("sing the blues for me", "billing"),
]


def jargon(number: int) -> LabelledText:
    """Sentences of a house that calls a bill a frobnitz and a visit a wuzzle."""
    word, label = (("frobnitz", "billing"), ("wuzzle", "scheduling"))[number % 2]
    return LabelledText(f"about the {word} of case {spell(number)}", label)


def spell(number: int) -> str:
    """Another word for each number."""
    return f"{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}"


def test_the_figures_of_an_evaluation_are_counted_right(reader: Reader):
    report = evaluate_routing(reader, ROWS, now=FRIDAY, currency="USD", route_from=0.6)
    assert report.count == 5
    assert report.accuracy == pytest.approx(0.8)
    assert report.labels["billing"].recall == pytest.approx(0.5)
    assert report.labels["billing"].precision == 1
    assert report.confusion["billing"]["out_of_scope"] == 1
    assert report.right + report.question_back + report.wrong == pytest.approx(1)
    assert (report.person_recall, report.person_false_alarms) == (1, 0)
    assert sum(one.count for one in report.reliability) == 5
    assert json.loads(json.dumps(report.as_json()))["shares"]["right"] == pytest.approx(report.right)


def test_a_higher_threshold_asks_back_more(reader: Reader):
    low, high = (evaluate_routing(reader, ROWS, now=FRIDAY, currency="USD", route_from=at) for at in (0.0, 1.01))
    assert (low.question_back, high.question_back) == (0, 1)


def test_rows_are_read_from_json_lines(tmp_path: Path):
    file = tmp_path / "rows.jsonl"
    file.write_text(
        '{"text": "hola", "label": "billing", "lang": "es"}\n\n{"text": "x", "label": "human", "lang": "xx"}\n'
    )
    assert load_rows(file) == [LabelledText("hola", "billing", "es"), LabelledText("x", "human", "en")]


@pytest.mark.parametrize("line", ["not json", "[]", '{"text": "x"}', '{"text": 1, "label": "billing"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "a", "label": "billing"}\n' + line + "\n")
    with pytest.raises(BadRequest, match="line 2"):
        load_rows(file)


def test_a_missing_file_and_an_empty_one_are_refused(tmp_path: Path, reader: Reader):
    with pytest.raises(BadRequest, match="cannot be read"):
        load_rows(tmp_path / "none.jsonl")
    with pytest.raises(BadRequest, match="no labelled messages"):
        evaluate_routing(reader, [], now=FRIDAY, currency="USD", route_from=0.6)


def test_a_better_model_comes_into_force_and_can_be_taken_back(reader: Reader, tmp_path: Path):
    report = train([jargon(number) for number in range(400)], [], reader, tmp_path, TRIAL)
    assert report.accepted
    assert report.after.macro_f1 > report.before.macro_f1
    assert report.held_out + report.learnt_from == 400
    assert version_in_force(tmp_path) == report.version == 1
    desks = current_model(tmp_path)
    assert (
        evaluate_routing(
            reader.with_desks(lambda: desks), [jargon(7)], now=FRIDAY, currency="USD", route_from=0.0
        ).accuracy
        == 1
    )
    assert roll_back(tmp_path) == 0
    assert current_model(tmp_path) is None
    with pytest.raises(BadRequest, match="nothing to go back to"):
        roll_back(tmp_path)
    put_in_force(tmp_path, 1)
    assert version_in_force(tmp_path) == 1


def test_a_worse_model_is_refused(reader: Reader, tmp_path: Path):
    down = [LabelledText(f"my internet is down, room {spell(n)}", "troubleshooting") for n in range(100)]
    money = [LabelledText(f"refund my money, order {spell(n)}", "billing") for n in range(100)]
    spoilt = [Example("billing.pay_bill", "en", row.text) for row in down] * 4
    spoilt += [Example("troubleshooting.slow_connection", "en", row.text) for row in money] * 4
    report = train([*down, *money], spoilt, reader, tmp_path, TRIAL)
    assert not report.accepted
    assert list_versions(tmp_path) == []
    assert version_in_force(tmp_path) == 0


def test_too_few_rows_and_unknown_labels_are_refused(reader: Reader, tmp_path: Path):
    with pytest.raises(BadRequest, match="too few"):
        train(ROWS, [], reader, tmp_path, TRIAL)
    with pytest.raises(BadRequest, match="unknown labels: cooking"):
        train([LabelledText(f"row {spell(n)}", "cooking") for n in range(100)], [], reader, tmp_path, TRIAL)
    with pytest.raises(BadRequest, match="no model version 9"):
        put_in_force(tmp_path, 9)


def test_rows_with_random_labels_are_refused_before_anything_is_learnt(reader: Reader, tmp_path: Path):
    labels = ("billing", "scheduling", "troubleshooting", "retention", "human", "out_of_scope")
    examples = [each for each in load_examples(EXAMPLES) if each.locale == "en"][::4]
    rows = [LabelledText(each.text, labels[number * 7 % 6]) for number, each in enumerate(examples)]
    with pytest.raises(BadRequest, match=r"the labels look wrong: only .* are labelled so"):
        train(rows, [], reader, tmp_path, TRIAL)
    assert list_versions(tmp_path) == []


def test_a_model_that_forgets_known_words_is_refused_and_the_report_says_which(reader: Reader, tmp_path: Path):
    rows = [jargon(number) for number in range(400)]
    paid = [each for each in load_examples(EXAMPLES) if each.intent == "billing.pay_bill"]
    other = [Example("scheduling.book_visit", each.locale, f"{each.text} .") for each in paid for _ in range(3)]
    report = train(rows, [*paid, *other], reader, tmp_path, TRIAL)
    assert not report.accepted
    assert "known words would fall" in report.refusal
    assert ("billing", "known words") in {(each["label"], each["where"]) for each in report.worse}
    assert version_in_force(tmp_path) == 0


def test_what_cannot_be_learnt_is_below_the_floor(reader: Reader, tmp_path: Path):
    labels = ("billing", "scheduling", "troubleshooting", "retention")
    rows = [LabelledText(f"zq {number:x} vx", labels[number * 5 % 7 % 4]) for number in range(400)]
    report = train(rows, [], reader, tmp_path, TRIAL)
    assert not report.accepted
    assert report.refusal


def test_a_running_reader_takes_a_new_version_and_goes_back_without_a_restart(reader: Reader, tmp_path: Path):
    now = [0.0]
    following = reader.with_desks(ModelInForce(tmp_path, lambda: now[0]))

    def understood() -> float:
        return evaluate_routing(following, [jargon(7)], now=FRIDAY, currency="USD", route_from=0.0).accuracy

    report = train([jargon(number) for number in range(400)], [], reader, tmp_path, TRIAL)
    assert report.accepted
    before = understood()
    now[0] += 1.5
    assert understood() == 1
    roll_back(tmp_path)
    now[0] += 1.5
    assert understood() == before


def test_later_rows_have_to_know_what_was_accepted_before(reader: Reader, tmp_path: Path):
    assert train([jargon(number) for number in range(400)], [], reader, tmp_path, TRIAL).accepted
    [rows] = (tmp_path / "models").glob("*.rows.jsonl")
    assert rows.stat().st_mode & 0o777 == 0o600
    report = train([jargon(number) for number in range(400, 800)], [], reader, tmp_path, TRIAL)
    assert report.known is not None
    assert report.known[1].accuracy == 1


def test_the_same_words_with_other_numbers_are_one_message(reader: Reader, tmp_path: Path):
    rows = [LabelledText(f"about the frobnitz of case {number}!", "retention") for number in range(300)]
    with pytest.raises(BadRequest, match="1 different labelled messages are too few"):
        train(rows, [], reader, tmp_path, TRIAL)
    assert list_versions(tmp_path) == []


def test_one_label_that_contradicts_what_is_surely_read_is_named(reader: Reader, tmp_path: Path):
    examples = [each for each in load_examples(EXAMPLES) if each.locale == "en"]
    sure = [each.text for each in examples if each.intent == "billing.pay_bill"]
    right = [LabelledText(each.text, "troubleshooting") for each in examples if each.intent.startswith("troubleshoot")]
    with pytest.raises(BadRequest, match=r"retention \d of \d+"):
        train([*right, *(LabelledText(text, "retention") for text in sure)], [], reader, tmp_path, TRIAL)
