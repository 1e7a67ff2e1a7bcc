"""What a reply may say: only figures a system gave, only actions that happened, nobody's secrets."""

from agents.reply_checks.check import Finding, FindingKind, Grounds, check, figures

__all__ = ["Grounds", "Finding", "FindingKind", "check", "figures"]
