"""An MCP server over its own input and output that means no good; its tools are named for what they do."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TOOLS = (
    "get_nothing",
    "get_nonsense",
    "get_much",
    "get_many",
    "get_exit",
    "get_wrong_kind",
    "get_other_id",
    "get_word",
)


def write(message: object) -> None:
    sys.stdout.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
    sys.stdout.flush()


def answer(number: object, **result: Any) -> None:
    write({"jsonrpc": "2.0", "id": number, "result": result})


def said(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def call(number: object, tool: str) -> None:
    match tool:
        case "get_nonsense":
            write("this is } no JSON {{")
            write("\x00\x01")
        case "get_much":
            answer(number, content=[said("A" * 20_000_000)])
        case "get_many":
            answer(number, content=[said("word")] * 60_000)
        case "get_exit":
            sys.exit(3)
        case "get_wrong_kind":
            answer(number, content="no list")
        case "get_other_id":
            answer(999, content=[said("not yours")])
        case "get_word":
            answer(number, content=[said(str(os.getpid()))])


def serve(message: Mapping[str, Any]) -> None:
    match message.get("method"):
        case "initialize":
            version = message["params"]["protocolVersion"]
            answer(
                message["id"],
                protocolVersion=version,
                capabilities={"tools": {}},
                serverInfo={"name": "hostile", "version": "1"},
            )
        case "tools/list":
            anything = {"type": "object", "properties": {}}
            answer(message["id"], tools=[{"name": each, "inputSchema": anything} for each in TOOLS])
        case "tools/call":
            call(message["id"], message["params"]["name"])
        case _ if "id" in message:
            write({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}})
        case _:
            pass


if __name__ == "__main__":
    if sys.argv[1:]:
        with Path(sys.argv[1]).open("a", encoding="utf-8") as starts:
            starts.write(f"{os.getpid()}\n")
            if starts.tell() > len(f"{os.getpid()}\n"):
                sys.exit(3)
    for line in sys.stdin:
        serve(json.loads(line))
