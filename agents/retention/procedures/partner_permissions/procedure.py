"""Which companies may act for the customer: shown, given, taken back."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    CallRefused,
    CallWithdrawn,
    Case,
    Declined,
    End,
    Facts,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.retention.procedures.partner_permissions.permissions import (
    Permissions,
    as_choices,
    find_partner,
    means_all,
    pick_named,
    read_wish,
)


def partner_permissions(case: Case) -> Journey:
    """Show the customer which companies' agents may act for them here; let one, or take the permission back.

    1. Look up which companies may act for the customer, and which have asked to.
    2. To take back: the company that was named, or the only one; otherwise ask which. It ends at once, without a yes.
       A permission that all companies have together ends only for all of them: that is said before, and takes a yes.
    3. To let a company act: only one that has asked, and only what it asked for, also after a no. It takes a fresh
       verification and the customer's yes to exactly what, up to which amount and until when. Who says no to what a
       company asks for refuses it; who asked for it and then says no, or not now, leaves the request as it is.
    4. Otherwise say who may do what, up to which amount and until when. Where a company has asked, put its request.
    """
    record = yield Call("crm.get_customer", customer_id=case.customer_id)
    permissions = Permissions.of(case, record)
    wish = read_wish(case.text)
    if wish == "withdraw":
        return (yield from _take_back(case, permissions))
    among = permissions.asked or (permissions.ended if wish == "give" else ())
    if among:
        return (yield from _decide(case, permissions, among, wanted=wish == "give"))
    return Resolved("nobody_asked" if wish == "give" else "shown", **_facts(permissions))


def _facts(permissions: Permissions) -> Facts:
    return {"given": list(permissions.given), "for_all": permissions.for_all}


def _choose(case: Case, among: tuple[Facts, ...], reply: str) -> Generator[Step, Any, tuple[Facts, ...]]:
    """The permissions that are meant; asked for where several may be."""
    named = pick_named(case, among) or among
    if len(named) == 1 or means_all(case.text):
        return named
    chosen = yield Ask("company", choices=as_choices(case, named), reply=reply, companies=list(named))
    return tuple(each for each in named if each["consent_id"] == chosen)


def _take_back(case: Case, permissions: Permissions) -> Generator[Step, Any, End]:
    """End what the customer does not want any more: the permission of the company that they named, and no other's."""
    held = (*permissions.given, *permissions.asked)
    named = pick_named(case, held)
    other = "" if named else find_partner(case, held)
    if not held or other:
        if permissions.for_all:
            return (yield from _take_back_from_all(case, other))
        return Declined("none_of_its_own", partner=other, **_facts(permissions)) if other else Declined("none_to_end")
    named = named or held
    alone = len({each["partner"] for each in named}) == 1  # all that one company may do ends with one word
    ended = named if alone else (yield from _choose(case, held, "ask_which_ends"))
    for each in ended:
        yield Call("crm.withdraw_partner_consent", customer_id=case.customer_id, consent_id=each["consent_id"])
    partners = [*{each["partner"]: None for each in ended}]
    if permissions.for_all:
        everyone = means_all(case.text)
        return (yield from _take_back_from_all(case, "" if everyone else partners[0], own=not everyone))
    return Resolved("ended", ended=partners)


def _take_back_from_all(case: Case, partner: str, *, own: bool = False) -> Generator[Step, Any, End]:
    """End the permission that all companies have together; who meant one `partner` hears first that it ends for all.

    `own` says that a permission of that partner's own was ended just now.
    """
    if partner:
        yield Say("ends_for_all", partner=partner, own=own)
    try:
        yield Call("crm.set_consent", customer_id=case.customer_id, field="partners", value=False)
    except CallWithdrawn:
        return Declined("all_stay")
    return Resolved("all_ended")


def _decide(
    case: Case, permissions: Permissions, among: tuple[Facts, ...], *, wanted: bool
) -> Generator[Step, Any, End]:
    """Put to the customer what a company asks for, unless they said that they want it."""
    (asked, *_) = yield from _choose(case, among, "ask_which_asks")
    terms = {name: asked[name] for name in ("partner", "amount_minor", "until")}
    if not wanted:
        allows = yield Ask("allow", kinds=("yes_no",), tools=asked["tools"], **terms, **_facts(permissions))
        if not allows:
            return (yield from _refuse(case, asked))
    call = Call("crm.give_partner_consent", customer_id=case.customer_id, consent_id=asked["consent_id"], **terms)
    try:
        allowed = yield call
    except CallRefused:
        return Declined("not_possible", partner=asked["partner"])
    except CallWithdrawn as withdrawn:
        return Declined("stays_asked" if withdrawn.by == "customer" else "not_possible", **terms)
    return Resolved("allowed", tools=asked["tools"], **{name: allowed[name] for name in terms})


def _refuse(case: Case, asked: Facts) -> Generator[Step, Any, End]:
    """The customer does not let the company."""
    yield Call("crm.withdraw_partner_consent", customer_id=case.customer_id, consent_id=asked["consent_id"])
    return Declined("refused_to", partner=asked["partner"])
