"""Writing a new MCP server that honours a contract: one that passes the conformance kit at once, to be filled."""

import json
import re
from pathlib import Path

from domain.errors import BadRequest, Misconfigured
from mcp_servers.contracts.contract import read_contract

TEMPLATES = Path(__file__).parent / "new_server"
NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
LANGUAGES = ("python", "typescript")


def list_templates() -> tuple[str, ...]:
    """The contracts that there are templates for."""
    return tuple(sorted({path.name.partition("_")[0] for path in TEMPLATES.iterdir() if "_" in path.name.strip("_")}))


def write_server(contract: str, language: str, tenant: str, folder: Path) -> list[Path]:
    """Write the files of a server below `folder`, for a tenant's customers; what is there is never overwritten.

    Raises:
        BadRequest: the folder's name cannot name a server.
        Misconfigured: the folder is there already.
    """
    name = folder.name
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no name for a server's folder: small letters, digits and _, like 'acme_crm'")
    if folder.exists():
        raise Misconfigured(f"{folder} is there already; nothing was written")
    title = name.replace("_", " ").title()
    words = {"{name}": name, "{title}": title, "{class_name}": title.replace(" ", ""), "{tenant}": tenant}
    template, written = TEMPLATES / f"{contract}_{language}", list[Path]()
    for file in sorted(template.rglob("*.template")):
        text = file.read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        written.append(folder / file.relative_to(template).with_name(file.name.removesuffix(".template")))
        written[-1].parent.mkdir(parents=True, exist_ok=True)
        written[-1].write_text(text, "utf-8")
    if language != "python":
        written.append(folder / "contract.json")
        written[-1].write_text(json.dumps(read_contract(contract).model_dump(), indent=1) + "\n", "utf-8")
    return written
