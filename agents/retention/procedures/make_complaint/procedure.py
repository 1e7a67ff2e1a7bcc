"""Take a complaint."""

from collections.abc import Generator
from typing import Any

from agents.due_credits import close_with_credit
from agents.procedure import Ask, Call, Case, End, Facts, Journey, Resolved, Step

REASON = "complaint"
WORDS_THAT_TELL = 10
"""Words from which a message says what the complaint is about, and not only that there is one."""
LONGEST_DESCRIPTION = 1000
"""Characters of the customer's words that a case holds."""


def make_complaint(case: Case) -> Journey:
    """Take a complaint, without argument.

    1. Ask what happened, unless the customer has told it.
    2. A complaint of theirs is open already: ask whether it is about the same. If so, add the words to the record.
    3. Else open a case with the customer's own words. Apologise, say its number and what happens next.
    4. If an outage has earned a credit that was not given yet and the rules allow it, offer it, once.
    """
    description = yield from _learn_description(case)
    listed = yield Call("crm.list_cases", customer_id=case.customer_id)
    open_case = find_complaint(listed["items"])
    if open_case is not None:
        known = {"case_id": open_case["case_id"], "opened_at": open_case["opened_at"]}
        question = Ask("same_complaint", kinds=("yes_no",), reply="ask_same", optional=True, **known)
        same = yield question.wished_as("retention.make_complaint")
        if same:
            return (yield from _add_words(case, open_case, description))
    opened = yield Call("crm.open_case", customer_id=case.customer_id, reason=REASON, description=description)
    return (yield from close_with_credit(case, Resolved("opened", case_id=opened["case_id"])))


def _learn_description(case: Case) -> Generator[Step, Any, str]:
    """What happened, in the customer's words."""
    told = case.facts.get("description") or (case.text if tells_what(case.text) else "")
    told = told or (yield Ask("what_happened", kinds=("text",), reply="ask_what_happened"))
    return " ".join(str(told).split())[:LONGEST_DESCRIPTION]


def tells_what(words: str) -> bool:
    """Whether a message says what happened, not only that the customer complains."""
    return len(words.split()) >= WORDS_THAT_TELL


def find_complaint(cases: list[Facts]) -> Facts | None:
    """The latest complaint that is still open."""
    still_open = [each for each in cases if each["reason"] == REASON and each["status"] == "open"]
    return max(still_open, key=lambda each: each["opened_at"], default=None)


def _add_words(case: Case, complaint: Facts, description: str) -> Generator[Step, Any, End]:
    """Put the words to the open complaint on record."""
    note = f"On complaint {complaint['case_id']}: {description}"
    yield Call("crm.add_note", customer_id=case.customer_id, text=note, disposition=REASON)
    return Resolved("added", case_id=complaint["case_id"])
