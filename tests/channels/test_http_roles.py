"""Who may do what: every route, every principal, as the design's scopes say."""

from collections.abc import Iterator

import pytest

from tests.channels.http_service import Json, Service

TALK = {"channel", "admin"}
READ = TALK | {"auditor"}
DESK = {"representative", "supervisor"}
ADMIN = {"admin"}
MESSAGE = {"client_message_id": "m-1", "text": "hello"}

ROUTES: dict[tuple[str, str], tuple[set[str], Json | None]] = {
    ("POST", "/v1/conversations"): (TALK, {"channel": "chat", "customer": None, "locale": "en"}),
    ("GET", "/v1/conversations"): (READ, None),
    ("POST", "/v1/conversations/{conversation_id}/typing"): (TALK | DESK, {}),
    ("POST", "/v1/conversations/{conversation_id}/read"): (TALK | DESK, {}),
    ("GET", "/v1/conversations/{conversation_id}/transcript"): (READ, None),
    ("GET", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"): (READ | DESK, None),
    ("GET", "/v1/decisions/{decision_id}"): ({"auditor", "admin", "supervisor"}, None),
    ("POST", "/v1/conversations/{conversation_id}/messages"): (TALK, MESSAGE),
    ("GET", "/v1/conversations/{conversation_id}"): (READ, None),
    ("GET", "/v1/conversations/{conversation_id}/events"): (READ, None),
    ("POST", "/v1/conversations/{conversation_id}/handoff"): (TALK, {"reason": "asked_for_person"}),
    ("POST", "/v1/conversations/{conversation_id}/feedback"): (TALK, {"score": 5, "comment": ""}),
    ("POST", "/v1/conversations/{conversation_id}/close"): (TALK, {}),
    ("GET", "/v1/conversations/{conversation_id}/journal"): ({"auditor", "admin"}, None),
    ("GET", "/v1/journal/verify"): ({"auditor", "admin"}, None),
    ("GET", "/v1/approvals"): ({"supervisor", "auditor"}, None),
    ("POST", "/v1/approvals/{approval_id}"): ({"supervisor"}, {"decision": "reject", "reason": "no"}),
    ("GET", "/v1/desk/queue"): (DESK | {"auditor"}, None),
    ("GET", "/v1/desk/claimed"): (DESK | {"auditor"}, None),
    ("PUT", "/v1/desk/presence"): (DESK, {"status": "available"}),
    ("GET", "/v1/desk/{conversation_id}"): (DESK, None),
    ("POST", "/v1/desk/{conversation_id}/claim"): (DESK, {}),
    ("POST", "/v1/desk/{conversation_id}/messages"): (DESK, {"text": "hello"}),
    ("POST", "/v1/desk/{conversation_id}/release"): (DESK, {"to": "queue"}),
    ("POST", "/v1/desk/{conversation_id}/resolve"): (DESK, {"disposition": "done", "note": ""}),
    ("GET", "/v1/desk/cases"): (DESK | {"auditor"}, None),
    ("GET", "/v1/desk/targets"): (DESK | {"auditor"}, None),
    ("GET", "/v1/desk/ratings"): (DESK | {"auditor"}, None),
    ("GET", "/v1/desk/{conversation_id}/packet"): (DESK, None),
    ("GET", "/v1/desk/forms"): (DESK, None),
    ("GET", "/v1/desk/presence"): (DESK | {"auditor"}, None),
    ("POST", "/v1/desk/{conversation_id}/transfer"): (DESK, {"queue": "billing"}),
    ("POST", "/v1/desk/{conversation_id}/assign"): ({"supervisor"}, {"person": "representative"}),
    ("GET", "/v1/desk/{conversation_id}/watch"): ({"supervisor"}, None),
    ("GET", "/v1/desk/{conversation_id}/notes"): (DESK, None),
    ("POST", "/v1/desk/{conversation_id}/notes"): (DESK, {"text": "hello"}),
    ("POST", "/v1/desk/{conversation_id}/seen"): (DESK, {"messages": 1}),
    ("PUT", "/v1/desk/{conversation_id}/labels"): (DESK, {"labels": []}),
    ("GET", "/v1/desk/claims"): ({"supervisor"}, None),
    ("POST", "/v1/desk/{conversation_id}/takeover"): ({"supervisor"}, {}),
    ("GET", "/v1/desk/{conversation_id}/customer"): (DESK, None),
    ("GET", "/v1/desk/{conversation_id}/actions"): (DESK, None),
    ("POST", "/v1/desk/{conversation_id}/actions"): (DESK, {"tool": "x.y", "arguments": {}, "action_id": "act-00001"}),
    ("POST", "/v1/desk/{conversation_id}/actions/explain"): (DESK, {"tool": "x.y", "arguments": {}}),
    ("POST", "/v1/desk/{conversation_id}/translations"): (DESK, {"text": "hello", "language": "de"}),
    ("GET", "/v1/desk/{conversation_id}/earlier"): (DESK, None),
    ("GET", "/v1/desk/{conversation_id}/earlier/{earlier_id}"): (DESK, None),
    ("GET", "/v1/desk/{conversation_id}/articles"): (DESK, None),
    ("POST", "/v1/desk/{conversation_id}/drafts"): (DESK, {}),
    ("GET", "/v1/desk/{conversation_id}/wrap-up"): (DESK, None),
    ("GET", "/v1/desk/{conversation_id}/proposals"): (DESK | {"auditor"}, None),
    ("POST", "/v1/desk/{conversation_id}/proposals/{proposal_id}"): (DESK, {"decision": "dismiss"}),
    ("GET", "/v1/approvals/{approval_id}/case"): ({"supervisor", "auditor"}, None),
    ("GET", "/v1/autonomy"): ({"auditor", "admin"}, None),
    ("POST", "/v1/autonomy"): ({"admin"}, {"act": "set", "stage": "auto", "reason": "as policy data says"}),
    ("POST", "/v1/customer-sessions"): (TALK, {"customer": None}),
    ("GET", "/v1/sandbox/outbox"): (TALK, None),
    ("POST", "/v1/webhooks"): (ADMIN, {"url": "https://93.184.216.34/", "events": ["handoff"]}),
    ("GET", "/v1/webhooks"): (ADMIN, None),
    ("GET", "/v1/webhooks/{webhook_id}"): (ADMIN, None),
    ("DELETE", "/v1/webhooks/{webhook_id}"): (ADMIN, None),
    ("POST", "/v1/webhooks/{webhook_id}/test"): (ADMIN, None),
    ("POST", "/v1/webhooks/{webhook_id}/disable"): (ADMIN, {}),
    ("POST", "/v1/webhooks/{webhook_id}/enable"): (ADMIN, None),
    ("POST", "/v1/webhooks/{webhook_id}/rotate-secret"): (ADMIN, None),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): (ADMIN, None),
    ("POST", "/v1/webhooks/{webhook_id}/resend"): (ADMIN, None),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend"): (ADMIN, None),
}
PRINCIPALS = ("channel", "representative", "supervisor", "auditor", "admin", "partner")


def filled(path: str) -> str:
    path = path.replace("{conversation_id}", "CV-unknown").replace("{approval_id}", "PA-unknown")
    path = (
        path.replace("{proposal_id}", "PA-unknown")
        .replace("{decision_id}", "D-unknown")
        .replace("{webhook_id}", "WH-unknown")
    )
    path = path.replace("{delivery_id}", "DL-unknown").replace("{attachment_id}", "AT-unknown")
    return path + ("?customer_id=C-1001" if path.endswith("outbox") else "")


def served(service: Service) -> Iterator[tuple[str, str]]:
    document = service.call("GET", "/openapi.json", principal="").json()
    for path, operations in document["paths"].items():
        yield from ((method.upper(), path) for method in operations if path.startswith("/v1/"))


def test_every_route_that_is_served_is_in_this_table(service: Service) -> None:
    elsewhere = {("GET", "/v1/sandbox/session"), ("POST", "/v1/visitor-sessions")}
    elsewhere |= {("POST", "/v1/conversations/{conversation_id}/attachments")}  # a form: test_attachments.py
    elsewhere |= {("GET", "/v1/desk/events")}  # a stream: tests/desk/test_lists.py
    elsewhere |= {("POST", "/v1/desk/next")}  # takes whoever waits: below, and tests/desk/test_assignment.py
    elsewhere |= {("POST", "/v1/desk/bulk")}  # names its conversations in the body: below, and tests/desk/test_bulk.py
    assert set(served(service)) == set(ROUTES) | elsewhere


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_each_role_may_do_exactly_what_its_scope_says(service: Service, route: tuple[str, str], principal: str) -> None:
    roles, body = ROUTES[route]
    answer = service.call(route[0], filled(route[1]), body, principal)

    if principal not in roles:
        assert (answer.status_code, answer.json()["title"]) == (403, "Not permitted")
    else:
        assert answer.status_code == (
            404 if "unknown" in filled(route[1]) else 201 if answer.is_success and route[0] == "POST" else 200
        )


@pytest.mark.parametrize("act", ["next", "bulk"])
@pytest.mark.parametrize("principal", sorted({*PRINCIPALS} - DESK))
def test_acts_on_whoever_waits_are_for_people_of_the_desk_alone(service: Service, principal: str, act: str) -> None:
    answer = service.call("POST", f"/v1/desk/{act}", {}, principal)
    assert (answer.status_code, answer.json()["title"]) == (403, "Not permitted")


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic Y2g6Y2g=", "{token}", "Bearer {token}x"])
def test_without_a_right_token_nothing_is_served(service: Service, route: tuple[str, str], header: str) -> None:
    method, path = route
    headers = {"Authorization": header.format(token=service.tokens["admin"])} if header else {}
    with service.client("") as client:
        answer = client.request(method, filled(path), json=ROUTES[route][1], headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_in_the_address_is_no_token(service: Service) -> None:
    answer = service.call("GET", f"/v1/desk/queue?access_token={service.tokens['supervisor']}", principal="")
    assert answer.status_code == 401


OWN = [route for route in ROUTES if "{conversation_id}" in route[1] and "channel" in ROUTES[route][0]]


@pytest.mark.parametrize("route", OWN, ids=" ".join)
def test_another_tenants_conversation_is_not_found_just_like_one_that_never_was(
    service: Service, route: tuple[str, str]
) -> None:
    method, path = route[0], route[1].replace("{attachment_id}", "AT-unknown")
    theirs = service.open()
    real = service.call(method, path.format(conversation_id=theirs), ROUTES[route][1], "other_channel")
    unknown = service.call(method, path.format(conversation_id="CV-unknown"), ROUTES[route][1], "other_channel")

    assert real.status_code == unknown.status_code == 404
    assert real.json() == {
        name: value.replace("CV-unknown", theirs) if isinstance(value, str) else value
        for name, value in unknown.json().items()
    }


def test_another_tenants_customer_gets_no_post_from_us(service: Service) -> None:
    answer = service.call("GET", "/v1/sandbox/outbox?customer_id=C-1001", principal="other_channel")
    assert answer.json() == {"items": []}


def test_unknown_paths_and_methods_are_problems_too(service: Service) -> None:
    unknown = service.call("GET", "/v1/nothing")
    wrong = service.call("DELETE", "/v1/conversations")
    page = service.call("GET", "/nothing", principal="")

    assert [each.status_code for each in (unknown, wrong, page)] == [404, 405, 404]
    assert wrong.headers["allow"] == "POST"
    assert {each.headers["content-type"] for each in (unknown, wrong, page)} == {"application/problem+json"}
