"""Every side that conversations' events are sent to: webhooks by their ids, connectors by their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels.connectors.connector import Connector
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.registrations import Registration, Registrations
from channels.connectors.webhooks import Shape, WebhookConnector


@dataclass(frozen=True, slots=True)
class OpenTargets:
    """Finds what sends to a target."""

    registrations: Registrations
    calls: OutgoingCalls
    shape: Shape
    clock: Callable[[], datetime]
    connectors: Mapping[str, Connector] = field(default_factory=dict[str, Connector])

    async def connector(self, target: str) -> Connector | None:
        """What sends to it; None where it is not there any more, or disabled."""
        if target in self.connectors:
            return self.connectors[target]
        registration = await self.registrations.look_up(target)
        return self.webhook(registration) if registration is not None and registration.state == "active" else None

    def webhook(self, registration: Registration) -> WebhookConnector:
        """What sends to a webhook."""
        return WebhookConnector(registration, self.registrations, self.calls, self.shape, self.clock)
