"""A mail as it lies in a mailbox: who wrote it, what they wrote, and whether anybody ought to be answered at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import getaddresses, parseaddr
from hashlib import sha256

from imap_tools.message import MailAttachment, MailMessage

from channels.connectors.mail_threads import list_ids
from channels.connectors.profiles import ADDRESS
from router.attachments import File
from router.formatters.incoming.html_mail import readable

LONGEST_HTML = 400_000
LONGEST_TEXT = 16_000
MOST_REFERENCES = 30
MOST_FILES = 10
Headers = Mapping[str, tuple[str, ...]]
_NOBODY = re.compile(
    r"(?:mailer-daemon|postmaster|(?:no|do-?not|donot|kein|ne|nao|non)[-_.]?(?:reply|antwort|responder|repondre)|bounces?)"
    r"(?:[-+_.].*)?@",
    re.IGNORECASE,
)
_LISTED = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "mailing-list")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-failed-recipients", "feedback-id", "x-loop")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_OF_THE_MAIL = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/ms-tnef"}
)
_RESULT = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail. `silence` says why it must not be answered, if it must not; `dmarc` what the receiving server found.

    `addresses` are those that it was sent to, `references` the message ids of its thread, oldest first.
    """

    message_id: str
    sender: str
    subject: str
    text: str
    addresses: tuple[str, ...]
    references: tuple[str, ...]
    silence: str
    dmarc: str
    attachments: tuple[File, ...] = ()

    @property
    def thread(self) -> str:
        """The id of the thread: its first message's."""
        return self.references[0] if self.references else self.message_id


def read_mail(raw: bytes, authserv_id: str = "") -> ReadMail:
    """Read a mail; whatever is broken in it, something comes of it."""
    mail = MailMessage.from_bytes(raw)
    headers: Headers = mail.headers
    sender = parseaddr(_first(headers, "from"))[1].strip()
    own_id = (list_ids(_first(headers, "message-id")) or [f"<{sha256(raw).hexdigest()}@no-message-id>"])[0]
    thread = list_ids(_first(headers, "references"), _first(headers, "in-reply-to"))
    return ReadMail(
        message_id=own_id,
        sender=sender.lower() if ADDRESS.fullmatch(sender) else "",
        subject=" ".join(mail.subject.split())[:998],
        text=_words(mail),
        addresses=_receivers(headers),
        references=tuple(each for each in thread if each != own_id)[-MOST_REFERENCES:],
        silence=_silence(headers, sender),
        dmarc=_dmarc(headers, authserv_id),
        attachments=_files(mail),
    )


def _files(mail: MailMessage) -> tuple[File, ...]:
    """What is attached; a picture that the text itself shows, such as a signature's logo, is a part of the text.

    What signs the mail, or says it again for another program, is a part of it too.
    """
    shown = [each for each in mail.attachments if each.content_id and f"cid:{each.content_id}" in mail.html]
    files = [each for each in mail.attachments if each not in shown and each.content_type not in _OF_THE_MAIL]
    return tuple(_file(each) for each in files[:MOST_FILES])


def _file(part: MailAttachment) -> File:
    return File((part.filename or part.content_type)[:80], part.payload, part.content_type)


def _words(mail: MailMessage) -> str:
    """The plain text; where there is none, what an HTML part shows."""
    text = mail.text.replace("\0", "")
    if not text.strip() and mail.html:
        text = readable(mail.html[:LONGEST_HTML].replace("\0", ""))
    return text[:LONGEST_TEXT]


def _silence(headers: Headers, sender: str) -> str:
    """Why a mail must not be answered (RFC 3834, and what mail programs do beside it); empty where it may be."""
    submitted = _first(headers, "auto-submitted").partition(";")[0].strip().lower()
    bulk = _first(headers, "precedence").strip().lower() in _BULK
    no_return = "return-path" in headers and not parseaddr(_first(headers, "return-path"))[1]
    report = _first(headers, "content-type").lower().startswith("multipart/report")
    reasons = {
        "a program sent it": submitted not in ("", "no") or bulk or any(name in headers for name in _AUTOMATIC),
        "nobody reads what is sent to its sender": not ADDRESS.fullmatch(sender) or _NOBODY.match(sender) is not None,
        "it is a report about a mail": no_return or report,
        "it came by a mailing list": any(name in headers for name in _LISTED),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _dmarc(headers: Headers, authserv_id: str) -> str:
    """What the company's own receiving server found; others' results, and what a sender wrote, count for nothing.

    The server puts its header on top and removes any that bear its name, so that the first one is its own.
    """
    for value in headers.get("authentication-results", ()) if authserv_id else ():
        plain = _COMMENT.sub("", value)
        named = plain.partition(";")[0].split()
        if named and named[0].lower() == authserv_id.lower():
            found = _RESULT.search(plain)
            return found[1].lower() if found else "none"
    return ""


def _receivers(headers: Headers) -> tuple[str, ...]:
    names = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
    values = [value for name in names for value in headers.get(name, ())]
    return tuple(address.lower() for _, address in getaddresses(values[:50]) if address)


def _first(headers: Headers, name: str) -> str:
    return " ".join(headers.get(name, ("",))[0].split())
