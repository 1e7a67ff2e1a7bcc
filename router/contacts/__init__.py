"""Earlier contacts of a customer: knowing them, telling their state, going on with what was left open."""
