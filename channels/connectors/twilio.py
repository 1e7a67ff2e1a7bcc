"""Text messages and WhatsApp by Twilio, or whoever speaks its API: once each, with how they stand over there."""

import asyncio
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha1
from mimetypes import guess_extension
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from channels.connectors.addresses import AddressRefused
from channels.connectors.arrivals import Arrivals
from channels.connectors.connector import Delivery, Outgoing, Receipt
from channels.connectors.intake import Door, Inbound
from channels.connectors.opt_outs import OptOuts
from channels.connectors.outgoing import OutgoingCalls, read_whole
from channels.connectors.profiles import TwilioProfile
from channels.connectors.queue import UNCERTAIN, DeliveryQueue
from router.attachments import LARGEST_BYTES, File
from router.memory.state import ContactPoint

log = structlog.get_logger()
PATIENCE_S = 10.0
MEDIA_S = 10.0
"""For all files of a message: Twilio waits fifteen seconds for our answer."""
MOST_FILES = 10
UNOPENED = ("audio/", "video/")
"""Kinds that are never kept, and so are not fetched."""
WINDOW_S = 24 * 3600.0
"""So long after a customer's last message WhatsApp lets us write freely."""
OPTED_OUT = 21610
FINAL = frozenset({21211, 21214, 21217, 21408, 21602, 21606, 21614, 21617, 30007, 63016, 63024})
"""Errors that stay whatever is tried: no such number, not allowed there, too long, outside of WhatsApp's window."""
Form = Mapping[str, Sequence[str]]


def sign(auth_token: str, url: str, form: Form) -> str:
    """Twilio's signature of a request, by its documented algorithm.

    Its own library is 2.5 MB of clients with three further ones for these lines; the tests hold them against it.
    """
    words = "".join(f"{name}{value}" for name in sorted(form) for value in sorted({*form[name]}))
    return b64encode(hmac.digest(auth_token.encode(), f"{url}{words}".encode(), sha1)).decode()


def is_signed(auth_token: str, url: str, form: Form, signature: str) -> bool:
    """Whether Twilio sent a request to this address of ours, whichever way it spells the usual port."""
    if not auth_token:
        return False
    expected = [sign(auth_token, each, form) for each in _spellings(url)]
    return any([hmac.compare_digest(each.encode(), signature.encode("utf-8", "replace")) for each in expected])


def _spellings(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.netloc.partition(":")[0] if not parts.netloc.startswith("[") else parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}")]


@dataclass(frozen=True, slots=True)
class TwilioParts:
    """What a number of ours works with."""

    http: httpx.AsyncClient
    arrivals: Arrivals
    queue: DeliveryQueue
    opt_outs: OptOuts
    calls: OutgoingCalls
    clock: Callable[[], datetime]


class TwilioConnector:
    """One number: its messages come in at `hook_url`, ours go out by the API."""

    def __init__(self, profile: TwilioProfile, door: Door, hook_url: str, parts: TwilioParts) -> None:
        self.profile = profile
        self.door = door
        self.hook_url = profile.webhook_url or hook_url
        self.opt_outs = parts.opt_outs
        self._parts = parts

    def read(self, form: Form) -> Inbound:
        """A message as Twilio told it; which kinds of files came beside it is noted."""
        sender = _first(form, "From").removeprefix("whatsapp:")
        media = [kind[:80] for kind, _ in _media(form)]
        return Inbound(
            key=_first(form, "MessageSid") or _first(form, "SmsMessageSid"),
            sender=sender,
            text=_first(form, "Body"),
            thread=sender,
            contact=ContactPoint("phone", sender),
            reference={"media": media},
            metadata={"media": ", ".join(media)[:500]} if media else {},
        )

    async def fetch_files(self, form: Form) -> tuple[File, ...]:
        """What came beside a message, from where Twilio keeps it; what it does not give in time is empty."""
        files, media = list[File](), _media(form)
        with suppress(TimeoutError):
            async with asyncio.timeout(MEDIA_S):
                for kind, url in media:
                    content = b"" if kind.startswith(UNOPENED) else await self._download(url)
                    files.append(_file(len(files) + 1, kind, content))
        files += [_file(number, kind, b"") for number, (kind, _) in enumerate(media, 1) if number > len(files)]
        return tuple(files)

    async def _download(self, url: str) -> bytes:
        """A file; our credentials go to Twilio's own address alone, and where it leads has to be a public one."""
        if not url.startswith(f"{self.profile.api_url.rstrip('/')}/"):
            return b""
        try:
            async with self._parts.http.stream("GET", url, auth=self._auth, timeout=PATIENCE_S) as answer:
                if not answer.is_redirect:
                    return await read_whole(answer, LARGEST_BYTES)
            return await self._parts.calls.fetch(answer.headers.get("location", ""), LARGEST_BYTES)
        except (AddressRefused, httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("media_not_fetched", connector=self.door.name, error=type(error).__name__)
            return b""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """See `Connector.send`. Nothing goes to who wrote STOP; WhatsApp's 24 hours are kept."""
        contact = outgoing.row.memory.origin.contact
        if contact is None:
            return Receipt(error="the number to answer to is not known any more", dropped=True)
        found = await self._parts.arrivals.latest(outgoing.row.id)
        last = found.at if found else outgoing.row.created_at.timestamp()
        fresh = self._parts.clock().timestamp() - last < WINDOW_S
        return await self.post(contact.value, outgoing.event.data["text"], outgoing.delivery, fresh=fresh)

    async def post(self, to: str, text: str, delivery: Delivery | None = None, *, fresh: bool = False) -> Receipt:
        """Send words to a number; `fresh` says that it wrote to us within WhatsApp's 24 hours."""
        if await self._parts.opt_outs.is_out(self.door.name, to):
            return Receipt(error="the receiver wrote STOP", dropped=True)
        form = {"To": self._spell(to), "From": self._spell(self.profile.number)}
        form["StatusCallback"] = f"{self.hook_url}/status"
        if self.profile.channel == "sms" or fresh:
            form["Body"] = text
        elif self.profile.template:
            form |= {"ContentSid": self.profile.template, "ContentVariables": json.dumps({"1": text})}
        else:
            return Receipt(error="outside of WhatsApp's 24 hours, and no template is configured", final=True)
        return await self._post_once(to, form, delivery)

    async def _post_once(self, to: str, form: dict[str, str], delivery: Delivery | None) -> Receipt:
        """Post, unless an earlier try was taken whose answer we never heard."""
        try:
            if delivery is not None and delivery.reference == UNCERTAIN:
                taken = await self._find(form, delivery.made_at)
                if taken:
                    return Receipt(201, reference=taken)
            if delivery is not None:
                await self._parts.queue.mark_begun(delivery)
            answer = await self._parts.http.post(self._path, data=form, auth=self._auth, timeout=PATIENCE_S)
        except httpx.HTTPError as error:
            return Receipt(error=f"not reached ({type(error).__name__})", reference=UNCERTAIN)
        return await self._receipt(to, answer)

    async def _find(self, form: Mapping[str, str], since: float) -> str:
        """The id of a message of these words that went to that number since then; empty where there is none."""
        day = datetime.fromtimestamp(since, UTC).date().isoformat()
        params = {"To": form["To"], "From": form["From"], "DateSent>": day, "PageSize": "50"}
        answer = await self._parts.http.get(self._path, params=params, auth=self._auth, timeout=PATIENCE_S)
        answer.raise_for_status()
        for each in _json(answer).get("messages", []):
            made = parsedate_to_datetime(each["date_created"]).timestamp()
            if _says(str(each.get("body") or ""), form) and made >= since - 60:
                return str(each["sid"])
        return ""

    async def _receipt(self, to: str, answer: httpx.Response) -> Receipt:
        found, status = _json(answer), answer.status_code
        if answer.is_success:
            return Receipt(status, reference=str(found.get("sid", "")))
        code = found.get("code") if isinstance(found.get("code"), int) else 0
        if code == OPTED_OUT:
            await self._parts.opt_outs.add(self.door.tenant, self.door.name, to)
            return Receipt(status, "the receiver wrote STOP", dropped=True)
        wait = answer.headers.get("retry-after", "")
        told = f"answered {status}" + (f", error {code}" if code else "")
        return Receipt(status, told, final=code in FINAL, wait_s=float(wait[:5]) if wait.isdecimal() else 0.0)

    async def check(self) -> str:
        """What is wrong with the account, for operators; empty where it lets us in. Nothing is sent."""
        path = self._path.replace("/Messages.json", ".json")
        try:
            answer = await self._parts.http.get(path, auth=self._auth, timeout=PATIENCE_S)
        except httpx.HTTPError as error:
            return f"api: not reached ({type(error).__name__})"
        if not self.profile.auth_token.get_secret_value():
            return "auth_token: is not set"
        return "" if answer.is_success else f"api: answered {answer.status_code}"

    @property
    def _path(self) -> str:
        return f"{self.profile.api_url.rstrip('/')}/2010-04-01/Accounts/{self.profile.account_sid}/Messages.json"

    @property
    def _auth(self) -> tuple[str, str]:
        return self.profile.account_sid, self.profile.auth_token.get_secret_value()

    def _spell(self, number: str) -> str:
        return f"whatsapp:{number}" if self.profile.channel == "whatsapp" else number


def _says(body: str, form: Mapping[str, str]) -> bool:
    """Whether a message over there is what this form asks for: its very words, or a template's with them in it."""
    if "Body" in form:
        return body == form["Body"]
    words = json.loads(form["ContentVariables"])["1"]
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", body) is not None


def _file(number: int, kind: str, content: bytes) -> File:
    return File(f"media-{number}{guess_extension(kind) or ''}", content, kind)


def _media(form: Form) -> list[tuple[str, str]]:
    """The kind and the address of each file that came."""
    count = int(_first(form, "NumMedia")[:2]) if _first(form, "NumMedia").isdecimal() else 0
    named = [(_first(form, f"MediaContentType{number}"), _first(form, f"MediaUrl{number}")) for number in range(count)]
    return named[:MOST_FILES]


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: Any = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
