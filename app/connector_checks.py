"""What `switchboard connectors` lists, checks and sends; nothing of it runs a turn or reads a customer's words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.clock import tell_time
from app.company.connectors import find_carriers, read_connectors
from app.company.profile import FILE
from app.connectors import AnyConnector, open_each
from app.installation import open_installation, require_installation
from app.settings import Settings
from channels.connectors.connector import Receipt
from channels.connectors.email import EmailConnector
from channels.connectors.mailbox import MailboxReader
from channels.connectors.profiles import ADDRESS, AnyProfile, EmailProfile
from domain.errors import BadRequest, Misconfigured
from domain.names import require_known
from router.formatters.outgoing.segments import count_segments

SUBJECT, TEXT = "A test", "This is a test of the connector {name}."
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
    return [{"name": each, "problems": told} for each, told in zip(wanted, problems, strict=True)]


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
        return Sent(await connector.post(to, text), count_segments(text))


def _read(settings: Settings) -> Mapping[str, AnyProfile]:
    return read_connectors(settings.company_folder, settings.profile, settings.connectors)


def _listed(name: str, profile: AnyProfile, carries: list[str]) -> dict[str, Any]:
    address = profile.address if isinstance(profile, EmailProfile) else profile.number
    shown = {"name": name, "kind": profile.kind, "channel": profile.channel, "address": address}
    return {**shown, "tenant": profile.tenant, "carries": carries}


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
    elif not (to.startswith("+") and to[1:].isdecimal() and 7 <= len(to) <= 16):
        raise BadRequest(f"to: {to!r} is no number with its country code, like +12025550101")
