"""The journeys played in the terminal: each with the decision, its rules and the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.client import ServiceClient, ServiceError
from app.company.stage import DemoScene

Json = dict[str, Any]
MAX_MESSAGES = 12
EFFECT_STYLES = {"allow": "green", "deny": "red", "handoff": "magenta", "approve": "yellow", "step_up": "yellow"}


@dataclass
class DemoConsole:
    """Plays scenes on a console."""

    console: Console
    client: ServiceClient

    def play(self, number: int, scene: DemoScene) -> None:
        """Play one scene to its end, or say why it could not be."""
        self.console.print(Rule(f"[bold]{number}. {scene.title}[/bold]  [dim]{scene.customer}[/dim]", align="left"))
        try:
            conversation = self.client.open(scene.customer, scene.locale)
            self._talk(conversation["id"], scene)
            self._show_record(conversation["id"])
        except ServiceError as error:
            self.console.print(f"[red]This scene stopped:[/red] {error}")
        if scene.watch:
            self._line("", Text(scene.watch, style="italic"))
        self.console.print()

    def _talk(self, conversation_id: str, scene: DemoScene) -> None:
        """Answer whatever the conversation waits for, as this customer would."""
        answers = list(scene.answers)
        text: str | None = scene.opening
        for _ in range(MAX_MESSAGES):
            if text is None:
                return
            turn = self._exchange(conversation_id, text)
            text = self._next_words(turn, scene, answers)

    def _next_words(self, turn: Json, scene: DemoScene, answers: list[str]) -> str | None:
        """What the customer says next; None at the end."""
        pending: Mapping[str, Any] = turn["pending"] or {}
        match pending.get("kind"):
            case "confirm":
                return scene.yes
            case "verify":
                return self.client.code_of(scene.customer) or None
            case "slot":
                return answers.pop(0) if answers else None
            case "approve":
                self._approve(turn["conversation_id"])
            case _:
                pass
        return None

    def _exchange(self, conversation_id: str, text: str) -> Json:
        self._line("customer", text, "bold cyan")
        turn = self.client.send(conversation_id, text)
        self._show_turn(turn)
        return turn

    def _line(self, label: str, text: str | Text, style: str = "dim") -> None:
        """One line with its label, wrapped under itself."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=12, justify="right")
        grid.add_column(ratio=1)
        grid.add_row(Text(label, style=style), text)
        self.console.print(grid)

    def _show_turn(self, turn: Json) -> None:
        for message in turn["messages"]:
            self._line("assistant", message["text"], "bold blue")
        for action in turn["actions"]:
            self._show_action(action)
        pending = turn["pending"]
        if pending and pending["tool"]:
            self._line("waits for", Text(f"{pending['kind']}  {pending['tool']}", style="yellow"))
        if turn["handoff"]:
            handoff = turn["handoff"]
            words = f"{handoff['queue']}, {handoff['priority']}: {handoff['reason']}"
            self._line("handoff", Text(words, style="magenta"))

    def _show_action(self, action: Json) -> None:
        """What was decided, by which rules, and what came of it."""
        effect = Text(action["effect"], style=f"bold {EFFECT_STYLES.get(action['effect'], 'white')}")
        rules = Text(f"  {', '.join(action['rules'])}", style="dim")
        self._line("decision", effect + Text(f"  {action['tool']} → {action['outcome']}") + rules)

    def _approve(self, conversation_id: str) -> None:
        """A supervisor looks at exactly what will execute, and approves it."""
        items = self.client.call("supervisor", "GET", "/v1/approvals?status=pending")["items"]
        item = next(each for each in items if each["conversation_id"] == conversation_id)
        reasons = "\n".join(f"· {reason['message']} [dim]{reason['rule']}[/dim]" for reason in item["reasons"])
        body = f"{item['summary']}\n{item['tool']} {item['arguments']}\n{reasons}"
        self.console.print(Panel(body, title="supervisor", border_style="yellow", width=100))
        before = len(self.client.call("channel", "GET", f"/v1/conversations/{conversation_id}")["messages"])
        decision = {"decision": "approve", "reason": "Bank statement checked"}
        self.client.call("supervisor", "POST", f"/v1/approvals/{item['id']}", decision)
        conversation = self.client.call("channel", "GET", f"/v1/conversations/{conversation_id}")
        for message in conversation["messages"][before:]:
            self._line("assistant", message["text"], "bold blue")

    def _show_record(self, conversation_id: str) -> None:
        """The journal's lines about what was more than reading, each with the end of its hash."""
        for entry in self.client.journal(conversation_id):
            if entry["kind"] == "decision" and entry["effect"] == "allow":
                continue
            what = " ".join(word for word in (entry["kind"], entry["tool"], entry["effect"], entry["outcome"]) if word)
            self._line("journal", Text(what) + Text(f"  {entry['hash'][-8:]}  {entry['rationale']}", style="dim"))


def play_all(console: Console, client: ServiceClient, scenes: Sequence[DemoScene]) -> bool:
    """Play every scene, then verify the record; whether the record is whole."""
    stage = DemoConsole(console, client)
    for number, scene in enumerate(scenes, 1):
        stage.play(number, scene)
    report = client.call("auditor", "GET", "/v1/journal/verify")
    words = f"{report['entries']} entries of {report['conversations']} conversations"
    console.print(
        f"[bold]The record:[/bold] {words}, {'whole' if report['ok'] else 'BROKEN: ' + str(report['problems'])}"
    )
    return bool(report["ok"])
