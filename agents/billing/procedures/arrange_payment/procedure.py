"""Agreeing instalments for a bill."""

import re
from collections.abc import Generator
from datetime import date, timedelta

from agents.billing.charges import brief, owed
from agents.billing.questions import choose_invoice
from agents.billing.several import NUMBER_WORDS
from agents.folding import fold
from agents.procedure import Ask, Call, CallFailed, Case, Declined, Facts, HandOff, Journey, Resolved, Say, Step

FEWEST, MOST = 2, 6
"""Instalments that a bill can be split into."""
FIRST_WITHIN = timedelta(days=30)
"""By when the first instalment is to be paid."""
TRIES = 2
BRIEF = 3
"""Words of a correction that may be only a number."""
_CORRECTS = re.compile(
    r"(?<!\w)(?:no|wait|sorry|mean|rather|actually|make (?:it|that)|better|perd[oó]n|digo|mejor|espere?|nein|doch"
    r"|nee|ach|quatsch|lieber|warten?|besser|non|pardon|plut[oô]t|attendez|nahi|nahin|matlab|balki|नहीं|मतलब|बल्कि)(?!\w)"
)
"""Words between two numbers of which the latter is meant."""
_NOT_SO_MANY = re.compile(r"(?<!\w)(?:not|nicht|pas)\s+(?:in\s+|en\s+)?\w+")
"""A number that is turned down."""
UNIT = (
    r"(?:\w+\s+)?(?:instal|payment|part|cuota|plazo|pago|mensualidad|rate|teil|fois|mensualit|versement|kist|किस्त|किश्त)"
)


def arrange_payment(case: Case) -> Journey:
    """Agree instalments for a bill that the customer cannot pay at once.

    1. Look up the open bills. If nothing is open, say so.
    2. Take the bill that the customer named, or the only one; with several, ask which.
    3. Ask in how many instalments, two to six, unless they said so.
    4. Ask on which day the first one is to be paid, within thirty days, unless they said so.
    5. Set it up once the customer has confirmed, and read out every instalment with its day and amount.
    6. If the bill is split into instalments already, say so: it is not split a second time.
    Two answers in a row that do not fit: a representative goes on.
    """
    due = owed((yield Call("erp.list_invoices", customer_id=case.customer_id))["items"])
    if not due:
        return Resolved("nothing_due")
    invoice = yield from choose_invoice(case, due)
    shown = brief([invoice], "invoice_id", "balance_minor")[0]
    count = yield from _ask_count(case, shown)
    first = (yield from _ask_first_day(case, shown)) if count else ""
    if not count or not first:
        return HandOff("not_understood", queue="billing")
    arguments = {"invoice_id": invoice["invoice_id"], "instalments": count, "first_due_on": first}
    try:
        arrangement = yield Call("erp.create_payment_arrangement", **arguments)
    except CallFailed as failed:
        if "already" not in failed.error:
            raise
        return Declined("already_arranged", **shown)
    return Resolved("arranged", invoice_id=invoice["invoice_id"], instalments=arrangement["instalments"])


def read_count(value: object) -> int:
    """A number of instalments that can be agreed, 0 where the answer is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if FEWEST <= value <= MOST else 0
    said = str(value)
    words = re.split(r"[\s.,;:!?।…-]+", _NOT_SO_MANY.sub(" ", said.casefold()))
    by_word = {name: number for number, names in NUMBER_WORDS.items() for name in names}
    named = [
        int(word) if word.isdecimal() else by_word.get(word, 0) for word in words if len(word) == 1 or word in by_word
    ]
    named = [number for number in named if number]
    sure = len(set(named)) == 1 or (named and _CORRECTS.search(said.casefold()) is not None)
    return named[-1] if sure and FEWEST <= named[-1] <= MOST else 0


def read_other_count(words: str) -> int | None:
    """Another number of instalments in words that say little else ("no, four"), None where they name none."""
    short = len(words.split()) <= BRIEF or re.search(UNIT, fold(words)) is not None
    return (read_count(words) or None) if short else None


def named_count(text: str) -> int:
    """A number of instalments named in the opening words ("in three instalments"), 0 where there is none."""
    number = rf"(\d|{'|'.join(fold(name) for names in NUMBER_WORDS.values() for name in names)})"
    found = re.search(rf"(?<!\w){number}\s+{UNIT}", fold(text))
    if not found:
        return 0
    said = found.group(1)
    by_word = (count for count, names in NUMBER_WORDS.items() if said in map(fold, names))
    return read_count(said) or next(by_word, 0)


def fits_first_day(day: object, today: date) -> bool:
    """Whether a first instalment can be due on that day."""
    try:
        return today < date.fromisoformat(str(day)) <= today + FIRST_WITHIN
    except ValueError:
        return False


def next_day_of_month(number: int, today: date) -> str:
    """The next day with this number in a month ("the fifth") as an ISO date; empty where no month has it."""
    ahead = (today + timedelta(days=days) for days in range(1, FIRST_WITHIN.days + 2))
    return next((day.isoformat() for day in ahead if day.day == number), "")


def _ask_count(case: Case, shown: Facts) -> Generator[Step, object, int]:
    """In how many instalments; 0 where no answer fitted."""
    count = named_count(case.text) or read_count(case.first("parts") or "")
    if count:
        return count
    for _ in range(TRIES):
        answer = yield Ask("instalments", kinds=("number", "text"), fewest=FEWEST, most=MOST, **shown).taken_up_by(
            read_other_count
        )
        count = read_count(answer)
        if count:
            return count
        yield Say("count_does_not_fit", fewest=FEWEST, most=MOST)
    return 0


def _ask_first_day(case: Case, shown: Facts) -> Generator[Step, object, str]:
    """The first instalment's day as an ISO date; empty where no answer fitted."""
    latest = (case.today + FIRST_WITHIN).isoformat()
    for _ in range(TRIES):
        day = yield Ask("first_day", kinds=("date", "ordinal"), latest=latest, **shown)
        day = next_day_of_month(day, case.today) if isinstance(day, int) else day
        if fits_first_day(day, case.today):
            return str(day)
        yield Say("day_does_not_fit", latest=latest)
    return ""
