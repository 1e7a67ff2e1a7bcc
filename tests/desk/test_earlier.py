"""What came of a customer's earlier conversations, for whoever has one of theirs."""

import json
import shutil
from pathlib import Path
from typing import Any

from policy.engines.bundle import BUNDLE
from tests.conftest import OpenHouse
from tests.desk.test_acting import desk
from tests.house_guest import Guest, Talk


async def claimed(guest: Guest, customer: str, person: str = "representative") -> Talk:
    talk = await guest.customer(customer)
    await talk.says("let me talk to a person please")
    answer = await guest.call(person, "POST", f"/v1/desk/{talk.id}/claim", {})
    assert answer.is_success, answer.text
    return talk


async def earlier(guest: Guest, talk: Talk, after: str = "", language: str = "en") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {guest.tokens['representative']}", "Accept-Language": language}
    answer = await guest.http.get(f"/v1/desk/{talk.id}/earlier?after={after}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_earlier_conversation_is_told_with_what_came_of_it_newest_first(house: Guest) -> None:
    refunded = await house.customer("C-1001", auth_level="strong")
    await refunded.says("I was charged twice for my last bill, please refund one")
    await refunded.says("yes")
    await refunded.says("goodbye")
    seen_to = await claimed(house, "C-1001")
    await desk(house, seen_to, "resolve", {"disposition": "resolved", "note": "explained the bill"})
    await seen_to.says("no")
    now = await claimed(house, "C-1001")
    page = await earlier(house, now)
    assert [each["conversation_id"] for each in page["items"]] == [seen_to.id, refunded.id]
    assert (page["next"], page["problem"]) == ("", "")
    last, first = page["items"]
    assert (last["disposition"], last["note"], last["score"]) == ("resolved", "explained the bill", 1)
    assert (first["standing"], first["disposition"], first["score"]) == ("settled", "", None)
    assert ["$39.99" in each for each in first["done"]] == [True]
    assert "39,99" in (await earlier(house, now, language="de"))["items"][1]["done"][0]


async def test_its_words_are_read_by_whoever_has_the_customer_and_that_is_on_record(house: Guest) -> None:
    before = await house.customer("C-1001")
    await before.says("how much do I owe?")
    now = await claimed(house, "C-1001")
    path = f"/v1/desk/{now.id}/earlier/{before.id}"
    said = await house.fetch("representative", path)
    assert "how much do I owe?" in [each["text"] for each in said["messages"]]
    told = [each["rationale"] for each in await now.journal() if each["kind"] == "note"]
    assert [each for each in told if f"read the customer's earlier conversation {before.id}" in each]
    assert (await house.call("representative_2", "GET", path)).status_code == 409
    assert (await house.call("representative_2", "GET", f"/v1/desk/{now.id}/earlier")).status_code == 409
    await desk(house, now, "release", {"to": "queue"})
    assert (await house.call("representative", "GET", path)).status_code == 409


async def test_another_customers_conversation_is_neither_listed_nor_read(house: Guest) -> None:
    other = await house.customer("C-1002")
    await other.says("how much do I owe?")
    unproven = await house.customer("C-1001", auth_level="anonymous")
    await unproven.says("how much do I owe?")
    now = await claimed(house, "C-1001")
    assert (await earlier(house, now))["items"] == []
    for each in (other.id, unproven.id, "CV-unknown"):
        answer = await house.call("representative", "GET", f"/v1/desk/{now.id}/earlier/{each}")
        assert answer.status_code == 404, answer.text
        answer = await house.call("representative", "GET", f"/v1/desk/{now.id}/earlier?after={each}")
        assert answer.status_code == 400, answer.text


async def test_many_are_told_a_page_at_a_time(house: Guest) -> None:
    made = [(await house.customer("C-1001")).id for _ in range(13)]
    now = await claimed(house, "C-1001")
    first = await earlier(house, now)
    second = await earlier(house, now, first["next"])
    found = [each["conversation_id"] for each in (*first["items"], *second["items"])]
    assert (len(first["items"]), second["next"], found) == (10, "", made[::-1])


async def test_what_policy_does_not_let_a_representative_read_is_not_told(
    open_house: OpenHouse, tmp_path: Path
) -> None:
    strict = Path(shutil.copytree(BUNDLE, tmp_path / "bundle"))
    roles = json.loads((strict / "data/roles.json").read_text("utf-8"))
    granted = [each for each in roles["roles"]["default"]["representatives"] if each != "read"]
    roles["roles"]["tenants"]["northwind-fibre"]["representatives"] = granted
    (strict / "data/roles.json").write_text(json.dumps(roles), "utf-8")
    guest = await open_house(policy={"bundle": strict})
    before = await guest.customer("C-1001")
    await before.says("hello")
    now = await claimed(guest, "C-1001")
    page = await earlier(guest, now)
    assert page["items"] == []
    assert page["problem"]
    path = f"/v1/desk/{now.id}/earlier/{before.id}"
    assert (await guest.call("representative", "GET", path)).status_code == 403
    told = [each["rationale"] for each in await now.journal() if each["kind"] == "note"]
    assert not [each for each in told if "earlier conversation" in each]
