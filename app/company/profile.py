"""What a company says of itself in `company.toml`: its tenants, their words and hours, what it uses."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from app.company.source import NotRight, read_toml
from domain.conversation import LOCALES, QUEUES
from domain.errors import Misconfigured
from domain.names import suggest

FILE = "company.toml"
PLACEHOLDERS = ("customer", "representative", "company")
"""What a ready reply of the desk may name in braces; its page fills it in, and sends none in which one is left."""
LONGEST_REPLY = 4000
"""Characters of a ready reply of the desk."""
TARGETS = (*QUEUES, "urgent", "other")
"""What a target of the desk may be for: a queue, every urgent conversation, the queues that are not named."""
REFERENCE = Path(__file__).parents[2] / "companies" / "northwind_fibre"
"""The company that runs where none is named, in development only."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and marks that turn the direction of what stands after them."""
_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
_HOURS = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))? ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d"
)


def _currency(code: str) -> str:
    if code not in list_currencies():
        raise ValueError(
            f"{code!r} is no currency of ISO 4217, such as EUR{suggest(code.upper(), sorted(list_currencies()))}"
        )
    return code


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone{suggest(name, sorted(available_timezones()))}")
    return name


def _locale(code: str) -> str:
    if code not in LOCALES:
        raise ValueError(f"{code!r} is no language that replies are written in; there are {', '.join(LOCALES)}")
    return code


def _queue(name: str) -> str:
    if name not in QUEUES:
        raise ValueError(f"{name!r} is no queue{suggest(name, QUEUES)}; there are {', '.join(QUEUES)}")
    return name


def _visible(words: str) -> str:
    if found := _UNSEEN.search(words):
        place = f"character {found.start() + 1} of {len(words)} (U+{ord(found[0]):04X})"
        raise ValueError(f"{place} cannot be seen, and changes how the rest is read: take it out")
    return words


def _named(name: str) -> str:
    if not name.strip() or "\n" in name:
        raise ValueError("a name is one line, and not empty")
    return _visible(name)


def _target(name: str) -> str:
    if name not in TARGETS:
        raise ValueError(f"{name!r} is no target{suggest(name, TARGETS)}; there are {', '.join(TARGETS)}")
    return name


def _hours(text: str) -> str:
    if not _HOURS.fullmatch(text) or not "00:00" <= text[-11:-6] < text[-5:] <= "24:00":
        raise ValueError(f"{text!r} is no opening time; write it like 'mon-fri 08:00-18:00', a night as two times")
    return text


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError(f"{text!r} is no web origin; write it like 'https://shop.example', without a path or *")
    return text


class ProfileSection(BaseModel):
    """A table of `company.toml`; what is not known is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WebProfile(ProfileSection):
    """The company's own sites: pages of the `origins` (`https://shop.example`) may talk to us, and with `visitors` also
    for somebody who did not sign in.

    The company's own tokens for its customers name `issuer`; the key that proves them is in the file `public_key` of
    the company's folder (PEM), or published at `jwks_url`. `accent` is the widget's colour, `#0f6b62`.
    """

    origins: list[Annotated[str, AfterValidator(_origin)]] = []
    visitors: bool = True
    issuer: str = ""
    jwks_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    public_key: str = ""
    accent: str = Field(default="", pattern=r"^(#[0-9A-Fa-f]{6})?$")

    @model_validator(mode="after")
    def _key_with_issuer(self) -> "WebProfile":
        named = [bool(self.jwks_url), bool(self.public_key)]
        if sum(named) != (1 if self.issuer else 0):
            raise ValueError("an issuer comes with one of jwks_url and public_key, and neither without it")
        return self


class PersonProfile(ProfileSection):
    """What somebody at the desk takes: `queues`, `languages`, `capacity` (conversations at once); empty is no limit."""

    queues: list[Annotated[str, AfterValidator(_queue)]] = []
    languages: list[Annotated[str, AfterValidator(_locale)]] = []
    capacity: int = Field(default=0, ge=0)


_Offered = Annotated[str, Field(max_length=40), AfterValidator(_named)]
_ReplyText = Annotated[str, Field(min_length=1, max_length=LONGEST_REPLY), AfterValidator(_visible)]


class MacroProfile(ProfileSection):
    """Several acts in one: `labels` that are added, a ready `reply` that is sent, a `queue` that it goes to."""

    labels: list[str] = []
    reply: str = ""
    queue: Literal[""] | Annotated[str, AfterValidator(_queue)] = ""


class DeskProfile(ProfileSection):
    """What the desk offers: `dispositions` when a conversation is resolved, `replies` by name and language.

    `people` says what each person takes, by the `sub` of their tokens; who is not named takes everything.

    A reply may name `{customer}`, `{representative}` and `{company}`. `outcomes` names, by the tool that did something,
    the disposition that is proposed for it. `targets` says within how many minutes of opening time somebody has taken a
    conversation, by queue, `urgent` for all that are, `other` for the queues that are not named.
    """

    dispositions: list[Annotated[str, Field(max_length=100), AfterValidator(_named)]] = []
    replies: dict[_Offered, dict[Annotated[str, AfterValidator(_locale)], _ReplyText]] = {}
    people: dict[str, PersonProfile] = {}
    labels: list[_Offered] = []
    macros: dict[_Offered, MacroProfile] = {}
    outcomes: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")], str] = {}
    targets: dict[
        Annotated[str, AfterValidator(_target)], Annotated[int, Field(strict=True, ge=1, le=7 * 24 * 60)]
    ] = {}

    @field_validator("replies")
    @classmethod
    def _known_placeholders(cls, replies: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for texts in replies.values():
            for text in texts.values():
                for name in re.findall(r"\{([^{}]*)\}", text):
                    if name not in PLACEHOLDERS:
                        raise ValueError(f"{{{name}}} is no placeholder{suggest(name, PLACEHOLDERS)}")
        return replies

    @model_validator(mode="after")
    def _outcomes_of_what_is_offered(self) -> Self:
        for tool, each in self.outcomes.items():
            if self.dispositions and each not in self.dispositions:
                known = suggest(each, self.dispositions)
                raise ValueError(f"outcomes.{tool}: {each!r} is no disposition of this desk{known}")
        return self

    @model_validator(mode="after")
    def _macros_of_what_there_is(self) -> Self:
        for name, macro in self.macros.items():
            for kind, given, known in (
                ("reply", [macro.reply], list(self.replies)),
                ("label", macro.labels, self.labels),
            ):
                for each in filter(None, given):
                    if each not in known:
                        raise ValueError(f"macros.{name}: {each!r} is no {kind} of this desk{suggest(each, known)}")
        return self


class TenantProfile(ProfileSection):
    """A tenant: whom its customers deal with. What is empty is left out of the sentences that would name it.

    `country` (ISO 3166) is where phone numbers without a country code are at home; `locales` are the languages that it
    speaks, the first where a customer's is none of them; `partners` names the companies of partner agents.
    """

    currency: Annotated[str, AfterValidator(_currency)]
    country: str = Field(pattern=r"^[A-Z]{2}$")
    timezone: Annotated[str, AfterValidator(_timezone)]
    locales: list[Annotated[str, AfterValidator(_locale)]] = Field(min_length=1)
    brand: str = ""
    contact_point: str = ""
    emergency_number: str = ""
    crisis_line: str = ""
    partners: dict[str, str] = {}
    opening_hours: list[Annotated[str, AfterValidator(_hours)]] = []
    web: WebProfile = WebProfile()
    desk: DeskProfile = DeskProfile()


class AssistantProfile(ProfileSection):
    """Which of the platform's specialists (`retention`) and procedures (`billing.pay_bill`) it does without."""

    without: list[str] = []


class CodeProfile(ProfileSection):
    """What carries verification codes to customers: `sandbox` keeps them in the outbox, the rest are connectors."""

    sms: str = "sandbox"
    email: str = "sandbox"


class CompanyProfile(ProfileSection):
    """A company. `business` says in a few words what it does, for prompts: `a chain of dental clinics`.

    `connectors` are its doors to other channels by names of its own, each of a `kind`
    (`channels.connectors.profiles`).

    `backends` says what each business system runs on: `sandbox`, or `remote` for an
    MCP server of the company's own, whose address is a setting.
    """

    name: str = Field(min_length=1)
    business: str = Field(min_length=1)
    tenants: dict[str, TenantProfile] = Field(min_length=1)
    assistant: AssistantProfile = AssistantProfile()
    backends: dict[Literal["crm", "erp", "payments", "network"], str] = {}
    codes: CodeProfile = CodeProfile()
    connectors: dict[str, dict[str, str | int | bool]] = {}

    @field_validator("tenants")
    @classmethod
    def _named_well(cls, tenants: dict[str, TenantProfile]) -> dict[str, TenantProfile]:
        for name in tenants:
            if not _TENANT.fullmatch(name):
                raise ValueError(f"{name!r} is no tenant's name: small letters, digits and hyphens, like 'acme'")
        return tenants

    @property
    def locales(self) -> tuple[str, ...]:
        """Every language that any tenant speaks, in the platform's order."""
        spoken = {locale for tenant in self.tenants.values() for locale in tenant.locales}
        return tuple(locale for locale in LOCALES if locale in spoken)


def read_profile(folder: Path) -> CompanyProfile:
    """A company's own description.

    Raises:
        Misconfigured: there is none, or it does not fit; the message names file, line and what is expected.
    """
    file = folder / FILE
    state = file.stat() if file.is_file() else None
    return _read(file, state.st_mtime_ns if state else 0)


@lru_cache(maxsize=32)
def _read(file: Path, changed_at: int) -> CompanyProfile:
    """Read once for each state of the file, since settings ask for it often."""
    del changed_at
    try:
        return read_toml(file, CompanyProfile)
    except NotRight as wrong:
        raise Misconfigured(str(wrong)) from None


def place_of(named: Path | None) -> Path:
    """A company's folder by what the setting says: as named, or else among those that come with Switchboard.

    The reference company's where the setting says nothing.
    """
    if named is None:
        return REFERENCE
    beside = REFERENCE.parents[1] / named
    return beside if not named.exists() and not named.is_absolute() and beside.exists() else named
