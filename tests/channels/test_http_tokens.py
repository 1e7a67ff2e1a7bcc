"""Development tokens: made once, kept private, and each proves one caller."""

import json
import stat
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from channels.http.authentication import (
    SECOND_NAMES,
    TOKEN_NAMES,
    Authentication,
    TokenAuthenticator,
    development_callers,
    load_or_create_tokens,
)
from domain.caller import NAMED_ROLES, Caller, Role
from domain.errors import Misconfigured, NotAuthenticated, Unavailable
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


class RunsOut:
    """A token that is good for so many looks, and then not any more, or for want of the provider's keys unknown."""

    def __init__(self, looks: int, then: Exception) -> None:
        self.looks = looks
        self.then = then

    async def authenticate(self, token: str) -> Caller:
        self.looks -= 1
        if self.looks < 0:
            raise self.then
        return Caller("partner", Role.PARTNER, HOME)


async def _numbers() -> AsyncIterator[str]:
    for number in range(6):
        yield f"{number};"


async def _told(authenticator: RunsOut, stream: Callable[[AsyncIterator[str]], Response], again_s: float) -> str:
    """What a stream of six numbers tells whoever came with that token."""

    async def serve(request: Request) -> Response:
        del request
        return stream(_numbers())

    app = Authentication(Starlette(routes=[Route("/v1/numbers", serve)]), authenticator, {}, again_s)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return (await client.get("/v1/numbers", headers={"Authorization": "Bearer sb"})).text


@pytest.mark.parametrize("stream", [StreamingResponse, EventSourceResponse])
async def test_a_stream_ends_with_the_token_that_it_was_opened_with(stream: Callable[..., Response]) -> None:
    gone = NotAuthenticated("expired")
    told = await _told(RunsOut(4, gone), stream, 0.0)
    assert ("2;" in told, "3;" in told) == (True, False)
    assert "5;" in await _told(RunsOut(4, gone), stream, 3600.0), "it is not looked at before every word"
    assert "5;" in await _told(RunsOut(4, Unavailable("no keys")), stream, 0.0), "what cannot be told ends nothing"
