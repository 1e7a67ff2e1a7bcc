"""Finding the specialists and their procedures by folder, so that a new one touches one place."""

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import yaml

from agents.procedure import Facts
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.proposed_call import proposed_call
from agents.replay import ProcedureFunction
from agents.specialist import Procedure, Saying, Specialist
from agents.wording import Text, Voice, render
from domain.conversation import LOCALES
from domain.errors import Misconfigured

FOLDER = Path(__file__).parent
Replies = Mapping[str, Mapping[str, Text]]
Titles = Mapping[str, Replies]
TITLES = ("question", "noun", "about")
"""The three ways in which a journey is named: asked about, listed, and as what something was about."""
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast parser where PyYAML was built with it; a start reads some 30 files."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All specialists, and the words that belong to no single procedure.

    `tools` holds a phrase per tool and locale that says what a call will do, `done` one that says what it did;
    `titles` names each procedure as a whole question, as a noun and as what something was about.
    """

    specialists: Mapping[str, Specialist]
    replies: Replies
    tools: Replies
    titles: Titles
    done: Replies = field(default_factory=dict[str, Mapping[str, Text]])

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
        """Say what a call will do, from exactly its arguments and what the gate read about their subject."""
        texts = self.tools.get(tool)
        if texts is None and is_read(tool):
            return render(self.replies["look_up"], voice, {})
        if texts is None:
            listed = ", ".join(f"{name} {value}" for name, value in sorted(arguments.items()))
            return f"{tool} ({listed})"
        return render(texts, voice, {**arguments, "resource": resource})

    def past_phrase(self, tool: str, facts: Facts, voice: Voice) -> str:
        """Say what a call did, from its arguments and result; where there are no words for it, what it was to do."""
        texts = self.done.get(tool)
        try:
            return render(texts, voice, facts) if texts else self.phrase(tool, facts, {}, voice)
        except Misconfigured:
            return tool

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


def is_read(tool: str) -> bool:
    """Whether a tool's verb says that it only reads, which is how our tools are named."""
    return tool.partition(".")[2].partition("_")[0] in ("list", "get", "search", "track", "find")


def load_catalogue() -> Catalogue:
    """Scan `agents/*/specialist.py` and their `procedures/*/procedure.py`.

    Raises:
        Misconfigured: a folder that is not a procedure, or a reply without all locales.
    """
    names = sorted(path.parent.name for path in FOLDER.glob("*/specialist.py"))
    replies = read_yaml(FOLDER / "replies.yaml")
    titles = read_yaml(FOLDER / "journeys.yaml")
    return Catalogue(
        specialists={name: _load_specialist(name) for name in names},
        replies=_complete(replies, "replies.yaml"),
        tools=_complete(read_yaml(FOLDER / "tools.yaml"), "tools.yaml"),
        titles={name: _complete(forms, f"journeys.yaml: {name}") for name, forms in titles.items()},
        done=_complete(read_yaml(FOLDER / "done.yaml"), "done.yaml"),
    )


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file's mapping, empty where there is no such file."""
    return yaml.load(path.read_text("utf-8"), Loader=_LOADER) or {} if path.exists() else {}  # noqa: S506 - a safe one


def _load_specialist(name: str) -> Specialist:
    module = importlib.import_module(f"agents.{name}.specialist")
    folder = FOLDER / name
    shared = read_yaml(folder / "replies.yaml")
    loaded = {
        kind: [
            _load_procedure(f"{name}.{kind}.{path.parent.name}", shared)
            for path in sorted(folder.glob(f"{kind}/*/procedure.py"))
        ]
        for kind in ("procedures", "unasked")
    }
    prompt = (folder / "prompt.md").read_text("utf-8") if (folder / "prompt.md").exists() else ""
    named = {kind: {each.name: each for each in procedures} for kind, procedures in loaded.items()}
    return replace(module.SPECIALIST, prompt=prompt, **named)


def _load_procedure(place: str, shared: dict[str, Any]) -> Procedure:
    """The procedure at `specialist.kind.name`."""
    specialist, kind, name = place.split(".")
    module = importlib.import_module(f"agents.{place}.procedure")
    function: ProcedureFunction | None = getattr(module, name, None)
    if function is None or not inspect.isgeneratorfunction(function):
        raise Misconfigured(f"agents/{specialist}/{kind}/{name}/procedure.py has no generator function {name}")
    where = f"{specialist}/{kind}/{name}/replies.yaml"
    own = read_yaml(FOLDER / where)
    return Procedure(
        name=f"{specialist}.{name}",
        function=function,
        text=inspect.getdoc(function) or "",
        replies=_complete({**shared, **own}, where),
        open_to_strangers=getattr(module, "OPEN_TO_STRANGERS", False),
    )


def _complete(replies: dict[str, Any], where: str) -> Replies:
    """Every reply exists in every locale, so that no customer falls out of their language."""
    for key, texts in replies.items():
        missing = [locale for locale in LOCALES if not (isinstance(texts, dict) and _is_whole(texts.get(locale)))]
        if missing:
            raise Misconfigured(f"agents/{where}: {key} has no {', '.join(missing)}")
    return replies


def _is_whole(text: Any) -> bool:
    """Whether there is a text: one for all channels, or several with one (`text`) for those not named."""
    return bool(cast("dict[str, str]", text).get("text") if isinstance(text, dict) else text)
