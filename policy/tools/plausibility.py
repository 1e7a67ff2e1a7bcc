"""What a system's answer cannot truthfully say: amounts that are none, another currency, another customer's record."""

from collections.abc import Mapping
from typing import Any, cast

LOWERING = ("lines", "difference_minor")
"""What may be negative: positions of a bill that lower it, and a difference."""


def find_untruths(answer: Any, customer: str = "", currency: str = "", place: str = "") -> list[str]:
    """Everything in an answer that cannot be true of this customer in this currency; either is empty where unknown."""
    found: list[str] = []
    if isinstance(answer, list):
        for number, each in enumerate(cast("list[Any]", answer)):
            found += find_untruths(each, customer, currency, f"{place}[{number}]")
    if isinstance(answer, Mapping):
        for name, value in cast("Mapping[str, Any]", answer).items():
            where = f"{place}.{name}".lstrip(".")
            found += _untruth(name, value, where, (customer, currency)) or find_untruths(
                value, customer, currency, where
            )
    return found


def _untruth(name: str, value: Any, where: str, known: tuple[str, str]) -> list[str]:
    customer, currency = known
    if name == "currency" and currency and value != currency:
        return [f"{where} is {value!r}, the tenant's is {currency}"]
    if name == "customer_id" and customer and value is not None and value != customer:
        return [f"{where} is another customer's"]
    if not name.endswith("_minor") or value is None:
        return []
    if type(value) is not int:
        return [f"{where} is {value!r}, no whole number of minor units"]
    lowers = any(part in where for part in LOWERING)
    return [f"{where} is negative: {value}"] if value < 0 and not lowers else []
