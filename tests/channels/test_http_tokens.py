"""Development tokens: made once, kept private, and each proves one caller."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from channels.http.authentication import (
    SECOND_NAMES,
    TOKEN_NAMES,
    TokenAuthenticator,
    development_callers,
    load_or_create_tokens,
)
from domain.caller import NAMED_ROLES, Caller, Role
from domain.errors import Misconfigured, NotAuthenticated
from domain.ids import TenantId

HOME, OTHER = TenantId("northwind-fibre"), TenantId("other-co")


def test_the_first_start_writes_a_token_for_each_principal_that_only_the_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tokens.json"

    tokens = load_or_create_tokens(path)

    assert set(tokens) == {*TOKEN_NAMES, *SECOND_NAMES}
    assert len(set(tokens.values())) == len(tokens)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["tokens.json"]


def test_the_second_start_keeps_them(tmp_path: Path) -> None:
    assert load_or_create_tokens(tmp_path / "tokens.json") == load_or_create_tokens(tmp_path / "tokens.json")


def test_processes_that_start_together_agree_on_one_set(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        sets = list(pool.map(lambda _: load_or_create_tokens(tmp_path / "tokens.json"), range(32)))

    assert all(each == sets[0] for each in sets)


def test_a_file_that_others_could_read_is_made_private_again(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    load_or_create_tokens(path)
    path.chmod(0o644)

    load_or_create_tokens(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"channel": "x"}', "\x00"])
def test_a_broken_file_is_reported_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(text)

    with pytest.raises(Misconfigured, match="remove it"):
        load_or_create_tokens(path)


@pytest.mark.parametrize("role", NAMED_ROLES)
async def test_each_token_proves_its_role_at_the_home_tenant(tmp_path: Path, role: Role) -> None:
    tokens = load_or_create_tokens(tmp_path / "tokens.json")

    caller = await TokenAuthenticator(development_callers(tokens, HOME, OTHER)).authenticate(tokens[role.value])

    assert caller == Caller(role.value, role, HOME)


async def test_there_is_a_second_person_of_each_role_that_a_rule_needs_two_of(tmp_path: Path) -> None:
    tokens = load_or_create_tokens(tmp_path / "tokens.json")
    authenticator = TokenAuthenticator(development_callers(tokens, HOME, OTHER))

    for role in (Role.REPRESENTATIVE, Role.SUPERVISOR, Role.PARTNER):
        second = await authenticator.authenticate(tokens[f"{role.value}_2"])

        assert second == Caller(f"{role.value}_2", role, HOME)


def test_a_file_from_before_there_were_second_people_keeps_its_tokens_and_gets_theirs(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    before = {name: f"{name}'s token" for name in TOKEN_NAMES}
    path.write_text(json.dumps(before))

    found = load_or_create_tokens(path)

    assert {name: found[name] for name in TOKEN_NAMES} == before
    assert load_or_create_tokens(path) == found == json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_other_channel_belongs_to_the_other_tenant(tmp_path: Path) -> None:
    tokens = load_or_create_tokens(tmp_path / "tokens.json")

    caller = await TokenAuthenticator(development_callers(tokens, HOME, OTHER)).authenticate(tokens["other_channel"])

    assert (caller.role, caller.tenant) == (Role.CHANNEL, OTHER)


async def test_a_token_that_is_one_character_off_proves_nothing(tmp_path: Path) -> None:
    tokens = load_or_create_tokens(tmp_path / "tokens.json")
    authenticator = TokenAuthenticator(development_callers(tokens, HOME, OTHER))

    for wrong in ("", tokens["channel"][:-1], tokens["channel"] + "x", tokens["channel"].upper(), "\ud800", "é"):
        with pytest.raises(NotAuthenticated):
            await authenticator.authenticate(wrong)
