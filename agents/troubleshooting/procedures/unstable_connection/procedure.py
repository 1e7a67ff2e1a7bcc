"""Mend a connection that drops."""

from agents.procedure import Case, Journey
from agents.troubleshooting.diagnosis import diagnose, refer_alarm


def unstable_connection(case: Case) -> Journey:
    """Mend a connection that drops.

    1. The customer has a medical alarm: a person takes over at once, and nothing else is tried.
    2. Find the service. None: say so. Several: ask which.
    3. Suspended for an unpaid bill: explain, have billing take the payment, then see that the service is back.
    4. Say the plan in one sentence: outage, line test, restart, visit.
    5. Outage at the address: tell since when and until when it is expected.
    6. Test the line; a test that fails is tried once more. One lost packet in a hundred counts as dropping.
       - Losing packets, slow or router offline: restart it once the customer has confirmed, test again. Good: say so
         and promise to ask the next day.
         Still not good, or no restart possible: a visit. No restart wanted: ask whether a visit is.
       - Fault on the line: have scheduling book a visit.
       - Line stable: suggest what helps the Wi-Fi, ask whether it holds; else restart; else a visit.
    7. If an outage has earned a credit that was not given yet and the rules allow it, offer it, once.
    """
    referred = yield from refer_alarm(case)
    return referred or (yield from diagnose(case))
