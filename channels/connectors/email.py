"""E-mail: one mail a turn goes out by SMTP, in its thread; what comes in is taken from a mailbox."""

import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiosmtplib

from channels.connectors.arrivals import Arrivals
from channels.connectors.connector import Outgoing, Receipt
from channels.connectors.intake import Door, Inbound, Intake
from channels.connectors.mail_reading import MOST_REFERENCES, ReadMail
from channels.connectors.mail_threads import MailThreads
from channels.connectors.profiles import ADDRESS, EmailProfile
from domain.ids import ConversationId
from router.memory.outbox import GREETING
from router.memory.state import ContactPoint
from router.memory.store import Stored

PATIENCE_S = 20.0
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


class EmailConnector:
    """One mailbox: takes mails in, and answers them."""

    def __init__(
        self, profile: EmailProfile, door: Door, threads: MailThreads, arrivals: Arrivals, clock: Callable[[], datetime]
    ) -> None:
        self.profile = profile
        self.door = door
        self._threads = threads
        self._arrivals = arrivals
        self._clock = clock

    async def take_in(self, mail: ReadMail, intake: Intake) -> str:
        """Take a mail in; returns why it is answered by silence, empty where it is answered.

        Raises:
            Unavailable: it could not be handled now; seen again it is the same mail.
        """
        silence = mail.silence or ("it is our own" if self._threads.is_ours(mail.sender) else "")
        if silence:
            return silence
        taken = await intake.take_in(self.door, self._inbound(mail))
        return "" if taken is not None else "its sender writes too often"

    def _inbound(self, mail: ReadMail) -> Inbound:
        """What the sender's own domain disowns identifies nobody, and joins no conversation."""
        believed = mail.dmarc != "fail"
        known = self._threads.recognise(mail.references, mail.addresses) if believed else ()
        metadata = {"dmarc": mail.dmarc} if mail.dmarc else {}
        if mail.attachments:
            metadata["attachments"] = ", ".join(each.name for each in mail.attachments)[:500]
        return Inbound(
            key=mail.message_id,
            sender=mail.sender if believed else f"{mail.dmarc}:{mail.sender}",
            text=_with_subject(mail),
            thread=mail.thread,
            candidates=known,
            contact=ContactPoint("email", mail.sender) if believed else None,
            subject=mail.subject,
            reference={"to": mail.sender, "id": mail.message_id, "references": list(mail.references)},
            metadata=metadata,
            files=mail.attachments,
        )

    async def send(self, outgoing: Outgoing) -> Receipt:
        """See `Connector.send`: a mail that goes out twice has the same message id."""
        if outgoing.delivery.kind == GREETING:
            return Receipt(error="each mail says by itself who answers", dropped=True)
        found = await self._arrivals.latest(outgoing.row.id)
        reference: dict[str, Any] = found.content.get("reference", {}) if found else {}
        if not ADDRESS.fullmatch(reference.get("to", "")):
            return Receipt(error="the address to answer to is not known any more", dropped=True)
        mail = self.compose(outgoing, reference)
        for named in outgoing.event.data.get("attachments", ()):
            assert outgoing.read_file is not None, "whoever sends what names files can read them"
            file, content = await outgoing.read_file(outgoing.row.id, named["id"])
            kind, _, form = file.media_type.partition("/")
            mail.add_attachment(content, maintype=kind, subtype=form, filename=file.name)
        return await self.post(mail)

    def compose(self, outgoing: Outgoing, reference: dict[str, Any]) -> EmailMessage:
        """The mail that tells a message of ours, in the thread of the customer's last mail."""
        row, data = outgoing.row, outgoing.event.data
        mail = self._blank(reference["to"], data.get("subject") or row.memory.subject, data["text"])
        mail["Message-ID"] = self._threads.message_id(row.id, outgoing.event.id)
        mail["In-Reply-To"] = reference["id"]
        mail["References"] = " ".join([*reference["references"], reference["id"]][-MOST_REFERENCES:])
        if self.profile.tagged_addresses:
            mail["Reply-To"] = self._threads.reply_address(ConversationId(row.id))
        if data["role"] != "representative":
            mail["Auto-Submitted"] = "auto-replied"
            mail["X-Auto-Response-Suppress"] = "All"
        mail["Content-Language"] = _language(row)
        return mail

    def _blank(self, to: str, subject: str, text: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP.clone(max_line_length=900))
        local, _, domain = self.profile.address.partition("@")
        mail["From"] = Address(self.profile.name, local, domain)
        mail["To"] = to
        mail["Subject"] = " ".join(subject.split())
        mail["Date"] = format_datetime(self._clock())
        mail.set_content(text)
        return mail

    def compose_notice(self, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
        """A mail that begins by itself: a code, a confirmation, a reminder, a test."""
        mail = self._blank(to, subject, text)
        mail["Message-ID"] = f"<{message_id}@{self.profile.address.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        return mail

    async def check(self) -> str:
        """What is wrong with sending, for operators; empty where the server lets us in. Nothing is sent."""
        where = urlsplit(self.profile.smtp)
        client = aiosmtplib.SMTP(**self._server(where))
        try:
            async with client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            return f"smtp: not reached, or not let in ({type(error).__name__})"
        return ""

    def _server(self, where: SplitResult) -> dict[str, Any]:
        signs_in = self.profile.smtp_login
        return {
            "hostname": where.hostname,
            "port": where.port or PORTS[where.scheme],
            "use_tls": where.scheme == "smtps",
            "start_tls": where.scheme == "smtp+starttls",
            "username": (self.profile.user or self.profile.address) if signs_in else None,
            "password": self.profile.password.get_secret_value() if signs_in else None,
            "timeout": PATIENCE_S,
        }

    async def post(self, mail: EmailMessage) -> Receipt:
        """Hand a mail to the server; what it refuses for good is not tried again."""
        try:
            await aiosmtplib.send(mail, **self._server(urlsplit(self.profile.smtp)))
        except aiosmtplib.SMTPRecipientsRefused as refused:
            code = max((each.code for each in refused.recipients), default=0)
            return Receipt(code if code >= 500 else 0, f"the receiver was refused ({code})", final=code >= 500)
        except aiosmtplib.SMTPAuthenticationError as refused:
            return Receipt(0, f"the mail server refused to sign us in ({refused.code})")
        except aiosmtplib.SMTPResponseException as refused:
            return Receipt(0, f"the mail server answered {refused.code}", final=refused.code >= 550)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            return Receipt(0, f"the mail server was not reached, or offers no sign-in ({type(error).__name__})")
        return Receipt(250)


def _with_subject(mail: ReadMail) -> str:
    """The words of a first mail with its subject before them, which belongs to what it says."""
    first = not mail.references and mail.subject
    return f"Subject: {mail.subject[:300]}\n\n{mail.text}" if first else mail.text


def _language(row: Stored) -> str:
    return row.memory.locale
