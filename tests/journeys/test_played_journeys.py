"""A slice of the scenarios, played through the whole house; and `switchboard eval journeys` from the command line."""

import json
import math
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.journeys.application import APART
from app.journeys.customer import Trial
from app.journeys.report import Findings, as_json, render_page
from app.journeys.run import Shift, plan, run_shift, share_out
from app.journeys.scenario import load_scenarios
from app.journeys.score import gather
from app.journeys.trial import Result
from app.main import cli
from app.settings import load_settings
from tests.reference import COMPANY

SHIPPED = {variant.id: variant for variant in load_scenarios(company=COMPANY)}
SLICE = (
    "billing.refund_duplicate_charge/last_bill_taken_twice/en/plain",
    "billing.refund_duplicate_charge/yearly_payment_rejected/en/chatty",
    "billing.refund_duplicate_charge/under_review/de/plain",
    "billing.send_payment_link/card_number_in_the_chat/hi-Latn/plain",
    "billing.update_contact_details/new_email_address/en/confused",
    "scheduling.reschedule_visit/another_day/en/plain",
    "scheduling.track_order/lost_sent_again/es/plain",
    "troubleshooting.no_connection/router_is_offline/en/angry",
    "retention.cancel_subscription/stays_for_the_offer/fr/plain",
    "handoff.talk_to_person/handed_back/hi/plain",
    "handoff.talk_to_person/solved_by_hand/en/plain",
)
TWO = """
journey: billing.check_balance
openings: {{en: ["how much is still open on my account"]}}
scenarios:
  - {{name: told, about: Told., customer: C-1011, languages: [en], manners: [plain], expects: {{tells: ["64.99"]}}}}
  - {{name: paid, about: "<b>Paid.</b>", customer: C-1011, languages: [en], manners: [plain], expects: {{{paid}}}}}
"""
PAID = "writes: [{tool: payments.take_payment}]"


@pytest.mark.timeout(180)
async def test_a_slice_of_the_journeys_is_served(seeded_folder: Path, tmp_path: Path) -> None:
    trials = tuple(Trial(SHIPPED[name], 0, 1) for name in SLICE)
    results = await run_shift(Shift(trials, load_settings(), seeded_folder, tmp_path / "house"))
    assert {result.variant: result.missed for result in results if not result.passed} == {}
    assert len(results) == len(SLICE)


def test_trials_stay_away_from_what_is_real() -> None:
    settings = load_settings(
        mcp_servers={"crm": {"url": "https://crm.example/mcp", "first_party": True}},
        database_url="postgresql+asyncpg://somewhere/real",
        journal={"anchor": "anchors.jsonl"},
        auth={"issuer": "https://issuer.example"},
    )
    alone = settings.model_copy(update=APART)
    assert (alone.mcp_servers, alone.database_url, alone.journal.anchor, alone.auth.issuer) == ({}, "", None, "")


def test_every_trial_is_played_once() -> None:
    variants = list(SHIPPED.values())[:20]
    trials = [trial for shift in plan(variants, 3, 1) for trial in shift]
    assert len(trials) == len({(trial.variant.id, trial.number) for trial in trials}) == 60


def test_more_shifts_than_the_processes_share_are_played_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.journeys.run.SHIFTS_OF_A_PROCESS", 1)
    assert sorted(share_out(math.sqrt, [0.0, 1.0, 4.0, 9.0, 16.0], 2)) == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.timeout(180)
def test_the_command_says_who_was_not_served_and_exits_with_1(seeded_folder: Path, tmp_path: Path) -> None:
    file, page = tmp_path / "mine.yaml", tmp_path / "page.html"
    file.write_text(TWO.format(paid=PAID), "utf-8")
    arguments = ["eval", "journeys", str(file), "--trials", "1", "--report", str(page), "--json", "--workers", "1"]
    done = CliRunner().invoke(cli, [*arguments, "--data", str(seeded_folder)])
    assert done.exit_code == 1, done.output
    found = json.loads(done.stdout)
    assert (found["scenarios"], found["pass^1"]) == (2, 0.5)
    assert [each["scenario"] for each in found["failed"]] == ["billing.check_balance/paid/en/plain"]
    assert found["failed"][0]["missed"] == ["was not done: payments.take_payment "]
    text = page.read_text("utf-8")
    assert "&lt;b&gt;Paid.&lt;/b&gt;" in text
    assert "how much is still open on my account" in text
    assert "http" not in text.replace("https://my.northwind", "")


def test_a_wrong_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("journey: nonsense", "utf-8")
    done = CliRunner().invoke(cli, ["eval", "journeys", str(file)])
    assert str(file) in done.stderr


def test_the_figures_are_those_of_the_trials() -> None:
    variants = [SHIPPED[name] for name in SLICE[:2]]
    results = [Result(SLICE[0], n, "C-1001", (), (), (), 0.1) for n in range(4)]
    results += [Result(SLICE[1], n, "C-1003", ("no",) if n == 3 else (), (), (), 0.1) for n in range(4)]
    findings = Findings(gather(variants, results), 4, 1, timedelta(seconds=1), 0.95)
    assert (findings.total.pass_1, findings.total.pass_k, findings.good_enough) == (0.875, 0.5, False)
    assert as_json(findings)["by"]["manner"]["chatty"] == {"scenarios": 1, "pass^1": 0.75, "pass^4": 0.0}
    assert "50.0 %" in render_page(findings)
