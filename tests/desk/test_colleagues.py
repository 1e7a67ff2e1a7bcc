"""Conversations go from hand to hand with a note, the customer hears the truth, and supervisors look on and whisper."""

from app.privacy.service import open_privacy_service
from domain.caller import Role
from domain.ids import TenantId
from tests.desk.test_lists import listening
from tests.desk.test_waiting_for_people import asks, desk, last
from tests.house_guest import Guest, Json, Talk


async def present(guest: Guest, role: str, name: str, status: str = "available") -> None:
    answer = await guest.call(role, "PUT", "/v1/desk/presence", {"status": status, "name": name})
    assert answer.status_code == 200, answer.text


async def notes(guest: Guest, talk: Talk, role: str) -> list[Json]:
    return (await guest.fetch(role, f"/v1/desk/{talk.id}/notes"))["items"]


async def test_a_conversation_goes_to_a_queue_with_a_note_for_whoever_takes_it(house: Guest) -> None:
    talk = await asks(house)
    refused = await house.call("representative", "POST", f"/v1/desk/{talk.id}/transfer", {"queue": "billing"})
    assert refused.status_code == 409
    await desk(house, talk, "claim")
    wrong = await house.call("representative", "POST", f"/v1/desk/{talk.id}/transfer", {"queue": "biling"})
    assert (wrong.status_code, "did you mean billing" in wrong.text) == (422, True)
    moved = await desk(house, talk, "transfer", {"queue": "billing", "note": "Wants the fee back."})
    assert (moved["handoff"]["state"], moved["handoff"]["queue"]) == ("queued", "billing")
    assert last(moved).startswith("Your conversation now waits for someone else on our team.")
    (seen,) = await notes(house, talk, "representative_2")
    assert (seen["kind"], seen["text"], seen["author"]) == ("transfer", "Wants the fee back.", "representative")
    assert "transferred it to the queue billing: Wants the fee back." in str(await talk.journal())
    assert "fee" not in str(await talk.look())
    async with open_privacy_service(house.house.settings) as office:
        given = await office.export.collect(TenantId("northwind-fibre"), talk.customer_id)
    assert [note["text"] for each in given["conversations"] for note in each["notes"]] == ["Wants the fee back."]


async def test_a_conversation_goes_to_somebody_who_is_here_and_the_customer_hears_their_name(house: Guest) -> None:
    talk = await asks(house)
    await desk(house, talk, "claim")
    path = f"/v1/desk/{talk.id}/transfer"
    await present(house, "representative", "Dana")
    nobody = await house.call("representative", "POST", path, {"person": "representative_3"})
    assert (nobody.status_code, "there is no colleague" in nobody.text) == (422, True)
    await present(house, "representative_2", "Lee", "away")
    away = await house.call("representative", "POST", path, {"person": "representative_2"})
    assert (away.status_code, "Lee is not at the desk now; here: Dana" in away.text) == (409, True)
    await present(house, "representative_2", "Lee", "busy")
    moved = await desk(house, talk, "transfer", {"person": "representative_2", "note": "Yours since Monday."})
    assert last(moved) == "Lee from our team has your conversation now and will answer you here."
    assert [each["text"] for each in await notes(house, talk, "representative_2")] == ["Yours since Monday."]
    late = await house.call("representative", "POST", f"/v1/desk/{talk.id}/messages", {"text": "Hello"})
    assert late.status_code == 409
    board = (await house.fetch("representative", "/v1/desk/presence"))["items"]
    assert [(each["name"], each["status"], each["conversations"]) for each in board] == [
        ("Dana", "available", 0),
        ("Lee", "busy", 1),
    ]


async def test_a_supervisor_assigns_watches_and_whispers_and_nobody_else_hears_it(house: Guest) -> None:
    talk = await asks(house)
    await present(house, "representative", "Dana")
    given = await desk(house, talk, "assign", {"person": "representative", "note": "Please."}, role="supervisor")
    assert last(given) == "Dana from our team has your conversation now and will answer you here."
    people = [("representative", Role.REPRESENTATIVE), ("representative_2", Role.REPRESENTATIVE)]
    async with listening(house.house, *people) as (dana, lee):
        await talk.says("my bill is wrong")
        watched = await house.fetch("supervisor", f"/v1/desk/{talk.id}/watch")
        assert last(watched) == "my bill is wrong"
        await desk(house, talk, "notes", {"text": "Offer him the credit."}, role="supervisor")
        await dana.until("note", conversation_id=talk.id, by="supervisor")
        assert [each for each in lee.heard if each.kind == "note"] == []
    assert [each["kind"] for each in await notes(house, talk, "representative")] == ["transfer", "whisper"]
    assert (await house.call("representative_2", "GET", f"/v1/desk/{talk.id}/notes")).status_code == 409
    assert "credit" not in str(await talk.look())
    await desk(house, talk, "release", {"to": "queue"})
    assert [each["kind"] for each in await notes(house, talk, "representative_2")] == ["transfer"]
