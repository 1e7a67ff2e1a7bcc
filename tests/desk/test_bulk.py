"""One act on many conversations: each is decided on its own, and a request that is sent twice does nothing twice."""

from typing import Any

from tests.desk.test_waiting_for_people import asks, desk, present
from tests.house_guest import Guest


async def bulk(guest: Guest, names: list[str], role: str = "representative", **act: Any) -> list[tuple[str, str]]:
    answer = await guest.call(role, "POST", "/v1/desk/bulk", {"conversations": names, **act})
    assert answer.status_code == 200, answer.text
    return [(each["outcome"], each["reason"]) for each in answer.json()["items"]]


async def test_what_is_refused_for_one_hinders_no_other_and_twice_is_once(house: Guest) -> None:
    mine, theirs, waits = [await asks(house, f"C-{10001 + number}") for number in range(3)]
    await desk(house, mine, "claim")
    await desk(house, theirs, "claim", role="representative_2")
    names = [mine.id, theirs.id, waits.id, "CV-unknown"]
    closing = {"act": "resolve", "disposition": "resolved", "note": "the outage is over"}
    first = await bulk(house, names, **closing)
    assert [outcome for outcome, _ in first] == ["done", "refused", "refused", "refused"]
    assert ["claim" in first[1][1], "claim" in first[2][1], "CV-unknown" in first[3][1]] == [True] * 3
    said = (await mine.look())["messages"]
    assert [outcome for outcome, _ in await bulk(house, names, **closing)][:2] == ["already", "refused"]
    assert ((await mine.look())["status"], (await mine.look())["messages"]) == ("closed", said)
    assert (await theirs.look())["status"] == "with_representative"
    record = [each["rationale"] for each in await mine.journal()]
    assert record.count("Representative representative resolved it as resolved: the outage is over.") == 1


async def test_many_are_labelled_transferred_and_given_back(house: Guest) -> None:
    first, second = await asks(house, "C-10001"), await asks(house, "C-10002")
    names = [first.id, second.id]
    assert await bulk(house, names, act="label", label="outage") == [("done", "")] * 2
    assert await bulk(house, names, act="label", label="outage") == [("already", "")] * 2
    found = (await house.fetch("representative", "/v1/desk/cases?label=outage"))["items"]
    assert {each["conversation_id"] for each in found} == set(names)
    await desk(house, first, "claim")
    moved = await bulk(house, names, act="transfer", queue="technical", note="a street without light")
    assert [outcome for outcome, _ in moved] == ["done", "refused"], "one that waits is moved by supervisors"
    assert await bulk(house, names, "supervisor", act="transfer", queue="technical") == [("already", ""), ("done", "")]
    notes = await house.fetch("representative", f"/v1/desk/{first.id}/notes")
    assert [each["text"] for each in notes["items"]] == ["a street without light"]
    await present(house, name="Dana")
    to_dana = {"act": "transfer", "person": "representative"}
    assert await bulk(house, names, "supervisor", **to_dana) == [("done", "")] * 2
    assert await bulk(house, names, act="release", to="assistant") == [("done", "")] * 2
    assert await bulk(house, names, act="release", to="assistant") == [("already", "")] * 2
    assert (await second.look())["status"] == "open"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"act": "label", "label": "outtage"}, "did you mean outage"),
    ({"act": "label"}, "say which one"),
    ({"act": "transfer", "queue": "biling"}, "did you mean billing"),
    ({"act": "transfer", "queue": "billing", "person": "x"}, "either a queue or a person"),
    ({"act": "transfer", "person": "nobody"}, "no colleague 'nobody'"),
    ({"act": "resolve", "disposition": " "}, "what they came to"),
    ({"act": "delete"}, "act"),
    ({"act": "release", "conversations": [f"CV-{number}" for number in range(51)]}, "50"),
]


async def test_what_does_not_exist_is_refused_before_anything_is_done(house: Guest) -> None:
    for act, told in WRONG:
        answer = await house.call("representative", "POST", "/v1/desk/bulk", {"conversations": ["CV-1"], **act})
        assert (answer.status_code, told in answer.text) == (422, True), answer.text
