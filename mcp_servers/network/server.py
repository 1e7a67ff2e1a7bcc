"""The network's tools."""

from mcp_servers.arguments import CustomerId, DeviceId
from mcp_servers.network import backend, models
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work

tools = Toolset(
    "network",
    title="Network",
    instructions="Outages at the customer's address, the state of their devices, line tests and remote restarts.",
)


@tools.read
def list_outages(work: Work, customer_id: CustomerId) -> models.Outages:
    """List outages at the customer's sites, newest first. One without `ended_at` is going on now.

    `credit_due_minor` is the credit for an outage that has ended, `credited` whether it was already given.
    """
    return backend.list_outages(work)


@tools.read
def get_device(work: Work, device_id: DeviceId) -> models.Device:
    """Read a device's state: whether it is online, when it was last seen, the name of its Wi-Fi."""
    return backend.get_device(work, device_id)


@tools.read
def run_line_test(work: Work, device_id: DeviceId) -> models.LineTest:
    """Measure the line to a device. It takes nothing away from the customer.

    Verdicts: `good`; `device_offline` (the device does not answer: restart it, then test again); `line_fault` (a
    technician must come); `degraded` (slower than the plan).
    """
    return backend.run_line_test(work, device_id)


@tools.write(destructive=True, idempotent=True)
def restart_device(work: Work, device_id: DeviceId) -> models.Restarted:
    """Restart a device from afar. The connection drops for about two minutes, so the customer must agree first.

    `online` says whether it came back. If not, a technician is needed.
    """
    return backend.restart_device(work, device_id)
