"""What a company's folder says of another team's agent."""

import json
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from agents.remote import AGENTS, CARD, STANZA
from app.settings import refer
from app.stanza_variables import find_unset
from domain.digest import digest
from domain.errors import Misconfigured


class AgentStanza(BaseModel):
    """Where the agent is, what it is sent for proof, what it may be told, and how long one request may take.

    Customers are sent to sign in at its own address alone, and at those of `authorises_at` (`https://id.example`).
    In `token` and `headers`, `${NAME}` stands for a variable of our environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://.+")
    token: SecretStr = SecretStr("")
    headers: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr])
    shares: tuple[str, ...] = ()
    authorises_at: tuple[str, ...] = ()
    wait_seconds: float = Field(default=4.0, gt=0, le=4.5)

    def unset_variables(self) -> list[str]:
        """The variables of our environment that it refers to and that are not set."""
        return [each.variable for each in find_unset({"": (self.token, *self.headers.values())})]

    def sent_headers(self) -> dict[str, str]:
        """What goes along with every request.

        Raises:
            Misconfigured: a variable that is not set.
        """
        given = {name: refer(value) for name, value in self.headers.items()}
        token = refer(self.token)
        return {"Authorization": f"Bearer {token}", **given} if token else given


def read_stanza(folder: Path) -> AgentStanza:
    """Read an agent's stanza.

    Raises:
        Misconfigured: it is malformed; the message names the file and what is wrong.
    """
    file = folder / STANZA
    try:
        return AgentStanza.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise Misconfigured(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{file}: {error}") from None


def list_unset(company: Path) -> list[str]:
    """What stanzas of a company's folder refer to and our environment does not have; the agent is not asked then."""
    found: list[str] = []
    for file in sorted((company / AGENTS).glob(f"*/{STANZA}")):
        with suppress(Misconfigured):  # the check of the folder names it
            unset = read_stanza(file.parent).unset_variables()
            found += [f"{file}: {name} is not set, so that {file.parent.name} is not asked" for name in unset]
    return found


def read_pin(folder: Path) -> str:
    """The digest of the card as it was pinned.

    Raises:
        Misconfigured: it cannot be read.
    """
    try:
        return card_digest(json.loads((folder / CARD).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{folder / CARD}: {error}") from None


def card_digest(card: Any) -> str:
    """Name a card by all that it says; who signed it is looked at apart, since signatures differ each time."""
    return digest({name: value for name, value in card.items() if name != "signatures"})
