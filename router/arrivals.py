"""How a turn begins: looked up and written down in the very transaction that takes the conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from domain.caller import Caller
from domain.calls import Pending
from domain.conversation import Status
from domain.digest import digest
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId, TurnId
from router.formatters import formatter_of
from router.left_out import LeftOut, as_json
from router.memory.attachments import see_sendable
from router.memory.state import TurnKind
from router.memory.store import Store, Stored, StoredTurn
from router.sessions import reaches
from understanding.screening.secrets import screen, without_codes


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message as the channel sent it; the same id with the same text is the same turn.

    `attachments` are files that were uploaded before, by their ids; `left_out` are those that came and were not kept.
    """

    client_message_id: str
    text: str
    attachments: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A turn that may be run now: its conversation's row, and turns before it that were left unfinished."""

    row: Stored
    turn: StoredTurn
    earlier: tuple[StoredTurn, ...] = ()


class MessageArrival:
    """A customer's message comes in; called within the transaction that looks for the conversation's lease.

    What was put to the customer when the message came in is kept with the turn: a yes answers that and nothing else,
    however long the message had to wait for others. `score` says what it answers to whether it helped, where that was
    asked before the conversation was closed; None where it is no such answer.
    """

    def __init__(
        self,
        store: Store,
        caller: Caller,
        conversation_id: ConversationId,
        incoming: Incoming,
        score: Callable[[Stored, str, datetime], int | None] = lambda _row, _text, _now: None,
    ) -> None:
        self._store = store
        self._score = score
        self._caller = caller
        self._conversation_id = conversation_id
        self._incoming = incoming
        self._question: str | None = None

    def begin(self, connection: Connection, held: bool, now: datetime) -> Begun | None:
        """The turn as it begins, or as it was begun before; None as long as somebody else holds the conversation.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the message id was used with other text, or the conversation is closed.
            BadRequest: a file that it names is not there to be sent.
        """
        row = own(self._caller, self._conversation_id, self._store.find(connection, self._conversation_id))
        if self._question is None:
            self._question = name_question(row.pending)
        if not held:
            return None
        files = list(self._incoming.attachments)
        spelling = spell(self._incoming.text, *files)
        turn = self._store.find_turn(connection, row.id, self._incoming.client_message_id)
        if turn is not None and turn.request.get("spelling") != spelling:
            raise Conflict("client_message_id was already used with another text")
        answer = self._score(row, self._incoming.text, now) if turn is None and not files else None
        if turn is None and row.status is Status.CLOSED and answer is None:
            raise Conflict("this conversation is closed")
        if turn is None:
            see_sendable(connection, row.id, files)
            request: dict[str, Any] = {"spelling": spelling, "question": self._question}
            request |= {"attachments": files} if files else {}
            request |= {"left_out": as_json(self._incoming.left_out)} if self._incoming.left_out else {}
            request |= {"score": answer} if answer is not None else {}
            text = _shown(row, self._incoming.text)
            turn = StoredTurn(new_turn_id(), row.id, self._incoming.client_message_id, text, "message", now, request)
            self._store.begin_turn(connection, turn, row.messages)
        return _begun(self._store, connection, row, turn)


class OccasionArrival:
    """A turn without words of the customer begins: a supervisor's decision, a button, an accepted suggestion.

    `name` is what makes it the same turn when it comes again.
    """

    def __init__(
        self, store: Store, caller: Caller, conversation_id: ConversationId, kind: TurnKind, name: str
    ) -> None:
        self._store = store
        self._caller = caller
        self._conversation_id = conversation_id
        self._kind = kind
        self._name = name

    def begin(self, connection: Connection, held: bool, now: datetime, request: dict[str, Any]) -> Begun | None:
        """The turn as it begins, or as it was begun before; None as long as somebody else holds the conversation.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the conversation is closed, or an accepted suggestion's claim was given up since.
        """
        row = own(self._caller, self._conversation_id, self._store.find(connection, self._conversation_id))
        if not held:
            return None
        if row.status is Status.CLOSED:
            raise Conflict("this conversation is closed")
        if self._kind == "proposal":
            self._see_claimed(connection, row, request["by"])
        turn = self._store.find_turn(connection, row.id, self._name)
        if turn is None:
            turn = StoredTurn(new_turn_id(), row.id, self._name, "", self._kind, now, request)
            self._store.begin_turn(connection, turn, row.messages)
        return _begun(self._store, connection, row, turn)

    def _see_claimed(self, connection: Connection, row: Stored, by: str) -> None:
        handoff = self._store.find_handoff(connection, row.id)
        if row.memory.handoff is None or handoff is None or (handoff.state, handoff.claimed_by) != ("claimed", by):
            raise Conflict(f"claim {row.id} first")


def _begun(store: Store, connection: Connection, row: Stored, turn: StoredTurn) -> Begun:
    if turn.result is not None:
        return Begun(row, turn)
    waiting = store.unfinished(connection, row.id)
    return Begun(row, turn, tuple(one for one in waiting if one.id != turn.id and one.at <= turn.at))


def name_question(pending: Pending | None) -> str:
    """What tells one question to the customer from another; empty where nothing is asked."""
    if pending is None:
        return ""
    return pending.id or digest([pending.kind, pending.arguments])[:20]


def new_turn_id() -> TurnId:
    """The id of a new turn."""
    return TurnId(f"T-{uuid4().hex[:20]}")


def own(caller: Caller, conversation_id: ConversationId, row: Stored | None) -> Stored:
    """The row, if it is the caller's tenant's, and for a customer their own.

    Raises:
        NotFound: there is none, or it is another tenant's or customer's.
    """
    if row is None or row.tenant != caller.tenant or not reaches(caller, row.memory):
        raise NotFound(f"no conversation {conversation_id}")
    return row


def spell(text: str, *attachments: str) -> str:
    """What tells one message from another under the same id, without keeping secrets that are in it."""
    shown = without_codes(screen(text).text)
    return digest([shown, *attachments]) if attachments else digest(shown)


def _shown(row: Stored, text: str) -> str:
    """The message as it may be kept: without secrets, and without the code that was asked for.

    A secret that shows only once the words are read as the channel means them is taken out of that reading.
    """
    shown = screen(text, row.memory.digits)
    fresh = formatter_of(row.channel).hear(text)
    heard = shown if fresh == text else screen(fresh, row.memory.digits)
    who = row.memory.identification
    if who is not None and who.stage == "code":
        return without_codes(heard.text)
    return shown.text if set(heard.kinds) <= set(shown.kinds) else heard.text
