"""What another team's agent answered, as data: cut to size, cleaned, and named where it is no text."""

import re
from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlsplit

from a2a.types import Artifact, Message, Part, Task, TaskState
from google.protobuf.json_format import MessageToDict

from app.remote_agents.troubles import AgentTrouble
from understanding.screening.foreign_words import clean

NAME = 120
TEXT = 4_000
"""So many characters of a name, and of an answer, are taken."""
FILES = 5
LONGEST_ADDRESS = 500
_HOST, _PATH = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?", r"/[A-Za-z0-9._~/?#&=%+-]*[A-Za-z0-9_~/#=-]|/"
ADDRESS = re.compile(rf"""(?<![^\s(<"'])https?://{_HOST}(?:{_PATH})?(?=[.,;:!?)>"'}}\]]*(?:\s|$))""")
"""An address in plain signs: none that looks like another one."""


def state_of(task: Task) -> str:
    """The state of a task, in small letters."""
    return TaskState.Name(task.status.state).removeprefix("TASK_STATE_").lower()


def see_usable(told: dict[str, Any]) -> dict[str, Any]:
    """See that an answer says something.

    Raises:
        AgentTrouble: its task is in no state, or it ended or asks without a word.
    """
    if told["state"] == "unspecified":
        raise AgentTrouble("not_a2a", "its answer is no task of A2A: it is in no state")
    if told["state"] in ("completed", "input_required") and not told["text"].strip():
        raise AgentTrouble("lying", "its answer says nothing")
    return told


def tell(answer: Task | Message) -> dict[str, Any]:
    """An answer as data, cut to size; what is no text is named, and kept with where it is from."""
    if isinstance(answer, Message):
        told = {"state": "completed", "text": _text(answer.parts), "task_id": "", "context_id": answer.context_id}
        return {**told, "artifacts": []}
    artifacts = [_artifact(each) for each in answer.artifacts[:20]]
    said = _text(answer.status.message.parts)
    found = "\n".join(each["text"] for each in artifacts if each["text"] and each["text"] not in said)
    shown = "" if said or found else "\n".join(line for each in artifacts for line in _spell(each["data"]))
    files = "\n".join(each["name"] for one in artifacts for each in one["files"][:FILES])
    text = "\n".join(each for each in (said, found, shown, files) if each)
    named = {"state": state_of(answer), "task_id": answer.id, "context_id": answer.context_id}
    return {**named, "text": text[:TEXT], "artifacts": artifacts}


def find_address(answer: Task | Message, origins: Collection[str]) -> str:
    """Where a task that waits for an authorisation sends the customer; empty unless that is at one of these origins."""
    if not isinstance(answer, Task) or state_of(answer) != "auth_required":
        return ""
    texts = [text for part in answer.status.message.parts for text in (part.text, *map(str, _data(part)))]
    found = [each for text in texts for each in ADDRESS.findall(text)]
    return next((each for each in found if len(each) <= LONGEST_ADDRESS and origin_of(each) in origins), "")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where it is none, or hides another one before an @."""
    try:
        parts = urlsplit(url)
        return "" if "@" in parts.netloc else f"{parts.scheme}://{parts.netloc}".lower()
    except ValueError:
        return ""


def _artifact(artifact: Artifact) -> dict[str, Any]:
    files = [_file(artifact, part) for part in artifact.parts if part.HasField("raw") or part.HasField("url")]
    data = [found for part in artifact.parts for found in _data(part)]
    return {"name": _clean(artifact.name)[:NAME], "text": _text(artifact.parts), "data": data, "files": files}


def _file(artifact: Artifact, part: Part) -> dict[str, Any]:
    """A file that came along: its content is not taken, its address not opened."""
    name = _clean(part.filename or artifact.name or "file")[:NAME]
    kind = _clean(part.media_type)[:NAME]
    return {"name": f"{name} ({kind})" if kind else name, "url": part.url[:TEXT], "bytes": len(part.raw)}


def _spell(data: list[Any]) -> list[str]:
    """The plain values of data that came without words, a line each."""
    known = [cast("dict[str, Any]", each) for each in data if isinstance(each, dict)]
    plain = ((name, value) for each in known for name, value in each.items() if isinstance(value, str | int | float))
    return [f"{name}: {value}" for name, value in plain]


def _text(parts: Any) -> str:
    return "\n".join(_clean(part.text) for part in parts if part.HasField("text"))[:TEXT]


def _data(part: Part) -> list[Any]:
    return [_clean(MessageToDict(part.data))] if part.HasField("data") else []


def _clean(value: Any) -> Any:
    """What was sent without secrets, and without what steers a screen or turns the writing's direction."""
    if isinstance(value, str):
        return clean(value, 4 * TEXT)
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        return {_clean(name): _clean(each) for name, each in named.items()}
    return [_clean(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value
