"""The specialists and their procedures; they propose tool calls and cannot execute any."""
