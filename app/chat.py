"""Talking to the assistant in the terminal."""

from typing import Any

from rich.console import Console
from rich.text import Text

from app.client import ServiceClient, ServiceError

HELP = "[dim]/code: the newest code sent · /person: a person · /journal: the record · /quit[/dim]"


def talk(console: Console, client: ServiceClient, customer: str | None, locale: str) -> None:
    """Converse until the customer leaves or the conversation is closed."""
    conversation = client.open(customer, locale)
    for message in conversation["messages"]:
        _say(console, message)
    console.print(HELP)
    while (words := _hear(console)) is not None:
        try:
            _answer(console, client, conversation["id"], customer, words)
        except ServiceError as error:
            console.print(f"[red]{error}[/red]")


def _hear(console: Console) -> str | None:
    """The next line; None at the end."""
    try:
        words = console.input("[bold cyan]you[/bold cyan]        ")
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None
    return None if words.strip() in ("/quit", "/exit") else words


def _answer(console: Console, client: ServiceClient, conversation_id: str, customer: str | None, words: str) -> None:
    """Do what a line asks for: a command of the terminal, or a message."""
    match words.strip():
        case "/code":
            console.print(f"[dim]outbox: {client.code_of(customer or '') or 'no code was sent'}[/dim]")
        case "/person":
            path = f"/v1/conversations/{conversation_id}/handoff"
            _show(console, client.call("channel", "POST", path, {"reason": "asked_for_person"}))
        case "/journal":
            for entry in client.journal(conversation_id):
                console.print(
                    f"[dim]{entry['kind']:10} {entry['tool']:28} {entry['effect']:8} {entry['rationale']}[/dim]"
                )
        case _:
            _show(console, client.send(conversation_id, words))


def _show(console: Console, turn: dict[str, Any]) -> None:
    for message in turn["messages"]:
        _say(console, message)
    for action in turn["actions"]:
        why = f" ({', '.join(action['rules'])})" if action["effect"] == "deny" and action["rules"] else ""
        console.print(f"[dim]           {action['effect']} {action['tool']} → {action['outcome']}{why}[/dim]")
    pending, handoff = turn["pending"], turn["handoff"]
    waits = f" · waits for {pending['kind']}" if pending else ""
    queue = f" · {handoff['queue']} ({handoff['priority']}, {handoff['reason']})" if handoff else ""
    console.print(f"[dim]           {turn['specialist']} {turn['procedure']} · {turn['status']}{waits}{queue}[/dim]")


def _say(console: Console, message: dict[str, Any]) -> None:
    console.print(Text(f"{message['role']:10} ", style="bold blue") + Text(message["text"]))
