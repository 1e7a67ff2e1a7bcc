"""What `serve` says when it is ready."""

from rich.console import Console
from rich.panel import Panel

from app.bootstrap import Switchboard
from app.company.stage import read_scenes
from app.places import TOKENS

TRIED = 3
"""So many things to try are said."""


def welcome(console: Console, switchboard: Switchboard, port: int) -> None:
    """Where to look, where the tokens are, three things to try in development, and what is not as it should be.

    `port` is the one that is listened on, whatever was asked for.
    """
    settings = switchboard.settings.model_copy(update={"port": port})
    base, development = settings.address, settings.environment == "development"
    lines = [f"[bold]{base}/[/bold]  web chat", f"{base}/docs  the HTTP API"]
    lines.append(f"company: {settings.profile.name} ({settings.company_folder})")
    lines.append(f"policy: {settings.policy.engine}, model: {settings.model.name or 'embedded'}")
    if development:
        lines.append(f"{settings.data.absolute() / TOKENS}  development tokens")
        lines += ["", f"Try, in the web chat or by switchboard chat --url {base} --customer C-…"]
        scenes = {scene.customer: scene.opening for scene in read_scenes(settings.company_folder)}
        lines += [f"  [bold]{who}[/bold]  “{words}”" for who, words in list(scenes.items())[:TRIED]]
    lines += [f"[red]{name} is not available:[/red] {why}" for name, why in switchboard.down.items()]
    console.print(Panel("\n".join(lines), title="Switchboard is ready", border_style="green", expand=False))
