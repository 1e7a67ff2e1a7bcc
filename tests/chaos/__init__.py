"""Chaos: real processes are killed around refunds, and the databases prove that each was made exactly once."""
