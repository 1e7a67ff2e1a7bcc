"""Our own database: the only room that talks to it."""
