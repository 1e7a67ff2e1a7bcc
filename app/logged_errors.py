"""Errors as the log shows them: what broke and where, without a statement's text, its parameters or a row's values."""

import re
import traceback
from collections.abc import Iterator
from typing import cast

DATABASE = ("sqlalchemy.", "asyncpg.", "sqlite3", "aiosqlite.")
DRIVERS_WORDS = re.compile(r"(\((?:sqlite3|sqlalchemy\.dialects|asyncpg|aiosqlite)[\w.]*\))\s(.*)\Z", re.DOTALL)
"""How SQLAlchemy begins the text of an error of the database: the driver's class, the driver's words, the statement."""
VALUES = re.compile(r"(\$\d+): .*|: [\"'].*")
WITHHELD = "[withheld]"
REMNANTS = re.compile(r"\s*(?:\[SQL: |\[parameters: |(?:^|\n)\s*(?:DETAIL|QUERY|STATEMENT): ).*\Z", re.DOTALL)


def screen_words(text: str) -> str:
    """A text without what a database says of statements and values, wherever it stands in it."""
    text = DRIVERS_WORDS.sub(lambda found: f"{found[1]} {screen_line(found[2])}", text)
    return REMNANTS.sub(f" {WITHHELD}", text)


def screen_line(words: str) -> str:
    """The first line of a driver's words, without the value that it quotes."""
    first = words.partition("\n")[0]
    return VALUES.sub(lambda found: f"{found[1] or ''}: {WITHHELD}", first)


def render_error(error: BaseException) -> str:
    """An error with where it came from, and those that led to it, the first one first."""
    return "\n".join(_render_one(each) for each in reversed(list(_chain(error))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _render_one(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    lines = [f"{frames}{name}: {_words(error)}"]
    if isinstance(error, BaseExceptionGroup):
        lines += [render_error(each) for each in cast(BaseExceptionGroup[BaseException], error).exceptions]
    return "\n".join(lines)


def _words(error: BaseException) -> str:
    if type(error).__module__.startswith(DATABASE):
        found = DRIVERS_WORDS.search(str(error))
        return f"{found[1]} {screen_line(found[2])}" if found else screen_line(str(error))
    return screen_words(str(error))
