"""People in development have identities of their own, and the record names them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.main import cli
from app.people import PEOPLE, issue, read_people
from app.places import TOKENS
from domain.caller import Role
from domain.errors import BadRequest
from tests.conftest import OpenHouse


async def test_a_token_works_as_soon_as_it_is_issued_and_until_it_is_taken_back(open_house: OpenHouse) -> None:
    guest = await open_house()
    folder = guest.house.settings.data
    dana = issue(folder / PEOPLE, "Dana Reyes", Role.REPRESENTATIVE, "northwind-fibre")
    headers = {"Authorization": f"Bearer {dana.token}"}
    assert (await guest.http.get("/v1/desk/queue", headers=headers)).status_code == 200
    assert (await guest.http.get("/v1/approvals", headers=headers)).status_code == 403
    done = CliRunner().invoke(cli, ["tokens", "revoke", "--name", "Dana Reyes", "--data", str(folder)])
    assert done.exit_code == 0
    assert (await guest.http.get("/v1/desk/queue", headers=headers)).status_code == 401


def test_issuing_again_replaces_and_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    (tmp_path / TOKENS).touch()
    arguments = ["tokens", "issue", "--role", "supervisor", "--name", "Kim", "--data", str(tmp_path), "--json"]
    first = json.loads(CliRunner().invoke(cli, arguments).stdout)["token"]
    second = json.loads(CliRunner().invoke(cli, arguments).stdout)["token"]
    assert first != second
    assert [each.token for each in read_people(tmp_path / PEOPLE)] == [second]
    assert (tmp_path / PEOPLE).stat().st_mode & 0o777 == 0o600


def test_a_tenant_or_a_person_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / TOKENS).touch()
    issued = ["tokens", "issue", "--role", "supervisor", "--name", "Kim", "--data", str(tmp_path)]
    assert CliRunner().invoke(cli, [*issued, "--tenant", "northwind-fiber"]).exit_code == 2
    assert CliRunner().invoke(cli, ["tokens", "revoke", "--name", "Kim", "--data", str(tmp_path)]).exit_code == 2
    with pytest.raises(BadRequest):
        issue(tmp_path / PEOPLE, "<script>", Role.SUPERVISOR, "x")
