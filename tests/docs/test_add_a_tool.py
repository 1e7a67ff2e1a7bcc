"""The page on tools: every file that it names is there, and every file that a check can name is on it."""

import re
from pathlib import Path

from mcp_types import ToolAnnotations
from pydantic import BaseModel

from agents.catalogue import load_catalogue
from app.tool_checklist import check_tool
from mcp_servers.backend import ToolEntry
from mcp_servers.work import Work
from policy.engines.bundle import load_bundle

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add-a-tool.md").read_text("utf-8")
PLACES = re.findall(r"`((?:mcp_servers|app|policy|agents|tests)/[\w./<>]+)`", PAGE)


def test_every_file_that_it_names_is_there() -> None:
    assert len(PLACES) > 10
    assert [place for place in PLACES if not (ROOT / place.replace("<server>", "crm")).exists()] == []


def pause_delivery(work: Work) -> BaseModel:
    """Pause."""
    raise NotImplementedError


PAUSE = ToolEntry(pause_delivery, writes=True, annotations=ToolAnnotations())


def test_everything_that_the_check_asks_for_is_a_step() -> None:
    asked = [str(each) for each in check_tool("erp.pause_delivery", PAUSE, load_catalogue(), load_bundle())]
    files = {name for line in asked for name in re.findall(r"[\w/]+\.(?:yaml|json|py)", line)}
    named = {Path(place).name for place in PLACES}
    assert len(asked) > 4
    assert {Path(file).name for file in files} <= named
