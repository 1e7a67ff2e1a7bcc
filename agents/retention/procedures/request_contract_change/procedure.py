"""Changes of a contract that people make: said openly, and brought to them."""

from agents.procedure import Ask, Case, Declined, HandOff, Journey
from agents.retention.procedures.request_contract_change.topics import read_topic

OPEN_TO_STRANGERS = True
QUEUES = {"billing_day": "billing"}
"""Who makes a change that retention does not."""


def request_contract_change(case: Case) -> Journey:
    """A change of the contract that only people make: a move, a pause, a second line, an extra, another billing day,
    what we keep about somebody.

    1. Say openly that it cannot be done here and that our team can, with the nearest that can be done here.
    2. Ask whether somebody should take over. Yes: a person goes on, who reads what was asked for.
    3. Anything else: nothing is begun and nothing was changed.
    """
    topic = read_topic(case.text)
    question = Ask("colleague", kinds=("yes_no",), reply=f"ask_{topic}", optional=True)
    wanted = yield question.wished_as("retention.request_contract_change")
    if not wanted:
        return Declined("left_unknown" if topic == "availability" else "left")
    return HandOff("policy_limit", queue=QUEUES.get(topic, "retention"))
