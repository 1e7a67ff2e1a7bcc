"""The sentences that the understanding of a company's customers learns from."""

from pathlib import Path

from agents.folders import FOLDER as AGENTS
from domain.company import CompanyFolder

SMALL_TALK = Path(__file__).parents[2] / "understanding" / "intents" / "examples"
PLATFORM = (AGENTS, SMALL_TALK)
"""What every procedure of the platform is asked for with, and what is no wish at all."""


def examples_of(company: CompanyFolder) -> tuple[Path, ...]:
    """The folders of examples of every procedure in use, the company's own among them.

    What a company does without is not learnt: nobody is understood to ask for it.
    """
    own = tuple(company.path / name for name in ("procedures", "specialists", "examples", "agents"))
    used = PLATFORM if not company.without else (*_used(company), SMALL_TALK)
    return (*used, *(folder for folder in own if folder.is_dir()))


def _used(company: CompanyFolder) -> list[Path]:
    places = sorted(path.parent for path in AGENTS.glob("*/*/*/examples.yaml"))
    return [place for place in places if company.uses(f"{place.parts[-3]}.{place.parts[-1]}")]
