"""The signed proof of a decision that a first-party MCP server demands, as claims."""

from dataclasses import dataclass

META_KEY = "switchboard/grant"
"""The key of the grant in an MCP request's `_meta`."""

AUDIENCE_PREFIX = "switchboard:mcp:"
"""A grant's audience is this followed by the server's name, so that a grant for one server is refused by another."""


@dataclass(frozen=True, slots=True)
class GrantClaims:
    """Exactly what one grant permits: this call, for this customer, once, within seconds.

    Signed as a JWT (EdDSA) with these claims under their field names, `aud` `switchboard:mcp:<server>`, `exp` and `jti`
    (the decision's id). `customer` is empty for calls on nobody's behalf. `idempotency_key` is empty for reads.
    """

    decision_id: str
    server: str
    tool: str
    arguments_digest: str
    tenant: str
    customer: str
    idempotency_key: str
