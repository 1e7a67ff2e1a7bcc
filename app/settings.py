"""The settings: one frozen class, read once from `switchboard.toml` and `SWITCHBOARD_*`, the latter winning."""

import difflib
import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from app.company.profile import CodeProfile, CompanyProfile, place_of, read_profile
from app.setting_sections import (
    A2ASettings,
    ConversationSettings,
    EncryptionSettings,
    GrantSettings,
    JournalSettings,
    LoginSettings,
    OAuthSettings,
    RetentionSettings,
    Section,
    TelemetrySettings,
)
from domain.errors import Misconfigured, UnknownName


class PolicySettings(Section):
    """Which engine decides: `embedded` in process, or `opa`, a sidecar at `opa_url`.

    `bundle` is a folder or an archive, by default the bundle that ships with the program. With a `verification_key` (a
    file with a public key in PEM) every bundle must be signed by it. `shadow_bundle` decides beside it, for the record.
    """

    engine: Literal["embedded", "opa"] = "embedded"
    opa_url: str = "http://127.0.0.1:8181"
    timeout_ms: int = Field(default=100, gt=0)
    bundle: Path | None = None
    verification_key: Path | None = None
    shadow_bundle: Path | None = None


class ModelSettings(Section):
    """An OpenAI-compatible endpoint; without `base_url` no language model is used and nothing is contacted."""

    base_url: str = ""
    name: str = ""
    api_key: SecretStr = SecretStr("")
    timeout_s: float = Field(default=8.0, gt=0)
    max_calls: int = Field(default=6, gt=0)
    max_tokens: int = Field(default=20_000, gt=0)
    max_seconds: float = Field(default=20.0, gt=0)


Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$")]


class AuthSettings(Section):
    """Who issues tokens in production; with no `issuer`, development tokens are made and kept in the data folder.

    `issuers` are further ones, each with the address of its keys. The claims' names are theirs; with `role_lists` a
    list of roles counts by the first in it that is one of ours, and `role_names` translates theirs
    (`{"cc-agent": "representative"}`). Customers' own tokens are valid for `customer_minutes`.
    With a `desk_client` (a public client with PKCE at `issuer`, redirected to `/desk`) people sign in at the desk by
    the provider's own page: it is asked for `desk_scope` and with `desk_parameters` (`{"resource": "…"}`,
    `{"audience": "…"}`: what makes it issue access tokens for us). `desk_origins` are further origins of its answers.
    """

    issuer: str = ""
    audience: str = "switchboard"
    jwks_url: str = ""
    issuers: dict[str, str] = Field(default_factory=dict[str, str])
    subject_claim: str = "sub"
    tenant_claim: str = "tenant"
    role_claim: str = "role"
    role_lists: bool = False
    role_names: dict[str, str] = Field(default_factory=dict[str, str])
    customer_minutes: float = Field(default=15.0, gt=0, le=60)
    desk_client: str = ""
    desk_scope: str = "openid"
    desk_parameters: dict[str, str] = Field(default_factory=dict[str, str])
    desk_origins: list[Origin] = Field(default_factory=list[Origin])

    @model_validator(mode="after")
    def _desk_at_the_issuer(self) -> Self:
        if self.desk_client and not self.issuer:
            raise ValueError("a desk_client is known to the issuer: set issuer too")
        return self


class ServerSettings(Section):
    """An MCP server: one of ours running alone (`first_party`), or somebody else's.

    It is at a `url` (streamable HTTP, or with `sse` the older HTTP with server-sent events), where `token` is its
    bearer and `headers` are sent along, or `oauth` says how to sign in, or `login` that a person does; or it is a
    program on this machine, `command` with `args`, started in `cwd` with `env` and little else of our environment. In
    `token`, headers and `env`, `${NAME}` stands for a variable of our environment: secrets stay out of the file.
    `connect_seconds` is how long connecting may take, a program's start included.
    """

    url: str = ""
    first_party: bool = False
    token: SecretStr = SecretStr("")
    headers: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    oauth: OAuthSettings | None = None
    login: LoginSettings | None = None
    sse: bool = False
    command: str = ""
    args: tuple[str, ...] = ()
    env: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    cwd: Path | None = None
    connect_seconds: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _see_one_way(self) -> "ServerSettings":
        if bool(self.url) == bool(self.command):
            raise ValueError("an MCP server has either a `url` or a `command`")
        at_url = (self.first_party, self.token.get_secret_value(), self.headers, self.oauth, self.login, self.sse)
        if self.command and any(at_url):
            raise ValueError("`first_party`, `token`, `headers`, `oauth`, `login`, `sse` are for a server at a `url`")
        signed_in = self.oauth is not None or self.login is not None
        if signed_in and (self.token.get_secret_value() or self.sse or (self.oauth and self.login)):
            raise ValueError("`oauth` and `login` exclude each other, and go with neither `token` nor `sse`")
        if self.url and (self.args or self.env or self.cwd):
            raise ValueError("`args`, `env` and `cwd` are for a server that is a `command`")
        return self

    def sent_headers(self) -> dict[str, str]:
        """The headers with what they refer to.

        Raises:
            Misconfigured: a variable that is not set.
        """
        return {name: refer(value) for name, value in self.headers.items()}

    def references(self) -> tuple[SecretStr, ...]:
        """Every value that may refer to variables of our environment."""
        signing = [each.client_secret for each in (self.oauth, self.login) if each is not None]
        return (self.token, *self.headers.values(), *self.env.values(), *signing)

    def given_env(self) -> dict[str, str]:
        """The program's variables with what they refer to.

        Raises:
            Misconfigured: a variable that is not set.
        """
        return {name: refer(value) for name, value in self.env.items()}


def _network(text: str) -> str:
    return str(ip_network(text))


class LimitSettings(Section):
    """How often one principal may ask, and one conversation be written to, in a minute; how many turns are under way
    and event streams open at once. Each process counts alone. Beyond: 429 or 503, with the seconds to wait.
    """

    requests_per_minute: int = Field(default=12_000, gt=0)
    messages_per_minute: int = Field(default=1_200, gt=0)
    turns: int = Field(default=100, gt=0)
    streams: int = Field(default=2_000, gt=0)
    streams_per_principal: int = Field(default=1_500, gt=0)
    streams_per_conversation: int = Field(default=30, gt=0)
    customer_requests_per_minute: int = Field(default=300, gt=0)
    customer_messages_per_minute: int = Field(default=30, gt=0)


class OutgoingSettings(Section):
    """Where webhooks may lead beside public addresses: `allowed_networks` (CIDR), such as those of your own machines.

    Plain `http` is for these alone.
    """

    allowed_networks: list[Annotated[str, AfterValidator(_network)]] = Field(default_factory=list[str])


class TermsSettings(Section):
    """A company's own words in replies, by tenant. What is empty is left out of the sentences that would name it."""

    brand: str = ""
    contact_point: str = ""
    emergency_number: str = ""
    crisis_line: str = ""


class Settings(BaseSettings):
    """Everything that can be set. `environment` development adds tokens, sandbox data and the outbox.

    `company` is a company's folder, `companies/NAME` or any other; in development the reference company's by default.
    Its tenants' `currencies` and `terms` are added to those that are set here. `sandbox` lets production run on what is
    invented, for a trial, and is said on every page.

    `backends` says what business systems run on (`payments` on `stripe`) instead of what the company's folder says, and
    `systems` holds the real systems' own settings, by system: keys, addresses. `connectors` holds the secrets of the
    company's connectors by their names, and whatever differs from what its folder says of them, `codes` which of them
    carries codes and reminders, by channel.
    """

    model_config = SettingsConfigDict(
        env_prefix="SWITCHBOARD_", env_nested_delimiter="__", frozen=True, extra="forbid", toml_file="switchboard.toml"
    )

    environment: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data: Path = Path("var")
    database_url: str = ""
    database_pool: int = Field(default=20, gt=1)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    public_url: str = ""
    policy: PolicySettings = PolicySettings()
    model: ModelSettings = ModelSettings()
    auth: AuthSettings = AuthSettings()
    limits: LimitSettings = LimitSettings()
    outgoing: OutgoingSettings = OutgoingSettings()
    conversation: ConversationSettings = ConversationSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    grants: GrantSettings = GrantSettings()
    a2a: A2ASettings = A2ASettings()
    journal: JournalSettings = JournalSettings()
    retention: RetentionSettings = RetentionSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    mcp_servers: dict[str, ServerSettings] = Field(default_factory=dict[str, ServerSettings])
    company: Path | None = None
    sandbox: bool = False
    backends: dict[Literal["crm", "erp", "payments", "network"], str] = Field(
        default_factory=dict[Literal["crm", "erp", "payments", "network"], str]
    )
    systems: dict[str, dict[str, SecretStr]] = Field(default_factory=dict[str, dict[str, SecretStr]])
    codes: dict[Literal["sms", "email"], str] = Field(default_factory=dict[Literal["sms", "email"], str])
    connectors: dict[str, dict[str, SecretStr]] = Field(default_factory=dict[str, dict[str, SecretStr]])
    terms: dict[str, TermsSettings] = Field(default_factory=dict[str, TermsSettings])
    currencies: dict[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="after")
    def _take_the_company_in(self) -> "Settings":
        """Add what the company's folder says of its tenants; what is set here wins."""
        tenants = self.profile.tenants
        terms = {
            name: TermsSettings(**each.model_dump(include=set(TermsSettings.model_fields)))
            for name, each in tenants.items()
        }
        currencies = {name: each.currency for name, each in tenants.items()}
        object.__setattr__(self, "terms", {**terms, **self.terms})
        object.__setattr__(self, "currencies", {**currencies, **self.currencies})
        return self

    @property
    def company_folder(self) -> Path:
        """Where the company's folder lies."""
        return place_of(self.company)

    @property
    def profile(self) -> CompanyProfile:
        """What the company says of itself.

        Raises:
            Misconfigured: its folder is not one, or does not fit; the message says where.
        """
        return read_profile(self.company_folder)

    @property
    def carriers(self) -> CodeProfile:
        """Who carries codes and reminders: as set here, else as the company's folder says."""
        return self.profile.codes.model_copy(update={str(channel): name for channel, name in self.codes.items()})

    @property
    def tenant(self) -> str:
        """The tenant that is meant where none is named: the company's first."""
        return next(iter(self.profile.tenants))

    @property
    def address(self) -> str:
        """The URL at which others reach the service: `public_url`, else host and port.

        A service that listens on every address of its machine is named by the loopback one: set `public_url` then.
        """
        if self.public_url:
            return self.public_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        del sources
        return named["init_settings"], named["env_settings"], TomlConfigSettingsSource(settings_cls, config_file())


PREFIX = "SWITCHBOARD_"
CONFIG = "SWITCHBOARD_CONFIG"


def load_settings(**given: Any) -> Settings:
    """Read the settings; `given` ones win.

    Raises:
        UnknownName: a variable of the environment is nearly the name of a setting.
        pydantic.ValidationError: which setting is wrong, and why.
    """
    for name in os.environ:
        if name.startswith(PREFIX) and name != CONFIG:
            _refuse_mistyped(name)
    return Settings(**given)


VARIABLE = r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}"
"""How a stanza refers to a variable of our environment."""


def is_set(variable: str) -> bool:
    """Whether our environment has a variable of that name."""
    return variable in os.environ


def refer(value: SecretStr) -> str:
    """A value with `${NAME}` replaced by our environment's variable of that name.

    Raises:
        Misconfigured: there is no such variable.
    """

    def look_up(found: re.Match[str]) -> str:
        if not is_set(found[1]):
            raise Misconfigured(f"the environment variable {found[1]} is not set, which a stanza refers to")
        return os.environ[found[1]]

    return re.sub(VARIABLE, look_up, value.get_secret_value())


def providers_of(auth: AuthSettings) -> dict[str, str]:
    """Every issuer of tokens with the address of its keys."""
    first = {auth.issuer: auth.jwks_url} if auth.issuer and auth.jwks_url else {}
    return {**first, **auth.issuers}


def nearest_setting(name: str) -> str:
    """The setting that a name may have been meant to be, as the environment spells it; empty where none is near."""
    near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), _names(Settings), 1, cutoff=0.7)
    return PREFIX + near[0] if near else ""


def missing_config() -> str:
    """The file that SWITCHBOARD_CONFIG names, where it is not there; empty otherwise."""
    named = os.environ.get(CONFIG, "")
    return named if named and not Path(named).is_file() else ""


def config_file() -> Path:
    """The file that settings are read from, whether it is there or not."""
    return Path(os.environ.get(CONFIG) or "switchboard.toml")


def _refuse_mistyped(name: str) -> None:
    """Refuse what is nearly a setting; what is far from any belongs to somebody else, such as a cluster's own names."""
    head = name.upper().removeprefix(PREFIX).partition("__")[0].lower()
    near = "" if head in Settings.model_fields else nearest_setting(name)
    if near:
        raise UnknownName(f"{name} is no setting; did you mean {near}?")


def _names(section: type[BaseModel], prefix: str = "") -> list[str]:
    """Every setting as the environment spells it, after the prefix that all have."""
    found: list[str] = []
    for name, field in section.model_fields.items():
        kind: Any = field.annotation
        spelled = f"{prefix}{name.upper()}"
        section_of: type[BaseModel] | None = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
        found += _names(section_of, f"{spelled}__") if section_of else [spelled]
    return found
