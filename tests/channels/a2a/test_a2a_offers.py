"""What a partner is offered in the middle of a journey it can accept: played with the journey's own tools alone."""

import json
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import app.interfaces
from agents.catalogue import load_catalogue
from agents.tools_used import find_tools
from app.company.profile import REFERENCE
from domain.caller import Caller, Role
from tests.channels.a2a.house_partner import Partner
from tests.conftest import PlaceHouse
from tests.house_guest import Guest, open_guest
from tests.journeys.branch_table import Row, Snapshot, broken, read_cells

LACKS = "agents/granted"
"""The rule that refuses what was not granted."""
TURNS = 8
"""Messages after which a conversation that still asks is left."""
SKILLS = {
    name: sorted(find_tools(each.function))
    for specialist in load_catalogue().specialists.values()
    for name, each in specialist.procedures.items()
}
ROWS = {
    f"{cell.procedure}-{row.customer}-{'-'.join((*row.given, *row.breaks)) or 'as_seeded'}": (cell.procedure, row)
    for cell in read_cells()
    for row in cell.rows
    if row.customer and row.channel == "chat" and row.locale == "en" and SKILLS[cell.procedure]
}
"""One play of each journey in each of the circumstances in which the branches are played."""
Stage = tuple[Guest, Snapshot]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory, place_house: PlaceHouse
) -> AsyncIterator[Stage]:
    """A house with a partner for each journey, named and granted like it."""
    folder = tmp_path_factory.mktemp("offers")
    shutil.copytree(seeded_folder, folder / "data")
    company = shutil.copytree(REFERENCE, folder / "company", ignore=shutil.ignore_patterns("__pycache__"))
    roles = company / "policy" / "data" / "roles.json"
    given = json.loads(roles.read_text("utf-8"))
    given["roles"]["tenants"]["northwind-fibre"]["partners"] |= SKILLS
    roles.write_text(json.dumps(given), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        known = app.interfaces.development_callers

        def callers(tokens: Any, tenant: Any, other: Any) -> dict[str, Caller]:
            return known(tokens, tenant, other) | {name: Caller(name, Role.PARTNER, tenant) for name in SKILLS}

        patch.setattr(app.interfaces, "development_callers", callers)
        async with open_guest(folder / "data", company=company, **place_house()) as guest:
            guest.tokens |= {name: name for name in SKILLS}
            yield guest, Snapshot(guest)


def ways_on(partner: Partner) -> list[str]:
    """Every way to accept what was put: each choice, else a yes."""
    asked = partner.pending or {}
    options = [each["label"] for each in asked.get("options", [])] if asked.get("kind") == "slot" else []
    return options or [str(each) for each in asked.get("arguments", {}).get("choices", [])] or ["yes please"]


async def accept(partner: Partner, opening: str, path: Sequence[str]) -> list[list[str]]:
    """Say the opening, these answers and then the first that accepts what is put; the other answers to the first.

    What accepts must not be refused for want of a grant.
    """
    left: list[list[str]] = []
    state, said = await partner.says(opening, anew=True), list[str]()
    while state == "input_required" and len(said) < TURNS:
        refused, ways, put = LACKS in partner.rules(), ways_on(partner), partner.words
        if not said and not path:
            left = [[other] for other in ways[1:]]
        said.append(path[len(said)] if len(said) < len(path) else ways[0])
        state = await partner.says(said[-1])
        assert refused or LACKS not in partner.rules(), (put, said, partner.words)
    return left


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("skill", "row"), ROWS.values(), ids=ROWS)
async def test_no_offer_of_a_journey_is_refused_for_want_of_a_grant(stage: Stage, skill: str, row: Row) -> None:
    guest, snapshot = stage
    paths: list[list[str]] = [[]]
    while paths:
        await snapshot.restore(row.given, row.customer or "")
        with broken(row.breaks):
            paths += await accept(Partner(guest, skill), row.says[0], paths.pop())
