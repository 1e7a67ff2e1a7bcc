"""Other teams' agents as specialists: each skill of a pinned agent card is a journey that passes the words on.

They live in a company's folder under `agents/<name>/`: `agent.toml`, the pinned `card.json`, and a folder of examples.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agents.folders import FOLDER, Replies, complete, read_yaml
from agents.procedure import Ask, Call, CallFailed, CallRefused, Case, Declined, End, Facts, HandOff, Journey, Resolved
from agents.specialist import Procedure, Specialist
from domain.company import CompanyFolder
from domain.conversation import LOCALES
from domain.digest import digest
from domain.errors import Misconfigured

AGENTS = "agents"
STANZA, CARD = "agent.toml", "card.json"
REPLIES = "remote_replies.yaml"
MAX_QUESTIONS = 5
"""So many questions of the other agent are put to a customer in one journey."""
AUTHORISE = {False: "remote_authorise", True: "remote_authorise_again"}
PERSONAL = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"\+?\d[\d ()/-]{6,}\d"),
    "customer_id": re.compile(r"\bC-\d{2,}\b"),
}
"""What tells who the customer is, in their own words: passed on only where a company agreed to share it."""


@dataclass(frozen=True, slots=True)
class RemoteSkill:
    """One skill of another team's agent: the tool by which it is asked, and how both are called."""

    agent: str
    name: str
    title: str
    description: str
    source: str
    shares: tuple[str, ...]
    examples: tuple[str, ...] = ()

    @property
    def tool(self) -> str:
        """The tool that asks for it, `agent.skill`, which is its journey's name too."""
        return f"{self.agent}.{self.name}"


def skill_name(skill_id: str) -> str:
    """The name of a skill in tools and journeys: small letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", skill_id.lower()).strip("_")[:48] or "ask"


def read_skills(folder: Path) -> list[RemoteSkill]:
    """The skills of the agent whose folder this is, from its pinned card.

    Raises:
        Misconfigured: stanza or card is missing or malformed; the message names the file.
    """
    stanza, card = _read_toml(folder / STANZA), _read_card(folder / CARD)
    shares = tuple(map(str, stanza.get("shares", ())))
    if unknown := set(shares) - set(PERSONAL):
        raise Misconfigured(f"{folder / STANZA}: shares {sorted(unknown)}: there is only {', '.join(PERSONAL)}")
    return [
        RemoteSkill(
            agent=folder.name,
            name=skill_name(str(skill["id"])),
            title=str(skill.get("name") or skill["id"]),
            description=str(skill.get("description") or ""),
            source=str(card.get("name") or folder.name),
            shares=shares,
            examples=tuple(map(str, skill.get("examples", ()))),
        )
        for skill in card.get("skills", ())
    ]


def list_agents(company: CompanyFolder) -> list[Path]:
    """The folders of the other teams' agents that a company asks."""
    return sorted(path.parent for path in (company.path / AGENTS).glob(f"*/{STANZA}"))


def load_remote(company: CompanyFolder) -> Iterator[Specialist]:
    """Each other team's agent as a specialist.

    Raises:
        Misconfigured: see `read_skills`.
    """
    replies = complete(read_yaml(FOLDER / REPLIES), REPLIES)
    for folder in list_agents(company):
        skills = read_skills(folder)
        procedures = {skill.tool: _procedure(skill, replies) for skill in skills}
        summary = f"Asks {skills[0].source}: {', '.join(skill.title for skill in skills)}." if skills else ""
        yield Specialist(folder.name, summary, procedures=procedures)


def mask_words(text: str, shares: tuple[str, ...]) -> str:
    """The customer's words without what tells who they are, but for what may be shared."""
    for kind, pattern in PERSONAL.items():
        if kind not in shares:
            text = pattern.sub(f"[{kind.replace('_', ' ')}]", text)
    return text


def _procedure(skill: RemoteSkill, replies: Replies) -> Procedure:
    def ask_other_agent(case: Case) -> Journey:
        """Pass what the customer wants on to another team's agent, and its questions on to the customer."""
        return _ask(skill, case)

    def journey(case: Case) -> Journey:
        return (yield from ask_other_agent(case))

    journey.__doc__ = skill.description or ask_other_agent.__doc__
    journey.tools = (skill.tool,)  # pyright: ignore[reportFunctionMemberAccess] - see agents.tools_used
    title: Replies = {"title": dict.fromkeys(LOCALES, skill.title)}
    return Procedure(skill.tool, journey, skill.description, {**replies, **title})


def _ask(skill: RemoteSkill, case: Case) -> Journey:
    told: Facts = {"source": skill.source}
    words, where, answer, asked_to_sign_in = case.text, Facts(), Facts(), False
    for number in range(MAX_QUESTIONS + 1):
        try:
            answer = yield Call(skill.tool, **_request(skill, case, words, number), **where)
        except (CallFailed, CallRefused):
            return Declined("remote_down", **told)
        known, state = answer.get("authorise_at", ""), answer["state"]
        if number == MAX_QUESTIONS or not (state == "input_required" or (state == "auth_required" and known)):
            break
        reply = "remote_question" if state == "input_required" else AUTHORISE[asked_to_sign_in]
        question = Ask(f"remote_{number}", kinds=("text",), reply=reply, text=answer["text"], address=known, **told)
        words = yield question.put_afresh()
        if state == "auth_required":  # what is said then is for us: the other agent is only asked how it stands
            words, asked_to_sign_in = "", True
        where = {"task_id": answer["task_id"], "context_id": answer["context_id"]}
    return _end(answer, told)


def _end(answer: Facts, told: Facts) -> End:
    match answer["state"]:
        case "completed":
            return Resolved("remote_answer", text=answer["text"], artifacts=answer["artifacts"], **told)
        case "auth_required":
            return HandOff("policy_limit", reply="remote_needs_people", **told)
        case "working" | "input_required":
            return HandOff("policy_limit", reply="remote_still_at_work", **told)
        case _:
            return Declined("remote_declined", **told)


def _request(skill: RemoteSkill, case: Case, words: str, number: int) -> Facts:
    """The arguments: exactly what leaves. The same step of the same case has the same id, for ever."""
    named = digest([case.customer_id, case.opened_at.isoformat(), case.serial, number])
    text = mask_words(str(words), skill.shares)
    who = {"customer_id": case.customer_id} if "customer_id" in skill.shares else {}
    return {"text": text, "request_id": named.rpartition(":")[2][:32], "shares": list(skill.shares), **who}


def _read_toml(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{file}: {error}") from None


def _read_card(file: Path) -> Mapping[str, Any]:
    try:
        card: Any = json.loads(file.read_text("utf-8"))
        skills: Any = cast("dict[str, Any]", card).get("skills", ()) if isinstance(card, dict) else None
        if skills is None or not all("id" in skill for skill in skills):
            raise ValueError("is no agent card")
    except (OSError, ValueError, TypeError) as error:
        raise Misconfigured(f"{file}: {error}") from None
    return cast("Mapping[str, Any]", card)
