"""Every periodic or deferred piece of work, and the one runner of them all."""
