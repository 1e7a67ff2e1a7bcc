"""Making another team's agent a specialist: its card looked at, pinned, and written into the company's folder."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from a2a.utils.signing import SignatureVerificationError

from agents.remote import AGENTS, CARD, PERSONAL, STANZA, list_agents, read_skills, skill_name
from app.opened_company import open_company
from app.policy_data import add_policy_data, spell_json, write_json
from app.remote_agents.answers import AgentTrouble
from app.remote_agents.client import fetch_card
from app.remote_agents.signatures import KEYS, Signer, find_signer, read_keys, see_signed
from app.remote_agents.stanza import AgentStanza, card_digest, read_pin, read_stanza
from app.server_addition import NAME
from app.settings import Settings
from app.taken_names import find_holder
from domain.errors import BadRequest
from domain.names import require_known
from policy.engines.company_policy import FOLDER as POLICY
from policy.tools.risks import find_orders

GROUP = "delegation"


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
    (folder / "examples").mkdir(parents=True)
    (folder / STANZA).write_text(_spell(stanza), "utf-8")
    pin_card(folder, shown)
    skills = read_skills(folder)
    examples: list[Path] = []
    for skill in skills:
        said = list(skill.examples) or [skill.title]
        document = {"intent": skill.tool, "examples": {"en": said}}
        examples.append(folder / "examples" / f"{skill.name}.yaml")
        examples[-1].write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    entry: dict[str, Any] = {"group": GROUP, "kind": "write", "reads": {}}
    data = settings.company_folder / POLICY / "data"
    tools = add_policy_data(data / "tools.json", {"tools": {skill.tool: entry for skill in skills}})
    granted = {"specialists": {folder.name: [GROUP]}, "shared_facts": {folder.name: list(stanza.shares)}}
    roles = add_policy_data(data / "roles.json", {"roles": {"default": granted}})
    keys = [folder / KEYS] if shown.signer.keys else []
    return [folder / STANZA, folder / CARD, *keys, *examples, tools, roles]


def find_agent(settings: Settings, name: str) -> Path:
    """The folder of an agent.

    Raises:
        UnknownName: there is none of that name; the message gives the nearest.
    """
    folders = {each.name: each for each in list_agents(open_company(settings))}
    require_known("agent", name, folders)
    return folders[name]


async def compare_card(folder: Path) -> tuple[str, ShownCard]:
    """How the card that is shown now differs from the pinned one, as a diff, empty where it does not; and that card.

    Raises:
        BadRequest: it shows none, or one that is signed wrongly.
    """
    shown = await look_at_card(read_stanza(folder))
    if card_digest(shown.card) != read_pin(folder):
        before, after = (folder / CARD).read_text("utf-8"), spell_json(shown.card)
        found = difflib.unified_diff(before.splitlines(), after.splitlines(), "pinned", "shown", "", "", 2, "")
        return "\n".join(found), shown
    keys = read_keys(folder)
    try:
        if keys:
            see_signed(shown.card, keys)
    except SignatureVerificationError:
        return f"- signed by the keys of {KEYS}\n+ {shown.signer.remark}", shown
    return "", shown


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
