"""The tools of the MCP servers: reached, pinned, watched for drift."""
