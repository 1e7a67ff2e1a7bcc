"""Mend a connection that is slow."""

from agents.procedure import Case, Journey
from agents.troubleshooting.diagnosis import diagnose


def slow_connection(case: Case) -> Journey:
    """Mend a connection that is slow.

    1. Find the service. None: say so. Several: ask which.
    2. Suspended for an unpaid bill: explain, have billing take the payment, then see that the service is back.
    3. Say the plan in one sentence: outage, speed test, restart, visit.
    4. Outage at the address: tell since when and until when it is expected.
    5. Test the line; a test that fails is tried once more. Slow is under four fifths of the plan's speed.
       - Slow, losing packets or router offline: restart it once the customer has confirmed, test again. Good: say the
         new speed, and promise to ask the next day. Still not good, or no restart possible: a visit. No restart wanted:
         ask whether a visit is.
       - Fault on the line: have scheduling book a visit.
       - As fast as promised: say so, suggest what helps the Wi-Fi, ask whether it is better; else restart; else visit.
    6. If an outage has earned a credit that was not given yet and the rules allow it, offer it, once.
    """
    return (yield from diagnose(case))
