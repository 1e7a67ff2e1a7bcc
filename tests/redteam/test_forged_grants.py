"""Somebody reaches a business system directly, with a grant of their own making or of somebody else's call."""

from datetime import timedelta
from typing import Any

import pytest

from policy.gate.grants import GrantMint
from policy.keys import generate_private_key
from tests.mcp_servers.conftest import clock, office, private_key, sandbox, sandbox_path, seeded_file, version
from tests.mcp_servers.office import Office, ToolRefused
from tests.mcp_servers.samples import SAMPLES
from tests.redteam.tally import TALLY

__all__ = ["clock", "office", "private_key", "sandbox", "sandbox_path", "seeded_file", "version"]
WRITES = ("payments.refund_payment", "erp.apply_credit", "crm.update_contact_detail", "payments.take_payment")


def forgeries(office: Office, tool: str) -> dict[str, object]:
    """Grants that are not for this call, by what is wrong with them."""
    customer, arguments = SAMPLES[tool]
    claims = office.claims(tool, arguments, customer)
    good = office.mint.mint(claims)
    head, body, signature = good.split(".")
    other = next(name for name in WRITES if name != tool)
    return {
        "none": None,
        "signed by somebody else": GrantMint(generate_private_key(), office.clock).mint(claims),
        "without a signature": f"{head}.{body}.",
        "with another's signature": f"{head}.{body}.{signature[::-1]}",
        "expired": GrantMint(office.private_key, office.clock, timedelta(seconds=-3)).mint(claims),
        "for another tool": office.grant(other, SAMPLES[other][1], SAMPLES[other][0]),
        "for other arguments": office.grant(tool, {**arguments, "amount_minor": 1}, customer),
        "for another customer": office.grant(tool, arguments, "C-1020"),
        "for another tenant": office.grant(tool, arguments, customer, tenant="other-co"),
        "for another server": office.grant(tool, arguments, customer, server="knowledge"),
    }


@pytest.mark.parametrize("tool", WRITES)
async def test_a_grant_is_forged_expired_or_for_another_call(office: Any, version: Any, tool: str) -> None:
    """Pass: the server refuses each, changes nothing, and still serves the call whose grant is good."""
    customer, arguments = SAMPLES[tool]
    wins: list[str] = []
    before = version()
    attacks = forgeries(office, tool)
    for name, token in attacks.items():
        try:
            await office.present(tool, arguments, token)
            wins.append(f"{tool} with a grant {name}")
        except ToolRefused:
            continue
    TALLY.attacked(len(attacks), [*wins, *(["something changed"] if version() != before else [])])
    assert await office.present(tool, arguments, office.grant(tool, arguments, customer))


@pytest.mark.parametrize("tool", WRITES)
async def test_a_grant_is_replayed(office: Any, version: Any, tool: str) -> None:
    """Pass: the same grant shown ten times gives one effect and ten times its result; its key serves no other call."""
    customer, arguments = SAMPLES[tool]
    token = office.grant(tool, arguments, customer, idempotency_key="seen-on-the-wire")
    first = await office.present(tool, arguments, token)
    before = version()
    again = [await office.present(tool, arguments, token) for _ in range(9)]
    assert again == [first] * 9
    other = {**arguments, "reason": "other"} if "reason" in arguments else {**arguments, "customer_id": customer}
    stolen = office.grant(tool, other, customer, idempotency_key="seen-on-the-wire")
    if other != arguments:
        with pytest.raises(ToolRefused):
            await office.present(tool, other, stolen)
    TALLY.attacked(10, version() != before)
