"""Somebody else's MCP servers, from their stanzas in the settings."""

from app.settings import OAuthSettings, ServerSettings, Settings, refer
from app.stanza_variables import find_unset
from policy.tools.connection import CONNECT_TIMEOUT_S
from policy.tools.local_process import Command
from policy.tools.person_sign_in import PersonSignIn
from policy.tools.servers import ServerAddress
from policy.tools.sign_ins import SignIns
from policy.tools.signing_in import ClientCredentials, Credentials

PROGRAM_STARTS_S = 20.0
"""How long a program may take until it speaks MCP; `npx` looks its package up first."""


def other_servers(settings: Settings, kept: SignIns | None) -> list[ServerAddress]:
    """Where they are; they get no grants, and the gate is the only way to them. `kept` are a person's sign-ins."""
    return [address_of(name, server, kept) for name, server in settings.mcp_servers.items() if not server.first_party]


def address_of(name: str, server: ServerSettings, kept: SignIns | None = None) -> ServerAddress:
    """Where one server is; one whose stanza refers to a variable that is not set cannot be used, and says so."""
    if unset := [each.variable for each in find_unset({name: server.references()})]:
        told = f"cannot be used: its stanza refers to {', '.join(unset)}, which the environment does not set"
        return ServerAddress(name, server.url, first_party=False, unusable=told)
    if server.command:
        command = Command(server.command, server.args, server.given_env(), server.cwd)
        return ServerAddress(name, command, first_party=False, connect_s=server.connect_seconds or PROGRAM_STARTS_S)
    return ServerAddress(
        name,
        server.url,
        first_party=False,
        bearer_token=refer(server.token),
        headers=server.sent_headers(),
        connect_s=server.connect_seconds or CONNECT_TIMEOUT_S,
        credentials=_credentials(name, server, kept),
        sse=server.sse,
    )


def _credentials(name: str, server: ServerSettings, kept: SignIns | None) -> Credentials | None:
    if server.login is not None:
        return PersonSignIn(name, kept)
    return _client(server.oauth) if server.oauth is not None else None


def _client(oauth: OAuthSettings) -> ClientCredentials:
    return ClientCredentials(oauth.client_id, refer(oauth.client_secret), oauth.issuer, oauth.scope)
