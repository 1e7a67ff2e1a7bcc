"""The table of sign-ins at somebody else's MCP servers that a person made for us."""

from sqlalchemy import Column, MetaData, String, Table, Text

metadata = MetaData()

mcp_sign_ins = Table(
    "mcp_sign_ins",
    metadata,
    Column("server", String(40), primary_key=True),
    Column("content", Text, nullable=False),
)
"""`content` holds the tokens and where they are renewed, sealed with the server's own key."""
