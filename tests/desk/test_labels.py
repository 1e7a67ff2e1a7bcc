"""Conversations are filed under the company's labels, found by them, and known by everybody at the desk."""

import pytest

from app.company.profile import DeskProfile
from domain.caller import Role
from tests.desk.test_lists import listening
from tests.desk.test_waiting_for_people import asks, desk
from tests.house_guest import Guest

LABELS = {"labels": ["outage", "complaint"]}


async def test_what_is_labelled_is_found_by_it_told_live_and_on_record(house: Guest) -> None:
    talk, other = await asks(house), await asks(house, "C-1002")
    path = f"/v1/desk/{talk.id}/labels"
    wrong = await house.call("representative", "PUT", path, {"labels": ["outtage"]})
    assert (wrong.status_code, "did you mean outage" in wrong.text) == (422, True)
    async with listening(house.house, ("supervisor", Role.SUPERVISOR)) as (supervisor,):
        put = await house.call("representative", "PUT", path, LABELS)
        assert put.json() == LABELS
        heard = await supervisor.until("case", conversation_id=talk.id, view="waiting")
        assert heard.data["labels"] == ["complaint", "outage"]
    found = (await house.fetch("representative", "/v1/desk/cases?label=outage"))["items"]
    assert [each["conversation_id"] for each in found] == [talk.id]
    await desk(house, talk, "claim")
    assert (await house.call("representative_2", "PUT", path, {"labels": []})).status_code == 409
    assert (await house.call("supervisor", "PUT", path, {"labels": ["outage"]})).json() == {"labels": ["outage"]}
    assert "labelled it outage, complaint." in str(await talk.journal())
    assert "outage" not in str(await talk.look())
    assert (await house.fetch("representative", "/v1/desk/cases?view=mine"))["items"][0]["labels"] == ["outage"]
    assert (await house.call("representative", "PUT", f"/v1/desk/{other.id}/labels", {"labels": []})).status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replies": {"Long": {"en": "x" * 5000}}}, "replies.Long.en\n.*at most 4000 characters"),
        ({"replies": {"Empty": {"en": ""}}}, "replies.Empty.en\n.*at least 1 character"),
        ({"replies": {"Gap": {"en": "Hello { customer }"}}}, "{ customer } is no placeholder.*did you mean customer"),
        ({"replies": {"Gap": {"en": "Hello {custmer-name}"}}}, "{custmer-name} is no placeholder"),
        ({"replies": {"Turned": {"en": "pay \u202e00.1$"}}}, r"character 5 of 10 \(U\+202E\) cannot be seen"),
        ({"replies": {"n" * 41: {"en": "Hello"}}}, "at most 40 characters"),
        ({"labels": ["out\u200fage"]}, r"U\+200F"),
        ({"labels": ["two\nlines"]}, "a name is one line"),
        ({"labels": ["  "]}, "a name is one line, and not empty"),
        ({"macros": {"\x07": {}}}, r"U\+0007"),
        ({"dispositions": ["done", ""]}, "dispositions.1\n.*not empty"),
    ],
)
def test_what_nobody_could_read_or_send_is_refused_with_its_place(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        DeskProfile.model_validate(given)


def test_markup_emoji_and_words_written_from_the_right_are_words_like_any() -> None:
    names = ["<img src=x onerror=alert(1)>", "👩\u200d👩\u200d👧 family", "شكوى", "क्\u200dष"]
    given = {"labels": names, "replies": {name: {"en": f"{name}\n\tfor {{customer}}"} for name in names}}
    assert DeskProfile.model_validate(given).labels == names


@pytest.mark.parametrize(
    ("macro", "told"),
    [
        ({"reply": "Greting"}, "'Greting' is no reply of this desk.*did you mean Greeting"),
        ({"labels": ["fee"]}, "'fee' is no label of this desk.*did you mean fees"),
        ({"queue": "biling"}, "did you mean billing"),
    ],
)
def test_a_macro_of_what_does_not_exist_is_refused_with_the_nearest(macro: dict[str, object], told: str) -> None:
    given = {"replies": {"Greeting": {"en": "Hello"}}, "labels": ["fees"], "macros": {"Go": macro}}
    with pytest.raises(ValueError, match=told):
        DeskProfile.model_validate(given)
