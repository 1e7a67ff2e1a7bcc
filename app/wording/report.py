"""`switchboard eval wording`: what the checks found, and a page on which native readers see all texts side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from rich.console import Console
from rich.table import Table

from agents.catalogue import load_catalogue
from app.wording.faults import Fault, find_faults
from app.wording.other_texts import render_others
from app.wording.specimens import Rendered, Spoken, render_all
from domain.company import CompanyFolder
from domain.conversation import LOCALES
from domain.errors import BadRequest

_SHOWN = 10
"""Faults of a kind that are listed in the terminal; the page has all."""


@dataclass(frozen=True, slots=True)
class WordingReport:
    """All texts as they are said, and their faults by kind."""

    texts: list[Rendered]
    faults: Mapping[str, list[Fault]]
    locales: tuple[str, ...] = LOCALES

    @property
    def faulty(self) -> bool:
        """Whether anything was found."""
        return any(self.faults.values())


def review(company: CompanyFolder, currency: str) -> WordingReport:
    """Render and check every text of a company: of the catalogue as it words it, and whatever else is read."""
    catalogue, spoken = load_catalogue(company), Spoken(company.locales, currency)
    texts = [*render_all(catalogue, spoken), *render_others(catalogue, spoken, company.path / "articles")]
    return WordingReport(texts, find_faults(texts), company.locales)


def as_json(found: WordingReport) -> dict[str, Any]:
    """The figures, and where each fault stands."""
    listed = {kind: [_where(fault) for fault in faults] for kind, faults in found.faults.items() if faults}
    return {"texts": _count(found), "rendered": len(found.texts), "faults": listed}


def show(console: Console, found: WordingReport) -> None:
    """The figures and the first faults of each kind."""
    table = Table(title=f"{_count(found)} texts, rendered {len(found.texts)} times")
    table.add_column("check")
    table.add_column("faults", justify="right")
    for kind, faults in found.faults.items():
        table.add_row(kind, str(len(faults)))
    console.print(table)
    for kind, faults in found.faults.items():
        for fault in faults[:_SHOWN]:
            console.print(f"{kind}: {_where(fault)}", markup=False)


def write_page(file: Path, found: WordingReport) -> None:
    """Write one self-contained page: a row a text, a column a language.

    Raises:
        BadRequest: the file cannot be written.
    """
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    shown = environment.get_template("page.html").render(
        locales=found.locales,
        journeys=_by_journey(found),
        faults=found.faults,
        count=_count(found),
        total=len(found.texts),
    )
    try:
        file.write_text(shown, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{file}: cannot be written ({error})") from error


def _by_journey(found: WordingReport) -> dict[str, dict[str, list[tuple[str, dict[str, str]]]]]:
    """By journey and reply: what is said in each language; a channel or a case of facts only where it differs."""
    pages: dict[str, dict[str, list[tuple[str, dict[str, str]]]]] = {}
    for (place, label), said in _rows(found):
        journey, _, key = place.partition("/")
        rows = pages.setdefault(journey, {}).setdefault(key, [])
        if said not in [before for _, before in rows]:
            rows.append((label, said))
    return pages


def _rows(found: WordingReport) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for each in found.texts:
        if each.channel != "email":
            said = each.text if each.channel == "chat" else "\n".join(each.messages)
            rows.setdefault((each.place, f"{each.channel}, {each.case}"), {})[each.locale] = said
    yield from rows.items()


def _count(found: WordingReport) -> int:
    return len({(each.place, each.locale) for each in found.texts})


def _where(fault: Fault) -> str:
    seen, what = fault
    return f"{seen.place} ({seen.locale}, {seen.channel}, {seen.case}): {what!r} in {seen.text[:120]!r}"
