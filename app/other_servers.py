"""Somebody else's MCP servers, from their stanzas in the settings."""

from app.settings import OAuthSettings, ServerSettings, Settings, refer
from policy.tools.connection import CONNECT_TIMEOUT_S
from policy.tools.local_process import Command
from policy.tools.servers import ServerAddress
from policy.tools.signing_in import ClientCredentials

PROGRAM_STARTS_S = 20.0
"""How long a program may take until it speaks MCP; `npx` looks its package up first."""


def other_servers(settings: Settings) -> list[ServerAddress]:
    """Where they are; they get no grants, and the gate is the only way to them.

    Raises:
        Misconfigured: a stanza refers to a variable of the environment that is not set.
    """
    return [address_of(name, server) for name, server in settings.mcp_servers.items() if not server.first_party]


def address_of(name: str, server: ServerSettings) -> ServerAddress:
    """Where one server is.

    Raises:
        Misconfigured: its stanza refers to a variable of the environment that is not set.
    """
    if server.command:
        command = Command(server.command, server.args, server.given_env(), server.cwd)
        return ServerAddress(name, command, first_party=False, connect_s=server.connect_seconds or PROGRAM_STARTS_S)
    return ServerAddress(
        name,
        server.url,
        first_party=False,
        bearer_token=server.token.get_secret_value(),
        headers=server.sent_headers(),
        connect_s=server.connect_seconds or CONNECT_TIMEOUT_S,
        credentials=_credentials(server.oauth) if server.oauth is not None else None,
        sse=server.sse,
    )


def _credentials(oauth: OAuthSettings) -> ClientCredentials:
    return ClientCredentials(oauth.client_id, refer(oauth.client_secret), oauth.issuer, oauth.scope)
