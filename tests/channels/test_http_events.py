"""Events: in order, as they happen, resumable; a client that leaves stops nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from channels.http import events
from tests.channels.http_service import Heard, Service


def ids(heard: list[Heard]) -> list[int]:
    return [each.id for each in heard if each.id is not None]


def test_a_streamed_turn_tells_its_events_and_ends_with_the_whole_turn(service: Service) -> None:
    conversation = service.open("C-10020")
    body = {"client_message_id": "s-1", "text": "What is my balance?"}
    with service.stream("POST", f"/v1/conversations/{conversation}/messages", body) as stream:
        heard = [each for each in stream if each.kind]

    assert stream.response.headers["content-type"].startswith("text/event-stream")
    assert [each.kind for each in heard].count("turn") == 1
    assert heard[-1].kind == "turn"
    assert heard[-1].data == service.send(conversation, "What is my balance?", "s-1").json()
    told = [each.data for each in heard if each.kind == "message"]
    assert told[0]["role"] == "customer"
    assert told[1:] == heard[-1].data["messages"]
    assert ids(heard) == sorted(set(ids(heard)))


def test_a_streamed_turn_that_was_answered_before_is_told_again_as_a_whole(service: Service) -> None:
    conversation = service.open("C-10021")
    turn = service.send(conversation, "hello", "s-1").json()
    body = {"client_message_id": "s-1", "text": "hello"}
    with service.stream("POST", f"/v1/conversations/{conversation}/messages", body) as stream:
        heard = [each for each in stream if each.kind]

    assert [each.data for each in heard] == [turn]


@pytest.mark.parametrize(
    ("conversation", "text", "status"), [("CV-unknown", "hi", 404), ("", "other words", 409), ("", "", 422)]
)
def test_a_streamed_message_that_cannot_be_served_gets_its_own_status(
    service: Service, conversation: str, text: str, status: int
) -> None:
    conversation = conversation or service.open("C-10022")
    service.send(conversation, "hello", "s-1")
    body = {"client_message_id": "s-1", "text": text}
    with service.stream("POST", f"/v1/conversations/{conversation}/messages", body) as stream:
        stream.response.read()

    assert stream.response.status_code == status
    assert stream.response.headers["content-type"] == "application/problem+json"


def test_the_live_stream_tells_what_was_and_then_what_comes(service: Service) -> None:
    conversation = service.open("C-10023")
    with service.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
        greeting = stream.until("message")[-1]
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(service.send, conversation, "What is my balance?")
            heard = stream.until("turn")

    assert "automated" in greeting.data["text"]
    assert heard[-1].data == sent.result().json()
    assert greeting.id is not None
    told = [*ids(heard), *(number for number, _ in stored_actions(service, conversation))]
    assert sorted(told) == list(range(greeting.id + 1, greeting.id + 1 + len(told)))


def stored_actions(service: Service, conversation: str) -> list[tuple[int, Any]]:
    """The actions as a listener is told them who comes when the turn is stored."""
    with service.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
        return [(each.id or 0, each.data) for each in stream.until("turn") if each.kind == "action"]


def test_a_turn_tells_that_it_began_and_each_call_before_it_is_stored_and_once(service: Service) -> None:
    conversation = service.open("C-10031")
    body = {"client_message_id": "s-1", "text": "What is my balance?"}
    with service.stream("POST", f"/v1/conversations/{conversation}/messages", body) as stream:
        heard = [each for each in stream if each.kind]

    turn = heard[-1].data
    assert [each.kind for each in heard[:2]] == ["status", "action"]
    assert heard[0].data == {"status": "open", "working": True, "turn_id": turn["turn_id"]}
    actions = [each for each in heard if each.kind == "action"]
    assert [each.data for each in actions] == turn["actions"]
    assert {each.id for each in actions} == {None}
    assert [data for _, data in stored_actions(service, conversation)] == turn["actions"]
    assert [each.data for each in heard if each.kind == "status"][1:] == [{"status": turn["status"]}]


def test_a_stream_that_broke_off_goes_on_where_it_was_with_nothing_missed_or_twice(service: Service) -> None:
    conversation = service.open("C-10024")
    path = f"/v1/conversations/{conversation}/events"
    service.send(conversation, "What is my balance?")
    with service.stream("GET", path) as stream:
        before = stream.until("message")
    service.send(conversation, "thank you")
    with service.stream("GET", path, **{"Last-Event-ID": str(before[-1].id)}) as stream:
        after = [*stream.until("turn"), *stream.until("turn")]
    with service.stream("GET", path) as stream:
        whole = [*stream.until("turn"), *stream.until("turn")]

    assert ids(before) + ids(after) == ids(whole) == list(range(1, len(ids(whole)) + 1))
    assert all(each.id for each in [*before, *after, *whole] if each.kind)


@pytest.mark.parametrize("last", ["x", "-1", "1.5", str(2**70)])
def test_a_last_event_id_is_a_number_that_we_gave(service: Service, last: str) -> None:
    conversation = service.open("C-10025")
    with service.stream("GET", f"/v1/conversations/{conversation}/events", **{"Last-Event-ID": last}) as stream:
        assert stream.response.status_code == 422


def test_a_client_that_leaves_does_not_stop_its_turn(service: Service) -> None:
    conversation = service.open("C-10026")
    body = {"client_message_id": "left", "text": "What is my balance?"}
    with service.stream("GET", f"/v1/conversations/{conversation}/events") as live:
        with service.stream("POST", f"/v1/conversations/{conversation}/messages", body):
            pass
        heard = live.until("turn")

    assert service.send(conversation, "What is my balance?", "left").json() == heard[-1].data


def test_a_silent_stream_gives_signs_of_life(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.05)
    conversation = service.open("C-10027")
    with service.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
        comments = (each.comment for each in stream if each.comment)
        assert [next(comments) for _ in range(3)] == ["listening", "ping", "ping"]


def test_the_representatives_words_reach_the_customers_stream(service: Service) -> None:
    conversation = service.open("C-10028")
    with service.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
        service.call("POST", f"/v1/conversations/{conversation}/handoff", {"reason": "asked_for_person"})
        handed = stream.until("turn")
        service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
        service.call("POST", f"/v1/desk/{conversation}/messages", {"text": "Dana here."}, "representative")
        claimed, said = stream.until("message")[-1], stream.until("message")[-1]

    assert (claimed.data["role"], "has your conversation now" in claimed.data["text"]) == ("system", True)
    assert "handoff" in [each.kind for each in handed]
    assert (said.data["role"], said.data["text"]) == ("representative", "Dana here.")


def test_another_tenants_stream_is_not_found(service: Service) -> None:
    conversation = service.open("C-10029")
    answer = service.call("GET", f"/v1/conversations/{conversation}/events", principal="other_channel")
    assert answer.status_code == 404


def test_twenty_listeners_all_hear_everything(service: Service) -> None:
    conversation = service.open("C-10030")
    listening = threading.Barrier(21)

    def listen(_: int) -> list[int]:
        with service.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
            first = stream.until("message")
            listening.wait(30)
            return ids([*first, *stream.until("turn")])

    with ThreadPoolExecutor(21) as pool:
        heard = pool.map(listen, range(20))
        listening.wait(30)
        service.send(conversation, "hello")
        results = list(heard)

    assert all(each == results[0] == list(range(1, len(each) + 1)) for each in results)
