"""Reading a mailbox by IMAP: what is unseen is taken in, and marked once it was; the server says what is new."""

import asyncio
import datetime as dates
import imaplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from channels.connectors.email import EmailConnector
from channels.connectors.intake import Intake
from channels.connectors.mail_reading import read_mail
from domain.errors import SwitchboardError, Unavailable

log = structlog.get_logger()
T = TypeVar("T")
PATIENCE_S = 20.0
RUN_S = 240.0
"""After so long the connection is made anew, by whichever process is free."""
SLICE_S = 1.0
LOOK_ANYWAY_S = 30.0
"""A mail that came between a look and the wait for news is found by then."""
LARGEST_BYTES = 25 * 1024 * 1024
AGE = dates.timedelta(days=7)
"""Older mails are left alone: a mailbox may have a past."""
BATCH = 50
TRIES = 5
AGAIN_S = 10.0
"""Between two tries to reach a mailbox."""
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError, ssl.SSLError)


async def keep_reading(readers: "Sequence[MailboxReader]", seconds: float = RUN_S) -> None:
    """Read mailboxes for some minutes; one whose server does not answer holds up no other, and is tried again.

    Raises:
        Unavailable: a server did not answer the last time either.
    """
    until = monotonic() + seconds
    for result in await asyncio.gather(*(_keep(each, until) for each in readers), return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _keep(reader: "MailboxReader", until: float) -> None:
    while True:
        try:
            return await reader.run(max(0.0, until - monotonic()))
        except Unavailable as error:
            if monotonic() + AGAIN_S >= until:
                raise
            log.warning("mailbox_not_read", error=str(error), again_in_s=AGAIN_S)
            await asyncio.sleep(AGAIN_S)


class MailboxReader:
    """Reads one mailbox; one process does at a time."""

    def __init__(self, connector: EmailConnector, intake: Callable[[], Intake], clock: Callable[[], datetime]) -> None:
        self._connector = connector
        self._intake = intake
        self._clock = clock
        self._tries: dict[str, int] = {}

    async def run(self, seconds: float = RUN_S) -> None:
        """Take in what is there, and what comes within some minutes.

        Raises:
            Unavailable: the server does not answer, or refuses us.
        """
        until = monotonic() + seconds
        try:
            mailbox = await asyncio.to_thread(self.connect)
        except TROUBLE as error:
            raise Unavailable(f"{self._connector.door.name}: {_explain(error)}") from error
        try:
            while True:
                await self._take_all_in(mailbox)
                if monotonic() >= until:
                    break
                await self._wait_for_news(mailbox, until)
            await asyncio.to_thread(lambda: _log_out(mailbox))
        except TROUBLE as error:
            raise Unavailable(f"{self._connector.door.name}: {_explain(error)}") from error
        finally:
            _hang_up(mailbox)

    def connect(self) -> BaseMailBox:
        """Sign in and select the folder."""
        profile = self._connector.profile
        where = urlsplit(profile.imap)
        host, folder = where.hostname or "", where.path.strip("/") or "INBOX"
        box: BaseMailBox
        if where.scheme == "imap":
            box = MailBoxUnencrypted(host, where.port or 143, PATIENCE_S)
        elif where.scheme == "imaps":
            box = MailBox(host, where.port or 993, PATIENCE_S, ssl_context=ssl.create_default_context())
        else:
            box = MailBoxStartTls(host, where.port or 143, PATIENCE_S, ssl_context=ssl.create_default_context())
        box.login(profile.user or profile.address, profile.password.get_secret_value(), initial_folder=folder)
        return box

    async def check(self) -> str:
        """What is wrong with reading, for operators; empty where the server lets us in. Nothing is read."""
        try:
            mailbox = await asyncio.to_thread(self.connect)
        except TROUBLE as error:
            return f"imap: {_explain(error)}"
        _hang_up(mailbox)
        return ""

    async def _take_all_in(self, mailbox: BaseMailBox) -> None:
        since = (self._clock() - AGE).date()
        uids = await asyncio.to_thread(mailbox.uids, AND(seen=False, date_gte=since))
        for uid in uids[:BATCH]:
            await self._take_in(mailbox, uid)

    async def _take_in(self, mailbox: BaseMailBox, uid: str) -> None:
        """Take one mail in, then mark it: a crash between the two shows it again, and it is known."""
        raw = await asyncio.to_thread(_fetch, mailbox, uid)
        flags: Sequence[str] = ("\\Seen",)
        if raw is None:
            log.error("mail_too_large", connector=self._connector.door.name, uid=uid)
            flags = ("\\Seen", "\\Flagged")
        else:
            flags = await self._handle(uid, raw)
        if flags:
            await asyncio.to_thread(lambda: _mark(mailbox, uid, flags))

    async def _handle(self, uid: str, raw: bytes) -> Sequence[str]:
        """The marks of a mail that was seen to; none where it has to be seen to again."""
        name = self._connector.door.name
        try:
            mail = read_mail(raw, self._connector.profile.authserv_id)
            silence = await self._connector.take_in(mail, self._intake())
        except Unavailable as error:
            log.warning("mail_not_handled", connector=name, uid=uid, error=type(error).__name__)
            return ()
        except (SwitchboardError, ValueError, LookupError, TypeError) as error:
            self._tries[uid] = self._tries.get(uid, 0) + 1
            log.error("mail_not_handled", connector=name, uid=uid, error=type(error).__name__, tries=self._tries[uid])
            return ("\\Seen", "\\Flagged") if self._tries[uid] >= TRIES else ()
        if silence:
            log.info("mail_not_answered", connector=name, uid=uid, reason=silence)
        return ("\\Seen",)

    async def _wait_for_news(self, mailbox: BaseMailBox, until: float) -> None:
        """Wait until the server says that something is there (IDLE), in short slices, so that a stop is not held up."""
        if "IDLE" not in mailbox.client.capabilities:
            await asyncio.sleep(min(10.0, max(0.0, until - monotonic())))
            return
        await asyncio.to_thread(mailbox.idle.start)
        news, until = list[bytes](), min(until, monotonic() + LOOK_ANYWAY_S)
        while not news and monotonic() < until:
            news = await asyncio.to_thread(mailbox.idle.poll, SLICE_S)
        await asyncio.to_thread(mailbox.idle.stop)


def _fetch(mailbox: BaseMailBox, uid: str) -> bytes | None:
    """A mail as it lies there; None where it is too large."""
    client: Any = mailbox.client
    size = next(iter(mailbox.fetch(uid_list=[uid], mark_seen=False, headers_only=True)), None)
    if size is None or size.size_rfc822 > LARGEST_BYTES:
        return None
    data: list[Any] = client.uid("fetch", uid, "(BODY.PEEK[])")[1]
    return next((bytes(part[1]) for part in data if isinstance(part, tuple)), None)  # pyright: ignore[reportUnknownArgumentType]


def _mark(mailbox: Any, uid: str, flags: Sequence[str]) -> None:
    mailbox.flag(uid, flags, True)


def _log_out(mailbox: Any) -> None:
    mailbox.logout()


def _hang_up(mailbox: BaseMailBox) -> None:
    """End the connection whatever it is doing."""
    try:
        mailbox.client.shutdown()
    except OSError:
        return


def _explain(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"the mail server's certificate is not trusted ({error.reason})"
    if isinstance(error, OSError):
        return f"the mail server was not reached ({type(error).__name__})"
    return f"the mail server refused ({type(error).__name__}): user name, password or folder are wrong"
