"""How much of a payment is to go back: amounts, shares and parts as customers say them, and what has to be asked."""

from collections.abc import Generator
from fractions import Fraction
from typing import Any

from agents.billing.charges import brief
from agents.billing.mentions import amounts
from agents.procedure import Ask, Case, Choice, Facts, Step


def settle_sum(case: Case, payment: Facts) -> Generator[Step, Any, int | str]:
    """The sum to pay back in minor units, all that is left of the payment where none was named.

    Another payment's reference where the customer meant that one; 0 where nothing is to go back after all. Another
    currency, two sums at once and more than was taken are asked about.
    """
    most, said = payment["refundable_minor"], case.facts.get("amount_minor")
    if isinstance(said, int) and 0 < said <= most:
        return said
    named = [each for each in _named(case, payment) if each > 0]
    if _first(case, "currency"):
        named = [(yield Ask("sum_in_currency", kinds=("amount",), **_shown(payment)).put_afresh())]
    if len(named) > 1:
        choices = tuple(
            Choice(each, f"{each / 100:.2f}", _words(each), shown={"name": "", "money": each}) for each in named
        )
        named = [(yield Ask("which_sum", choices=choices, sums=named, **_shown(payment)).put_afresh())]
    wanted = _reckoned(case, payment, named)
    return (yield from own_up_excess(wanted, payment)) if wanted > most else wanted


def own_up_excess(wanted: int, payment: Facts) -> Generator[Step, Any, int | str]:
    """What is meant where more was named than can go back: a sum, another payment's reference, or 0 for nothing."""
    most, asked = payment["refundable_minor"], wanted
    for place in (1, 2):
        facts: Facts = {"wanted_minor": asked, "most_minor": most, **_shown(payment)}
        kinds = ("reference", "amount", "yes_no")
        question = Ask(f"sum_or_payment_{place}", kinds=kinds, reply="ask_sum_or_payment", **facts)
        answer = yield question.put_afresh()
        if isinstance(answer, bool):
            return most if answer else 0
        if isinstance(answer, str) and answer != payment["payment_id"]:
            return answer
        asked = answer if isinstance(answer, int) else most
        if asked <= most:
            return asked
    return 0


def share_of(share: str, whole_minor: int) -> int:
    """A share such as `1/2` of a sum, to the nearest minor unit."""
    return int(Fraction(share) * whole_minor + Fraction(1, 2))


def names_part(case: Case, payment: Facts) -> bool:
    """Whether less than all of a payment was named: a smaller sum, a share, two sums, or one in another currency."""
    named = _named(case, payment)
    return bool(named) and (len(named) > 1 or _reckoned(case, payment, named) != payment["refundable_minor"])


def excess(case: Case, most: int, payments: list[Facts]) -> int:
    """A sum that the customer named which is more than can go back and was never taken, else 0."""
    taken = {each["amount_minor"] for each in payments}
    return next((each for each in amounts(case) if each > most and each not in taken), 0)


def _named(case: Case, payment: Facts) -> list[int]:
    """The sums that were named, each once; the payment's own only tells which payment is meant, beside another one."""
    given = case.facts.get("amount_minor")
    named = [given] if isinstance(given, int) and not isinstance(given, bool) else list(dict.fromkeys(amounts(case)))
    others = [each for each in named if each != payment["amount_minor"]]
    return others or named


def _reckoned(case: Case, payment: Facts, named: list[int]) -> int:
    """The one sum that is meant, with its share or its number of parts."""
    share, parts = _first(case, "share"), _first(case, "parts")
    if share:
        return share_of(str(share), named[0] if named else payment["amount_minor"])
    if not named:
        return payment["refundable_minor"]
    return named[0] * parts if isinstance(parts, int) and named[0] * parts <= payment["amount_minor"] else named[0]


def _first(case: Case, kind: str) -> Any:
    return next((each.value for each in case.opening if each.kind == kind), None)


def _shown(payment: Facts) -> Facts:
    return brief([payment], "payment_id", "amount_minor", "currency")[0]


def _words(minor: int) -> tuple[str, ...]:
    units, cents = divmod(minor, 100)
    return (f"{units}.{cents:02}", f"{units},{cents:02}", *(() if cents else (str(units),)))
