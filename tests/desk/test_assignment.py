"""The next conversation goes to whom it is for: of their queues, in their languages, within what they take at once."""

import shutil
from pathlib import Path

import pytest

from app.company.profile import REFERENCE
from app.settings import load_settings
from domain.errors import Misconfigured
from tests.conftest import OpenHouse
from tests.desk.test_colleagues import present
from tests.house_guest import Guest

ASKS = {
    "en": "I want to talk to a person please",
    "de": "Ich möchte bitte mit einem Menschen sprechen",
    "fr": "Je veux parler à une personne s'il vous plaît",
}
PEOPLE = """
[tenants.northwind-fibre.desk.people.representative]
queues = ["billing"]
languages = ["de", "en"]
capacity = 2
"""


def company(folder: Path, people: str) -> Path:
    copy = Path(shutil.copytree(REFERENCE, folder / "northwind_fibre"))
    profile = copy / "company.toml"
    profile.write_text(profile.read_text("utf-8") + people, "utf-8")
    return copy


async def take_next(house: Guest, role: str = "representative") -> str:
    answer = await house.call(role, "POST", "/v1/desk/next", {})
    assert answer.status_code == 200, answer.text
    return answer.json()["conversation_id"]


async def to_queue(house: Guest, customer: str, queue: str, locale: str = "en") -> str:
    talk = await house.customer(customer, locale=locale)
    await talk.says(ASKS[locale])
    for act, body in (("claim", {}), ("transfer", {"queue": queue})):
        answer = await house.call("supervisor", "POST", f"/v1/desk/{talk.id}/{act}", body)
        assert answer.status_code == 200, answer.text
    return talk.id


async def test_somebody_is_given_what_they_take_and_no_more_at_once(open_house: OpenHouse, tmp_path: Path) -> None:
    house = await open_house(company=company(tmp_path, PEOPLE))
    assert await take_next(house) == ""
    technical = await to_queue(house, "C-10001", "technical")
    french = await to_queue(house, "C-10002", "billing", "fr")
    german = await to_queue(house, "C-10003", "billing", "de")
    assert await take_next(house) == german
    urgent = await house.customer("C-10004")
    await urgent.says("I want to hurt myself, let me talk to a person")
    assert await take_next(house) == urgent.id
    full = await house.call("representative", "POST", "/v1/desk/next", {})
    assert (full.status_code, "as many as you take at once" in full.text) == (409, True)
    assert [await take_next(house, "representative_2") for _ in range(3)] == [technical, french, ""]
    await present(house, "representative", "Dana")
    (board,) = (await house.fetch("supervisor", "/v1/desk/presence"))["items"]
    assert (board["conversations"], board["capacity"]) == (2, 2)
    over = await house.call("representative_2", "POST", f"/v1/desk/{french}/transfer", {"person": "representative"})
    assert (over.status_code, "as many as they take at once" in over.text) == (409, True)
    assigned = await house.call("supervisor", "POST", f"/v1/desk/{french}/assign", {"person": "representative"})
    assert assigned.status_code == 200, "a supervisor may"


def test_a_queue_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    wrong = company(tmp_path, PEOPLE.replace('"billing"', '"biling"'))
    with pytest.raises(Misconfigured, match=r"'biling' is no queue.*did you mean billing"):
        _ = load_settings(company=wrong).profile
