"""What customers under load say: a mix of questions and of wishes that end in a write."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from benchmarks.customers import charge_twice, list_open_bills

Journey = tuple[str, ...]
BALANCE: Journey = ("Hello!", "How much do I owe?", "Why is my bill higher than last month?", "Thank you!")
VISIT: Journey = ("I need a technician to come to my home", "any day", "no", "Thank you!")
REFUND: Journey = ("I was charged twice for my last bill.", "Yes, please.", "Thank you!")
LINK: Journey = ("How much do I owe?", "Please send me a payment link.", "Thank you!")
SHARES = {"balance": 45, "visit": 20, "refund": 20, "link": 15}


@dataclass(frozen=True, slots=True)
class CrowdCustomer:
    """One customer with what they say in one conversation."""

    customer_id: str
    says: Journey


def draw_customers(data: Path, seed: int) -> Iterator[CrowdCustomer]:
    """Customers without end, drawn by shares; when everybody's second charge is refunded, others come instead."""
    charges = iter(charge_twice(data))
    debtors = cycle(bill.customer_id for bill in list_open_bills(data))
    rng = Random(seed)
    while True:
        kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
        charge = next(charges, None) if kind == "refund" else None
        if charge is not None:
            yield CrowdCustomer(charge.customer_id, REFUND)
        else:
            yield CrowdCustomer(next(debtors), {"visit": VISIT, "link": LINK}.get(kind, BALANCE))
