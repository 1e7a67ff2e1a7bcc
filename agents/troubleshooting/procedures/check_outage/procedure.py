"""Whether there is an outage: told from the network's record, to who only asks."""

import re
from collections.abc import Generator
from typing import Any

from agents.due_credits import close_with_credit
from agents.folding import fold
from agents.procedure import Call, Case, Declined, Facts, Journey, Resolved, Step, StepTrouble
from agents.troubleshooting.diagnosis import tell_outage
from agents.troubleshooting.lines import find_line, find_outage, measure_line, read_test

_BACK = re.compile(
    r"\b(?:back|again|working|works?|fixed|restored|up|de vuelta|otra vez|funciona|va|wieder|geht|lauft|funktioniert"
    r"|revenue?|retabli\w*|remarche|marche|fonctionne|wapas|chal|theek)\b|वापस|चल|ठीक"
)


def check_outage(case: Case) -> Journey:
    """Say whether there is an outage at the customer's address; nothing is changed.

    1. Find the service. None: say so. Several: ask which.
    2. An outage that goes on: tell since when, why and until when it is expected.
    3. None: say so, and that the line is tested for who has trouble. Who asks whether it is back hears what a line test
       finds now.
    4. If an earlier outage has earned a credit that was not given yet and the rules allow it, offer it, once.
    """
    found = yield from find_line(case)
    if found is None:
        return Declined("no_service")
    listed = (yield Call("network.list_outages", customer_id=case.customer_id))["items"]
    outage = find_outage(listed, found["site_id"])
    if outage is not None:
        return tell_outage(outage)
    state = (yield from _test(found)) if _BACK.search(fold(case.text)) else ""
    return (yield from close_with_credit(case, Resolved("no_outage", state=state), listed))


def _test(line: Facts) -> Generator[Step, Any, str]:
    """How the line is now; empty where it cannot be told."""
    if not line["device_id"]:
        return ""
    try:
        return "good" if read_test((yield from measure_line(line["device_id"]))) == "good" else "bad"
    except StepTrouble:
        return ""
