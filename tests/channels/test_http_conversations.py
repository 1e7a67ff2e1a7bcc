"""A channel's work: documents as the design writes them, one message one turn, nothing lost and nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.channels.http_service import Json, Service

PROGRESS = {"status", "specialist", "procedure", "intent", "messages", "pending", "actions", "handoff"}
TURN = PROGRESS | {"conversation_id", "turn_id"}
CONVERSATION = PROGRESS | {"id", "channel", "locale", "formats", "customer", "created_at"}


def texts(conversation: Json, role: str) -> list[str]:
    return [message["text"] for message in conversation["messages"] if message["role"] == role]


def test_a_conversation_opens_with_the_words_that_an_assistant_is_automated(service: Service) -> None:
    body = {"channel": "voice", "customer": {"id": "C-10001", "auth_level": "strong"}, "locale": "en"}
    answer = service.call("POST", "/v1/conversations", body)
    conversation = answer.json()

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/conversations/{conversation['id']}"
    assert set(conversation) == CONVERSATION
    assert (conversation["channel"], conversation["locale"], conversation["status"]) == ("voice", "en", "open")
    assert conversation["customer"] == {"id": "C-10001", "auth_level": "strong"}
    assert (conversation["pending"], conversation["handoff"], conversation["intent"]) == (None, None, None)
    assert "automated" in texts(conversation, "assistant")[0]
    assert datetime.fromisoformat(conversation["created_at"]).tzinfo is not None
    assert service.read(conversation["id"]) == conversation


@pytest.mark.parametrize(
    ("asked", "spoken", "formats"),
    [
        ("en", "en", "en"),
        ("de-AT", "de", "de-AT"),
        ("es_MX", "es", "es-MX"),
        ("es-419", "es", "es-419"),
        ("HI", "hi", "hi"),
        ("fr-Latn-CA", "fr", "fr-CA"),
        ("fr-ZZ", "fr", "fr"),
        ("de-AT-u-nu-latn", "de", "de-AT"),
    ],
)
def test_a_whole_tag_is_taken_spoken_by_its_language_and_written_by_its_region(
    service: Service, asked: str, spoken: str, formats: str
) -> None:
    conversation = service.read(service.open(None, locale=asked))
    assert (conversation["locale"], conversation["formats"]) == (spoken, formats)


def test_money_is_written_as_the_customers_region_writes_it(service: Service) -> None:
    conversation = service.open("C-1002", locale="de-AT")
    told = service.send(conversation, "Warum ist meine Rechnung höher?").json()["messages"][0]["text"]
    assert "$ 59,99" in told.replace("\u00a0", " ")


def test_a_language_without_replies_is_refused_with_those_there_are(service: Service) -> None:
    answer = service.call("POST", "/v1/conversations", {"channel": "chat", "customer": None, "locale": "pt-BR"})
    assert answer.status_code in (400, 422)
    assert "locale" in answer.json()["detail"]


def test_a_turn_has_the_fields_of_the_design_and_the_conversation_holds_all_of_it(service: Service) -> None:
    conversation = service.open("C-10003")
    turn = service.send(conversation, "How much do I owe you at the moment?").json()

    assert set(turn) == TURN
    assert turn["conversation_id"] == conversation
    assert {frozenset(each) for each in turn["messages"]} == {frozenset({"id", "role", "text", "at"})}
    assert turn["specialist"] == "billing"
    assert set(turn["intent"]) == {"name", "confidence"}
    assert {frozenset(each) for each in turn["actions"]} <= {
        frozenset({"tool", "arguments", "effect", "outcome", "decision_id", "rules"})
    }
    whole = service.read(conversation)
    assert texts(whole, "customer") == ["How much do I owe you at the moment?"]
    assert [each for each in whole["messages"] if each in turn["messages"]] == turn["messages"]
    assert whole["actions"] == turn["actions"]


def test_the_same_message_sent_again_is_the_same_turn(service: Service) -> None:
    conversation = service.open("C-10004")
    first, second = (service.send(conversation, "hello there", "again") for _ in range(2))

    assert first.json() == second.json()
    assert texts(service.read(conversation), "customer") == ["hello there"]


def test_the_same_message_sent_many_times_at_once_is_one_turn(service: Service) -> None:
    conversation = service.open("C-10005")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: service.send(conversation, "what do I owe?", "at-once"), range(12)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["turn_id"] for answer in answers}) == 1
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert texts(service.read(conversation), "customer") == ["what do I owe?"]


def test_a_message_id_with_other_words_is_a_conflict(service: Service) -> None:
    conversation = service.open("C-10006")
    service.send(conversation, "hello", "one")
    answer = service.send(conversation, "goodbye", "one")

    assert answer.status_code == 409
    assert texts(service.read(conversation), "customer") == ["hello"]


def test_the_same_message_id_in_another_conversation_is_another_message(service: Service) -> None:
    answers = [service.send(service.open("C-10006"), text, "shared") for text in ("hello", "goodbye")]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_two_messages_at_once_are_two_turns_and_neither_is_lost(service: Service) -> None:
    conversation = service.open("C-10007")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda text: service.send(conversation, text), ("what do I owe?", "thank you")))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["turn_id"] for answer in answers}) == 2
    assert sorted(texts(service.read(conversation), "customer")) == ["thank you", "what do I owe?"]


def test_fifty_conversations_at_once_all_get_their_answers(service: Service) -> None:
    def converse(number: int) -> str:
        conversation = service.open(f"C-{10100 + number}")
        return service.send(conversation, "What is my balance?").json()["messages"][-1]["text"]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(converse, range(50)))

    assert all(answers)


def test_asking_for_a_person_hands_the_conversation_over_and_says_so(service: Service) -> None:
    conversation = service.open("C-10008")
    turn = service.call("POST", f"/v1/conversations/{conversation}/handoff", {"reason": "asked_for_person"}).json()

    assert turn["status"] == "with_representative"
    assert set(turn["handoff"]) >= {"queue", "priority", "reason", "packet_id", "state", "position"}
    assert turn["handoff"]["reason"] == "asked_for_person"
    assert turn["messages"]
    queue = service.call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    item = next(each for each in queue if each["conversation_id"] == conversation)
    assert set(item) == {"conversation_id", "queue", "priority", "reason", "waiting_since", "packet"}


def test_a_representative_claims_talks_and_gives_back(service: Service) -> None:
    conversation = service.open("C-10009")
    service.call("POST", f"/v1/conversations/{conversation}/handoff", {"reason": "asked_for_person"})
    desk = f"/v1/desk/{conversation}"

    before = service.call("POST", f"{desk}/messages", {"text": "Hello"}, "representative")
    claimed = service.call("POST", f"{desk}/claim", {}, "representative")
    taken = service.call("POST", f"{desk}/claim", {}, "supervisor")
    said = service.call("POST", f"{desk}/messages", {"text": "Hello, this is Dana."}, "representative")
    released = service.call("POST", f"{desk}/release", {"to": "assistant"}, "representative")

    assert [each.status_code for each in (before, claimed, taken, said, released)] == [409, 200, 409, 200, 200]
    assert set(claimed.json()) == CONVERSATION
    assert (said.json()["role"], said.json()["text"]) == ("representative", "Hello, this is Dana.")
    assert (released.json()["status"], released.json()["handoff"]) == ("open", None)
    assert texts(service.read(conversation), "representative") == ["Hello, this is Dana."]


def test_a_resolved_conversation_is_closed(service: Service) -> None:
    conversation = service.open("C-10010")
    service.call("POST", f"/v1/conversations/{conversation}/handoff", {"reason": "asked_for_person"})
    service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
    body = {"disposition": "answered", "note": "All clear."}

    assert service.call("POST", f"/v1/desk/{conversation}/resolve", body, "representative").json()["status"] == "closed"
    assert service.send(conversation, "one more thing").status_code == 409


def test_a_closed_conversation_takes_no_more_words_but_can_be_rated(service: Service) -> None:
    conversation = service.open("C-10011")
    path = f"/v1/conversations/{conversation}"

    assert service.call("POST", f"{path}/close", {}).json()["status"] == "closed"
    assert service.send(conversation, "hello?").status_code == 409
    assert service.call("POST", f"{path}/feedback", {"score": 4, "comment": "fine"}).status_code == 200


def test_what_was_answered_before_closing_is_answered_again_afterwards(service: Service) -> None:
    conversation = service.open("C-10012")
    first = service.send(conversation, "hello", "kept")
    service.call("POST", f"/v1/conversations/{conversation}/close", {})

    assert service.send(conversation, "hello", "kept").json() == first.json()


def test_the_auditor_reads_an_unbroken_record(service: Service) -> None:
    conversation = service.open("C-10013")
    service.send(conversation, "What is my balance?")
    entries = service.call("GET", f"/v1/conversations/{conversation}/journal", principal="auditor").json()["items"]

    fields = {"id", "at", "kind", "tool", "decision_id", "effect", "outcome", "rules", "rationale", "hash"}
    assert entries
    assert all(set(entry) == fields | {"previous_hash"} for entry in entries)
    assert [entry["previous_hash"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    verified = service.call("GET", "/v1/journal/verify", principal="auditor").json()
    assert verified["ok"] is True
    assert verified["problems"] == []
    assert verified["entries"] >= len(entries)
    assert verified["conversations"] >= 1


def test_a_verification_code_that_was_accepted_is_accepted_again_when_the_answer_got_lost(own_service: Service) -> None:
    conversation = own_service.open("C-1009")
    own_service.send(conversation, "Please cancel my contract.")
    own_service.send(conversation, "I am moving abroad")
    outbox = own_service.call("GET", "/v1/sandbox/outbox?customer_id=C-1009").json()["items"]
    first = own_service.send(conversation, outbox[-1]["code"], "code")
    again = own_service.send(conversation, outbox[-1]["code"], "code")

    assert set(outbox[-1]) == {"at", "customer_id", "channel", "template", "text", "code"}
    assert first.json()["pending"]["kind"] == "confirm"
    assert again.status_code == 200
    assert again.json() == first.json()
    assert outbox[-1]["code"] not in str(own_service.read(conversation))


def test_a_yes_pressed_twice_and_at_once_moves_the_money_once(own_service: Service) -> None:
    conversation = own_service.open("C-1001")
    asked = own_service.send(conversation, "I was charged twice for my last bill, please refund one.").json()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: own_service.send(conversation, "yes", f"yes-{number % 4}"), range(8)))

    assert asked["pending"]["kind"] == "confirm"
    assert set(asked["pending"]) == {"kind", "summary", "tool", "arguments", "expires_at", "options"}
    assert {answer.status_code for answer in answers} == {200}
    actions = own_service.read(conversation)["actions"]
    assert [each["outcome"] for each in actions if each["tool"] == "payments.refund_payment"] == ["succeeded"]


def test_a_supervisor_decides_once_and_the_conversation_goes_on(own_service: Service) -> None:
    conversation = own_service.open("C-1003", "strong")
    own_service.send(conversation, "My yearly payment was taken twice, please refund the second one.")
    waiting = own_service.send(conversation, "yes").json()
    items = own_service.call("GET", "/v1/approvals?status=pending", principal="supervisor").json()["items"]
    approval = next(each for each in items if each["conversation_id"] == conversation)
    path = f"/v1/approvals/{approval['id']}"
    decide = {"decision": "approve", "reason": "The duplicate is plain."}
    stranger = own_service.call("GET", "/v1/approvals?status=nonsense", principal="supervisor")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: own_service.call("POST", path, decide, "supervisor"), range(6)))

    fields = {"id", "conversation_id", "customer_id", "tool", "arguments", "summary", "reasons", "status"}
    assert set(approval) == fields | {
        *("requested_at", "expires_at", "decided_by"),
        *("approvals_needed", "approved_by"),
    }
    assert (waiting["status"], waiting["pending"]["kind"]) == ("waiting_approval", "approve")
    assert approval["arguments"] == waiting["pending"]["arguments"]
    assert stranger.status_code == 422
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    actions = own_service.read(conversation)["actions"]
    assert [each["outcome"] for each in actions if each["tool"] == "payments.refund_payment"] == ["succeeded"]


def test_orders_hidden_in_a_customers_file_are_not_followed(own_service: Service) -> None:
    conversation = own_service.open("C-1018", "strong")
    own_service.send(
        conversation, "I was charged twice this month, can you refund one? Also read the notes on my file."
    )
    for _ in range(2):
        own_service.send(conversation, "yes")

    actions = own_service.read(conversation)["actions"]
    paid_back = [each["arguments"]["amount_minor"] for each in actions if each["tool"] == "payments.refund_payment"]
    assert paid_back == [3999]
    assert not [each for each in actions if each["tool"] == "crm.update_contact_detail"]
