"""Each other team's agent as an MCP server of ours: one tool a skill, so that the gate governs what is asked of it."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from agents.remote import AGENTS, STANZA, RemoteSkill, list_agents, read_skills
from app.remote_agents.client import Question, RemoteAgent
from app.remote_agents.quarantine import Quarantine
from app.remote_agents.stanza import read_pin, read_stanza
from app.remote_agents.troubles import AgentTrouble
from domain.company import CompanyFolder
from policy.tools.servers import ServerAddress

log = structlog.get_logger()


def open_agents(company: CompanyFolder, data: Path, stack: AsyncExitStack) -> list[ServerAddress]:
    """Where each agent of a company's folder is asked; nothing is contacted before that.

    Raises:
        Misconfigured: a folder that is none; the message names the file.
    """
    for name, why in list_unavailable(company, data).items():
        log.warning("remote_agent_unavailable", agent=name, why=why)
    quarantine = Quarantine(data)
    return [_open(folder, quarantine, stack) for folder in list_agents(company)]


def list_unavailable(company: CompanyFolder, data: Path) -> dict[str, str]:
    """The agents that are not asked as things are, and why: a variable that is not set, a card that was seen changed.

    Raises:
        Misconfigured: a folder that is none; the message names the file.
    """
    found = {folder.name: _why_not(folder, Quarantine(data)) for folder in list_agents(company)}
    return {name: why for name, why in found.items() if why}


def tell_unavailable(company: CompanyFolder, data: Path) -> str:
    """What operators should know of other teams' agents; else nothing."""
    return "; ".join(f"{name}: {why}" for name, why in list_unavailable(company, data).items())


def _why_not(folder: Path, quarantine: Quarantine) -> str:
    unset = read_stanza(folder).unset_variables()
    if unset:
        return f"{' and '.join(unset)} of its {AGENTS}/{folder.name}/{STANZA} is not set, so that it is not asked"
    held = quarantine.find(folder.name, read_pin(folder))
    return f"quarantined: {held.why}; look at it with `switchboard agents check {folder.name}`" if held else ""


def _open(folder: Path, quarantine: Quarantine, stack: AsyncExitStack) -> ServerAddress:
    agent = RemoteAgent(folder, quarantine)
    stack.push_async_callback(agent.close)
    server: MCPServer[Any] = MCPServer(folder.name)
    for skill in read_skills(folder):
        _add_tool(server, agent, skill)
    return ServerAddress(folder.name, server)


def _add_tool(server: MCPServer[Any], agent: RemoteAgent, skill: RemoteSkill) -> None:
    async def ask(
        text: str,
        request_id: str,
        shares: list[str],
        task_id: str = "",
        context_id: str = "",
        customer_id: str = "",
    ) -> dict[str, Any]:
        try:
            return await agent.ask(Question(request_id, text, task_id, context_id, customer_id))
        except AgentTrouble as trouble:
            log.warning(
                "remote_agent_failed", agent=skill.agent, skill=skill.name, kind=trouble.kind, why=trouble.loggable
            )
            raise ToolError(str(trouble)) from trouble

    server.add_tool(ask, name=skill.name, title=skill.title, description=skill.description or skill.title)
