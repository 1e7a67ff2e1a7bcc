"""The log: one JSON object a line whatever happens, and nothing in it that a database holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from app.logged_errors import render_error, screen_words

WORDS = "Zebulon's secret words"

PROGRAM = """
import asyncio, logging, sqlite3, threading, warnings
import sqlalchemy as sa
import structlog
from app.logs import set_up_logs

set_up_logs("info")
engine = sa.create_engine("sqlite://")
log = structlog.get_logger()

def fail():
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": "Zebulon's secret words"})

async def never_awaited():
    asyncio.create_task(asyncio.to_thread(fail))
    await asyncio.sleep(0.05)

try:
    fail()
except Exception as error:
    log.error("text", error=str(error))
    log.exception("ours")
    logging.getLogger("sqlalchemy.pool").error("theirs: %s", error, exc_info=error)
    logging.getLogger("uvicorn.error").exception("in a library")
logging.getLogger("asyncio").warning("two\\nlines")
warnings.warn("an old way")
asyncio.run(never_awaited())
threading.Thread(target=fail).start()
fail()
"""


def test_every_line_is_one_json_object_and_none_holds_a_statement(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = [line["event"].partition("\n")[0] for line in lines]

    assert done.returncode == 1
    assert told[:4] == ["text", "ours", "theirs: (sqlite3.OperationalError) no such table: nowhere", "in a library"]
    assert "crashed" in told
    assert len([line for line in lines if "crashed" in line["event"] or "never retrieved" in line["event"]]) == 3
    assert all(line["level"] and line["timestamp"] for line in lines)
    assert "Zebulon" not in done.stderr
    assert "INSERT" not in done.stderr
    assert "no such table: nowhere" in lines[1]["exception"]
    assert "in fail" in lines[1]["exception"]


async def test_a_row_that_postgresql_quotes_is_withheld(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    table = sa.Table("kept", sa.MetaData(), sa.Column("words", sa.String(80), primary_key=True))
    errors: list[Exception] = []
    async with engine.begin() as connection:
        await connection.run_sync(table.metadata.create_all)
    for values in ([{"words": WORDS}, {"words": WORDS}], [{"words": WORDS * 10}], [{"words": 5}]):
        try:
            async with engine.begin() as connection:
                for each in values:
                    await connection.execute(table.insert(), each)
        except Exception as error:  # noqa: BLE001 - every kind that there is
            errors.append(error)
    await engine.dispose()
    shown = [text for error in errors for text in (render_error(error), screen_words(f"it failed: {error}"))]

    assert len(errors) == 3
    assert WORDS in str(errors[0])
    assert not [text for text in shown if "Zebulon" in text or "INSERT" in text]
    assert "duplicate key value violates unique constraint" in shown[0]


def test_words_that_only_look_like_a_statement_stay() -> None:
    assert screen_words("the parameters: none; details: see below") == "the parameters: none; details: see below"


def test_in_a_terminal_where_somebody_talks_an_exception_is_one_line_without_its_frames(tmp_path: Path) -> None:
    program = (
        "import logging\nfrom app.logs import set_up_logs\nset_up_logs('info', brief=True)\n"
        "try:\n    {}['key']\nexcept KeyError:\n    logging.getLogger('a.tool').exception('raised')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stderr)
    assert told["event"] == "raised"
    assert told["exception"] == "KeyError: 'key'"
