"""A second company, in another trade, currency and country: its folder is all that there is of it."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from agents.catalogue import load_catalogue
from app.company.build import build_policy
from app.company.check import check_company
from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile
from app.journeys.application import seed
from app.journeys.customer import Trial
from app.journeys.run import Shift, run_shift
from app.journeys.scenario import load_scenarios
from app.policy_bundle import read_bundle
from app.settings import load_settings
from policy.engines.company_policy import compose_files
from policy.engines.embedded import read_module
from tests.opa_binary import opa_binary  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
LUMEN = REFERENCE.parent / "lumen_dental"
TRADES = {
    "billing": {
        *("check_balance", "dispute_charge", "explain_invoice", "pay_bill", "refund_duplicate_charge"),
        *("request_instalments", "request_refund", "send_invoice_copy", "send_payment_link", "track_refund"),
        *("update_contact_details", "waive_late_fee"),
    },
    "scheduling": {"answer_question", "cancel_visit", "move_appointment"},
    "handoff": {"talk_to_person"},
}
"""What a clinic's assistant does, and all that it does."""
PLAYED = (
    "scheduling.move_appointment/minor_alone/de/plain",
    "scheduling.move_appointment/minor_with_guardian/de/plain",
    "billing.explain_invoice/crown/en/plain",
    "billing.request_instalments/implant/de/plain",
)


def test_everything_of_it_fits_and_its_rules_are_compiled() -> None:
    assert check_company(LUMEN) == []
    bundle = read_bundle(load_settings(company=LUMEN))
    assert read_module(bundle)
    assert "contact_centre/rules/scheduling/guardian/rule.rego" in bundle.sources
    assert bundle.data["limits"]["default"]["currency"] == "EUR"


def test_it_has_no_trade_that_is_not_its_own() -> None:
    specialists = load_catalogue(open_folder(LUMEN, read_profile(LUMEN))).specialists
    known = {name: {each.partition(".")[2] for each in found.procedures} for name, found in specialists.items()}
    assert known == TRADES


def test_its_module_is_what_its_rules_compile_to(tmp_path: Path, opa_binary: Path) -> None:  # noqa: F811
    copy = shutil.copytree(LUMEN, tmp_path / "lumen_dental")
    (copy / "policy" / "policy.wasm").unlink()
    build_policy(copy, {"lumen-dental": "EUR"}, str(opa_binary), tmp_path / "sidecar")
    assert (copy / "policy" / "policy.wasm").read_bytes() == (LUMEN / "policy" / "policy.wasm").read_bytes()
    assert (tmp_path / "sidecar" / "data.json").is_file()


def test_a_rule_without_words_for_the_desk_is_named(tmp_path: Path) -> None:
    copy = shutil.copytree(LUMEN, tmp_path / "lumen_dental")
    (copy / "voice" / "rules.yaml").unlink()
    [found] = check_company(copy)
    assert found.file == copy / "policy" / "rules" / "scheduling" / "guardian" / "rule.rego"
    assert "A guardian has to be on the line" in found.file.read_text("utf-8").splitlines()[found.line - 1]
    assert "voice/rules.yaml in en, de" in found.message


def test_its_rules_pass_their_tests(tmp_path: Path, opa_binary: Path) -> None:  # noqa: F811
    for name, content in compose_files(LUMEN, {"lumen-dental": "EUR"}).items():
        if name.endswith(".rego"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
    test = LUMEN / "policy" / "rules" / "scheduling" / "guardian" / "rule_test.rego"
    shutil.copy(test, tmp_path / "rule_test.rego")
    done = subprocess.run([opa_binary, "test", "-v", "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS: 5/5" in done.stdout


def test_the_platform_and_the_other_company_do_not_know_it() -> None:
    rooms = ("agents", "app", "channels", "desk", "domain", "jobs", "mcp_servers", "policy", "router", "storage")
    texts = [path for room in (*rooms, "companies/northwind_fibre") for path in (ROOT / room).rglob("*.*")]
    kinds = {".py", ".yaml", ".toml", ".json", ".rego", ".md"}
    assert not [path for path in texts if path.suffix in kinds and "lumen" in path.read_text("utf-8").lower()]


@pytest.mark.timeout(240)
def test_its_journeys_are_served(tmp_path: Path) -> None:
    company = open_folder(LUMEN, read_profile(LUMEN))
    variants = {each.id: each for each in load_scenarios(company=company)}

    async def play() -> list[str]:
        settings = await seed(load_settings(company=LUMEN, data=tmp_path / "none"), tmp_path / "seeded", lambda _: None)
        trials = tuple(Trial(variants[name], 0, 1) for name in PLAYED)
        results = await run_shift(Shift(trials, settings, tmp_path / "seeded", tmp_path / "played"))
        return [f"{each.variant}: {each.missed}" for each in results if each.missed]

    assert asyncio.run(play()) == []
