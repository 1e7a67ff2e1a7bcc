"""Making another team's agent a specialist: its card looked at, pinned, and written into the company's folder."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from agents.remote import AGENTS, CARD, PERSONAL, STANZA, list_agents, read_skills, skill_name
from app.opened_company import open_company
from app.policy_data import add_policy_data, spell_json, write_json
from app.remote_agents.client import fetch_card, find_change
from app.remote_agents.quarantine import ChangedCard, Quarantine
from app.remote_agents.signatures import KEYS, Signer, find_signer, read_keys
from app.remote_agents.stanza import AgentStanza, card_digest, read_pin, read_stanza
from app.remote_agents.troubles import AgentTrouble
from app.server_addition import NAME
from app.settings import Settings
from app.taken_names import find_holder
from domain.errors import BadRequest
from domain.names import require_known
from policy.engines.company_policy import FOLDER as POLICY
from policy.tools.risks import find_orders

GROUP = "delegation"
EXAMPLES = "examples"


def see_free(settings: Settings, name: str) -> Path:
    """The folder that an agent of this name will have.

    Raises:
        BadRequest: it is no name, or something has it.
    """
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no agent's name: small letters, digits and _, a letter first")
    if holder := find_holder(settings, name):
        raise BadRequest(holder)
    return settings.company_folder / AGENTS / name


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as it is shown now, and who signed it."""

    card: Mapping[str, Any]
    signer: Signer


async def look_at_card(stanza: AgentStanza) -> ShownCard:
    """The card that an agent shows now.

    Raises:
        BadRequest: it shows none, or one that is signed wrongly; the message says why.
    """
    timeout = httpx.Timeout(10.0, connect=3.0)
    async with httpx.AsyncClient(headers=stanza.sent_headers(), timeout=timeout, trust_env=False) as http:
        try:
            card = await fetch_card(http, stanza.url)
            return ShownCard(card, await find_signer(http, stanza.url, card))
        except AgentTrouble as trouble:
            raise BadRequest(str(trouble)) from None
        except httpx.HTTPError as error:
            raise BadRequest(f"nothing answers at {stanza.url} ({type(error).__name__})") from None


def describe(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A card's skills for whoever judges them."""
    found: list[dict[str, Any]] = []
    for skill in card["skills"]:
        words = [str(skill.get("name", "")), str(skill.get("description", "")), *map(str, skill.get("examples", ()))]
        found.append(
            {
                "skill": skill_name(str(skill["id"])),
                "title": words[0],
                "description": words[1],
                "examples": words[2:],
                "risks": list(find_orders(words)),
            }
        )
    return found


def write_agent(settings: Settings, folder: Path, stanza: AgentStanza, shown: ShownCard) -> list[Path]:
    """Write the stanza, the pinned card, the examples and the grants; returns the files."""
    folder.mkdir(parents=True)
    (folder / STANZA).write_text(_spell(stanza), "utf-8")
    pin_card(folder, shown)
    keys = [folder / KEYS] if shown.signer.keys else []
    return [folder / STANZA, folder / CARD, *keys, *write_skills(settings, folder)]


def write_skills(settings: Settings, folder: Path) -> list[Path]:
    """Write what the pinned card's skills need and do not have yet: examples, and grants; returns the files.

    Examples that are there are somebody's work, and stay.
    """
    skills, written = read_skills(folder), list[Path]()
    for skill in skills:
        file = folder / EXAMPLES / f"{skill.name}.yaml"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            document = {"intent": skill.tool, "examples": {"en": list(skill.examples) or [skill.title]}}
            file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
            written.append(file)
    entry: dict[str, Any] = {"group": GROUP, "kind": "write", "reads": {}}
    data = settings.company_folder / POLICY / "data"
    tools = add_policy_data(data / "tools.json", {"tools": {skill.tool: entry for skill in skills}})
    shares = list(read_stanza(folder).shares)
    granted = {"specialists": {folder.name: [GROUP]}, "shared_facts": {folder.name: shares}}
    roles = add_policy_data(data / "roles.json", {"roles": {"default": granted}})
    return [*written, tools, roles]


def list_unasked(folder: Path) -> list[Path]:
    """The files of examples that hold no more than a title, for the skills of a card that gives none itself."""
    bare = {f"{skill.name}.yaml": skill.title for skill in read_skills(folder) if not skill.examples}
    files = [folder / EXAMPLES / name for name in bare]
    return [file for file in files if file.is_file() and _says_only(file, bare[file.name])]


def list_gone(folder: Path) -> list[Path]:
    """The files of examples whose skill is not on the pinned card any more."""
    known = {f"{skill.name}.yaml" for skill in read_skills(folder)}
    return sorted(file for file in (folder / EXAMPLES).glob("*.yaml") if file.name not in known)


def _says_only(file: Path, title: str) -> bool:
    return yaml.safe_load(file.read_text("utf-8")).get("examples") == {"en": [title]}


def find_agent(settings: Settings, name: str) -> Path:
    """The folder of an agent.

    Raises:
        UnknownName: there is none of that name; the message gives the nearest.
    """
    folders = {each.name: each for each in list_agents(open_company(settings))}
    require_known("agent", name, folders)
    return folders[name]


async def compare_card(folder: Path, quarantine: Quarantine) -> tuple[str, ShownCard]:
    """How the card that is shown now differs from the pinned one, as a diff, empty where it does not; and that card.

    One that differs is quarantined with this look. One that was seen to differ since it was pinned, and is as it was
    again, differs too: nobody has looked at it.

    Raises:
        BadRequest: it shows none, or one that is signed wrongly.
    """
    shown, pin = await look_at_card(read_stanza(folder)), read_pin(folder)
    why = find_change(shown.card, pin, read_keys(folder))
    if why:
        quarantine.hold(folder.name, ChangedCard(shown.card, why, pin))
        return _diff(folder, shown.card) or f"- signed by the keys of {KEYS}\n+ {shown.signer.remark}", shown
    held = quarantine.find(folder.name, pin)
    if held is None:
        return "", shown
    return f"{_diff(folder, held.card)}\n{held.why}: so it was seen, and now it is as it was pinned", shown


def _diff(folder: Path, card: Mapping[str, Any]) -> str:
    if card_digest(card) == read_pin(folder):
        return ""
    before, after = (folder / CARD).read_text("utf-8"), spell_json(card)
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), "pinned", "shown", "", "", 2, ""))


def pin_card(folder: Path, shown: ShownCard) -> None:
    """Take the card as it is now, and the keys that signed it."""
    write_json(folder / CARD, shown.card)
    if shown.signer.keys:
        write_json(folder / KEYS, shown.signer.keys)
    else:
        (folder / KEYS).unlink(missing_ok=True)


def see_shares(shares: Sequence[str]) -> None:
    """See that what is to be shared is something that can be.

    Raises:
        UnknownName: it is not.
    """
    for each in shares:
        require_known("fact to share", each, PERSONAL)


def _spell(stanza: AgentStanza) -> str:
    lines = [f"url = {json.dumps(stanza.url)}"]
    token = stanza.token.get_secret_value()
    lines += [f"token = {json.dumps(token)}"] if token else []
    lines += [f"shares = {json.dumps(list(stanza.shares))}", f"wait_seconds = {stanza.wait_seconds}"]
    return "\n".join(lines) + "\n"
