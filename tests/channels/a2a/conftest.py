"""The real service with partners of its own, and customers of whom some agreed that partners act for them."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import app.interfaces
from domain.caller import Caller, Role
from domain.ids import TenantId
from tests.channels.a2a.partner_agent import LISTING_PARTNER, OTHER_PARTNERS, PartnerAgent, connect
from tests.channels.http_service import Service
from tests.channels.running_service import running

Callers = dict[str, Caller]
PARTNERS = (*OTHER_PARTNERS, LISTING_PARTNER)


@contextmanager
def partnered(folder: Path, **given: Any) -> Iterator[Service]:
    """Run the service with three partners."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.interfaces, "development_callers", _with_partners(app.interfaces.development_callers))
        with running(folder, **given) as service:
            yield replace(service, tokens={**service.tokens, **{name: _token(name) for name in PARTNERS}})


@pytest.fixture(scope="session")
def partners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of the door."""
    with partnered(tmp_path_factory.mktemp("partners")) as service:
        yield service


@pytest.fixture
async def partner(partners: Service) -> AsyncIterator[PartnerAgent]:
    """The first partner, connected."""
    async with connect(partners) as agent:
        yield agent


def _token(name: str) -> str:
    return f"token-of-{name}"


def _with_partners(original: Callable[..., Callers]) -> Callable[..., Callers]:
    def development_callers(tokens: Mapping[str, str], tenant: TenantId, other: TenantId) -> Callers:
        tenants = dict.fromkeys(PARTNERS, tenant) | {OTHER_PARTNERS[1]: other}
        ours = {_token(name): Caller(name, Role.PARTNER, its) for name, its in tenants.items()}
        return {**original(tokens, tenant, other), **ours}

    return development_callers
