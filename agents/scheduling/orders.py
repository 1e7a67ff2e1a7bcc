"""Orders and their way to the customer: which one is meant, and what its record says."""

from collections.abc import Generator
from datetime import date, datetime, timedelta
from typing import Any, Literal

from agents.folding import fold
from agents.procedure import Ask, Call, Case, Choice, Facts, Step

State = Literal["delivered", "lost", "stuck", "late", "reshipped", "cancelled", "returning", "expected"]
OVER = ("delivered", "reshipped", "cancelled", "returning")
"""States in which nobody waits for an order."""
QUIET_DAYS = 4
"""Days without a sign of a late order after which it counts as stuck."""
ON_OFFER = 4
"""Orders named in one question."""


# fmt: off
GIVING_BACK = (
    "send it back", "send back", "give back", "return", "not for me", "cancel",
    "devolver", "devuelvo", "devolucion", "cancel", "anul",
    "zuruckschick", "zuruckgeb", "zurucksend", "schicke ich", "retour", "stornier",
    "renvoyer", "rendre", "retour", "annul",
    "लौटा", "वापस भेज", "रद्द", "lauta", "wapas bhej", "return", "cancel",
)
# fmt: on


def is_unwanted(words: str) -> bool:
    """Whether words about an order say that it is not wanted: to be cancelled or sent back."""
    said = fold(words)
    return any(fold(mark) in said for mark in GIVING_BACK)


def find_order(case: Case) -> Generator[Step, Any, Facts | None]:
    """The order that the customer means; asks where several are under way."""
    listed = yield Call("erp.list_orders", customer_id=case.customer_id)
    candidates = list_candidates(listed["items"], str(case.facts.get("order_id") or case.first("reference") or ""))
    if len(candidates) <= 1:
        return next(iter(candidates), None)
    choices = tuple(Choice(each["order_id"], each["item"], words=(each["order_id"],)) for each in candidates)
    wanted = yield Ask("order", choices=choices, reply="ask_order", orders=[_name(each) for each in candidates])
    return next(each for each in candidates if each["order_id"] == wanted)


def list_candidates(orders: list[Facts], reference: str) -> list[Facts]:
    """The orders that may be meant: the named one, else those under way, else the one promised last."""
    named = [each for each in orders if each["order_id"] == reference]
    under_way = [each for each in orders if each["status"] not in OVER]
    latest = sorted(orders, key=lambda each: each["promised_on"] or "")[-1:]
    return (named or under_way or latest)[:ON_OFFER]


def read_state(order: Facts, now: datetime) -> State:
    """What an order's record amounts to for the one who waits for it."""
    if order["status"] in (*OVER, "lost"):
        return order["status"]
    if not is_late(order, now.date()):
        return "expected"
    event = last_event(order)
    quiet_since = now - timedelta(days=QUIET_DAYS)
    return "stuck" if not event or datetime.fromisoformat(event["at"]) < quiet_since else "late"


def is_late(order: Facts, today: date) -> bool:
    """Whether an order should have come by now."""
    promised = order["promised_on"]
    return order["status"] == "late" or bool(promised and date.fromisoformat(promised) < today)


def last_event(order: Facts) -> Facts | None:
    """The last sign of an order, None where there is none."""
    return max(order["events"], key=lambda each: each["at"], default=None)


def describe_order(order: Facts) -> Facts:
    """What a reply says of an order; `event_text` and `event_at` are empty where there was no sign of it."""
    event = last_event(order) or {"text": "", "at": ""}
    said = {key: order[key] or "" for key in ("order_id", "item", "promised_on", "carrier")}
    return {**said, "event_text": event["text"], "event_at": event["at"]}


def _name(order: Facts) -> str:
    return f"{order['item']} ({order['order_id']})"
