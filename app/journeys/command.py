"""`switchboard eval journeys`: choosing scenarios, playing them with a progress bar, gathering the findings."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.backends import SYSTEMS
from app.journeys.phrases import require_phrases
from app.journeys.report import Findings
from app.journeys.rewording import load_words
from app.journeys.run import plan, run
from app.journeys.scenario import Variant, load_scenarios
from app.journeys.score import gather
from app.opened_company import open_company
from app.progress import errors, report
from app.settings import Settings
from domain.errors import BadRequest
from domain.names import require_known
from mcp_servers.catalogue import SANDBOX, find_systems, list_unserved


@dataclass(frozen=True, slots=True)
class ScenarioSelection:
    """Which scenarios to play; what is empty does not narrow. `full` plays every language in every manner.

    `backends` are real systems by server: of what uses those servers, and nothing that they do not serve, each scenario
    is played once.
    """

    paths: tuple[Path, ...] = ()
    journeys: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    manners: tuple[str, ...] = ()
    full: bool = False
    backends: Mapping[str, str] = field(default_factory=dict[str, str])

    def takes(self, variant: Variant) -> bool:
        """Whether a variant is among them."""
        narrowed = ((wanted, getattr(variant, kind)) for kind, wanted in self._narrowed.items())
        return all(not wanted or value in wanted for wanted, value in narrowed)

    def choose(self, found: Sequence[Variant]) -> list[Variant]:
        """The variants to play.

        Raises:
            BadRequest: none is left.
        """
        variants = [variant for variant in found if self.takes(variant)]
        if self.backends:
            unserved = frozenset[str]().union(*(list_unserved(*each) for each in self.backends.items()))
            used = (variant for variant in reversed(variants) if variant.scenario.uses & {*self.backends})
            possible = (variant for variant in used if not {*variant.scenario.on_sandbox} & {*self.backends})
            served = (variant for variant in possible if not variant.scenario.tools & unserved)
            variants = [*{(each.journey, each.scenario.name): each for each in served}.values()][::-1]
        if not variants:
            also = ", and whether a journey uses what --backend names" if self.backends else ""
            raise BadRequest(f"no scenario fits: look at --journey, --language and --manner{also}")
        return variants

    def require_known(self, variants: Sequence[Variant]) -> None:
        """See that each name is one of these variants'.

        Raises:
            UnknownName: it is not; the message gives the nearest.
        """
        for kind, wanted in self._narrowed.items():
            known = {getattr(variant, kind) for variant in variants}
            for name in wanted:
                require_known(kind, name, known)

    @property
    def _narrowed(self) -> Mapping[str, Sequence[str]]:
        return {"journey": self.journeys, "language": self.languages, "manner": self.manners}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to play: trials of each scenario, the dice's seed, processes; and the pass^k that is asked for.

    With `words`, a folder of word sets, customers say what strangers said; `at_most` trials are played, of scenarios
    that the dice choose.
    """

    trials: int = 4
    seed: int = 1
    workers: int = 1
    wanted: float = 0.95
    words: Path | None = None
    at_most: int = 0


def read_backends(named: Sequence[str]) -> dict[str, str]:
    """The real systems of options like `payments=stripe,crm=http`, by server.

    Raises:
        BadRequest: an option is not of that form.
        UnknownName: there is no such server, or no such system for it.
    """
    found: dict[str, str] = {}
    for part in (part.strip() for option in named for part in option.split(",")):
        server, is_there, backend = part.partition("=")
        if not is_there:
            raise BadRequest(f"--backend {part}: write a server and what it runs on, like payments=stripe")
        require_known("server", server, SYSTEMS)
        require_known("backend", backend, (SANDBOX, *find_systems(server)), of=server)
        if backend != SANDBOX:
            found[server] = backend
    return found


def play_journeys(settings: Settings, choice: ScenarioSelection, effort: Effort) -> Findings:
    """Play the chosen scenarios and say how many customers were served.

    Raises:
        BadRequest: a scenario file is wrong, or nothing is left to play.
        UnknownName: no scenario has such a journey, language or manner.
    """
    found = load_scenarios(choice.paths, full=choice.full, company=open_company(settings))
    choice.require_known(found)
    variants = choice.choose(found)
    require_phrases(variants)
    if choice.backends and settings.environment == "production":
        raise BadRequest("--backend moves money and changes records: not with SWITCHBOARD_ENVIRONMENT=production")
    words = load_words(effort.words) if effort.words else None
    if words:
        variants = [variant for variant in variants if variant.language in words.languages]
    if 0 < effort.at_most < len(variants) * effort.trials:
        variants = random.Random(effort.seed).sample(variants, max(1, effort.at_most // effort.trials))
    began = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        bar = progress.add_task("trials", total=len(variants) * effort.trials)
        results = run(
            plan(variants, effort.trials, effort.seed, words),
            settings,
            backends=choice.backends,
            workers=1 if choice.backends else effort.workers,
            report=report,
            progress=lambda played: progress.advance(bar, played),
        )
    took = timedelta(seconds=time.monotonic() - began)
    return Findings(
        gather(variants, results), effort.trials, effort.seed, took, effort.wanted, reworded=words is not None
    )
