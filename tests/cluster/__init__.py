"""Switchboard as production runs it, on this machine: PostgreSQL, OPA, MCP servers and replicas as processes."""
