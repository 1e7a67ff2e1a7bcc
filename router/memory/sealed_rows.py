"""Conversations as rows: what was said is sealed, what is counted and looked for is not."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from domain.calls import Pending
from domain.conversation import Event, Message, Status, Turn
from domain.ids import ConversationId, MessageId, TenantId, TurnId
from domain.vault import ERASED, Cipher, place_of
from router.memory.contact import known_as
from router.memory.standing import describe
from router.memory.state import Memory
from router.memory.stored import Stored, StoredHandoff, StoredTurn
from storage.tagged_rows import see_vouched

_MEMORY = TypeAdapter(Memory)
_TURN = TypeAdapter(Turn)
_PENDING = TypeAdapter(Pending | None)


@dataclass(frozen=True, slots=True)
class SealedRows:
    """One conversation's rows, as its box seals and unseals them; what was erased reads as `ERASED`, never fails."""

    id: ConversationId
    box: Cipher

    def seal_conversation(self, row: Stored) -> dict[str, Any]:
        """The columns of a conversation but its id."""
        subject, standing = describe(row.memory, row.status)
        return {
            "tenant": row.tenant,
            "channel": row.channel,
            "status": row.status.value,
            "created_at": row.created_at,
            "memory": self._seal("conversations.memory", _MEMORY.dump_json(row.memory).decode()),
            "pending": self._seal("conversations.pending", _PENDING.dump_json(row.pending).decode()),
            "events": row.events,
            "messages": row.messages,
            "customer_id": known_as(row.memory.customer),
            "last_at": row.last_at or row.created_at,
            "subject": subject,
            "standing": standing,
        }

    def conversation(self, row: RowMapping) -> Stored:
        """A conversation; an erased one is closed and remembers nothing."""
        see_vouched(self.box.tags, "conversations", row)
        memory = self._unseal("conversations.memory", row["memory"])
        pending = self._unseal("conversations.pending", row["pending"] or "")
        erased = memory == ERASED
        return Stored(
            id=self.id,
            tenant=TenantId(row["tenant"]),
            channel=row["channel"],
            status=Status.CLOSED if erased else Status(row["status"]),
            created_at=row["created_at"],
            memory=Memory() if erased else _MEMORY.validate_json(memory),
            pending=None if erased or not pending else _PENDING.validate_json(pending),
            events=row["events"],
            messages=row["messages"],
            last_at=row["last_at"],
        )

    def seal_turn(self, turn: StoredTurn, number: int) -> dict[str, Any]:
        """The columns of a turn that begins."""
        return {
            "id": turn.id,
            "conversation_id": self.id,
            "number": number,
            "client_message_id": turn.client_message_id,
            "text": self._seal("turns.text", turn.text, turn.id),
            "kind": turn.kind,
            "at": turn.at,
            "request": self.box.seal_json(place_of("turns.request", self.id, turn.id), turn.request),
        }

    def seal_result(self, turn: Turn) -> str:
        """What a turn came to."""
        return self._seal("turns.result", _TURN.dump_json(turn).decode(), turn.turn_id)

    def turn(self, row: RowMapping) -> StoredTurn:
        """A turn; an erased one was answered with nothing."""
        see_vouched(self.box.tags, "turns", row)
        key = row["id"]
        return StoredTurn(
            id=TurnId(key),
            conversation_id=self.id,
            client_message_id=row["client_message_id"],
            text=self._unseal("turns.text", row["text"], key),
            kind=row["kind"],
            at=row["at"],
            request=self.box.unseal_json(place_of("turns.request", self.id, key), row["request"], {}),
            result=self.result(key, row["result"]) if row["result"] else None,
        )

    def result(self, turn_id: str, sealed: str) -> Turn:
        """What a turn came to."""
        result = self._unseal("turns.result", sealed, turn_id)
        return Turn(self.id, TurnId(turn_id), Status.CLOSED) if result == ERASED else _TURN.validate_json(result)

    def seal_message(self, message: Message, number: int) -> dict[str, Any]:
        """The columns of a message."""
        text = self._seal("messages.text", message.text, number)
        row = {"conversation_id": self.id, "number": number, "id": message.id, "role": message.role}
        return {**row, "text": text, "at": message.at}

    def message(self, row: RowMapping) -> Message:
        """A message."""
        see_vouched(self.box.tags, "messages", row)
        text = self._unseal("messages.text", row["text"], row["number"])
        return Message(MessageId(row["id"]), row["role"], text, row["at"])

    def seal_event(self, event: Event) -> dict[str, Any]:
        """The columns of an event."""
        data = self.box.seal_json(place_of("events.data", self.id, event.id), event.data)
        return {"conversation_id": self.id, "id": event.id, "kind": event.kind, "data": data}

    def event(self, row: RowMapping) -> Event:
        """An event."""
        see_vouched(self.box.tags, "events", row)
        place = place_of("events.data", self.id, row["id"])
        return Event(row["id"], row["kind"], self.box.unseal_json(place, row["data"], {"erased": True}))

    def seal_handoff(self, handoff: StoredHandoff) -> dict[str, Any]:
        """The columns of a handoff."""
        row = {name: getattr(handoff, name) for name in StoredHandoff.__slots__}
        return {**row, "packet": self.box.seal_json(place_of("handoffs.packet", self.id), handoff.packet)}

    def handoff(self, row: RowMapping) -> StoredHandoff:
        """A handoff."""
        see_vouched(self.box.tags, "handoffs", row)
        packet = self.box.unseal_json(place_of("handoffs.packet", self.id), row["packet"], {"id": "", "erased": True})
        values = {name: row[name] for name in StoredHandoff.__slots__}
        return StoredHandoff(**{**values, "packet": packet})

    def seal_comment(self, feedback_id: str, comment: str) -> str:
        """The words of a customer's rating."""
        return self._seal("feedback.comment", comment, feedback_id)

    def comment(self, row: RowMapping) -> str:
        """The words of a customer's rating."""
        return self._unseal("feedback.comment", row["comment"], row["id"])

    def _seal(self, column: str, text: str, *row: object) -> str:
        return self.box.seal(place_of(column, self.id, *row), text)

    def _unseal(self, column: str, sealed: str, *row: object) -> str:
        return self.box.unseal(place_of(column, self.id, *row), sealed)
