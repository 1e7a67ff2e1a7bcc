"""Following the stanzas of somebody else's MCP servers: which were added, changed and taken out while we run."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import structlog
from pydantic import ValidationError

from app.other_servers import address_of
from app.settings import ServerSettings, Settings, config_file, load_settings
from domain.errors import SwitchboardError
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.sign_ins import SignIns

log = structlog.get_logger()


class ServerStanzas:
    """Looks at the settings' file now and then; each process at its own.

    It is the file that was named at the start, whatever the environment names later. A file that cannot be read as
    settings changes nothing, and is logged once. Our own servers (`first_party`) are connected at the start alone.
    """

    def __init__(self, settings: Settings, servers: ToolServers, kept: SignIns) -> None:
        self._servers = servers
        self._kept = kept
        self._current: Mapping[str, ServerSettings] = settings.mcp_servers
        self._file = config_file().absolute()
        self._seen = _read(self._file)
        self._named = _names(self._seen)

    async def look(self) -> None:
        """Take what changed into use, and try those again that could not be reached."""
        text = _read(self._file)
        if text == self._seen:
            await self._servers.retry()
            return
        self._seen = text
        try:
            wanted = self._merge(load_settings().mcp_servers)
            before, now = self._addresses(self._current), self._addresses(wanted)
        except (ValidationError, SwitchboardError, ValueError) as error:
            log.error("stanzas_refused", file=str(self._file), error=_explain(error))
            return
        self._current, self._named = wanted, _names(text)
        down = await self._servers.change(before, now)
        names = {"before": sorted(each.name for each in before), "now": sorted(each.name for each in now)}
        log.info("stanzas_taken", **names, down=down)

    def _merge(self, fresh: Mapping[str, ServerSettings]) -> dict[str, ServerSettings]:
        """What the file says now; servers that were never in it stay."""
        return {**{name: server for name, server in self._current.items() if name not in self._named}, **fresh}

    def _addresses(self, stanzas: Mapping[str, ServerSettings]) -> list[ServerAddress]:
        return [address_of(name, each, self._kept) for name, each in stanzas.items() if not each.first_party]


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _names(text: str) -> frozenset[str]:
    try:
        return frozenset(tomllib.loads(text).get("mcp_servers", {}))
    except tomllib.TOMLDecodeError:
        return frozenset()


def _explain(error: Exception) -> str:
    """Which setting is wrong, without what it was set to."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())[:500]
    return str(error)[:500]
