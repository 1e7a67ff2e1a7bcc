"""`switchboard mcp login | logout`: a person signs us in to somebody else's server, and out of it."""

import asyncio
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.mcp import mcp
from app.commands.options import DataOption, read_settings
from app.progress import console, errors
from app.settings import LoginSettings, Settings
from domain.errors import BadRequest
from domain.names import require_known

if TYPE_CHECKING:
    from policy.tools.sign_ins import SignIn

commands = typer.Typer()
Name = Annotated[str, typer.Argument(help="A server whose stanza says `login`.")]
PasteOption = Annotated[
    bool, typer.Option("--paste", help="The browser is on another machine: its last address is pasted here.")
]
NoBrowserOption = Annotated[bool, typer.Option("--no-browser", help="Print the address, and open nothing.")]


@mcp.command("login")
def login(name: Name, paste: PasteOption = False, no_browser: NoBrowserOption = False, data: DataOption = None) -> None:
    """Sign in to a server in the browser: what it gives is kept sealed, renewed in time, and shared by all replicas."""
    settings = read_settings(anywhere=True, data=data)
    require_known("MCP server", name, settings.mcp_servers)
    server = settings.mcp_servers[name]
    if server.login is None:
        raise BadRequest(f"{name} is not signed in to by a person: write `login = {{}}` into its stanza")
    made = have_signed_in(settings, name, server.url, server.login, paste=paste, browser=not no_browser)
    console.print(f"signed in to {name} at {made.issuer}; running services use it at once", soft_wrap=True)


@mcp.command("logout")
def logout(name: Name, data: DataOption = None) -> None:
    """Forget the sign-in to a server, and have it revoked where it was given."""
    from app.installation import require_installation
    from app.server_sign_in import open_sign_ins, sign_out

    settings = read_settings(data=data)
    require_installation(settings)

    async def end() -> bool:
        async with open_sign_ins(settings) as kept:
            return kept is not None and await sign_out(kept, name)

    if not asyncio.run(end()):
        require_known("MCP server", name, settings.mcp_servers)
        raise BadRequest(f"nobody is signed in to {name}")
    console.print(f"signed out of {name}", soft_wrap=True)


def have_signed_in(
    settings: Settings, name: str, url: str, login: LoginSettings, *, paste: bool, browser: bool
) -> "SignIn":
    """Have somebody sign in in their browser, and keep what was given.

    Raises:
        BadRequest: it did not come to tokens; the message says why.
    """
    from app.server_sign_in import open_sign_ins, sign_in

    def show(address: str) -> None:
        errors.print(f"Sign in at:\n{address}", soft_wrap=True, markup=False, highlight=False)
        if browser and not paste and not webbrowser.open(address):
            errors.print("No browser could be opened: open it yourself, or come again with --paste", soft_wrap=True)

    def pasted() -> str:
        return typer.prompt("The address that the browser was sent to at the end (no page is there)")

    async def work() -> "SignIn":
        made = await sign_in(url, login, show, pasted if paste else None)
        async with open_sign_ins(settings, make=True) as kept:
            assert kept is not None
            await kept.save(name, made)
        return made

    return asyncio.run(work())
