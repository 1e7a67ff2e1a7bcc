"""Every job there is, in one place: what it is for, how often it is done, and for how long at most."""

from dataclasses import dataclass

from jobs.job import Job

DELETION_PAUSE_S = 5.0
"""Between two batches of deletions, so that nobody waits for them."""


@dataclass(frozen=True, slots=True)
class JobIntervals:
    """What settings say about how often something is done."""

    follow_ups_s: float = 30.0
    anchoring_s: float = 60.0


def list_jobs(periods: JobIntervals) -> tuple[Job, ...]:
    """All jobs, those that conversations wait for first.

    Whoever adds one gives it a name here, and its work in `app/background_jobs.py`.
    """
    return (*_jobs_of_conversations(periods), *_jobs_of_the_record(periods), *_jobs_of_each_process())


def _jobs_of_conversations(periods: JobIntervals) -> tuple[Job, ...]:
    often = periods.follow_ups_s
    return (
        Job(
            "interrupted-turns",
            "finishes the turns of processes that died or froze",
            every_s=2.0,
            limit_s=300.0,
            everywhere=True,
        ),
        Job("open-calls", "finds out what became of writes whose outcome is not known", every_s=15.0, limit_s=120.0),
        Job("approvals", "goes on where a supervisor decided, or nobody did in time", every_s=15.0, limit_s=120.0),
        Job("partner-consents", "goes on where a customer decided what a partner may", every_s=2.0, limit_s=120.0),
        Job(
            "consents-elsewhere",
            "looks for permissions given or refused in the CRM itself",
            every_s=60.0,
            limit_s=120.0,
        ),
        Job("deliveries", "sends events to webhooks and messages to connectors", every_s=1.0, limit_s=60.0),
        Job("arrivals", "handles what came in by connectors and was not got to", every_s=5.0, limit_s=120.0),
        Job("mailboxes", "reads mail that customers sent", every_s=2.0, limit_s=400.0),
        Job("follow-ups", "sends what conversations promised or owe", every_s=often, limit_s=300.0),
        Job("stranded-claims", "returns to its queue what nobody at the desk looks after", every_s=30.0, limit_s=120.0),
        Job("queue-targets", "counts what nobody took within the target of its queue", every_s=10.0, limit_s=60.0),
        Job("idle-conversations", "closes conversations in which nobody says anything", every_s=often, limit_s=300.0),
    )


def _jobs_of_the_record(periods: JobIntervals) -> tuple[Job, ...]:
    return (
        Job("anchoring", "signs what was added to the record", every_s=periods.anchoring_s, limit_s=120.0),
        Job(
            "retention",
            "deletes what is past its time",
            every_s=3600.0,
            limit_s=600.0,
            first_after_s=60.0,
            again_s=DELETION_PAUSE_S,
        ),
        Job("erasures", "finishes erasures once no limit counts their amounts", every_s=3600.0, first_after_s=60.0),
        Job("step-back", "steps procedures back that fail too often", every_s=300.0, first_after_s=300.0),
    )


def _jobs_of_each_process() -> tuple[Job, ...]:
    return (
        Job("dial", "obeys the autonomy dial, and says so", every_s=1.0, limit_s=10.0, everywhere=True),
        Job("notices", "sends codes, confirmations and reminders by connectors", every_s=1.0, everywhere=True),
        Job("policy-bundle", "takes a changed policy bundle", every_s=1.0, everywhere=True),
        Job("shadow-bundle", "takes a changed shadow bundle", every_s=1.0, everywhere=True),
        Job("mcp-servers", "connects to MCP servers whose stanzas changed", every_s=1.0, limit_s=60.0, everywhere=True),
        Job("understanding", "takes what was learnt elsewhere", every_s=2.0, everywhere=True),
        Job("shadow-findings", "lets the shadow bundle decide what was observed", every_s=0.25, everywhere=True),
    )
