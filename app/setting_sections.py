"""Groups of settings that need nothing but themselves; `app/settings.py` has the others and the whole."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Section(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ConversationSettings(Section):
    """How long conversations last and are remembered, and how often what they owe is looked after.

    One without words for `idle_hours` is written down and, unless something in it is unfinished, closed; for
    `resume_days` an unfinished matter can be gone on with. What a representative has who was not heard for
    `claim_minutes` (the desk's page is closed, and they write nothing) returns to its queue.
    """

    idle_hours: float = Field(default=24.0, gt=0)
    resume_days: float = Field(default=14.0, gt=0)
    claim_minutes: float = Field(default=15.0, gt=0)
    follow_up_seconds: float = Field(default=30.0, gt=0)


class RetentionSettings(Section):
    """For how many days the words of conversations, and the record with the ledger, are kept."""

    conversations_days: float = Field(default=730.0, gt=0)
    journal_days: float = Field(default=3650.0, gt=0)


class A2ASettings(Section):
    """`key`: the file of a private key in PEM (EC, P-256) that signs our agent card and what partners are told, the
    same for every replica. Without one it is derived from the encryption key, which they share.
    """

    key: Path | None = None


class JournalSettings(Section):
    """`anchor`: the file of signed checkpoints, on storage that cannot be rewritten; in the data folder by default.

    `checkpoint_key` is the file of the key that signs them, made where there is none.
    """

    anchor: Path | None = None
    checkpoint_key: Path | None = None
    checkpoint_seconds: float = Field(default=60.0, gt=0)


class EncryptionSettings(Section):
    """The key that wraps every conversation's own: 32 random bytes in base64. `previous_keys`, with commas between,
    are still understood; `switchboard privacy rotate-key` makes them needless.

    `key_command` is run once at the start instead, and prints the keys, one a line, the newest first: what fetches them
    from a key management service, such as `vault kv get -field=keys secret/switchboard`.

    `data_keys` is where conversations' own keys lie, wrapped: a file, or a PostgreSQL database of its own. By default
    `keys/data_keys.db` in the data folder, or with `database_url` in that database.
    """

    key: SecretStr = SecretStr("")
    previous_keys: SecretStr = SecretStr("")
    key_command: str = ""
    data_keys: str = ""


class GrantSettings(Section):
    """Files in PEM: the private `key` that signs grants, the same for every replica, and for MCP servers that run alone
    its `public_key`. Without them a key is made in the data folder.
    """

    key: Path | None = None
    public_key: Path | None = None


class TelemetrySettings(Section):
    """Where traces go: an OTLP/HTTP `endpoint` such as http://collector:4318; without one nothing is contacted.

    `headers` are sent along, as `name=value` with commas between. `sample_ratio` is the share of turns that are traced.
    """

    endpoint: str = Field(default="", pattern=r"^(https?://.+)?$")
    headers: SecretStr = SecretStr("")
    sample_ratio: float = Field(default=1.0, ge=0, le=1)
    service_name: str = "switchboard"


class OAuthSettings(Section):
    """What the authorisation server at `issuer` knows us by (OAuth 2.1, client credentials); `${NAME}` is looked up."""

    client_id: str
    client_secret: SecretStr
    issuer: str = Field(pattern=r"^https?://.+")
    scope: str = ""


class LoginSettings(Section):
    """How a person signs us in to an MCP server (OAuth 2.1, `switchboard mcp login`).

    All may be empty: the authorisation server then registers us by itself. Where it does not, `client_id` is what it
    knows us by, with the `client_secret` for that `issuer` alone (`${NAME}` is looked up), or `client_metadata` the
    https address of a document that says who we are. `port` is where the browser is sent back to, 0 for any.
    `scope` names scopes beside those that the server asks for by itself.
    """

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    issuer: str = Field(default="", pattern=r"^(https?://.+)?$")
    client_metadata: str = Field(default="", pattern=r"^(https://[^/]+/.+)?$")
    port: int = Field(default=0, ge=0, le=65535)
    scope: str = ""

    @model_validator(mode="after")
    def _see_whose_secret(self) -> Self:
        if self.client_secret.get_secret_value() and not (self.client_id and self.issuer):
            raise ValueError("a `client_secret` goes with its `client_id` and the `issuer` that gave both")
        if self.client_id and self.client_metadata:
            raise ValueError("`client_id` and `client_metadata` exclude each other")
        return self
