"""An MCP server of an old revision, by hand and without an SDK: `python old_server.py REVISION` over its pipes.

It knows nothing of what came later: another revision is answered with its own, an unknown method with an error.
"""

import json
import sys
from typing import Any

SINCE = {"annotations": "2025-03-26", "audio": "2025-03-26", "structured": "2025-06-18", "icons": "2025-11-25"}


def describe(revision: str) -> dict[str, Any]:
    tool: dict[str, Any] = {
        "name": "tell",
        "description": "Tells its own age.",
        "inputSchema": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
    }
    if revision >= SINCE["annotations"]:
        tool["annotations"] = {"readOnlyHint": True}
    if revision >= SINCE["structured"]:
        tool |= {"title": "Tell", "outputSchema": {"type": "object", "properties": {"to": {"type": "string"}}}}
    if revision >= SINCE["icons"]:
        tool["icons"] = [{"src": "https://icons.example/tell.png"}]
    return tool


def serve(revision: str, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """The result of a request; None where the method is unknown."""
    if method == "initialize":
        told = {"name": "old", "version": "1"}
        return {"protocolVersion": revision, "capabilities": {"tools": {}}, "serverInfo": told}
    if method == "tools/list":
        first = not params.get("cursor")
        other = {**describe(revision), "name": "tell_again"}
        return {"tools": [describe(revision)], "nextCursor": "2"} if first else {"tools": [other]}
    if method == "tools/call":
        to = params["arguments"]["to"]
        content: list[dict[str, Any]] = [{"type": "text", "text": f"{revision} to {to}"}]
        if revision >= SINCE["audio"]:
            content.append({"type": "audio", "data": "AAAA", "mimeType": "audio/wav"})
        structured = {"structuredContent": {"to": to}} if revision >= SINCE["structured"] else {}
        return {"content": content, **structured}
    return None


def answer(revision: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """What goes back; None for a notification."""
    if "id" not in request:
        return None
    result = serve(revision, request["method"], request.get("params") or {})
    if result is None:
        return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "Method not found"}}
    return {"jsonrpc": "2.0", "id": request["id"], "result": result}


if __name__ == "__main__":
    for line in sys.stdin:
        told = answer(sys.argv[1], json.loads(line))
        if told is not None:
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
