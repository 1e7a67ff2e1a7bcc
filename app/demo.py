"""The journeys played in the terminal: each with the decision, its rules and the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.client import ServiceClient, ServiceError

Json = dict[str, Any]
MAX_MESSAGES = 12
EFFECT_STYLES = {"allow": "green", "deny": "red", "handoff": "magenta", "approve": "yellow", "step_up": "yellow"}


@dataclass(frozen=True, slots=True)
class Scene:
    """One journey: who, what they say first, what they say next when asked for a slot, and what to watch for."""

    title: str
    customer: str
    opening: str
    locale: str = "en"
    answers: tuple[str, ...] = ()

    yes: str = "yes"
    watch: str = ""


SCENES = (
    Scene(
        "An allowed refund", "C-1001", "Hi, I was charged twice for my last bill.",
        watch="39.99 is under the automatic limit: the customer's yes to the exact amount is enough.",
    ),
    Scene(
        "A refund that waits for a supervisor", "C-1003", "You took my yearly payment twice, I want one back.",
        watch="180.00 needs a code, the customer's yes and a supervisor, in this order.",
    ),
    Scene(
        "A refused refund", "C-1001", "Please refund payment P-5001 as well.",
        answers=("something else",),
        watch="P-5001 paid the bill; only the surplus capture could be refunded, and it was.",
    ),
    Scene(
        "A visit moved", "C-1005", "Hola, necesito cambiar mi visita a otro día.", locale="es",
        answers=("dentro de 6 días", "la primera", "la primera"), yes="sí",
        watch="In the customer's language; a slot is booked once.",
    ),
    Scene(
        "A line mended", "C-1006", "My internet is down since this morning.",
        watch="The line test says that the device is offline: a confirmed restart mends it.",
    ),
    Scene(
        "A cancellation honoured", "C-1009", "I want to cancel my subscription.",
        answers=("I am moving abroad", "no"),
        watch="No second offer within 12 months, no argument: date and final bill are disclosed.",
    ),
    Scene(
        "A handoff", "C-1010", "My line is dead and I need help.",
        watch="The customer depends on a medical alarm: nothing is restarted, a person takes over at once.",
    ),
)  # fmt: skip


@dataclass
class Stage:
    """Plays scenes on a console."""

    console: Console
    client: ServiceClient

    def play(self, number: int, scene: Scene) -> None:
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

    def _talk(self, conversation_id: str, scene: Scene) -> None:
        """Answer whatever the conversation waits for, as this customer would."""
        answers = list(scene.answers)
        text: str | None = scene.opening
        for _ in range(MAX_MESSAGES):
            if text is None:
                return
            turn = self._exchange(conversation_id, text)
            text = self._next_words(turn, scene, answers)

    def _next_words(self, turn: Json, scene: Scene, answers: list[str]) -> str | None:
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


def play_all(console: Console, client: ServiceClient) -> bool:
    """Play every scene, then verify the record; whether the record is whole."""
    stage = Stage(console, client)
    for number, scene in enumerate(SCENES, 1):
        stage.play(number, scene)
    report = client.call("auditor", "GET", "/v1/journal/verify")
    words = f"{report['entries']} entries of {report['conversations']} conversations"
    console.print(
        f"[bold]The record:[/bold] {words}, {'whole' if report['ok'] else 'BROKEN: ' + str(report['problems'])}"
    )
    return bool(report["ok"])
