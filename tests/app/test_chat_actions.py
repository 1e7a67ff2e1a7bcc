"""Talking in the terminal: what was done, and why something was not."""

from io import StringIO
from typing import Any, cast

import pytest
from rich.console import Console

from app.chat import talk
from app.client import ServiceClient

TURN = {
    "messages": [],
    "actions": [
        {"tool": "lessons.book_lesson", "effect": "deny", "outcome": "refused", "rules": ["lessons/weekday"]},
        {"tool": "crm.add_note", "effect": "allow", "outcome": "succeeded", "rules": ["case/note"]},
    ],
    "pending": None,
    "handoff": None,
    "specialist": "school",
    "procedure": "book_lesson",
    "status": "open",
}


class OneTurn:
    """A service that answers everything with the same turn."""

    def open(self, customer: str | None, locale: str) -> dict[str, Any]:
        return {"id": "CV-1", "messages": []}

    def send(self, conversation: str, words: str) -> dict[str, Any]:
        return TURN


def test_a_call_that_was_denied_names_the_rule_and_one_that_was_allowed_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = iter(["a lesson on Sunday", "/quit"])
    console = Console(file=StringIO(), width=120)

    def hear(_prompt: str) -> str:
        return next(said)

    monkeypatch.setattr(console, "input", hear)
    talk(console, cast(ServiceClient, OneTurn()), None, "en")
    told = cast(StringIO, console.file).getvalue()
    assert "deny lessons.book_lesson → refused (lessons/weekday)" in told
    assert "allow crm.add_note → succeeded\n" in told
