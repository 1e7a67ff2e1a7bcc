"""No tool of any server acts without a valid grant for exactly this call."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from domain.errors import Misconfigured
from domain.grant import META_KEY
from mcp_servers.catalogue import build_servers, find_toolsets
from policy.gate.grants import GrantMint
from policy.keys import generate_private_key, load_private_key
from tests.mcp_servers.office import ToolRefused
from tests.mcp_servers.samples import NOBODYS, SAMPLES

ALL_TOOLS = sorted(f"{name}.{entry.name}" for name, tools in find_toolsets().items() for entry in tools.entries)
WRITES = sorted(
    f"{name}.{entry.name}" for name, tools in find_toolsets().items() for entry in tools.entries if entry.writes
)


async def test_the_walk_covers_every_tool_that_the_servers_list(office):
    listed = {f"{name}.{tool.name}" for name, server in office.servers.items() for tool in await server.list_tools()}
    assert listed == set(ALL_TOOLS) == set(SAMPLES)


@pytest.mark.parametrize("tool", ALL_TOOLS)
async def test_a_tool_serves_under_its_grant_alone(office, version, tool):
    customer, arguments = SAMPLES[tool]
    other_arguments = {**arguments, "customer_id": "C-1002", "page": 2}
    good = office.grant(tool, arguments, customer)
    head, body, signature = good.split(".")
    forged_body = base64.urlsafe_b64encode(base64.urlsafe_b64decode(body + "==").replace(b"northwind", b"northwend"))
    other_tool = next(name for name in ALL_TOOLS if name.split(".")[0] == tool.split(".")[0] and name != tool)
    bad_grants = {
        "grant: this call has none": None,
        "grant: this call has none ": "",
        "grant: this call has none  ": {"grant": good},
        "grant: it is not valid": GrantMint(generate_private_key(), office.clock).mint(
            office.claims(tool, arguments, customer)
        ),
        "grant: it is not valid ": f"{head}.{forged_body.decode().rstrip('=')}.{signature}",
        "grant: it is not valid  ": f"{head}.{body}.",
        "grant: it has expired": mint_with(office, lifetime=timedelta(seconds=-2)).mint(
            office.claims(tool, arguments, customer)
        ),
        "grant: it is for another tool": office.grant(other_tool, arguments, customer),
        "grant: it is for another server": office.grant(
            tool, arguments, customer, server="erp" if tool.startswith("crm") else "crm"
        ),
        "grant: it is for other arguments": office.grant(tool, other_arguments, customer),
    }
    before = version()
    for message, token in bad_grants.items():
        with pytest.raises(ToolRefused, match=f"^{message.strip()}(; the gate mints one .*)?$"):
            await office.present(tool, arguments, token)
    assert version() == before
    assert await office.present(tool, arguments, good)


def mint_with(office, lifetime):
    return GrantMint(office.private_key, office.clock, lifetime)


@pytest.mark.parametrize("tool", sorted(set(ALL_TOOLS) - set(NOBODYS)))
@pytest.mark.parametrize(("claim", "value"), [("tenant", "other-co"), ("customer", "C-1020"), ("customer", "")])
async def test_another_tenants_or_customers_record_is_not_found(office, version, tool, claim, value):
    customer, arguments = SAMPLES[tool]
    before = version()
    with pytest.raises(ToolRefused, match="not found"):
        await office.call(tool, customer, granted={claim: value}, **arguments)
    assert version() == before


@pytest.mark.parametrize(
    "tool",
    [
        "crm.accept_offer",
        "erp.book_appointment",
        "payments.take_payment",
        "payments.create_payment_link",
    ],
)
async def test_naming_oneself_does_not_open_another_customers_record(office, version, tool):
    arguments = {**SAMPLES[tool][1], "customer_id": "C-1002"}
    before = version()
    with pytest.raises(ToolRefused, match="not found"):
        await office.call(tool, "C-1002", **arguments)
    assert version() == before


@pytest.mark.parametrize("tool", WRITES)
async def test_a_change_needs_an_idempotency_key(office, tool):
    customer, arguments = SAMPLES[tool]
    with pytest.raises(ToolRefused, match="idempotency key"):
        await office.call(tool, customer, granted={"idempotency_key": ""}, **arguments)


async def test_a_grant_lasts_two_seconds_longer_than_written_and_no_more(office):
    arguments = {"customer_id": "C-1001"}
    token = office.grant("crm.get_customer", arguments, "C-1001")
    office.clock.advance(seconds=31.9)
    assert await office.present("crm.get_customer", arguments, token)
    office.clock.advance(seconds=0.1)
    with pytest.raises(ToolRefused, match="expired"):
        await office.present("crm.get_customer", arguments, token)


@pytest.mark.parametrize(
    "changes",
    [{"exp": None}, {"jti": None}, {"aud": None}, {"tenant": None}, {"tenant": ""}, {"tenant": 7}, {"exp": "soon"},
     {"exp": float("nan")}, {"exp": True}, {"customer": None}, {"idempotency_key": 5}],
)  # fmt: skip
async def test_a_grant_with_a_missing_or_odd_claim_is_refused(office, changes):
    arguments = {"customer_id": "C-1001"}
    claims = jwt.decode(office.grant("crm.get_customer", arguments, "C-1001"), options={"verify_signature": False})
    odd = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    with pytest.raises(ToolRefused, match=r"^grant: "):
        await office.present(
            "crm.get_customer", arguments, jwt.encode(odd, load_private_key(office.private_key), algorithm="EdDSA")
        )


async def test_other_algorithms_are_refused_even_with_the_public_key_as_secret(office):
    arguments = {"customer_id": "C-1001"}
    claims = jwt.decode(office.grant("crm.get_customer", arguments, "C-1001"), options={"verify_signature": False})
    for header, signature in (({"alg": "none"}, ""), ({"alg": "HS256"}, "c2lnbmF0dXJl")):
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
        with pytest.raises(ToolRefused, match="not valid"):
            await office.present("crm.get_customer", arguments, ".".join([*parts, signature]))


async def test_arguments_are_bound_as_they_came_without_defaults(office):
    given = {"query": "wifi password"}
    with_default = {"query": "wifi password", "locale": "en"}
    with pytest.raises(ToolRefused, match="other arguments"):
        await office.present(
            "knowledge.search_articles", given, office.grant("knowledge.search_articles", with_default, "")
        )
    token = office.grant("knowledge.search_articles", with_default, "")
    assert await office.present("knowledge.search_articles", with_default, token)


async def test_servers_say_that_they_demand_grants(office):
    from mcp import Client

    for server in office.servers.values():
        async with Client(server) as client:
            assert META_KEY in client.server_capabilities.extensions


def test_a_key_that_is_none_is_misconfigured(sandbox, clock):
    with pytest.raises(Misconfigured, match="public key"):
        build_servers(sandbox, "no key", clock)
