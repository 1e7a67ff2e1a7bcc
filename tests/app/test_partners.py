"""`switchboard partners`: what is granted, written, said of tokens, and refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.company.profile import REFERENCE, read_profile
from app.main import cli
from app.partner_onboarding import with_company
from domain.errors import BadRequest

RUN = CliRunner()
SKILL = "billing.refund_duplicate_charge"
CUSTOM = {
    "SWITCHBOARD_ENVIRONMENT": "production",
    "SWITCHBOARD_AUTH__ISSUER": "https://id.example",
    "SWITCHBOARD_AUTH__JWKS_URL": "https://id.example/keys",
    "SWITCHBOARD_AUTH__SUBJECT_CLAIM": "client_id",
    "SWITCHBOARD_AUTH__ROLE_NAMES": '{"cc-partner": "partner"}',
    "SWITCHBOARD_AUTH__ROLE_LISTS": "true",
}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE, tmp_path / "northwind", ignore=shutil.ignore_patterns("__pycache__")))


def run(company: Path, *arguments: str, **env: str) -> Result:
    place = {"SWITCHBOARD_COMPANY": str(company), "SWITCHBOARD_DATA": str(company.parent / "var")}
    return RUN.invoke(cli, ["partners", *arguments], env=place | env)


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def contents(company: Path) -> dict[str, str]:
    return {name: (company / name).read_text("utf-8") for name in ("company.toml", "policy/data/roles.json")}


def test_a_partner_gets_the_tools_of_its_skills_is_listed_gets_more_and_loses_them(company: Path) -> None:
    added = told(run(company, "add", "acme", "--company", "Acme Care", "--skill", SKILL, "--json"))
    assert added["tools"] == ["payments.list_payments", "payments.refund_payment"]
    assert added["token"] == "", "no service ran here that would believe one"
    more = told(run(company, "add", "acme", "--skill", "scheduling.book_visit", "--json"))
    assert {"payments.refund_payment", "erp.book_appointment"} <= {*more["tools"]}
    listed = {each["name"]: each for each in told(run(company, "list", "--json"))["items"]}
    assert {SKILL, "scheduling.book_visit"} <= {*listed["acme"]["skills"]}
    assert listed["acme"]["company"] == read_profile(company).tenants["northwind-fibre"].partners["acme"] == "Acme Care"
    assert {"partner", "partner_2"} <= {*listed}
    assert run(company, "remove", "acme", "--yes").exit_code == 0
    assert "acme" not in {each["name"] for each in told(run(company, "list", "--json"))["items"]}


def test_production_says_what_the_identity_provider_has_to_say_in_its_own_names(company: Path) -> None:
    told(run(company, "add", "acme", "--company", "Acme Care", "--skill", SKILL, "--json"))
    claims = told(run(company, "claims", "acme", "--json", **CUSTOM))
    assert (claims["iss"], claims["client_id"], claims["role"]) == ("https://id.example", "acme", ["cc-partner"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "acme", "--company", "A", "--skill", "billing.refund_duplicate_charg"), "did you mean"),
        (("add", "acme", "--company", "A", "--tool", "payments.refund_paymen"), "did you mean"),
        (("add", "acme", "--company", "A", "--skill", SKILL, "--tenant", "northwind-fibr"), "did you mean"),
        (("add", "acme", "--skill", SKILL), "--company"),
        (("add", "acme", "--company", "A"), "--skill"),
        (("add", "a/b", "--company", "A", "--skill", SKILL), "no partner's name"),
        (("remove", "partnr", "--yes"), "did you mean partner"),
        (("claims", "partnr"), "did you mean partner"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(company: Path, arguments: tuple[str, ...], said: str) -> None:
    before = contents(company)
    refused = run(company, *arguments)
    assert (refused.exit_code, said in refused.output) == (2, True), refused.output
    assert contents(company) == before


def test_without_a_yes_nothing_is_written(company: Path) -> None:
    before = contents(company)
    asked = RUN.invoke(
        cli,
        ["partners", "add", "acme", "--company", "Acme Care", "--skill", SKILL],
        input="n\n",
        env={"SWITCHBOARD_COMPANY": str(company)},
    )
    assert (asked.exit_code, "payments.refund_payment change something" in asked.output) == (1, True), asked.output
    assert contents(company) == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '[tenants.a]\nbrand = "A" # x\n\n[tenants.b]\npartners = {x = "X"}\n',
            '[tenants.a]\npartners = {new = "N"}\n',
        ),
        ('[tenants.a]\npartners = {x = "X"} # theirs\n[other]\n', 'partners = {x = "X", new = "N"} # theirs\n'),
        ('[tenants."a"]\nbrand = "A"\n', '[tenants."a"]\npartners = {new = "N"}\n'),
    ],
)
def test_a_name_is_written_into_its_tenants_table_alone(text: str, line: str) -> None:
    assert line in with_company(text, "a", "new", "N")


@pytest.mark.parametrize("text", ['[tenants.a.partners]\nx = "X"\n', '[tenants]\na = {brand = "A"}\n'])
def test_a_file_that_is_written_otherwise_is_left_alone_with_the_line_to_write(text: str) -> None:
    with pytest.raises(BadRequest, match="write `partners = "):
        with_company(text, "a", "new", "N")
