"""What a company says of a connector in `company.toml`, and settings add: its secrets, and what differs."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
SECRETS = {"email": ("password",), "twilio": ("auth_token",), "chatwoot": ("api_token", "webhook_secret")}
"""The fields of each kind that never stand in a company's folder."""


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no e-mail address")
    return text


def _server(text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname or parts.username:
        raise ValueError(f"{text!r} is no address of a server; write it like {schemes[0]}://mail.example.com")
    return text


def _imap(text: str) -> str:
    return _server(text, ("imaps", "imap+starttls", "imap"))


def _smtp(text: str) -> str:
    return _server(text, ("smtps", "smtp+starttls", "smtp"))


class ConnectorProfile(BaseModel):
    """What every connector has: whose it is, and how many messages one sender may write in an hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str = ""
    messages_per_hour: int = Field(default=60, gt=0)


class EmailProfile(ConnectorProfile):
    """A mailbox that is read by IMAP and answered from by SMTP.

    `authserv_id` names the receiving server whose `Authentication-Results` are believed. With `tagged_addresses`
    answers go to `support+…@`, which the mail server has to deliver to the same mailbox. `smtp_login` is false where
    the server takes mails from this machine without signing in.
    """

    kind: Literal["email"]
    address: Annotated[str, AfterValidator(_address)]
    name: str = ""
    imap: Annotated[str, AfterValidator(_imap)]
    smtp: Annotated[str, AfterValidator(_smtp)]
    user: str = ""
    password: SecretStr = SecretStr("")
    authserv_id: str = ""
    tagged_addresses: bool = True
    smtp_login: bool = True
    messages_per_hour: int = Field(default=20, gt=0)

    @property
    def channel(self) -> str:
        """The channel of its conversations."""
        return "email"


class TwilioProfile(ConnectorProfile):
    """A number at Twilio, or at whoever speaks its API: text messages, or WhatsApp.

    `webhook_url` is what Twilio is told to call, as Twilio sees it; by default it is made from `public_url`. `template`
    is the content SID of a WhatsApp template with one variable, for messages outside of the 24 hours.
    """

    kind: Literal["twilio"]
    channel: Literal["sms", "whatsapp"] = "sms"
    number: str = Field(pattern=r"^\+[1-9][0-9]{4,14}$")
    account_sid: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9]+$")
    auth_token: SecretStr = SecretStr("")
    api_url: str = Field(default="https://api.twilio.com", pattern=r"^https?://")
    webhook_url: str = ""
    template: str = ""


_ATTRIBUTE = r"^[A-Za-z0-9_]{0,60}$"


class ChatwootProfile(ConnectorProfile):
    """An inbox of Chatwoot's API channel: the company's representatives work there, and handoffs go there.

    `webhook_secret` is the inbox's own, by which Chatwoot signs what it tells us. `unsigned` says that this Chatwoot is
    too old to sign: then the secret is the last part of the address that it is told to call. A conversation that is
    resolved there is written down as its custom attribute `outcome_attribute` says, with the note of `note_attribute`;
    where those are empty as `disposition`. Notes are written in `language`, else in the tenant's first.
    """

    kind: Literal["chatwoot"]
    url: str = Field(pattern=r"^https?://[^\s/]+")
    account_id: int = Field(gt=0)
    inbox_id: int = Field(gt=0)
    api_token: SecretStr = Field(min_length=1)
    webhook_secret: SecretStr = Field(min_length=16)
    unsigned: bool = False
    disposition: str = Field(default="resolved", min_length=1, max_length=100)
    outcome_attribute: str = Field(default="", pattern=_ATTRIBUTE)
    note_attribute: str = Field(default="", pattern=_ATTRIBUTE)
    language: Literal["", "en", "es", "de", "fr", "hi"] = ""

    @property
    def channel(self) -> str:
        """It brings no conversations: it is a desk."""
        return "desk"


AnyProfile = EmailProfile | TwilioProfile | ChatwootProfile
KINDS: dict[str, type[EmailProfile] | type[TwilioProfile] | type[ChatwootProfile]] = {
    "email": EmailProfile,
    "twilio": TwilioProfile,
    "chatwoot": ChatwootProfile,
}
DESKS = (ChatwootProfile,)
"""The kinds that are other companies' desks; of these a tenant has one."""
