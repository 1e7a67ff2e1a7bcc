"""Each other team's agent as an MCP server of ours: one tool a skill, so that the gate governs what is asked of it."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from agents.remote import RemoteSkill, list_agents, read_skills
from app.remote_agents.answers import AgentTrouble
from app.remote_agents.client import Question, RemoteAgent
from app.remote_agents.signatures import read_keys
from app.remote_agents.stanza import read_pin, read_stanza
from domain.company import CompanyFolder
from policy.tools.servers import ServerAddress


def open_agents(company: CompanyFolder, stack: AsyncExitStack) -> list[ServerAddress]:
    """Where each agent of a company's folder is asked; nothing is contacted before that.

    Raises:
        Misconfigured: a folder that is none; the message names the file.
    """
    return [_open(folder, stack) for folder in list_agents(company)]


def _open(folder: Path, stack: AsyncExitStack) -> ServerAddress:
    agent = RemoteAgent(folder.name, read_stanza(folder), read_pin(folder), read_keys(folder))
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
            raise ToolError(str(trouble)) from trouble

    server.add_tool(ask, name=skill.name, title=skill.title, description=skill.description or skill.title)
