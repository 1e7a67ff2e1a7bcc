"""Push notifications: a partner names an address, and is told there whenever its task stands otherwise.

What is owed is entered with the change that owes it (`router/memory/outbox.py`) and sent by the job `deliveries`, as
webhooks are: screened addresses, tries for three days, one id for each. A task is told as a whole and as it is by then,
so that whoever was away hears how it stands, and not each step.
"""

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from a2a.compat.v0_3.conversions import to_compat_task
from a2a.types import AuthenticationInfo, StreamResponse, Task, TaskPushNotificationConfig
from a2a.utils.errors import InvalidParamsError, TaskNotFoundError
from google.protobuf.json_format import MessageToDict

from channels.a2a.asking import MAX_ID
from channels.a2a.picture import FINISHED
from channels.a2a.push_store import PushConfig, PushStore, StoredPush
from channels.a2a.signing_keys import SigningKeys
from channels.a2a.tasks import Tasks
from channels.connectors.addresses import HasNoAddress
from channels.connectors.connector import Connector, Outgoing, Receipt
from channels.connectors.outgoing import OutgoingCalls
from domain.caller import Caller, Role
from domain.digest import digest

USER_AGENT = "Switchboard-A2A/1"
TOKEN_HEADER = "X-A2A-Notification-Token"  # noqa: S105 - a header's name
SIGNATURE_HEADER = "X-A2A-Notification-Signature"
BEARER = "Bearer"
LONGEST_URL, LONGEST_SECRET = 2000, 4000
GONE = 410
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


class PushNotifications:
    """The operations on configurations, and what sends to them."""

    def __init__(self, tasks: Tasks, store: PushStore, calls: OutgoingCalls, keys: SigningKeys) -> None:
        self._tasks = tasks
        self._store = store
        self._calls = calls
        self._keys = keys

    async def read(self, given: TaskPushNotificationConfig, *, legacy: bool) -> PushConfig:
        """A configuration that can be used.

        Raises:
            InvalidParamsError: a field is missing, too long, or cannot be sent as a header; the message names it.
            AddressRefused: we do not call there.
        """
        for name, value in (("id", given.id), ("task_id", given.task_id)):
            if len(value) > MAX_ID:
                raise InvalidParamsError(f"push_notification_config.{name}: longer than {MAX_ID} characters")
        if not given.url or len(given.url) > LONGEST_URL:
            raise InvalidParamsError(f"push_notification_config.url: missing, or longer than {LONGEST_URL} characters")
        authentication = given.authentication
        for name, value in (("token", given.token), ("authentication.credentials", authentication.credentials)):
            if value and (len(value) > LONGEST_SECRET or not _HEADER_VALUE.fullmatch(value)):
                raise InvalidParamsError(f"push_notification_config.{name}: too long, or more than printable ASCII")
        if authentication.scheme and not _SCHEME.fullmatch(authentication.scheme):
            raise InvalidParamsError("push_notification_config.authentication.scheme: not a scheme's name")
        host = self._calls.allowed.check_url(given.url)
        with suppress(HasNoAddress):  # perhaps our own trouble: it is looked up, and screened, with every try
            await self._calls.allowed.find(host, 443, given.url.partition(":")[0].lower())
        secrets = (given.token, authentication.scheme, authentication.credentials)
        return PushConfig(given.id, given.url, *secrets, legacy)

    async def create(self, caller: Caller, given: TaskPushNotificationConfig, *, legacy: bool) -> PushConfig:
        """Have an address told of the caller's task; of one that is finished already it is told at once.

        Raises:
            TaskNotFoundError: no such task of this caller.
            Conflict: the task has very many.
        """
        config = await self.read(given, legacy=legacy)
        shown = await self._tasks.get(caller, given.task_id)
        task = await self._tasks.find(caller, given.task_id)
        named = config.named(task.id)
        await self._store.save(task, named, owe=shown.status.state in FINISHED)
        return named

    async def find(self, caller: Caller, task_id: str, config_id: str) -> PushConfig:
        """One configuration of the caller's task.

        Raises:
            TaskNotFoundError: there is no such task of this caller, or no such configuration.
        """
        for each in await self.browse(caller, task_id):
            if each.id == config_id:
                return each
        raise TaskNotFoundError(f"The task {task_id} has no push configuration {config_id}.")

    async def browse(self, caller: Caller, task_id: str) -> list[PushConfig]:
        """The configurations of the caller's task.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        return await self._store.browse(await self._tasks.find(caller, task_id))

    async def delete(self, caller: Caller, task_id: str, config_id: str) -> None:
        """Tell nothing there any more; one that is not there is deleted already.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        await self._store.delete(await self._tasks.find(caller, task_id), config_id)

    async def find_connector(self, target: str) -> Connector | None:
        """What sends to a configuration; None where it was deleted."""
        stored = await self._store.find_target(target)
        return _PartnerConnector(stored, self) if stored is not None else None

    async def tell(self, stored: StoredPush, delivery_id: str) -> Receipt:
        """Tell how the task stands now, unless that was told last."""
        if not stored.config.url:
            return Receipt(error="its words were deleted", dropped=True)
        owner = stored.owner
        task = await self._tasks.look(Caller(owner.partner, Role.PARTNER, owner.tenant), stored.task_id)
        shown = digest(MessageToDict(task.status))
        if shown == stored.told:
            return Receipt(error="told already", dropped=True)
        body = json.dumps(_payload(task, legacy=stored.config.legacy), ensure_ascii=False).encode()
        headers = self._headers(stored, delivery_id, body)
        receipt = (await self._calls.post(stored.config.url, body, headers)).receipt
        if not receipt.error:
            await self._store.note_told(stored.target, shown)
        return Receipt(GONE, receipt.error, final=True) if receipt.status == GONE else receipt

    def _headers(self, stored: StoredPush, delivery_id: str, body: bytes) -> Mapping[str, str]:
        config = stored.config
        signature = self._keys.sign_delivery(config.url, delivery_id, stored.task_id, body)
        proof = config.credentials or signature
        return {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(time.time())),
            SIGNATURE_HEADER: signature,
            "Authorization": f"{config.scheme if config.credentials else BEARER} {proof}".strip(),
            **({TOKEN_HEADER: config.token} if config.token else {}),
        }


@dataclass(frozen=True, slots=True)
class _PartnerConnector:
    """Sends to one configuration; see `Connector`."""

    stored: StoredPush
    pushes: PushNotifications

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Tell how the task stands now."""
        return await self.pushes.tell(self.stored, outgoing.delivery.id)


def describe_push(task_id: str, config: PushConfig) -> TaskPushNotificationConfig:
    """A configuration as its partner sees it; what proves something is not shown again."""
    shown = TaskPushNotificationConfig(id=config.id, task_id=task_id, url=config.url)
    if config.scheme:
        shown.authentication.CopyFrom(AuthenticationInfo(scheme=config.scheme))
    return shown


def _payload(task: Task, *, legacy: bool) -> dict[str, Any]:
    if legacy:
        return to_compat_task(task).model_dump(mode="json", by_alias=True, exclude_none=True)
    return MessageToDict(StreamResponse(task=task))
