"""Variables of the environment that stanzas refer to (`${NAME}`): those that are not set are named."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from app.settings import VARIABLE, Settings, is_set


@dataclass(frozen=True, slots=True)
class UnsetVariable:
    """A variable that is not set, and the stanza that refers to it (`mcp_servers.shop`)."""

    stanza: str
    variable: str

    def __str__(self) -> str:
        return (
            f"[{self.stanza}] refers to the environment variable {self.variable}, which is not set: nothing of it "
            "can be used until it is, and the service started anew"
        )


def find_unset(stanzas: Mapping[str, Iterable[SecretStr]]) -> Iterator[UnsetVariable]:
    """Each variable that is not set, by the name of the stanza whose values refer to it."""
    for stanza, values in stanzas.items():
        named = {name for value in values for name in re.findall(VARIABLE, value.get_secret_value())}
        yield from (UnsetVariable(stanza, name) for name in sorted(named) if not is_set(name))


def unset_variables(settings: Settings) -> list[UnsetVariable]:
    """The variables of the environment that stanzas of somebody else's servers refer to and that are not set."""
    others = {f"mcp_servers.{name}": each for name, each in settings.mcp_servers.items() if not each.first_party}
    return list(find_unset({name: each.references() for name, each in others.items()}))
