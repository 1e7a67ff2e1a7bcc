"""Codes, confirmations, reminders: what the outbox holds goes out by the company's connectors, once each."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from app.company.connectors import Carriers, find_carriers
from app.company.profile import FILE
from app.connectors import AnyCarrier, OpenConnectors
from app.settings import Settings
from channels.connectors.connector import Delivery, Receipt
from channels.connectors.email import EmailConnector
from channels.connectors.queue import UNCERTAIN
from domain.ids import TenantId
from jobs.job import Work
from mcp_servers.sandbox.database import Database
from mcp_servers.sandbox.outbox import DueMessage, begin_carrying, claim_waiting, settle

log = structlog.get_logger()
BATCH = 20
ATTEMPTS = 30
LONGEST_PAUSE_S = 1800.0
CODE = "verification_code"
CODE_LASTS = timedelta(minutes=10)


def open_notices(settings: Settings, opened: OpenConnectors, crm: Database) -> dict[str, Work]:
    """The job that carries what the outbox holds; none where everything stays there.

    Raises:
        Misconfigured: `[codes]` names a connector that is not there, or cannot carry that.
    """
    profiles = {name: each.profile for name, each in opened.carriers.items()}
    carriers = find_carriers(settings.carriers, profiles, str(settings.company_folder / FILE))
    if not carriers:
        return {}
    crm.change(lambda database: begin_carrying(database, opened.clock()))
    subjects = {name: each.brand for name, each in opened.signatures.items()}
    return {"notices": OutboxDelivery(crm, carriers, opened.carriers, subjects, opened.clock).carry}


class OutboxDelivery:
    """Carries messages of the outbox."""

    def __init__(
        self,
        crm: Database,
        carriers: Carriers,
        connectors: Mapping[str, AnyCarrier],
        subjects: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        """`subjects` are those of mails, by tenant: what it is called."""
        self._crm = crm
        self._carriers = carriers
        self._connectors = connectors
        self._subjects = subjects
        self._clock = clock

    async def carry(self) -> bool:
        """Carry what waits; True where more is left. What a dead process began is first asked for where that can be."""
        now = self._clock()
        claimed = await self._crm.write(lambda database: claim_waiting(database, [*self._carriers], now, BATCH))
        for each in claimed:
            if each.template == CODE and now - each.at > CODE_LASTS:
                await self._settle(each, "expired")
                continue
            receipt = await self._post(each)
            await self._keep(each, receipt)
        return len(claimed) == BATCH

    async def _post(self, notice: DueMessage) -> Receipt:
        connector = self._connectors[self._carriers[(notice.tenant, notice.channel)]]
        name = f"{notice.tenant}.{notice.message_id}"
        if isinstance(connector, EmailConnector):
            subject = self._subjects[notice.tenant]
            return await connector.post(connector.compose_notice(notice.recipient, subject, notice.text, name))
        return await connector.post(notice.recipient, notice.text, _delivery(notice, name, connector.door.name))

    async def _keep(self, notice: DueMessage, receipt: Receipt) -> None:
        if not receipt.error:
            return await self._settle(notice, "sent")
        if receipt.dropped or receipt.final or notice.attempts + 1 >= ATTEMPTS:
            log.error("notice_not_sent", notice=notice.message_id, template=notice.template, error=receipt.error)
            return await self._settle(notice, "refused", error=receipt.error)
        pause = min(5.0 * 2 ** min(notice.attempts, 12), LONGEST_PAUSE_S)
        state = "sending" if receipt.reference == UNCERTAIN else "waiting"
        await self._settle(notice, state, self._clock().timestamp() + pause, receipt.error)

    async def _settle(self, notice: DueMessage, state: str, due: float = 0.0, error: str = "") -> None:
        await self._crm.write(lambda database: settle(database, notice, state, due, error))


def _delivery(notice: DueMessage, name: str, target: str) -> Delivery:
    """What tells the connector whether it may have been sent already."""
    made, reference = notice.at.timestamp(), UNCERTAIN if notice.begun else ""
    tenant = TenantId(notice.tenant)
    return Delivery(
        name, tenant, target, "", 0, notice.template, "waiting", notice.attempts, 0, made, None, 0, "", reference
    )
