"""Which kinds of parts a partner takes: asked for with a message, kept with its task, held to wherever it is shown."""

from collections.abc import Iterable
from typing import Any

from a2a.types import Message, Part, Task
from a2a.utils.errors import ContentTypeNotSupportedError
from google.protobuf.json_format import MessageToDict, ParseDict

TEXT = "text/plain"
DATA = "application/json"
OFFERED = (TEXT, DATA)
_OLD_NAMES = {"text": TEXT, "data": DATA}
"""What clients of A2A 0.3 also say: kinds of parts."""


def read_modes(accepted: Iterable[str], *, legacy: bool = False) -> str:
    """Which of ours a partner accepts, apart by spaces; empty where it names none.

    A `legacy` one, of A2A 0.3, is never left without words: CrewAI says that it takes JSON, and reads text alone.

    Raises:
        ContentTypeNotSupportedError: it names some, and none of ours.
    """
    asked = [each.partition(";")[0].strip().lower() for each in accepted]
    found = [mode for mode in OFFERED if any(_covers(one, mode) for one in asked)]
    found = list(OFFERED) if legacy and found == [DATA] else found
    if asked and not found:
        raise ContentTypeNotSupportedError(
            f"configuration.accepted_output_modes: there is only {' and '.join(OFFERED)}"
        )
    return " ".join(found)


def fit(task: Task, modes: str) -> Task:
    """The task with such parts alone as its partner takes; who named none gets data as an artifact only."""
    accepted = modes.split() or [TEXT]
    if task.status.HasField("message"):
        _fit_message(task.status.message, accepted)
    for line in task.history:
        _fit_message(line, accepted)
    shown = [each for each in task.artifacts if not modes or each.parts[0].media_type in accepted]
    del task.artifacts[:]
    task.artifacts.extend(shown)
    return task


def data_part(value: dict[str, Any]) -> Part:
    """A part of structured data."""
    part = Part(media_type=DATA)
    ParseDict(value, part.data)
    return part


def _covers(asked: str, mode: str) -> bool:
    kind = mode.partition("/")[0]
    return _OLD_NAMES.get(asked, asked) in (mode, f"{kind}/*", "*/*")


def _fit_message(message: Message, accepted: list[str]) -> None:
    """What has no part of an accepted kind is words for who takes data: they are told as one of the API's messages."""
    kept = [part for part in message.parts if part.media_type in accepted]
    if not kept:
        told = MessageToDict(message.metadata)
        text = "\n".join(part.text for part in message.parts)
        kept = [data_part({"id": message.message_id, **told, "text": text})]
    del message.parts[:]
    message.parts.extend(kept)
