"""What people do at the desk is written with its record or not at all."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from policy.journal.journal import HashChainedJournal
from tests.house_guest import Guest, Talk

Act = Callable[[Guest, Talk], Awaitable[httpx.Response]]


def desk(path: str, body: dict[str, Any]) -> Act:
    async def act(house: Guest, talk: Talk) -> httpx.Response:
        return await house.call("representative", "POST", f"/v1/desk/{talk.id}/{path}", body)

    return act


async def rate(house: Guest, talk: Talk) -> httpx.Response:
    return await house.call("channel", "POST", f"/v1/conversations/{talk.id}/feedback", {"score": 5, "comment": "good"})


ACTS: dict[str, Act] = {
    "claim": desk("claim", {}),
    "message": desk("messages", {"text": "I am looking into it"}),
    "release": desk("release", {"to": "queue"}),
    "resolve": desk("resolve", {"disposition": "done", "note": ""}),
    "rating": rate,
}


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_whose_record_cannot_be_written_has_not_happened(
    house: Guest, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I want to talk to a person")
    if name not in ("claim", "rating"):
        assert (await ACTS["claim"](house, talk)).status_code == 200
    before, told = await seen(house, talk), await talk.journal()
    with monkeypatch.context() as trouble:
        trouble.setattr(HashChainedJournal, "append", broken)
        refused = await ACTS[name](house, talk)
    assert refused.status_code == 500
    assert await seen(house, talk) == before
    assert await talk.journal() == told
    assert (await ACTS[name](house, talk)).is_success
    assert len(await talk.journal()) > len(told)


async def seen(house: Guest, talk: Talk) -> list[Any]:
    """The conversation as its customer sees it, and where it stands at the desk."""
    queue = (await house.call("representative", "GET", "/v1/desk/queue")).json()
    mine = await house.call("representative", "GET", f"/v1/desk/{talk.id}/messages")
    return [await talk.look(), queue, mine.status_code]


def broken(*_: Any) -> None:
    raise RuntimeError("the journal cannot be written")
