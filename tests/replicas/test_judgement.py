"""The judge of `make chaos` finds what it is there to find."""

from contextlib import closing
from pathlib import Path
from random import Random

from tests.chaos.errands import Delivery, Errand, Visit
from tests.chaos.judgement import judge
from tests.replicas.conftest import OpenFront
from tests.sandbox_files import open_systems

TWICE, LOST, UNASKED = "C-10001", "C-10002", "C-10003"
TAMPERING = (
    "INSERT INTO credits SELECT tenant, credit_id || '-2', customer_id, amount_minor, unused_minor, reason, "
    f"applied_at, invoice_id FROM credits WHERE customer_id = '{TWICE}'",
    f"DELETE FROM credits WHERE customer_id = '{LOST}'",
    "INSERT INTO payments SELECT tenant, 'P-0', customer_id, invoice_id, NULL, issued_on, balance_minor, 'USD', 'PM', "
    f"'' FROM invoices WHERE customer_id = '{UNASKED}'",
)


async def test_an_effect_that_is_doubled_lost_or_unasked_is_found(open_front: OpenFront) -> None:
    front = await open_front()
    errands = {TWICE: Errand.CREDIT, LOST: Errand.CREDIT_THEN_BILL, UNASKED: Errand.BOTH}
    visits = [Visit(who, what, Delivery.TWICE_AT_ONCE, front, Random(1)) for who, what in errands.items()]
    for visit in visits:
        await visit.run()
    honest = await judge(front.cluster, visits)
    assert honest.holds, honest
    _tamper(front.cluster.folder)
    await front.cluster.postgres.execute("UPDATE pending_actions SET status = 'pending' WHERE status = 'confirmed'")
    found = await judge(front.cluster, visits)
    assert (found.twice, found.lost, found.without_a_yes) == (1, 1, 1 + len(visits))
    assert all(visit.conversations[0] in str(found.problems) for visit in visits)


def _tamper(folder: Path) -> None:
    with closing(open_systems(folder)) as database, database:
        for statement in TAMPERING:
            database.execute(statement)
