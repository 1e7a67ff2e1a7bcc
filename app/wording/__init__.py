"""Every text that customers hear, rendered with ordinary and awkward facts, and checked."""
