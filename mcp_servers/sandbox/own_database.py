"""The backend of the sandbox's servers and of a company's own: an SQLite file each, each change one transaction."""

import sqlite3
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mcp_servers.backend import ToolEntry
from mcp_servers.refusal import Refused
from mcp_servers.sandbox.database import Database
from mcp_servers.sandbox.exchange import Exchange
from mcp_servers.scope import Scope
from mcp_servers.work import Work, instant


class OwnDatabase:
    """Runs a tool's function in a transaction; its key is remembered in the same one.

    `articles` is the company's folder of knowledge articles, `customers` the table that lists customers; without one
    the grant's word is taken that they exist. By the `exchange` it hears the other systems, and they hear it.
    """

    def __init__(
        self,
        server: str,
        database: Database,
        articles: Path | None = None,
        customers: str = "",
        exchange: Exchange | None = None,
    ) -> None:
        self._server = server
        self._database = database
        self._articles = articles
        self._customers = customers
        self._exchange = exchange

    async def act(self, entry: ToolEntry, scope: Scope, arguments: dict[str, Any]) -> BaseModel:
        """See `Backend.act`."""
        stages: list[str] = []
        if self._exchange is not None:
            await self._exchange.catch_up(self._server, scope.now)
        if not entry.writes:
            answer = self._database.read(lambda opened: _act(entry, self._work(opened, scope, stages), arguments))
        else:
            answer = await self._database.write(
                lambda opened: _act_once(entry, self._server, scope, self._work(opened, scope, stages), arguments)
            )
            if self._exchange is not None:
                await self._exchange.spread(scope.now)
        for number, stage in enumerate(stages, start=1):
            await scope.report(number, len(stages), stage)
        return answer

    def _work(self, opened: sqlite3.Connection, scope: Scope, stages: list[str]) -> Work:
        return Work(opened, scope.tenant, scope.customer, scope.now, self._articles, self._customers, stages)

    async def check(self) -> None:
        """See `Backend.check`."""
        self._database.read(lambda opened: opened.execute("SELECT 1").fetchone())

    async def close(self) -> None:
        """The file is closed by whoever opened it."""


def _act(entry: ToolEntry, work: Work, arguments: dict[str, Any]) -> BaseModel:
    if "customer_id" in arguments:
        work.require_customer(arguments["customer_id"])
    return entry.function(work, **arguments)


def _act_once(entry: ToolEntry, server: str, scope: Scope, work: Work, arguments: dict[str, Any]) -> BaseModel:
    """Act and remember the key in the same transaction; a key that is known gives its first result again."""
    key = {"server": server, "key": scope.key}
    known = work.find(
        "SELECT tool, customer_id, arguments_digest, result FROM idempotency_keys "
        "WHERE tenant = :tenant AND server = :server AND key = :key",
        **key,
    )
    call = {"tool": entry.name, "customer_id": scope.customer, "arguments_digest": scope.digest}
    if known is not None:
        first = known.pop("result")
        if known != call:
            raise Refused("grant: its idempotency key was used for another call")
        return entry.signature.return_annotation.model_validate_json(first)
    result = _act(entry, work, arguments)
    work.change(
        "INSERT INTO idempotency_keys (tenant, server, key, tool, customer_id, arguments_digest, result, at) "
        "VALUES (:tenant, :server, :key, :tool, :customer_id, :arguments_digest, :result, :at)",
        **key,
        **call,
        result=result.model_dump_json(),
        at=instant(work.now),
    )
    return result
