"""Webhooks: any other channel hears what its conversations tell, signed by Standard Webhooks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook as Signature

from channels.connectors.connector import Delivery, Outgoing, Receipt
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.registrations import Registration, Registrations
from domain.conversation import Event
from router.memory.store import Stored

Shape = Callable[[Event], dict[str, Any]]
"""An event's data as the API tells it."""
GONE = 410
USER_AGENT = "Switchboard-Webhooks/1"


class WebhookConnector:
    """Posts each event to the address that was registered, with the signatures of its secrets."""

    def __init__(
        self,
        registration: Registration,
        registrations: Registrations,
        calls: OutgoingCalls,
        shape: Shape,
        clock: Callable[[], datetime],
    ) -> None:
        self._registration = registration
        self._registrations = registrations
        self._calls = calls
        self._shape = shape
        self._clock = clock

    async def send(self, outgoing: Outgoing) -> Receipt:
        """See `Connector.send`; a receiver that answers 410 is not told anything more."""
        payload = describe(outgoing.delivery, outgoing.row, outgoing.event, self._shape)
        receipt = await self._post(outgoing.delivery.id, payload)
        if receipt.status == GONE:
            await self._registrations.disable(self._registration, "the receiver answered 410 (Gone)")
            return Receipt(GONE, receipt.error, final=True)
        return receipt

    async def test(self, message_id: str) -> Receipt:
        """Post an event that says nothing; it is tried once."""
        now = self._clock().astimezone(UTC)
        data = {"webhook_id": self._registration.id, "text": "This is a test."}
        return await self._post(message_id, {"type": "webhook.test", "timestamp": now.isoformat(), "data": data})

    async def _post(self, message_id: str, payload: dict[str, Any]) -> Receipt:
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        now = self._clock().astimezone(UTC).replace(microsecond=0)
        secrets = await self._registrations.secrets(self._registration)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(Signature(each).sign(message_id, now, body) for each in secrets),
        }
        return (await self._calls.post(self._registration.url, body.encode(), headers)).receipt


def describe(delivery: Delivery, row: Stored, event: Event, shape: Shape) -> dict[str, Any]:
    """What a receiver reads: the kind of event, which conversation it is about, and the event as the API tells it."""
    return {
        "type": f"conversation.{event.kind}",
        "timestamp": datetime.fromtimestamp(delivery.made_at, UTC).isoformat(),
        "data": {
            "conversation_id": row.id,
            "channel": row.channel,
            "external_id": row.memory.origin.external_id,
            "event_id": event.id,
            event.kind: shape(event),
        },
    }
