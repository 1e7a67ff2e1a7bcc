"""What `serve` says when it is ready."""

from rich.console import Console
from rich.panel import Panel

from app.bootstrap import Switchboard
from app.doors import TOKENS

TRY = (
    ("C-1001", "I was charged twice for my last bill"),
    ("C-1006", "my internet is down"),
    ("C-1005", "necesito cambiar mi visita"),
)
"""Three things to try, as which customer."""


def welcome(console: Console, switchboard: Switchboard) -> None:
    """Where to look, where the tokens are, three things to try, and what is not as it should be."""
    settings = switchboard.settings
    base = f"http://{settings.host}:{settings.port}"
    lines = [f"[bold]{base}/[/bold]  web chat", f"{base}/openapi.json  the HTTP API"]
    if settings.environment == "development":
        lines.append(f"{settings.data / TOKENS}  development tokens")
    lines.append(f"policy: {settings.policy.engine}, model: {settings.model.name or 'embedded'}")
    lines += ["", "Try, in the web chat or by .venv/bin/switchboard chat --customer C-…"]
    lines += [f"  [bold]{who}[/bold]  “{words}”" for who, words in TRY]
    lines += [f"[red]{name} does not answer:[/red] {why}" for name, why in switchboard.down.items()]
    console.print(Panel("\n".join(lines), title="Switchboard is ready", border_style="green", expand=False))
