"""What a tool of a server lacks before it can be used and spoken of."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from jinja2 import TemplateError

from agents.catalogue import Catalogue
from agents.wording.rendering import Text
from app.company.declared_checks import sources_of
from app.company.source import Mistake
from app.wording.specimens import names_in
from domain.names import suggest
from mcp_servers.backend import ToolEntry
from policy.engines.bundle import Bundle

FACTS = "resource"
"""What the gate read before the call, which words of what it will do may name."""


def missing_of(
    tool: str, file: Path, catalogue: Catalogue, bundle: Bundle, *, writes: bool, entry: ToolEntry | None = None
) -> Iterator[Mistake]:
    """What a tool lacks, with the `file` of its server; one that changes nothing need not be spoken of.

    With the `entry` of our own server's tool its words are held to what the call has.
    """
    line = _line_of_function(file, tool.partition(".")[2])
    if tool not in bundle.tools:
        yield Mistake(file, line, f"{tool} has no policy group: without one every call is denied; add it to tools.json")
    elif (bundle.tools[tool].get("kind", "write") == "write") != writes:
        # A write that policy takes for a read is made without a yes, without a key and on nobody's record of changes.
        does, has, right = ("something", "read", "write") if writes else ("nothing", "write", "read")
        told = f"{tool} changes {does}, policy data has it as a {has}: write kind `{right}` in tools.json"
        yield Mistake(file, line, told)
    if not writes:
        return
    arguments, answer = _names_of(entry) if entry else (frozenset[str](), frozenset[str]())
    for name, told, texts, known in (
        ("tools.yaml", "what it will do", catalogue.tools, arguments | {FACTS}),
        ("done.yaml", "what it did", catalogue.done, arguments | answer),
    ):
        if tool not in texts:
            yield Mistake(file, line, f"{tool} has no words for {told}: add it to {name} in every language")
        for problem in _unknown_in(texts.get(tool, {}), known) if entry else ():
            yield Mistake(file, line, f"{tool}: {name}, {problem}")


def _unknown_in(texts: Mapping[str, Text], known: Set[str]) -> Iterator[str]:
    """Names in a tool's words that its call does not have: customers would read a gap."""
    for locale, source in sources_of(texts):
        try:
            unknown = sorted(names_in(source) - known)
        except TemplateError as error:
            yield f"{locale}: is no template: {error}"
            continue
        yield from (f"{locale}: there is no {name}{suggest(name, sorted(known), len(known))}" for name in unknown)


def _names_of(entry: ToolEntry) -> tuple[frozenset[str], frozenset[str]]:
    """The arguments of a tool, and the fields of its answer."""
    answer = getattr(entry.signature.return_annotation, "model_fields", ())
    return frozenset(entry.signature.parameters), frozenset(answer)


def _line_of_function(file: Path, name: str) -> int:
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"def {name}(")), 0)
