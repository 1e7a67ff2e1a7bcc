"""The table of branches: which journeys are played, on which circumstances, and what must come of each.

`branches/<specialist>.yaml` has a line for each procedure and each branch: a row (or several) to be played, or the
reason why the branch cannot happen there.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, select

from mcp_servers.catalogue import find_toolsets
from storage.tables.control import ledger_rows
from tests.house_guest import Guest, Talk
from tests.journeys.circumstances import CIRCUMSTANCES
from tests.sandbox_files import FILES, open_systems

FOLDER = Path(__file__).parent / "branches"
BRANCHES = {
    "no_record": "nothing on record to work on",
    "several": "more than one record may be meant",
    "not_eligible": "the record or the rules do not allow it",
    "fails_once": "a system breaks once and then works",
    "fails_for_good": "a system stays broken",
    "unsure": "the customer does not know, or answers something else",
    "changes_subject": "the customer asks for something else and comes back",
    "refuses": "the customer says no to what is to be confirmed",
    "rejected": "a supervisor says no",
    "delegates": "another procedure does a part; nothing is asked twice",
    "stranger": "nobody knows yet who is asking",
}
server_log = logging.getLogger("mcp.server.mcpserver.server")
CODE, APPROVE, REJECT = "<code>", "<approve>", "<reject>"


@dataclass(frozen=True)
class Row:
    """One journey to be played. `says` are the customer's messages, or one of `CODE`, `APPROVE`, `REJECT`.

    `breaks` names tools and how often they break, -1 for always. `hears` must be in the last turn's words, `never` in
    no turn's. `done` are the changes made in all; `pending` and `handoff` are those of the last turn.
    """

    says: tuple[str, ...]
    customer: str | None = "C-1001"
    auth: str = "authenticated"
    locale: str = "en"
    channel: str = "chat"
    given: tuple[str, ...] = ()
    breaks: dict[str, int] = field(default_factory=dict[str, int])
    hears: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    pending: str = ""
    done: tuple[str, ...] = ()
    handoff: str = ""


@dataclass(frozen=True)
class Cell:
    """A procedure's branch: the rows that show it, or why it cannot happen there."""

    procedure: str
    branch: str
    rows: tuple[Row, ...] = ()
    reason: str = ""


def read_cells() -> list[Cell]:
    """The whole table, in its own order."""
    return [
        _cell(procedure, branch, entry)
        for path in sorted(FOLDER.glob("*.yaml"))
        for procedure, branches in (yaml.safe_load(path.read_text("utf-8")) or {}).items()
        for branch, entry in branches.items()
    ]


def _cell(procedure: str, branch: str, entry: Any) -> Cell:
    if isinstance(entry, str):
        return Cell(procedure, branch, reason=entry)
    rows = entry if isinstance(entry, list) else [entry]
    return Cell(procedure, branch, rows=tuple(_row(row) for row in rows))


def _row(entry: dict[str, Any]) -> Row:
    lists = ("says", "given", "hears", "never", "done")
    return Row(**{key: _listed(value) if key in lists else value for key, value in entry.items()})


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


async def play(guest: Guest, row: Row) -> tuple[Talk, list[str]]:
    """Play a row to its end; returns the conversation and what was said to the customer, turn by turn."""
    talk = await guest.customer(row.customer, locale=row.locale, auth_level=row.auth, channel=row.channel)
    heard: list[str] = []
    with broken(row.breaks):
        for words in row.says:
            heard.append(await _say(talk, words))
    return talk, heard


async def _say(talk: Talk, words: str) -> str:
    if words in (APPROVE, REJECT):
        before = len((await talk.look())["messages"])
        after = await talk.decides(words.strip("<>"))
        talk.turn = {**talk.turn, **after, "messages": after["messages"][before:]}
        return talk.text
    named = next((word.strip(".,") for word in words.split() if word.startswith("C-1")), "")
    talk.customer_id = talk.customer_id or named
    await (talk.says_code() if words == CODE else talk.says(words))
    return talk.text


@contextmanager
def broken(tools: dict[str, int]) -> Iterator[None]:
    """The servers' own functions raise for so many calls, as a system that is down does."""
    with ExitStack() as stack:
        for tool, times in tools.items():
            server, _, name = tool.partition(".")
            entry = next(each for each in find_toolsets()[server].entries if each.name == name)
            whole = entry.function
            object.__setattr__(entry, "function", _breaking(whole, times))
            stack.callback(object.__setattr__, entry, "function", whole)
        server_log.disabled = True
        stack.callback(setattr, server_log, "disabled", False)
        yield


def _breaking(function: Callable[..., Any], times: int) -> Callable[..., Any]:
    left = [times]

    @wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OSError("the system behind this server is down")
        return function(*arguments, **named)

    return run


class Snapshot:
    """The business systems and the ledger of goodwill as they were seeded, to be put back before each row."""

    def __init__(self, guest: Guest) -> None:
        self._folder = guest.house.settings.data
        self._transactions = guest.house.control.transactions
        self._copies = {name: sqlite3.connect(":memory:") for name in FILES}
        for name, copy in self._copies.items():
            with closing(sqlite3.connect(self._folder / name)) as seeded:
                seeded.backup(copy)
        self._seeded: list[str] | None = None

    async def restore(self, circumstances: Sequence[str], customer: str) -> None:
        """Put everything back, then bring about these circumstances for the customer."""
        for name, copy in self._copies.items():
            with closing(sqlite3.connect(self._folder / name, timeout=15)) as live:
                copy.backup(live)
        with closing(open_systems(self._folder)) as systems:
            for name in circumstances:
                systems.executescript(CIRCUMSTANCES[name].replace("{who}", customer))
        if self._seeded is None:
            self._seeded = await self._transactions.read(lambda gate: list(gate.scalars(select(ledger_rows.c.id))))
        made = ledger_rows.c.id.not_in(self._seeded)
        await self._transactions.write(lambda gate: gate.execute(delete(ledger_rows).where(made)), durable=False)
