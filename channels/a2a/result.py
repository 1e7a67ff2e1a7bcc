"""What a task is in the terms of the HTTP API: the data part of its messages and artifacts, and its JSON Schema."""

from typing import Any

from pydantic import Field

from channels.http.models import Progress

SCHEMA = "a2a-task"


class TaskBody(Progress):
    """An A2A task, field by field as `GET /v1/conversations/{id}` tells its conversation.

    `messages` are the reply, `actions` everything done within the task; once it is finished nothing is `pending`.
    """

    conversation_id: str
    currency: str = Field(description="Of every amount in minor units (`…_minor`): ISO 4217.")


def result_schema() -> dict[str, Any]:
    """The JSON Schema of a task's data part, published as `/schemas/a2a-task.json`."""
    return TaskBody.model_json_schema(mode="serialization")
