"""The operations of A2A on partners' tasks."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from a2a.server.context import ServerCallContext
from a2a.server.request_handlers.request_handler import RequestHandler
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTaskPushNotificationConfigsResponse,
    ListTasksRequest,
    ListTasksResponse,
    Message,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskArtifactUpdateEvent,
    TaskPushNotificationConfig,
    TaskState,
    TaskStatusUpdateEvent,
)
from a2a.utils.constants import DEFAULT_LIST_TASKS_PAGE_SIZE
from a2a.utils.errors import InvalidParamsError, UnsupportedOperationError
from a2a.utils.proto_utils import validate_proto_required_fields
from a2a.utils.task import (
    ListTasksCursor,
    apply_history_length,
    decode_list_tasks_cursor,
    encode_list_tasks_cursor,
    validate_history_length,
    validate_page_size,
)

from channels.a2a.asking import read_message
from channels.a2a.faults import told_to_partners
from channels.a2a.picture import FINISHED
from channels.a2a.push import PushNotifications, describe_push
from channels.a2a.push_store import PushConfig
from channels.a2a.task_store import Page, StoredTask
from channels.a2a.tasks import Tasks
from domain.caller import Caller

CALLER = "caller"
"""Key in the call's state: the authenticated partner."""

Update = Message | Task | TaskStatusUpdateEvent | TaskArtifactUpdateEvent
STILL = FINISHED | {TaskState.TASK_STATE_INPUT_REQUIRED}
"""Nothing more comes of a task in these states by itself."""


class PartnerHandler(RequestHandler):
    """Serves one partner's request at a time, on that partner's tasks alone.

    Sending a message waits for its answer. Where a supervisor or a representative is to act first it does not wait
    for them: the task says so, and can be asked for again or subscribed to.
    """

    def __init__(self, tasks: Tasks, pushes: PushNotifications, extended_card: Callable[[Caller], AgentCard]) -> None:
        self._tasks = tasks
        self._pushes = pushes
        self._extended_card = extended_card

    async def on_message_send(self, params: SendMessageRequest, context: ServerCallContext) -> Task:
        """Take a message and answer with its task."""
        with told_to_partners():
            begun, answer = await self._begin(params, context)
            task = begun if params.configuration.return_immediately else await _of(answer)
            return apply_history_length(task, params.configuration)

    async def on_message_send_stream(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Update]:
        """Take a message and tell how its task goes on, until nothing more comes by itself."""
        with told_to_partners():
            begun, answer = await self._begin(params, context)
            yield apply_history_length(begun, params.configuration)
            async with aclosing(self._tasks.follow_answer(_caller(context), begun, answer)) as heard:
                async for progress in heard:
                    yield progress
            task = await _of(answer)
            for update in _updates(task) if task.status != begun.status else ():
                yield update
            if task.status.state not in STILL:
                async with aclosing(self._tasks.follow(_caller(context), task, STILL)) as followed:
                    async for changed in followed:
                        for update in _updates(changed):
                            yield update

    async def on_subscribe_to_task(
        self, params: SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Update]:
        """Tell how a task stands and goes on, until it is finished."""
        with told_to_partners():
            validate_proto_required_fields(params)
            task = await self._tasks.get(_caller(context), params.id)
            if task.status.state in FINISHED:
                raise UnsupportedOperationError(f"The task {task.id} is finished.")
            yield task
            async with aclosing(self._tasks.follow(_caller(context), task, FINISHED)) as followed:
                async for changed in followed:
                    for update in _updates(changed):
                        yield update

    async def on_get_task(self, params: GetTaskRequest, context: ServerCallContext) -> Task:
        """How a task stands."""
        with told_to_partners():
            validate_proto_required_fields(params)
            validate_history_length(params)
            return apply_history_length(await self._tasks.get(_caller(context), params.id), params)

    async def on_list_tasks(self, params: ListTasksRequest, context: ServerCallContext) -> ListTasksResponse:
        """The partner's own tasks, page by page."""
        with told_to_partners():
            validate_proto_required_fields(params)
            validate_history_length(params)
            page = _page(params)
            tasks, more, total = await self._tasks.page(_caller(context), page)
            shown = [apply_history_length(task, params) for task in tasks]
            for task in shown if not params.include_artifacts else ():
                task.ClearField("artifacts")
            token = _token(more) if more is not None else ""
            return ListTasksResponse(tasks=shown, next_page_token=token, page_size=page.size, total_size=total)

    async def on_cancel_task(self, params: CancelTaskRequest, context: ServerCallContext) -> Task:
        """Give a task up."""
        with told_to_partners():
            validate_proto_required_fields(params)
            return await self._tasks.cancel(_caller(context), params.id)

    async def on_create_task_push_notification_config(
        self, params: TaskPushNotificationConfig, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        """Have an address told of a task."""
        with told_to_partners():
            validate_proto_required_fields(params)
            made = await self._pushes.create(_caller(context), params, legacy=_legacy(context))
            return describe_push(params.task_id, made)

    async def on_get_task_push_notification_config(
        self, params: GetTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        """One configuration of a task; in A2A 0.3 the one that was given without an id needs none."""
        with told_to_partners():
            validate_proto_required_fields(params)
            found = await self._pushes.find(_caller(context), params.task_id, params.id or params.task_id)
            return describe_push(params.task_id, found)

    async def on_list_task_push_notification_configs(
        self, params: ListTaskPushNotificationConfigsRequest, context: ServerCallContext
    ) -> ListTaskPushNotificationConfigsResponse:
        """All configurations of a task; they fit one page."""
        with told_to_partners():
            validate_proto_required_fields(params)
            found = await self._pushes.browse(_caller(context), params.task_id)
            shown = [describe_push(params.task_id, each) for each in found]
            return ListTaskPushNotificationConfigsResponse(configs=shown)

    async def on_delete_task_push_notification_config(
        self, params: DeleteTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> None:
        """Tell nothing there any more."""
        with told_to_partners():
            validate_proto_required_fields(params)
            await self._pushes.delete(_caller(context), params.task_id, params.id)

    async def on_get_extended_agent_card(self, params: Any, context: ServerCallContext) -> AgentCard:
        """The card with the skills that were granted to this partner."""
        with told_to_partners():
            return self._extended_card(_caller(context))

    async def _begin(self, params: SendMessageRequest, context: ServerCallContext) -> tuple[Task, "asyncio.Task[Task]"]:
        """Take a message, once all that it asks for beside its words has been looked at."""
        validate_proto_required_fields(params)
        validate_history_length(params.configuration)
        asked, push = read_message(params, legacy=_legacy(context)), await self._read_push(params, context)
        return await self._tasks.handle(_caller(context), asked, push)

    async def _read_push(self, params: SendMessageRequest, context: ServerCallContext) -> PushConfig | None:
        if not params.configuration.HasField("task_push_notification_config"):
            return None
        given = params.configuration.task_push_notification_config
        return await self._pushes.read(given, legacy=_legacy(context))


def _legacy(context: ServerCallContext) -> bool:
    """Whether the partner speaks A2A 0.3, whose methods are named like `message/send`."""
    return "/" in str(context.state.get("method", ""))


def _caller(context: ServerCallContext) -> Caller:
    return context.state[CALLER]


async def _of(answer: "asyncio.Task[Task]") -> Task:
    """The answer's task; the work goes on even if the partner goes away."""
    return await asyncio.shield(answer)


def _updates(changed: Task | TaskStatusUpdateEvent) -> list[Update]:
    """What a stream tells of a changed task, or of a call that gets on."""
    if isinstance(changed, TaskStatusUpdateEvent):
        return [changed]
    task = changed
    artifacts = [
        TaskArtifactUpdateEvent(task_id=task.id, context_id=task.context_id, artifact=artifact, last_chunk=True)
        for artifact in task.artifacts
    ]
    status = TaskStatusUpdateEvent(task_id=task.id, context_id=task.context_id, status=task.status)
    status.metadata.CopyFrom(task.metadata)
    return [*artifacts, status]


def _page(params: ListTasksRequest) -> Page:
    if params.HasField("page_size"):
        validate_page_size(params.page_size)
    since = params.status_timestamp_after
    return Page(
        size=params.page_size or DEFAULT_LIST_TASKS_PAGE_SIZE,
        context_id=params.context_id,
        state=TaskState.Name(params.status) if params.status else "",
        changed_since=since.ToDatetime(UTC) if params.HasField("status_timestamp_after") else None,
        after=_position(params.page_token) if params.page_token else None,
    )


def _position(token: str) -> tuple[datetime, str]:
    cursor = decode_list_tasks_cursor(token)
    if cursor is None or cursor.timestamp_ns is None:
        raise InvalidParamsError("page_token: not one that was given out here")
    try:
        return datetime.fromtimestamp(cursor.timestamp_ns // 10**9, UTC).replace(
            microsecond=cursor.timestamp_ns // 1000 % 10**6
        ), cursor.task_id
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidParamsError("page_token: not one that was given out here") from error


def _token(task: StoredTask) -> str:
    seconds = int(task.changed_at.replace(microsecond=0).timestamp())
    return encode_list_tasks_cursor(ListTasksCursor(seconds * 10**9 + task.changed_at.microsecond * 1000, task.id))
