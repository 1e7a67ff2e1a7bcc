"""What partner agents can ask for: what policy data grants them now, and the journeys that need it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from agents.catalogue import Catalogue
from agents.folding import fold
from agents.specialist import Procedure
from agents.tools_used import find_tools
from agents.wording import Voice
from app.company.examples import examples_of
from app.opened_company import open_company
from app.settings import Settings
from channels.a2a.card import Journey
from domain.ids import TenantId
from policy.engines.live import LivePolicy
from router.services import ConsentTerms
from understanding.intents.examples import load_examples

EXAMPLES = 3
"""So many ways to ask for a journey are on a card."""
LANGUAGE = "en"
CONSENT_DAYS = 30
"""For so long partners ask a customer's permission."""
LITTLE_WORDS = re.compile(r"(?:an?|the|your|our|my|of|for|to|is|i|what|where|there|that|in|at|on)")
"""Words of a title that name nothing."""
MONEY = ("payments.refund_payment", "payments.take_payment", "erp.apply_credit", "erp.waive_fee")
"""Tools that move money."""


class PartnerGrants:
    """Each partner's tools by name: its tenant's own grants, else those of all tenants."""

    def __init__(self, policy: LivePolicy, address: str) -> None:
        self._policy = policy
        self._address = address

    def tools_of(self, tenant: TenantId, partner: str) -> Collection[str]:
        """The tools that a partner has; none where nobody granted it any."""
        roles = self._roles()
        own = roles["tenants"].get(tenant, {}).get("partners", {})
        found = own.get(partner)
        return frozenset(roles["default"]["partners"].get(partner, ()) if found is None else found)

    def terms_of(self, tenant: TenantId, partner: str) -> ConsentTerms:
        """What the partner asks the customer's permission for: as much as partners may have, for a month."""
        limits = self._policy.edition.bundle.data["limits"]
        own = limits["tenants"].get(tenant, {})
        most, share = ({**limits["default"][name], **own.get(name, {})} for name in ("money_back", "partners"))
        moves = any(tool.startswith(MONEY) for tool in self.tools_of(tenant, partner))
        amount = most["approved_minor"] // share["money_divisor"] if moves else 0
        return ConsentTerms(min(CONSENT_DAYS, share["consent_days"]), amount, self._address)

    def all_sets(self) -> Iterator[Collection[str]]:
        """The tools of every partner of every tenant, set by set."""
        roles = self._roles()
        for granted in (roles["default"], *roles["tenants"].values()):
            yield from map(frozenset, granted.get("partners", {}).values())

    def _roles(self) -> Mapping[str, Any]:
        return self._policy.edition.bundle.data["roles"]


class PartnerJourneys:
    """Every journey that a customer can ask for, with its tools and how it is asked for; read when first wanted."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._found: tuple[Journey, ...] = ()

    def __call__(self) -> tuple[Journey, ...]:
        """The journeys, specialist by specialist."""
        if not self._found:
            self._found = tuple(self._list())
        return self._found

    def _list(self) -> Iterator[Journey]:
        examples = self._examples()
        voice = Voice(LANGUAGE, self._settings.currencies[self._settings.tenant], "UTC")
        for specialist in self._catalogue.specialists.values():
            for name, procedure in specialist.procedures.items():
                title = self._catalogue.title(name, voice)
                said = tuple(_fitting(examples.get(name, ()), title)[:EXAMPLES])
                yield Journey(name, title, _summary(procedure), find_tools(procedure.function), said)

    def _examples(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in load_examples(examples_of(open_company(self._settings))):
            if each.locale == LANGUAGE:
                found.setdefault(each.intent, []).append(each.text)
        return found


def _fitting(said: Sequence[str], title: str) -> list[str]:
    """Those sentences that name most of what the company's own title of the journey names; all where none does.

    Others may be of another business: understanding learns from every trade's.
    """
    named = {word for word in _words(title) if not LITTLE_WORDS.fullmatch(word)}
    shared = [len(named & _words(text)) for text in said]
    return [text for text, count in zip(said, shared, strict=True) if count == max(shared)]


def _words(text: str) -> set[str]:
    """A text's words, without the endings that English gives them."""
    return {re.sub(r"(?:'s|s|ing|led|ling)$", "", word) for word in re.findall(r"[\w']+", fold(text))}


def _summary(procedure: Procedure) -> str:
    return " ".join(procedure.text.partition("\n\n")[0].split())
