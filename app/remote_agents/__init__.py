"""Other teams' agents: asked over A2A, as tools behind the gate."""
