"""The effects of the network tools, on the sandbox; real network management goes behind the same functions."""

from typing import Literal, NamedTuple

from mcp_servers.network.models import Device, LineTest, Outage, Outages, Restarted
from mcp_servers.sandbox.outages import credit_due, outage_days
from mcp_servers.work import Row, Work, instant

DEVICE = """
SELECT d.*, t.line, s.down_mbps AS plan_mbps,
  s.status = 'active' OR (s.status = 'cancelled' AND s.cancel_effective_on > :today) AS served,
  EXISTS (SELECT 1 FROM outages o
    WHERE o.tenant = d.tenant AND o.site_id = d.site_id AND o.customer_id = d.customer_id AND o.ended_at IS NULL) AS out
FROM devices d
JOIN lines t ON t.tenant = d.tenant AND t.site_id = d.site_id
JOIN connections s ON s.tenant = d.tenant AND s.device_id = d.device_id
WHERE d.tenant = :tenant AND d.customer_id = :customer AND d.device_id = :id
"""


class LineMeasurement(NamedTuple):
    """What a test of a line in some state measures, with the speed as a share of the plan's."""

    verdict: Literal["good", "device_offline", "line_fault", "degraded"]
    speed_share: float
    packet_loss_percent: float


READINGS = {
    "good": LineMeasurement("good", 0.96, 0.0),
    "degraded": LineMeasurement("degraded", 0.42, 2.5),
    "fault": LineMeasurement("line_fault", 0.08, 11.0),
}
STAGES = ("Reaching the device", "Measuring the speed", "Counting what is lost on the way")
SILENT = LineMeasurement("device_offline", 0.0, 100.0)


def list_outages(work: Work) -> Outages:
    """Outages that hit the customer's sites, newest first."""
    rows = work.list(
        "SELECT * FROM outages WHERE tenant = :tenant AND customer_id = :customer ORDER BY started_at DESC, site_id"
    )
    return Outages(items=[_outage(work, row) for row in rows])


def _outage(work: Work, row: Row) -> Outage:
    return Outage.model_validate(
        {
            **row,
            "days": outage_days(row, work.now),
            "credit_due_minor": credit_due(row),
            "credited": row["credit_id"] is not None,
        }
    )


def get_device(work: Work, device_id: str) -> Device:
    """One device of the customer, as seen from the network now."""
    row = _device(work, device_id)
    online = _is_online(row)
    return Device.model_validate({**row, "online": online, "last_seen_at": work.now if online else row["last_seen_at"]})


def _device(work: Work, device_id: str) -> Row:
    return work.own(DEVICE, "device_id", "device", device_id, today=work.today.isoformat())


def _is_online(row: Row) -> bool:
    return bool(row["running"] and row["served"] and not row["out"] and row["line"] != "down")


def run_line_test(work: Work, device_id: str) -> LineTest:
    """Test the line of a device, which changes nothing."""
    row = _device(work, device_id)
    online = _is_online(row)
    work.stages.extend(STAGES if online else STAGES[:1])
    reading = READINGS[row["line"]] if online else SILENT
    return LineTest(
        device_id=device_id,
        verdict=reading.verdict,
        device_online=online,
        down_mbps=round(row["plan_mbps"] * reading.speed_share, 1),
        plan_mbps=row["plan_mbps"],
        packet_loss_percent=reading.packet_loss_percent,
        tested_at=work.now,
    )


def restart_device(work: Work, device_id: str) -> Restarted:
    """Restart a device; it comes back unless its line, its area or its account keeps it away."""
    _device(work, device_id)
    work.change(
        "UPDATE devices SET running = 1, last_seen_at = :now WHERE tenant = :tenant AND device_id = :device_id",
        now=instant(work.now),
        device_id=device_id,
    )
    return Restarted(device_id=device_id, online=_is_online(_device(work, device_id)), restarted_at=work.now)
