"""Say where an order is, and make good for one that does not come."""

from collections.abc import Generator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from agents.answers import said_choice
from agents.procedure import (
    Ask,
    Call,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    Delegate,
    End,
    Ended,
    Facts,
    HandOff,
    Journey,
    Promise,
    Resolved,
    Say,
    Step,
)
from agents.scheduling.orders import describe_order, find_order, is_unwanted, read_state

# fmt: off
_SEND_AGAIN = (
    "new one", "new router", "new delivery", "resend", "send it", "send a", "send the", "send me a", "send one",
    "ship it", "replace",
    "reenv", "envíenlo", "uno nuevo", "me manden", "mándenme", "me envíen", "envíenme", "enviarlo",
    "envíelo", "nuevo envío", "reposición",
    "neue", "erneut", "ersatz",
    "renvoyez", "renvoyer le", "renvoi", "nouveau", "nouvel", "remplac", "réexp",
    "नया", "naya", "doosra bhej", "dusra bhej", "ek aur bhej", "दूसरा भेज", "एक और भेज",
)
_AGAIN = (
    "another", "de nuevo", "otra vez", "otro", "noch einmal", "nochmal", "noch mal", "फिर से", "दोबारा", "phir se",
    "dobara",
)
"""What means a new delivery where it answers the question, and anything before it: "it is me again"."""
RESHIP = Choice("reship", "reship", (*_SEND_AGAIN, *_AGAIN), shown={"names": {
    "en": "Send it again", "es": "Enviarlo de nuevo", "de": "Erneut senden", "fr": "Le renvoyer", "hi": "फिर से भेजें",
}})
_RESHIP_UNASKED = Choice("reship", "reship", _SEND_AGAIN)
REFUND = Choice("refund", "refund", (
    "money", "reimburse", "cash", "pay me back", "paid back",
    "reembols", "dinero", "devoluci", "devuelv",
    "erstatt", "geld", "rückzahl", "zurückzahl",
    "rembours", "argent",
    "रिफंड", "रिफ़ंड", "पैसे", "पैसा", "वापस", "paise", "paisa", "wapas", "vapas",
), shown={"names": {
    "en": "Money back", "es": "Reembolso", "de": "Geld zurück", "fr": "Remboursement", "hi": "पैसे वापस",
}})
WAIT = Choice("wait", "wait", (
    "leave it", "neither", "patient", "esper", "warte", "abwarten", "attend", "patiente",
    "इंतज़ार", "इंतजार", "रुक", "intezaar", "intzar",
), shown={"names": {"en": "Wait", "es": "Esperar", "de": "Abwarten", "fr": "Attendre", "hi": "इंतज़ार करें"}})
# fmt: on


ASKED_AT = time(15)
"""When on that day, in UTC; the customer's quiet hours hold besides."""


def track_order(case: Case) -> Journey:
    """Say where an order is; if it does not come, send it again or give the money back, as the customer prefers.

    1. Find the order. None: say so. Several under way: ask which.
    2. On its way and in time: say when it should come, and its last sign.
    3. Late but moving: apologise, say where it is.
    4. Lost, or late with no sign for four days: where it was paid back, say where that refund is. Else apologise, and
       let the customer choose between a new delivery and the money back (or waiting, if it is not known to be lost).
       Not sure: ask once more, then leave both open.
       - New delivery: send it again, say when it should come, and promise to ask the day after whether it did.
       - Money back: refund what was paid for the order and not given back yet.
       - If the one is not possible or not allowed, offer the other; if neither is, a person goes on.
    5. Sent again already: say so, with its last sign.
    6. Recorded as delivered: say when. If the customer has not got it, open a case for it; if they do not want it, let
       them send it back.
    """
    order = yield from find_order(case)
    if order is None:
        return Declined("no_orders")
    order = yield Call("erp.track_order", order_id=order["order_id"])
    known = describe_order(order)
    match read_state(order, case.opened_at):
        case "lost" | "stuck" if (yield from _is_paid_back(order)):
            return (yield from _delegate("billing.track_refund", payment_id=order["payment_id"]))
        case "lost" | "stuck":
            return (yield from _make_good(case, order))
        case "delivered" if is_unwanted(case.text) and not case.delegated:
            return (yield from _give_back(order))
        case "delivered":
            return (yield from _check_delivery(case, order))
        case state:
            return Resolved(state, **known)


def _make_good(case: Case, order: Facts) -> Generator[Step, Any, End]:
    """Do what the customer prefers, or said at once; where the rules do not allow it, offer what is left."""
    known = describe_order(order)
    wish = yield from _remedy(case, order)
    if wish is None or wish == "wait":
        return Declined("left_open", **known)
    try:
        return (yield from _provide(wish, order))
    except CallWithdrawn as withdrawn:
        return Declined("left_open" if withdrawn.by == "customer" else "not_approved", **known)
    except (CallRefused, CallFailed) as trouble:
        if isinstance(trouble, CallFailed) and trouble.uncertain:
            raise
        other = "refund" if wish == "reship" else "reship"
    instead = yield Ask("other_remedy", kinds=("yes_no",), reply=f"ask_{other}_instead", **known)
    if not instead:
        return HandOff("policy_limit", queue="scheduling")
    try:
        return (yield from _provide(other, order))
    except CallRefused:
        return HandOff("policy_limit", queue="scheduling")


def _remedy(case: Case, order: Facts) -> Generator[Step, Any, str | None]:
    """What the customer said at once that they prefer, else what they choose; None where they do not know."""
    known, state = describe_order(order), read_state(order, case.opened_at)
    wish = said_choice((_RESHIP_UNASKED, REFUND), case.text)
    if wish is not None:
        yield Say(f"found_{state}", **known)
        return wish
    choices = (RESHIP, REFUND) if state == "lost" else (RESHIP, REFUND, WAIT)
    wish = yield Ask("remedy", choices=choices, reply=f"ask_remedy_{state}", optional=True, **known)
    if wish is None:
        wish = yield Ask(
            "remedy_again", choices=(RESHIP, REFUND, WAIT), reply="ask_remedy_again", optional=True, **known
        )
    return wish


def _is_paid_back(order: Facts) -> Generator[Step, Any, bool]:
    """Whether nothing is left of what was paid for it."""
    if not order["payment_id"]:
        return False
    payment = yield Call("payments.get_payment", payment_id=order["payment_id"])
    return payment["refundable_minor"] <= 0


def _provide(wish: str, order: Facts) -> Generator[Step, Any, End]:
    """Send the order again or give its money back."""
    return (yield from _send_again(order)) if wish == "reship" else (yield from _pay_back(order))


def _send_again(order: Facts) -> Generator[Step, Any, End]:
    """A new delivery of the same item."""
    sent = yield Call("erp.reship_order", order_id=order["order_id"], reason="lost_order")
    facts: Facts = {**describe_order(order), **sent}
    return Resolved("sent_again", promise=_promise_check(sent), **facts)


def _promise_check(sent: Facts) -> Promise:
    """Ask the day after a new delivery should have come whether it did."""
    asked_on = date.fromisoformat(sent["promised_on"]) + timedelta(days=1)
    return Promise(
        "delivery_check",
        about=sent["new_order_id"],
        due=datetime.combine(asked_on, ASKED_AT, UTC),
        asks=True,
        facts={name: sent[name] for name in ("new_order_id", "item", "promised_on")},
    )


def _pay_back(order: Facts) -> Generator[Step, Any, End]:
    """The money back, as far as it was paid and not given back before."""
    known = describe_order(order)
    if not order["payment_id"]:
        return HandOff("policy_limit", queue="billing", reply="no_payment", **known)
    payment = yield Call("payments.get_payment", payment_id=order["payment_id"])
    amount = count_refund(order, payment)
    if amount <= 0:
        return Resolved("paid_back_before", method=payment["method"], **known)
    refund = yield Call(
        "payments.refund_payment", payment_id=order["payment_id"], amount_minor=amount, reason="lost_order"
    )
    said = {key: refund[key] for key in ("refund_id", "amount_minor", "arrives_by", "method")}
    return Resolved("paid_back", **known, **said)


def count_refund(order: Facts, payment: Facts) -> int:
    """How much to give back: the order's price, at most what is left of its payment."""
    return min(order["amount_minor"], payment["refundable_minor"])


def _give_back(order: Facts) -> Generator[Step, Any, End]:
    """A delivered order that is not wanted goes back as one."""
    return (yield from _delegate("scheduling.return_order", order_id=order["order_id"]))


def _delegate(procedure: str, **facts: str) -> Generator[Step, Any, End]:
    """End as another journey ends, which says all there is to say."""
    ended: Ended = yield Delegate(procedure, **facts)
    return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)


def _check_delivery(case: Case, order: Facts) -> Generator[Step, Any, End]:
    """Recorded as delivered: a customer who has not got it gets a case."""
    known = describe_order(order)
    got_it = yield Ask("received", kinds=("yes_no",), reply="ask_received", **known)
    if got_it:
        return Resolved("delivered", **known)
    yield Say("sorry_not_received", **known)
    opened = yield Call(
        "crm.open_case",
        customer_id=case.customer_id,
        reason="delivery_dispute",
        description=f"Order {order['order_id']} ({order['item']}) is recorded as delivered; "
        "the customer has not received it.",
    )
    return Resolved("dispute_opened", case_id=opened["case_id"], **known)
