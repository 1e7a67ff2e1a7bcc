"""What becomes of a partner's message: a task over the same turn that channels get."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from a2a.types import Role, TaskState
from a2a.utils.errors import InvalidParamsError, TaskNotCancelableError, UnsupportedOperationError

from tests.channels.a2a.partner_agent import (
    LISTING_PARTNER,
    PartnerAgent,
    ask,
    call_raw,
    connect,
    facts,
    state,
    until,
    words,
)
from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.sandbox_files import open_systems

WANTS_REFUND = "I was charged twice, please refund one of them"


def conversation(partners: Service, task: Any) -> Any:
    return partners.call("GET", f"/v1/conversations/{facts(task)['conversation']}", principal="auditor").json()


def approvals(partners: Service, task: Any) -> list[Any]:
    items = partners.call("GET", "/v1/approvals", principal="supervisor").json()["items"]
    return [item for item in items if item["conversation_id"] == facts(task)["conversation"]]


async def awaiting_approval(partner: PartnerAgent, customer_id: str) -> Any:
    task = await partner.say(WANTS_REFUND, customer_id)
    assert state(task) == "input_required", words(task)
    task = await partner.say("yes", task_id=task.id)
    assert state(task) == "auth_required", words(task)
    return task


async def test_a_question_that_needs_no_account_is_answered_and_the_task_is_completed(partner: PartnerAgent) -> None:
    task = await partner.say("hello")
    assert state(task) == "completed"
    assert "automated assistant" in words(task)
    reply, _ = task.artifacts
    assert reply.parts[0].text in words(task)


async def test_what_the_customer_has_not_permitted_waits_for_their_permission_and_can_be_given_up(
    partner: PartnerAgent,
) -> None:
    task = await partner.say(WANTS_REFUND, "C-1019")
    assert state(task) == "auth_required"
    assert (facts(task)["pending"]["kind"], facts(task)["pending"]["tool"]) == ("consent", "crm.give_partner_consent")
    (action,) = facts(task)["actions"]
    assert (action["tool"], action["outcome"]) == ("crm.request_partner_consent", "succeeded")
    assert state(await partner.cancel(task.id)) == "canceled"


async def test_a_question_back_is_a_task_that_waits_for_input(partner: PartnerAgent) -> None:
    task = await partner.say("my bill")
    assert state(task) == "input_required"
    assert facts(task)["pending"]["kind"] == "slot"
    same = await partner.say("never mind", task_id=task.id)
    assert (same.id, same.context_id, state(same)) == (task.id, task.context_id, "completed")
    assert [line.role for line in same.history] == [
        Role.ROLE_AGENT, Role.ROLE_USER, Role.ROLE_AGENT, Role.ROLE_USER, Role.ROLE_AGENT
    ]  # fmt: skip


async def test_a_confirmation_an_approval_and_the_refund_are_one_task(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.say(WANTS_REFUND, "C-1001")
    assert state(task) == "input_required"
    assert facts(task)["pending"]["kind"] == "confirm"
    assert "$39.99" in facts(task)["pending"]["summary"]
    task = await partner.say("yes", task_id=task.id)
    assert state(task) == "auth_required"
    assert facts(task)["pending"]["kind"] == "approve"

    (approval,) = approvals(partners, task)
    assert "above $25.00" in approval["reasons"][0]["message"], "a partner gets half of the automatic limit"
    decided = partners.call(
        "POST", f"/v1/approvals/{approval['id']}", {"decision": "approve", "reason": "seen"}, "supervisor"
    )
    assert decided.status_code == 200, decided.text
    done = await partner.get(task.id)
    assert state(done) == "completed"
    assert "$39.99" in words(done)
    refunds = [action for action in facts(done)["actions"] if action["tool"] == "payments.refund_payment"]
    assert [refund["outcome"] for refund in refunds] == ["succeeded"]
    assert facts(done)["pending"] is None


async def test_the_same_message_twice_is_one_task_and_one_turn(partners: Service, partner: PartnerAgent) -> None:
    message = ask("my bill", message_id="sent-twice")
    first, second = await partner.send(message), await partner.send(message)
    assert first == second
    said = [line["text"] for line in conversation(partners, first)["messages"] if line["role"] == "customer"]
    assert said == ["my bill"]


async def test_the_same_message_at_the_same_time_is_one_task_and_one_turn(partners: Service) -> None:
    message = ask("what do I owe you", message_id="sent-at-once")
    async with connect(partners) as one, connect(partners) as two:
        tasks = await asyncio.gather(*(agent.send(message) for agent in (one, two, one, two)))
    assert len({task.id for task in tasks}) == 1
    assert len({task.SerializeToString(deterministic=True) for task in tasks}) == 1
    said = [line for line in conversation(partners, tasks[0])["messages"] if line["role"] == "customer"]
    assert len(said) == 1


async def test_the_answer_to_a_task_sent_twice_is_given_once_even_after_the_task_ended(partner: PartnerAgent) -> None:
    task = await partner.say("my bill")
    message = ask("never mind", message_id="answered-twice", task_id=task.id)
    first, second = await partner.send(message), await partner.send(message)
    assert state(first) == "completed"
    assert first == second


async def test_one_message_id_with_two_texts_in_one_context_is_a_contradiction(partner: PartnerAgent) -> None:
    task = await partner.send(ask("my bill", message_id="reused"))
    with pytest.raises(InvalidParamsError, match="already used with another text"):
        await partner.send(ask("my visit", message_id="reused", context_id=task.context_id))


async def test_a_message_of_a_context_goes_to_its_unfinished_task_and_then_begins_another(
    partner: PartnerAgent,
) -> None:
    first = await partner.say("my bill")
    same = await partner.say("never mind", context_id=first.context_id)
    assert (same.id, state(same)) == (first.id, "completed")
    second = await partner.say("hello", context_id=first.context_id)
    assert second.id != first.id
    assert facts(second)["conversation"] == facts(first)["conversation"]
    assert second.history[0].parts[0].text == "hello"
    assert await partner.get(first.id) == same


async def test_a_finished_task_takes_no_more_messages(partner: PartnerAgent) -> None:
    task = await partner.say("hello")
    with pytest.raises(UnsupportedOperationError, match="finished"):
        await partner.say("and my bill?", task_id=task.id)


async def test_a_partner_may_name_its_contexts_itself(partner: PartnerAgent) -> None:
    task = await partner.say("my bill", context_id="case-4711")
    assert task.context_id == "case-4711"
    assert (await partner.say("never mind", context_id="case-4711")).id == task.id


async def test_a_context_stays_with_its_customer(partner: PartnerAgent) -> None:
    task = await partner.say("hello", "C-1005")
    with pytest.raises(InvalidParamsError, match="another customer"):
        await partner.say("hello again", "C-1001", context_id=task.context_id)


async def test_a_new_context_begins_in_the_language_asked_for(partner: PartnerAgent) -> None:
    message = ask("hola")
    message.metadata["locale"] = "es-MX"
    assert "asistente" in words(await partner.send(message))


async def test_history_keeps_the_partners_own_message_ids_and_is_cut_to_length(partner: PartnerAgent) -> None:
    task = await partner.say("my bill", message_id="mine-1")
    task = await partner.say("never mind", message_id="mine-2", task_id=task.id)
    assert [line.message_id for line in task.history if line.role == Role.ROLE_USER] == ["mine-1", "mine-2"]
    assert len((await partner.get(task.id, history_length=2)).history) == 2
    assert not (await partner.get(task.id, history_length=0)).history


async def test_a_handoff_is_work_in_progress_until_people_are_done(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.say("let me talk to a person please")
    assert state(task) == "working"
    assert facts(task)["handoff"]["reason"] == "asked_for_person"
    desk = f"/v1/desk/{facts(task)['conversation']}"
    assert partners.call("POST", f"{desk}/claim", {}, "representative").status_code == 200
    partners.call("POST", f"{desk}/messages", {"text": "Hello, this is Jo. What happened?"}, "representative")
    task = await partner.get(task.id)
    assert (state(task), words(task).splitlines()[-1]) == ("working", "Hello, this is Jo. What happened?")

    task = await partner.say("My parcel is wet", task_id=task.id)
    assert state(task) == "working"
    partners.call("POST", f"{desk}/messages", {"text": "You get a new one."}, "representative")
    partners.call("POST", f"{desk}/resolve", {"disposition": "resolved", "note": ""}, "representative")
    task = await partner.get(task.id)
    assert (state(task), task.artifacts[0].parts[-1].text) == ("completed", "You get a new one.")


async def test_cancelling_withdraws_what_waits_for_approval(partners: Service, partner: PartnerAgent) -> None:
    task = await awaiting_approval(partner, "C-1018")
    (approval,) = approvals(partners, task)
    assert state(await partner.cancel(task.id)) == "canceled"
    decided = partners.call(
        "POST", f"/v1/approvals/{approval['id']}", {"decision": "approve", "reason": ""}, "supervisor"
    )
    assert decided.status_code == 409
    assert state(await partner.get(task.id)) == "canceled"
    assert conversation(partners, task)["status"] == "closed"


async def test_a_finished_task_cannot_be_cancelled(partner: PartnerAgent) -> None:
    task = await partner.say("my bill")
    assert state(await partner.cancel(task.id)) == "canceled"
    with pytest.raises(TaskNotCancelableError):
        await partner.cancel(task.id)
    done = await partner.say("hello")
    with pytest.raises(TaskNotCancelableError):
        await partner.cancel(done.id)


async def test_a_context_lives_on_after_a_cancelled_task(partner: PartnerAgent) -> None:
    first = await partner.say("my bill", "C-1005", context_id="lives-on")
    if state(first) == "input_required":
        await partner.cancel(first.id)
    second = await partner.say("hello", context_id="lives-on")
    assert (second.context_id, state(second)) == ("lives-on", "completed")
    assert second.id != first.id


async def test_a_partner_need_not_wait_for_the_answer(partner: PartnerAgent) -> None:
    task = await partner.send(ask("hello"), return_immediately=True)
    assert state(task) == "working"

    async def done() -> Any:
        now = await partner.get(task.id)
        return now if state(now) == "completed" else None

    assert "automated assistant" in words(await until(done))


async def test_tasks_are_listed_newest_first_page_by_page_and_by_state(partners: Service) -> None:
    async with connect(partners, LISTING_PARTNER) as partner:
        texts = ("please pause my contract", "hello", "please pause my contract", "hello", "hello")
        tasks = [await partner.say(text, context_id=f"listed-{index}") for index, text in enumerate(texts)]
        found, token = list[str](), ""
        while True:
            page = await partner.list(page_size=2, page_token=token)
            assert page.total_size == len(texts)
            assert not any(task.artifacts for task in page.tasks)
            found += [task.id for task in page.tasks]
            token = page.next_page_token
            if not token:
                break
        assert found == [task.id for task in reversed(tasks)]
        waiting = await partner.list(status=TaskState.TASK_STATE_INPUT_REQUIRED)
        assert {task.id for task in waiting.tasks} == {tasks[0].id, tasks[2].id}
        (one,) = (await partner.list(context_id="listed-1", include_artifacts=True)).tasks
        assert one.artifacts
        with pytest.raises(InvalidParamsError, match="page_token"):
            await partner.list(page_token="nonsense")


def test_clients_of_protocol_0_3_are_served_too(partners: Service) -> None:
    message = {"kind": "message", "messageId": "old-1", "role": "user", "parts": [{"kind": "text", "text": "hello"}]}
    task = call_raw(partners, "message/send", {"message": message}, version="")["result"]
    assert (task["kind"], task["status"]["state"]) == ("task", "completed")
    assert call_raw(partners, "tasks/get", {"id": task["id"]}, version="")["result"]["id"] == task["id"]


async def test_consent_that_is_taken_back_before_the_approval_stops_what_was_approved(tmp_path: Path) -> None:
    """The final decision is made for the partner too, by what the customer consents to then."""
    with running(tmp_path) as service:
        async with connect(service) as partner:
            task = await partner.say("I was charged twice, please refund one", "C-1018")
            task = await partner.say("yes", "C-1018", task_id=task.id, context_id=task.context_id)
        assert state(task) == "auth_required"
        with closing(open_systems(tmp_path)) as sandbox:
            sandbox.execute("UPDATE customers SET consent_partners = 0 WHERE customer_id = 'C-1018'")
        approval = service.call("GET", "/v1/approvals?status=pending", principal="supervisor").json()["items"][0]
        decision = {"decision": "approve", "reason": "looked at it"}
        answer = service.call("POST", f"/v1/approvals/{approval['id']}", decision, principal="supervisor")
        assert answer.status_code == 200
        path = f"/v1/conversations/{approval['conversation_id']}"
        conversation = service.call("GET", path, principal="auditor").json()
    refunds = [each for each in conversation["actions"] if each["tool"] == "payments.refund_payment"]
    assert [(each["effect"], each["outcome"]) for each in refunds] == [("deny", "refused")]
