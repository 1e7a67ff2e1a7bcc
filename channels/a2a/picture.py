"""A task as the partner sees it, drawn from the conversation underneath."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from a2a.types import Artifact, Part, Role, Task, TaskState, TaskStatus, TaskStatusUpdateEvent
from a2a.types import Message as A2AMessage
from google.protobuf.json_format import MessageToJson, Parse, ParseDict

from channels.a2a.modes import TEXT, data_part, fit
from channels.a2a.result import TaskBody
from channels.a2a.task_store import StoredTask
from domain.conversation import Action, Conversation, Message, Status
from domain.vault import ERASED

FINISHED = frozenset(
    {
        TaskState.TASK_STATE_COMPLETED,
        TaskState.TASK_STATE_REJECTED,
        TaskState.TASK_STATE_CANCELED,
        TaskState.TASK_STATE_FAILED,
    }
)
WAITING = {
    Status.WAITING_CUSTOMER: TaskState.TASK_STATE_INPUT_REQUIRED,
    Status.WAITING_APPROVAL: TaskState.TASK_STATE_AUTH_REQUIRED,
    Status.WITH_REPRESENTATIVE: TaskState.TASK_STATE_WORKING,
}
"""A supervisor's approval is what A2A calls an authorisation within a task; people who took over are at work on it."""


@dataclass(frozen=True, slots=True)
class TaskView:
    """What of a conversation belongs to a task.

    `ids` are the partner's own ids of its messages; `at_work` says that a message is being answered now. `currency` is
    its tenant's.
    """

    task: StoredTask
    conversation: Conversation
    ids: Mapping[str, str]
    currency: str
    at_work: bool = False

    @property
    def words(self) -> tuple[Message, ...]:
        """Everything said within the task."""
        return self.conversation.messages[self.task.messages_before :]

    @property
    def actions(self) -> tuple[Action, ...]:
        """Everything done within the task."""
        return self.conversation.actions[self.task.actions_before :]

    @property
    def state(self) -> TaskState:
        """How far the task has come."""
        if self.task.cancelled:
            return TaskState.TASK_STATE_CANCELED
        if self.at_work or not self._spoken:
            return TaskState.TASK_STATE_WORKING
        if self.conversation.status in WAITING:
            return WAITING[self.conversation.status]
        return TaskState.TASK_STATE_REJECTED if self._is_refused else TaskState.TASK_STATE_COMPLETED

    @property
    def _is_refused(self) -> bool:
        """Whether a refusal is what it came to; a journey that did without what was refused is none."""
        refused = bool(self.actions) and self.actions[-1].outcome == "refused"
        return refused and self.conversation.last_ending != "resolved"

    @property
    def reply(self) -> tuple[Message, ...]:
        """The words since the customer last spoke."""
        spoken = self._spoken
        return self.words[spoken[-1] + 1 :] if spoken else ()

    @property
    def latest(self) -> tuple[Message, ...]:
        """What was said last: the words of one turn, which are all of one moment."""
        reply = self.reply
        return tuple(word for word in reply if word.at == reply[-1].at)

    @property
    def answer(self) -> tuple[Message, ...]:
        """What came of it: what we said last, or everything since the customer spoke where people answered."""
        alone = all(word.role == "assistant" for word in self.reply)
        return self.latest if alone else self.reply

    @property
    def said(self) -> tuple[Message, ...]:
        """This turn's words; the first ones come with the conversation's beginning. A cancelled task says nothing.

        That beginning says that an automated assistant answers, which the partner has to pass on.
        """
        return () if self.task.cancelled else (*self.beginning, *self.latest)

    @property
    def beginning(self) -> tuple[Message, ...]:
        """What the conversation began with, where nothing was said of before."""
        spoken = self._spoken
        return self.words[: spoken[0]] if len(spoken) == 1 and self.latest == self.reply else ()

    @property
    def _spoken(self) -> list[int]:
        return [index for index, word in enumerate(self.words) if word.role == "customer"]

    @property
    def changed_at(self) -> datetime:
        """When something was last said in the task."""
        return max((self.task.begun_at, *(word.at for word in self.words[-1:])))


def draw(scene: TaskView) -> Task:
    """The task as it is now, in such parts as its partner takes."""
    return fit(_draw_whole(scene), scene.task.output_modes or "")


def _draw_whole(scene: TaskView) -> Task:
    task = Task(id=scene.task.id, context_id=scene.task.context_id, history=_history(scene))
    task.status.CopyFrom(_status(scene))
    ParseDict(_metadata(scene), task.metadata)
    if scene.state == TaskState.TASK_STATE_COMPLETED:
        task.artifacts.extend(_artifacts(scene))
    return task


def _artifacts(scene: TaskView) -> list[Artifact]:
    """What came of the task, in words and as data; people who ended it in silence leave no words."""
    found = {"reply": _parts(scene.answer), "result": [data_part(_body(scene, (*scene.beginning, *scene.answer)))]}
    return [
        Artifact(artifact_id=f"{scene.task.id}-{name}", name=name, parts=parts)
        for name, parts in found.items()
        if parts
    ]


def _body(scene: TaskView, words: Sequence[Message]) -> dict[str, Any]:
    """How the task stands and what was said, in the HTTP API's terms."""
    conversation, live = scene.conversation, scene.state not in FINISHED
    names = ("specialist", "procedure", "intent", "status")
    told = {
        **_named(conversation, names),
        "conversation_id": conversation.id,
        "currency": scene.currency,
        "messages": words,
        "actions": scene.actions,
        "pending": conversation.pending if live else None,
        "handoff": conversation.handoff if live else None,
    }
    return TaskBody.model_validate(told).model_dump(mode="json")


def draw_progress(task: Task, told: Mapping[str, Any], now: datetime) -> TaskStatusUpdateEvent:
    """A task at work that tells how far the call has come that it waits for, in words and in its metadata."""
    event = TaskStatusUpdateEvent(task_id=task.id, context_id=task.context_id)
    event.status.state = TaskState.TASK_STATE_WORKING
    event.status.timestamp.FromDatetime(now)
    done, total, words = told["progress"], told["total"], told["message"]
    shown = " ".join(each for each in (f"{min(100, int(100 * done / total))} %" if total else "", words) if each)
    if shown:
        parts, message_id = [Part(text=shown, media_type=TEXT)], f"{task.id}-progress-{uuid4().hex[:12]}"
        said = A2AMessage(message_id=message_id, role=Role.ROLE_AGENT, parts=parts)
        said.task_id, said.context_id = task.id, task.context_id
        event.status.message.CopyFrom(said)
    ParseDict({"progress": {name: told[name] for name in ("tool", "progress", "total", "message")}}, event.metadata)
    return event


def advanced(scene: TaskView) -> StoredTask:
    """The task's row as it should be kept after this scene."""
    state = scene.state
    result = MessageToJson(_draw_whole(scene), indent=None) if state in FINISHED else None
    return replace(scene.task, state=TaskState.Name(state), changed_at=scene.changed_at, result=result)


def redraw(task: StoredTask) -> Task:
    """A finished task as it was when it ended; of an erased one its end alone is known."""
    if task.result == ERASED:
        status = TaskStatus(state=task.state)
        status.timestamp.FromDatetime(task.changed_at)
        return Task(id=task.id, context_id=task.context_id, status=status)
    return fit(Parse(task.result or "{}", Task()), task.output_modes or "")


def _status(scene: TaskView) -> TaskStatus:
    status = TaskStatus(state=scene.state)
    status.timestamp.FromDatetime(scene.changed_at)
    if scene.said:
        status.message.CopyFrom(
            A2AMessage(
                message_id=scene.said[-1].id,
                role=Role.ROLE_AGENT,
                parts=[*_parts(scene.said), data_part(_body(scene, scene.said))],
                task_id=scene.task.id,
                context_id=scene.task.context_id,
            )
        )
    return status


def _history(scene: TaskView) -> list[A2AMessage]:
    return [_line(scene, word) for word in scene.words]


def _line(scene: TaskView, word: Message) -> A2AMessage:
    theirs = word.role == "customer"
    line = A2AMessage(
        message_id=scene.ids.get(word.id, word.id),
        role=Role.ROLE_USER if theirs else Role.ROLE_AGENT,
        parts=_parts([word]),
        task_id=scene.task.id,
        context_id=scene.task.context_id,
    )
    ParseDict({"role": word.role, "at": word.at.isoformat()}, line.metadata)
    return line


def _parts(words: Sequence[Message]) -> list[Part]:
    """Words as one part, since some clients read the first alone (CrewAI does, where a task waits)."""
    return [Part(text="\n".join(word.text for word in words), media_type=TEXT)] if words else []


def _metadata(scene: TaskView) -> dict[str, Any]:
    """What a program wants to know beyond the words, in the HTTP API's terms, and as older clients know it."""
    told = {name: value for name, value in _body(scene, ()).items() if name not in ("messages", "intent")}
    pending = told["pending"] and {**told["pending"], "expires": told["pending"]["expires_at"]}
    actions = [{**each, "decision": each["decision_id"]} for each in told["actions"]]
    return {**told, "conversation": told["conversation_id"], "pending": pending, "actions": actions}


def _named(record: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
