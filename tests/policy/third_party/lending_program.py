"""Somebody else's lending library over its own input and output: `lending_program.py LOG`; it writes down each loan."""

import json
import sys
from pathlib import Path
from typing import Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel

SHELF = {"drill": 3, "ladder": 0}
server = MCPServer("lending")


class Shelf(BaseModel):
    """How many of a thing there are."""

    thing: str
    left: int


class Loan(BaseModel):
    """A thing that somebody has."""

    loan: str
    thing: str
    items: list[str]


@server.tool()
def count_things(thing: str) -> Shelf:
    """Say how many of a thing can be lent."""
    if thing not in SHELF:
        raise ToolError(f"{thing} is nothing that we lend")
    return Shelf(thing=thing, left=SHELF[thing])


@server.tool()
def lend_thing(thing: str, days: int, member: str, size: Literal["small", "large"] = "small") -> Loan:
    """Lend a thing to a member."""
    with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"thing": thing, "days": days, "member": member, "size": size}) + "\n")
    return Loan(loan="L-1", thing=thing, items=[thing])


if __name__ == "__main__":
    server.run("stdio")
