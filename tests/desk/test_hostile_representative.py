"""A representative who wants more than is theirs, over HTTP."""

import asyncio

from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
ME, OTHER = "representative", "representative_2"


async def handed_over(guest: Guest, customer: str = "C-1002") -> Talk:
    talk = await guest.customer(customer)
    await talk.says("I want to talk to a person")
    return talk


async def test_what_a_colleague_has_is_not_acted_on(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await handed_over(guest)
    at = f"/v1/desk/{talk.id}"
    assert (await guest.call(OTHER, "POST", f"{at}/claim", {})).status_code == 200
    before = await talk.look()
    tried = [
        ("POST", f"{at}/claim", {}),
        ("POST", f"{at}/messages", {"text": "me too"}),
        ("POST", f"{at}/release", {"to": "queue"}),
        ("POST", f"{at}/release", {"to": "assistant"}),
        ("POST", f"{at}/resolve", {"disposition": "resolved", "note": ""}),
        ("POST", f"{at}/transfer", {"queue": "billing", "note": ""}),
        ("POST", f"{at}/notes", {"text": "psst"}),
        ("PUT", f"{at}/labels", {"labels": []}),
        ("GET", f"{at}/packet", None),
        ("GET", f"{at}/notes", None),
        ("GET", at, None),
        ("POST", f"{at}/takeover", {}),
        ("POST", f"{at}/assign", {"person": "x", "note": ""}),
        ("GET", f"{at}/watch", None),
        ("GET", f"{at}/customer", None),
        ("GET", f"{at}/earlier", None),
        ("GET", f"{at}/earlier/{talk.id}", None),
        ("GET", f"{at}/articles", None),
        ("GET", f"{at}/wrap-up", None),
        ("POST", f"{at}/drafts", {}),
        ("POST", f"{at}/translations", {"text": "hello", "language": "de"}),
        ("GET", f"{at}/actions", None),
        ("POST", f"{at}/actions", {"tool": "erp.apply_credit", "arguments": {}, "action_id": "act-00001"}),
        ("POST", f"{at}/actions/explain", {"tool": "erp.apply_credit", "arguments": {}}),
    ]
    for method, path, body in tried:
        answer = await guest.call(ME, method, path, body)
        assert answer.status_code in (403, 404, 409), (method, path, answer.status_code, answer.text)
    after = await talk.look()
    assert (after["messages"], after["handoff"]["state"]) == (before["messages"], "claimed")
    for method, path, body in tried:
        strange = await guest.call(ME, method, path.replace(talk.id, "CV-00000000000000000000"), body)
        assert strange.status_code in (403, 404), (method, path, strange.status_code)


async def test_what_was_given_back_or_closed_is_nobodys_any_more(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await handed_over(guest)
    at = f"/v1/desk/{talk.id}"
    await guest.call(ME, "POST", f"{at}/claim", {})
    assert (await guest.call(ME, "POST", f"{at}/release", {"to": "queue"})).status_code == 200
    for path, body in (("messages", {"text": "still me"}), ("resolve", {"disposition": "done", "note": ""})):
        assert (await guest.call(ME, "POST", f"{at}/{path}", body)).status_code == 409
    await guest.call(ME, "POST", f"{at}/claim", {})
    said, closed = await asyncio.gather(
        guest.call(ME, "POST", f"{at}/messages", {"text": "one last word"}),
        guest.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {}),
    )
    assert closed.status_code == 200
    texts = [each["text"] for each in (await talk.look())["messages"]]
    assert texts.count("one last word") == (said.status_code == 200)
    for path, body in (
        ("messages", {"text": "after it"}),
        ("claim", {}),
        ("resolve", {"disposition": "x", "note": ""}),
    ):
        assert (await guest.call(ME, "POST", f"{at}/{path}", body)).status_code in (404, 409)


async def test_two_tabs_claim_once_and_an_act_that_is_replayed_is_done_once(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await handed_over(guest)
    at = f"/v1/desk/{talk.id}"
    tabs = await asyncio.gather(*(guest.call(ME, "POST", f"{at}/claim", {}) for _ in range(4)))
    assert {each.status_code for each in tabs} == {200}
    told = [each["text"] for each in (await talk.look())["messages"] if "has your conversation" in each["text"]]
    assert len(told) == 1
    ended = {"disposition": "resolved", "note": ""}
    both = await asyncio.gather(*(guest.call(ME, "POST", f"{at}/resolve", ended) for _ in range(3)))
    assert sorted(each.status_code for each in both)[0] == 200
    assert {each.status_code for each in both} <= {200, 404, 409}
    assert [each.status_code for each in both].count(200) == 1


async def test_big_and_scripted_texts_are_refused_or_stay_text(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await handed_over(guest)
    at = f"/v1/desk/{talk.id}"
    await guest.call(ME, "POST", f"{at}/claim", {})
    assert (await guest.call(ME, "POST", f"{at}/notes", {"text": "x" * 1_000_000})).status_code == 413
    assert (await guest.call(ME, "POST", f"{at}/messages", {"text": "x" * 20_000})).status_code == 422
    assert (await guest.call(ME, "PUT", f"{at}/labels", {"labels": [SCRIPT]})).status_code in (400, 422)
    written = await guest.call(ME, "POST", f"{at}/notes", {"text": SCRIPT})
    assert written.headers["content-type"].startswith("application/json")
    assert written.json()["items"][-1]["text"] == SCRIPT
    name = await guest.call(ME, "PUT", "/v1/desk/presence", {"status": "available", "name": SCRIPT})
    assert name.status_code in (200, 422)
    page = await guest.http.get("/desk")
    policy = page.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


async def test_other_tenants_conversations_and_supervisors_lists_are_out_of_reach(open_house: OpenHouse) -> None:
    guest = await open_house()
    opened = await guest.call("other_channel", "POST", "/v1/conversations", {"channel": "chat", "locale": "en"})
    theirs = opened.json()["id"]
    asked = f"/v1/conversations/{theirs}/handoff"
    assert (await guest.call("other_channel", "POST", asked, {"reason": "asked_for_person"})).status_code == 200
    at = f"/v1/desk/{theirs}"
    for role in (ME, "supervisor"):
        for method, path in (("GET", f"{at}/packet"), ("GET", at), ("POST", f"{at}/claim"), ("GET", f"{at}/notes")):
            answer = await guest.call(role, method, path, {} if method == "POST" else None)
            assert answer.status_code == 404, (role, path, answer.status_code)
        assert theirs not in (await guest.call(role, "GET", "/v1/desk/cases?view=waiting")).text
    for path in ("/v1/approvals", "/v1/desk/cases?view=others"):
        assert (await guest.call(ME, "GET", path)).status_code == 403


async def test_a_supervisor_who_sent_a_call_does_not_approve_it_by_any_door(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await guest.customer("C-1018", auth_level="strong")
    await talk.says("let me talk to a person please")
    at = f"/v1/desk/{talk.id}"
    assert (await guest.call("supervisor", "POST", f"{at}/claim", {})).status_code == 200
    given = {"customer_id": "C-1018", "amount_minor": 6000, "reason": "goodwill"}
    act = {"tool": "erp.apply_credit", "arguments": given, "action_id": "my-own-act-1"}
    assert (await guest.call("supervisor", "POST", f"{at}/actions", act)).status_code == 200
    await talk.says("yes")
    [waits] = (await guest.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    for _ in range(2):
        mine = await guest.call("supervisor", "POST", f"/v1/approvals/{waits['id']}", {"decision": "approve"})
        assert mine.status_code in (403, 409), mine.text
    assert (await guest.call(ME, "POST", f"/v1/approvals/{waits['id']}", {"decision": "approve"})).status_code == 403
    assert (await talk.done()) == []
    assert [each["id"] for each in (await guest.fetch("supervisor", "/v1/approvals?status=pending"))["items"]] == [
        waits["id"]
    ]
