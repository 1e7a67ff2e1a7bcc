"""The record: hash chains, checkpoints, verification."""
