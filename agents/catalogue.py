"""Finding the specialists and their procedures by folder, so that a new one touches one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agents.folders import FOLDER, Replies, complete, load_specialists, read_yaml
from agents.procedure import Facts
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.proposed_call import proposed_call
from agents.remote import load_remote
from agents.specialist import Procedure, Saying, Specialist
from agents.wording import Forms, Text, Voice, render
from agents.wording.forms import is_read
from domain.company import CompanyFolder
from domain.errors import Misconfigured

Titles = Mapping[str, Replies]
TITLES = ("question", "noun", "about")
"""The three ways in which a journey is named: asked about, listed, and as what something was about."""
WORDS = ("replies", "tools", "effects", "done", "rules")
"""The files of words that a company may add to: for all procedures, what calls will do, bring about, did, and rules."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All specialists, and the words that belong to no single procedure.

    `tools` holds a phrase per tool and locale that says what a call will do, `effects` the sentence about what it
    brings about or whose words it holds, `done` a phrase that says what it did; `titles` names each procedure as a
    whole question, as a noun and as what something was about. `rules` holds, by what a rule says, the
    same for people at the desk.
    """

    specialists: Mapping[str, Specialist]
    replies: Replies
    tools: Replies
    titles: Titles
    done: Replies = field(default_factory=dict[str, Mapping[str, Text]])
    effects: Replies = field(default_factory=dict[str, Mapping[str, Text]])
    rules: Replies = field(default_factory=dict[str, Mapping[str, Text]])

    def procedure(self, name: str) -> Procedure | None:
        """The procedure of that full name, `specialist.procedure`, if there is one."""
        specialist = self.specialists.get(name.partition(".")[0])
        if specialist is not None and name == f"{specialist.name}.{PROPOSED_CALL}":
            return Procedure(name, proposed_call, proposed_call.__doc__ or "", {})
        return (specialist.procedures.get(name) or specialist.unasked.get(name)) if specialist else None

    def word(self, saying: Saying, voice: Voice) -> str:
        """Word a saying: by its procedure's replies, else by the generic ones.

        One that has a call's `tool` and `result` can say, as `phrase`, what the call did.

        Raises:
            Misconfigured: no such reply, or its template does not fit the facts.
        """
        procedure = self.procedure(saying.procedure)
        texts = (procedure.replies.get(saying.reply) if procedure else None) or self.replies.get(saying.reply)
        if texts is None:
            raise Misconfigured(f"no reply {saying.reply!r} for {saying.procedure or 'any procedure'}")
        facts = saying.facts
        if "tool" in facts and "result" in facts:
            facts = {**facts, "phrase": self.past_phrase(facts["tool"], facts["result"], voice)}
        return render(texts, voice, facts)

    def phrase(self, tool: str, arguments: Facts, resource: Facts, voice: Voice) -> str:
        """Say what a call will do, from exactly its arguments and what the gate read about their subject.

        Where it has an effect beside that, or holds somebody's words, they are a sentence of their own after it.
        """
        texts = self.tools.get(tool)
        if texts is None and is_read(tool):
            return render(self.replies["look_up"], voice, {})
        if texts is None:
            listed = ", ".join(f"{name} {value}" for name, value in sorted(arguments.items()))
            return f"{tool} ({listed})"
        facts = {**arguments, "resource": resource}
        does, effects = render(texts, voice, facts), self.effects.get(tool)
        effect = render(effects, voice, facts) if effects else ""
        return f"{Forms(voice).sentence_end(does)} {effect}" if effect else does

    def past_phrase(self, tool: str, facts: Facts, voice: Voice) -> str:
        """Say what a call did, from its arguments and result; where there are no words for it, what it was to do."""
        texts = self.done.get(tool)
        try:
            return render(texts, voice, facts) if texts else self.phrase(tool, facts, {}, voice)
        except Misconfigured:
            return tool

    def past_phrases(self, deeds: Iterable[tuple[str, Facts]], voice: Voice) -> list[str]:
        """What several calls did, by their tools and facts; what sounds the same is said once."""
        return list(dict.fromkeys(self.past_phrase(tool, facts, voice) for tool, facts in deeds))

    def title(self, procedure: str, voice: Voice, form: str = "noun") -> str:
        """A procedure's name in the customer's words, in one of the forms of `TITLES`.

        Its own replies `title_question`, `title` and `title_about` come before those listed for all; a form that is
        missing is made from the noun.
        """
        known, short = self.procedure(procedure), procedure.partition(".")[2]
        own: Replies = known.replies if known else {}
        listed = self.titles.get(procedure) or self.titles.get(short) or {}
        texts = own.get("title" if form == "noun" else f"title_{form}")
        if texts is None and "title" not in own:
            texts = listed.get(form)
        if texts is not None:
            return render(texts, voice, {})
        if form == "noun":
            return short.replace("_", " ")
        return render(self.replies[f"title_{form}"], voice, {"noun": self.title(procedure, voice)})


def load_catalogue(company: CompanyFolder | None = None) -> Catalogue:
    """Scan `agents/*/specialist.py` and their `procedures/*/procedure.py`, and the same in a company's folder.

    A company's own lie in `specialists/<specialist>/` and `procedures/<specialist>/<procedure>/`, its words for replies
    and tools in `voice/`; what it does without is left out.

    Raises:
        Misconfigured: a folder that is not a procedure, or a reply without all locales.
    """
    titles = read_yaml(FOLDER / "journeys.yaml")
    found = Catalogue(
        specialists=load_specialists(company) | remote_specialists(company),
        replies=complete(read_yaml(FOLDER / "replies.yaml"), "agents/replies.yaml"),
        tools=complete(read_yaml(FOLDER / "tools.yaml"), "agents/tools.yaml"),
        titles={name: complete(forms, f"agents/journeys.yaml: {name}") for name, forms in titles.items()},
        done=complete(read_yaml(FOLDER / "done.yaml"), "agents/done.yaml"),
        effects=complete(read_yaml(FOLDER / "effects.yaml"), "agents/effects.yaml"),
        rules=complete(read_yaml(FOLDER / "rules.yaml"), "agents/rules.yaml"),
    )
    return found if company is None else _with_voice(found, company)


def remote_specialists(company: CompanyFolder | None) -> dict[str, Specialist]:
    """Other teams' agents that the company asks, by name.

    Raises:
        Misconfigured: a folder that is none, or the name of a specialist that there is.
    """
    found = {each.name: each for each in load_remote(company)} if company is not None else {}
    if taken := [name for name in found if (FOLDER / name).is_dir()]:
        raise Misconfigured(f"{company.path if company else ''}: agents/{taken[0]}: there is a specialist of that name")
    return found


def _with_voice(found: Catalogue, company: CompanyFolder) -> Catalogue:
    """The catalogue with a company's own words: `voice/replies.yaml` for all, `voice/<specialist>.<procedure>.yaml`."""
    folder = company.path / "voice"
    own = {
        name: complete(read_yaml(folder / f"{name}.yaml"), str(folder / f"{name}.yaml"), company.locales)
        for name in WORDS
    }
    return replace(
        found,
        specialists={name: _reworded(each, company) for name, each in found.specialists.items()},
        **{name: {**getattr(found, name), **texts} for name, texts in own.items()},
    )


def _reworded(specialist: Specialist, company: CompanyFolder) -> Specialist:
    """A specialist whose procedures say what the company says instead."""
    procedures: dict[str, Procedure] = {}
    for name, procedure in specialist.procedures.items():
        file = company.path / "voice" / f"{name}.yaml"
        texts = complete(read_yaml(file), str(file), company.locales)
        procedures[name] = replace(procedure, replies={**procedure.replies, **texts})
    return replace(specialist, procedures=procedures)
