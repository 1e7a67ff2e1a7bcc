"""Deciding, recording and executing one proposed tool call."""
