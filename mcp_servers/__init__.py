"""The business systems as MCP servers: each acts only on a valid grant, and once."""
