"""What can go wrong, in A2A's words: the domain's tree mapped once to protocol errors."""

import json
import logging
import re
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

from a2a.utils.errors import A2AError, InternalError, InvalidParamsError, TaskNotFoundError

from domain.errors import BadRequest, Conflict, NotFound, SwitchboardError, Unavailable

_log = logging.getLogger("switchboard.a2a")

_WRONG = re.compile(r"^(params[\w.]*)\n  (.+?)(?: \[type=.*)?$", re.MULTILINE)
MOST_NAMED, INVALID_PARAMS = 10, -32602
UNAVAILABLE = "A system that is needed does not answer. Nothing is lost; send the same message again."


@contextmanager
def told_to_partners() -> Generator[None]:
    """Turn every error of ours into one of the protocol that shows no internals.

    Raises:
        A2AError: instead of anything else.
    """
    try:
        yield
    except InvalidParamsError as error:
        raise _named(error) from error
    except A2AError:
        raise
    except SwitchboardError as error:
        raise _of_domain(error) from error
    except Exception as error:
        raise _internal(error) from error


def name_params(body: bytes) -> bytes:
    """An answer to a client of A2A 0.3 whose parameters were wrong: which and why, as -32602.

    The SDK calls that an invalid request (-32600), and gives pydantic's own report of it.
    """
    if b"-32600" not in body:
        return body
    answer: dict[str, Any] = json.loads(body)
    error: dict[str, Any] = answer.get("error") or {}
    wrong = _WRONG.findall(error["data"]) if isinstance(error.get("data"), str) else []
    if not wrong:
        return body
    told = "; ".join(f"{field}: {why}" for field, why in wrong[:MOST_NAMED])
    return json.dumps({**answer, "error": {"code": INVALID_PARAMS, "message": told}}).encode()


def _named(error: InvalidParamsError) -> InvalidParamsError:
    """The error with the fields in its message that the SDK names in its data alone."""
    held = cast("dict[str, Any]", error.data or {})
    given = cast("list[dict[str, Any]]", held.get("errors") or [])
    fields = "; ".join(f"{each.get('field')}: {each.get('message')}" for each in given)
    return InvalidParamsError(fields, held) if fields else error


def _of_domain(error: SwitchboardError) -> A2AError:
    if isinstance(error, NotFound):
        return TaskNotFoundError()
    if isinstance(error, BadRequest | Conflict):
        return InvalidParamsError(str(error).replace("client_message_id", "message.message_id"))
    if isinstance(error, Unavailable):
        _log.warning("unavailable while serving a partner: %s", error)
        return InternalError(UNAVAILABLE)
    return _internal(error)


def _internal(error: Exception) -> A2AError:
    reference = secrets.token_hex(6)
    _log.error("internal error %s while serving a partner", reference, exc_info=error)
    return InternalError(f"Something broke on our side. Reference {reference}.")
