"""Every side that conversations' events are sent to: webhooks by their ids, connectors by their names."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels.connectors.connector import Connector
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.registrations import Registration, Registrations
from channels.connectors.webhooks import Shape, WebhookConnector

Find = Callable[[str], Awaitable[Connector | None]]
"""What sends to a target by its id; None where it is not there any more."""


@dataclass(frozen=True, slots=True)
class OpenTargets:
    """Finds what sends to a target; `others` know targets of other kinds, by how their ids begin."""

    registrations: Registrations
    calls: OutgoingCalls
    shape: Shape
    clock: Callable[[], datetime]
    connectors: Mapping[str, Connector] = field(default_factory=dict[str, Connector])
    others: dict[str, Find] = field(default_factory=dict[str, Find])

    async def connector(self, target: str) -> Connector | None:
        """What sends to it; None where it is not there any more, or disabled."""
        if target in self.connectors:
            return self.connectors[target]
        for beginning, find in self.others.items():
            if target.startswith(beginning):
                return await find(target)
        registration = await self.registrations.look_up(target)
        return self.webhook(registration) if registration is not None and registration.state == "active" else None

    def webhook(self, registration: Registration) -> WebhookConnector:
        """What sends to a webhook."""
        return WebhookConnector(registration, self.registrations, self.calls, self.shape, self.clock)
