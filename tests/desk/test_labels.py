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
