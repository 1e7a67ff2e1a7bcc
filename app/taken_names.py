"""Names that are taken: servers, specialists and other teams' agents share one list, since tools are called by them."""

from pathlib import Path

import agents
from agents.remote import AGENTS, STANZA
from app.opened_company import open_company
from app.settings import Settings, config_file
from mcp_servers.catalogue import find_toolsets

ROUTER = "router"


def find_holder(settings: Settings, name: str) -> str:
    """What has a name already, as the end of a sentence; empty where it is free."""
    company = open_company(settings)
    own, places = company.path / AGENTS / name, [Path(each) for each in agents.__path__]
    if name in settings.mcp_servers:
        return f"there is a server {name} already: take its stanza out of {config_file()} first"
    if name in find_toolsets(company):
        return f"{name} is one of our own servers"
    if (own / STANZA).is_file():
        return f"another team's agent is called {name} already ({own})"
    if name == ROUTER or own.exists() or any((place / name / "specialist.py").is_file() for place in places):
        return f"there is a specialist {name} already"
    return ""
