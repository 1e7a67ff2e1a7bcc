"""An MCP server over its pipes that says when its tools change, and has resources: `python changing_server.py FILE`.

Its tool's description is FILE's text at the time; each call of `look_again` announces that the tools changed.
"""

import json
import sys
from pathlib import Path
from typing import Any

TEXTS = {"note://a": "the first note", "note://b": "the second note"}


def tool(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "description": description, "inputSchema": {"type": "object", "properties": {}}}


def serve(request: dict[str, Any]) -> dict[str, Any] | None:
    params: dict[str, Any] = request.get("params") or {}
    match request["method"]:
        case "initialize":
            offered = {"tools": {"listChanged": True}, "resources": {}}
            named = {"name": "notes", "version": "1"}
            return {"protocolVersion": "2025-06-18", "capabilities": offered, "serverInfo": named}
        case "tools/list":
            return {"tools": [tool("tell", Path(sys.argv[1]).read_text()), tool("look_again", "Looks again.")]}
        case "tools/call":
            if params["name"] == "look_again":
                announce = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}
                print(json.dumps(announce), flush=True)
            return {"content": [{"type": "text", "text": params["name"]}]}
        case "resources/list":
            return {"resources": [{"uri": uri, "name": uri} for uri in TEXTS]}
        case "resources/templates/list":
            return {"resourceTemplates": [{"uriTemplate": "note://{name}", "name": "note"}]}
        case "resources/read" if params["uri"] in TEXTS:
            return {"contents": [{"uri": params["uri"], "text": TEXTS[params["uri"]]}]}
        case _:
            return None


for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        result = serve(asked)
        code = -32002 if asked["method"] == "resources/read" else -32601
        told = {"result": result} if result is not None else {"error": {"code": code, "message": "Not here"}}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **told}), flush=True)
