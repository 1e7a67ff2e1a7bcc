"""The gate: where tool calls are decided, recorded and executed, and the bundle that decides."""
