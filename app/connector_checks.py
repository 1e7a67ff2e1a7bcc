"""What `switchboard connectors` lists, checks and sends; nothing of it runs a turn or reads a customer's words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.clock import tell_time
from app.company.connectors import find_carriers, read_connectors
from app.company.profile import FILE
from app.connectors import AnyConnector, open_each
from app.installation import open_installation, require_installation
from app.settings import Settings
from channels.connectors.connector import Delivery, Receipt
from channels.connectors.email import EmailConnector
from channels.connectors.mailbox import MailboxReader
from channels.connectors.profiles import ADDRESS, AnyProfile, EmailProfile, TwilioProfile
from channels.connectors.queue import DeliveryQueue
from channels.desks.connector import DeskConnector
from domain.errors import BadRequest, Misconfigured, NotFound
from domain.names import require_known
from router.formatters.outgoing.segments import count_segments
from storage.tables.connectors import webhooks
from storage.transactions import Transactions

SUBJECT, TEXT = "A test", "This is a test of the connector {name}."
ANY = "any"
LOOKED_AT = 200
"""Deliveries among which the last trouble is looked for: of a conversation only the first one is tried."""
STATES = ("waiting", "dead", "delivered", "dropped", ANY)
OUTBOX: dict[str, Any] = {
    "name": "sandbox",
    "kind": "outbox",
    "channel": "sms, email",
    "address": "",
    "tenant": "",
    "carries": [],
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a test message; `segments` is what a network charges for a text, 0 for a mail."""

    receipt: Receipt
    segments: int


def list_connectors(settings: Settings) -> list[dict[str, Any]]:
    """Every connector as plain data, without secrets; the sandbox's outbox is one, where it carries anything.

    Raises:
        Misconfigured: one cannot be.
    """
    profiles = _read(settings)
    carriers = find_carriers(settings.carriers, profiles, str(settings.company_folder / FILE))
    carried = {name: sorted(channel for (_, channel), by in carriers.items() if by == name) for name in profiles}
    rows = [_listed(name, profile, carried[name]) for name, profile in profiles.items()]
    codes = settings.carriers
    kept = [channel for channel, name in (("email", codes.email), ("sms", codes.sms)) if name == "sandbox"]
    return [*rows, *([{**OUTBOX, "carries": kept}] if kept else [])]


async def check_connectors(settings: Settings, name: str) -> list[dict[str, Any]]:
    """Sign in where connectors go, one or all; what is wrong with each, nothing is sent or read.

    Raises:
        UnknownName: there is no such connector.
        Misconfigured: one cannot be.
    """
    require_installation(settings)
    known = _read(settings)
    if name:
        require_known("connector", name, known)
    async with open_installation(settings) as opened, open_each(settings, opened.transactions, tell_time) as found:
        wanted = {each: found[each] for each in found if name in ("", each)}
        problems = await asyncio.gather(*(_check(each) for each in wanted.values()))
        queue = DeliveryQueue(opened.transactions)
        counts = await queue.count(wanted)
        last = {each: await queue.browse(each, "waiting", LOOKED_AT) for each in wanted}
    return [
        {
            "name": each,
            "problems": told,
            "waiting": counts.get(each, {}).get("waiting", 0),
            "dead": counts.get(each, {}).get("dead", 0),
            "last_error": next((one.error for one in last[each] if one.error), ""),
        }
        for each, told in zip(wanted, problems, strict=True)
    ]


async def browse_deliveries(settings: Settings, name: str, state: str, limit: int) -> list[dict[str, Any]]:
    """What is and was to be sent by a connector or to a webhook, the newest first; nobody's words are in it.

    Raises:
        UnknownName: there is no such connector, webhook or state, or no installation.
    """
    require_installation(settings)
    require_known("state", state, STATES)
    async with open_installation(settings) as opened:
        target = await _require_target(settings, opened.transactions, name)
        found = await DeliveryQueue(opened.transactions).browse(target, "" if state == ANY else state, limit)
    return [_shown(each) for each in found]


async def resend(settings: Settings, name: str, delivery_id: str) -> int:
    """Have what a connector or a webhook gave up, or one delivery, sent again by the running service; returns how many.

    Raises:
        UnknownName: there is no such connector or webhook, or no installation.
        NotFound: there is no such delivery of it.
    """
    require_installation(settings)
    async with open_installation(settings) as opened:
        target = await _require_target(settings, opened.transactions, name)
        due = await DeliveryQueue(opened.transactions).send_again(target, delivery_id)
    if delivery_id and not due:
        raise NotFound(f"{name} has no delivery {delivery_id!r}; `switchboard connectors deliveries {name}` lists them")
    return due


async def _require_target(settings: Settings, transactions: Transactions, name: str) -> str:
    """A connector's name or a webhook's id, if there is one."""
    hooks = await transactions.read(lambda connection: list(connection.execute(select(webhooks.c.id)).scalars()))
    require_known("connector", name, [*_read(settings), *hooks])
    return name


def _shown(delivery: Delivery) -> dict[str, Any]:
    named = ("id", "conversation_id", "kind", "state", "attempts", "status", "error", "remote")
    at = datetime.fromtimestamp(delivery.made_at, UTC).isoformat(timespec="seconds")
    return {"at": at, **{name: getattr(delivery, name) for name in named}}


async def send_test(settings: Settings, name: str, to: str) -> Sent:
    """Send one test message, at once and once.

    Raises:
        UnknownName: there is no such connector, or no installation.
        BadRequest: it is not an address of that kind.
    """
    require_installation(settings)
    require_known("connector", name, known := _read(settings))
    _require_address(known[name], to)
    text = TEXT.format(name=name)
    async with open_installation(settings) as opened, open_each(settings, opened.transactions, tell_time) as found:
        connector = found[name]
        if isinstance(connector, EmailConnector):
            return Sent(await connector.post(connector.compose_notice(to, SUBJECT, text, f"test.{uuid4().hex}")), 0)
        if isinstance(connector, DeskConnector):
            raise BadRequest(f"{name} is a desk and sends nobody messages; `connectors check {name}` looks at it")
        return Sent(await connector.post(to, text), count_segments(text))


def _read(settings: Settings) -> Mapping[str, AnyProfile]:
    return read_connectors(settings.company_folder, settings.profile, settings.connectors)


def _listed(name: str, profile: AnyProfile, carries: list[str]) -> dict[str, Any]:
    address = _address_of(profile)
    shown = {"name": name, "kind": profile.kind, "channel": profile.channel, "address": address}
    return {**shown, "tenant": profile.tenant, "carries": carries}


def _address_of(profile: AnyProfile) -> str:
    if isinstance(profile, EmailProfile):
        return profile.address
    return profile.number if isinstance(profile, TwilioProfile) else f"{profile.url} inbox {profile.inbox_id}"


async def _check(connector: AnyConnector) -> list[str]:
    problems = [await connector.check()]
    if isinstance(connector, EmailConnector):
        problems.append(await _check_mailbox(connector))
    return [each for each in problems if each]


async def _check_mailbox(connector: EmailConnector) -> str:
    def no_intake() -> Any:
        raise Misconfigured("nothing is taken in by a check")

    reader = MailboxReader(connector, no_intake, tell_time)
    return await reader.check()


def _require_address(profile: AnyProfile, to: str) -> None:
    if isinstance(profile, EmailProfile):
        if not ADDRESS.fullmatch(to):
            raise BadRequest(f"to: {to!r} is no e-mail address")
    elif isinstance(profile, TwilioProfile) and not (to.startswith("+") and to[1:].isdecimal() and 7 <= len(to) <= 16):
        raise BadRequest(f"to: {to!r} is no number with its country code, like +12025550101")
