"""What a reply may say: only figures a system gave, only actions that happened, nobody's secrets."""

from agents.reply_checks.check import Evidence, Finding, FindingKind, check, figures

__all__ = ["Evidence", "Finding", "FindingKind", "check", "figures"]
