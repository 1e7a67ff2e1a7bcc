"""Webhooks: an administrator has addresses told of the tenant's conversations, and sees what became of each event."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from channels.connectors.connector import Delivery, Receipt
from channels.connectors.queue import DeliveryQueue
from channels.connectors.registrations import EVENTS, Registration, Registrations
from channels.connectors.targets import OpenTargets
from channels.http.models import RequestBody, ResponseBody
from channels.http.scopes import permit
from domain.caller import Caller, Role
from domain.errors import Conflict, NotFound

Administrator = Annotated[Caller, Depends(permit(frozenset({Role.ADMIN})))]
WebhookId = Annotated[str, Path(max_length=40, description="As answered when it was registered.")]
DeliveryId = Annotated[str, Path(max_length=40, description="As listed among the deliveries.")]
HEARD = ("message", "status", "pending", "handoff", "turn")


class RegisterWebhook(RequestBody):
    """Have an address told of what happens in the tenant's conversations from now on."""

    url: str = Field(max_length=2000, examples=["https://hooks.acme.example/switchboard"])
    events: list[str] = Field(
        default=list(HEARD), min_length=1, max_length=len(EVENTS), description=f"Any of {', '.join(EVENTS)}."
    )
    description: str = Field(default="", max_length=200)


class DisableWebhook(RequestBody):
    """Tell it nothing any more."""

    reason: str = Field(default="an administrator disabled it", max_length=200)


class WebhookBody(ResponseBody):
    """A webhook, and how many of its deliveries are waiting, delivered, dead (given up) or dropped."""

    id: str
    url: str
    description: str
    events: tuple[str, ...]
    state: Literal["active", "disabled"]
    reason: str
    created_at: datetime
    deliveries: dict[str, int] = Field(default_factory=dict[str, int])


class RegisteredBody(WebhookBody):
    """A new webhook with its secret, which is shown here only."""

    secret: str


class SecretBody(ResponseBody):
    """A new secret, shown here only; the one before signs as well until `previous_until`."""

    secret: str
    previous_until: datetime


class WebhooksBody(ResponseBody):
    """The tenant's webhooks, the oldest first."""

    items: list[WebhookBody]


class ReceiptBody(ResponseBody):
    """What became of a try; `status` is the receiver's, 0 where it did not answer."""

    delivered: bool
    status: int
    error: str


class DeliveryBody(ResponseBody):
    """One event on its way; `id` is its `webhook-id`, `next_try_at` null where it is over or due at once."""

    id: str
    conversation_id: str
    event_id: int
    event: str
    state: Literal["waiting", "delivered", "dead", "dropped"]
    attempts: int
    made_at: datetime
    next_try_at: datetime | None
    done_at: datetime | None
    status: int
    error: str


class DeliveriesBody(ResponseBody):
    """Deliveries, the newest first."""

    items: list[DeliveryBody]


class ResentBody(ResponseBody):
    """How many deliveries are due again."""

    due: int


@dataclass(frozen=True, slots=True)
class WebhookDoor:
    """The endpoints under `/v1/webhooks`."""

    registrations: Registrations
    queue: DeliveryQueue
    targets: OpenTargets

    async def register(self, body: RegisterWebhook, caller: Administrator) -> RegisteredBody:
        """Register a webhook. Its secret is in this answer only; `https` alone, and no private address."""
        events = list(dict.fromkeys(body.events))
        made, secret = await self.registrations.register(caller.tenant, body.url, events, body.description)
        return RegisteredBody(**_described(made, {}).model_dump(), secret=secret)

    async def browse(self, caller: Administrator) -> WebhooksBody:
        """The tenant's webhooks with the counts of their deliveries."""
        found = await self.registrations.browse(caller.tenant)
        counts = await self.queue.count([each.id for each in found])
        return WebhooksBody(items=[_described(each, counts.get(each.id, {})) for each in found])

    async def read(self, webhook_id: WebhookId, caller: Administrator) -> WebhookBody:
        """One webhook."""
        return await self._shown(await self.registrations.find(caller.tenant, webhook_id))

    async def delete(self, webhook_id: WebhookId, caller: Administrator) -> None:
        """Delete a webhook with its secrets and its deliveries; what was not sent is not sent any more."""
        await self.registrations.delete(await self.registrations.find(caller.tenant, webhook_id))

    async def test(self, webhook_id: WebhookId, caller: Administrator) -> ReceiptBody:
        """Send an event `webhook.test` now, once, and answer what became of it."""
        found = await self.registrations.find(caller.tenant, webhook_id)
        return _receipt(await self.targets.webhook(found).test(f"DL-{uuid4().hex[:20]}"))

    async def disable(
        self, webhook_id: WebhookId, caller: Administrator, body: DisableWebhook | None = None
    ) -> WebhookBody:
        """Tell it nothing any more. What waits is given up; send it again once the webhook is enabled."""
        found = await self.registrations.find(caller.tenant, webhook_id)
        return await self._shown(await self.registrations.disable(found, (body or DisableWebhook()).reason))

    async def enable(self, webhook_id: WebhookId, caller: Administrator) -> WebhookBody:
        """Tell it what happens from now on."""
        return await self._shown(
            await self.registrations.enable(await self.registrations.find(caller.tenant, webhook_id))
        )

    async def rotate_secret(self, webhook_id: WebhookId, caller: Administrator) -> SecretBody:
        """Sign with a new secret from now on; for 24 hours each delivery carries the signature of the old one too."""
        found = await self.registrations.find(caller.tenant, webhook_id)
        secret, until = await self.registrations.rotate_secret(found)
        return SecretBody(secret=secret, previous_until=until)

    async def deliveries(
        self,
        webhook_id: WebhookId,
        caller: Administrator,
        state: Annotated[Literal["waiting", "delivered", "dead", "dropped"] | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeliveriesBody:
        """What was and is to be sent to a webhook; what was sent is listed for 30 days."""
        found = await self.registrations.find(caller.tenant, webhook_id)
        return DeliveriesBody(items=list(map(_delivery, await self.queue.browse(found.id, state or "", limit))))

    async def resend(self, webhook_id: WebhookId, caller: Administrator) -> ResentBody:
        """Send at once what waits or was given up, in order; for when a receiver is back."""
        return ResentBody(due=await self._send_again(caller, webhook_id, ""))

    async def resend_one(self, webhook_id: WebhookId, delivery_id: DeliveryId, caller: Administrator) -> ResentBody:
        """Send one delivery again, whatever became of it, with the `webhook-id` that it had."""
        due = await self._send_again(caller, webhook_id, delivery_id)
        if not due:
            raise NotFound("There is no such delivery.")
        return ResentBody(due=due)

    async def _send_again(self, caller: Caller, webhook_id: str, delivery_id: str) -> int:
        found = await self.registrations.find(caller.tenant, webhook_id)
        if found.state != "active":
            raise Conflict("the webhook is disabled: enable it first")
        return await self.queue.send_again(found.id, delivery_id)

    async def _shown(self, registration: Registration) -> WebhookBody:
        counts = await self.queue.count([registration.id])
        return _described(registration, counts.get(registration.id, {}))


def build_router(door: WebhookDoor) -> APIRouter:
    """The webhooks' routes."""
    router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
    one = "/{webhook_id}"
    router.add_api_route("", door.register, methods=["POST"], status_code=201, response_model=RegisteredBody)
    router.add_api_route("", door.browse, methods=["GET"], response_model=WebhooksBody)
    router.add_api_route(one, door.read, methods=["GET"], response_model=WebhookBody)
    router.add_api_route(one, door.delete, methods=["DELETE"], status_code=204)
    router.add_api_route(f"{one}/test", door.test, methods=["POST"], response_model=ReceiptBody)
    router.add_api_route(f"{one}/disable", door.disable, methods=["POST"], response_model=WebhookBody)
    router.add_api_route(f"{one}/enable", door.enable, methods=["POST"], response_model=WebhookBody)
    router.add_api_route(f"{one}/rotate-secret", door.rotate_secret, methods=["POST"], response_model=SecretBody)
    router.add_api_route(f"{one}/deliveries", door.deliveries, methods=["GET"], response_model=DeliveriesBody)
    router.add_api_route(f"{one}/resend", door.resend, methods=["POST"], response_model=ResentBody)
    router.add_api_route(
        f"{one}/deliveries/{{delivery_id}}/resend", door.resend_one, methods=["POST"], response_model=ResentBody
    )
    return router


def _described(registration: Registration, counts: dict[str, int]) -> WebhookBody:
    return WebhookBody.model_validate(registration).model_copy(update={"deliveries": counts})


def _receipt(receipt: Receipt) -> ReceiptBody:
    return ReceiptBody(delivered=not receipt.error, status=receipt.status, error=receipt.error)


def _delivery(delivery: Delivery) -> DeliveryBody:
    waits = delivery.state == "waiting" and delivery.due_at > 0
    return DeliveryBody(
        id=delivery.id,
        conversation_id=delivery.conversation_id,
        event_id=delivery.event_id,
        event=delivery.kind,
        state=delivery.state,  # pyright: ignore[reportArgumentType] - the column holds these alone
        attempts=delivery.attempts,
        made_at=_moment(delivery.made_at),
        next_try_at=_moment(delivery.due_at) if waits else None,
        done_at=_moment(delivery.done_at) if delivery.done_at is not None else None,
        status=delivery.status,
        error=delivery.error,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
