"""Each system of the sandbox lives on a file of its own, and hears the others without looking into their tables."""

import ast
import re
import sqlite3
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile
from domain.errors import Misconfigured
from mcp_servers.catalogue import find_toolset, own_database
from mcp_servers.grants import read_public_key
from mcp_servers.sandbox.database import CALLS
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.system import BOOKKEEPING
from mcp_servers.sandbox.systems import SYSTEMS
from policy.keys import public_key_of
from tests.mcp_servers.office import Office, ToolRefused
from tests.mcp_servers.samples import SAMPLES
from tests.sandbox_files import open_systems

NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)\b")
KEIKO = {"customer_id": "C-1011", "invoice_id": "INV-3011", "method_id": "PM-6011", "amount_minor": 6499}


def tables_of(name):
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(CALLS + SYSTEMS[name].schema)
        return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def statements(path):
    """Every piece of SQL in a file of Python."""
    constants = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant))
    return " ".join(each for each in constants if isinstance(each, str))


def alone(folder, name, private_key, clock):
    """One system in a process of its own, as far as the others can tell."""
    sandbox = Sandbox(folder, name)
    tools = find_toolset(name)
    backend = own_database(tools, sandbox, open_folder(REFERENCE, read_profile(REFERENCE)))
    key = read_public_key(public_key_of(private_key))
    return Office({name: tools.build(backend, key, clock)}, sandbox, private_key, clock)


def test_no_statement_names_a_table_of_another_system_and_no_two_keep_the_same_one():
    own = {name: tables_of(name) for name in SYSTEMS}
    for one, other in combinations(own, 2):
        assert own[one] & own[other] <= {*BOOKKEEPING, "sqlite_sequence"}
    everything = set().union(*own.values())
    for name in SYSTEMS:
        files = [*Path("mcp_servers", name).rglob("*.py"), Path("mcp_servers/sandbox/systems", f"{name}.py")]
        named = {table for path in files for table in NAMED.findall(statements(path))}
        assert named & everything <= own[name], name
        assert named & own[name], f"{name} was not read"


@pytest.mark.parametrize("name", SYSTEMS)
async def test_a_system_serves_all_its_tools_when_the_other_files_are_gone(sandbox_path, name, private_key, clock):
    for other in {*SYSTEMS} - {name}:
        for file in sandbox_path.glob(f"{other}.db*"):
            file.unlink()
    office = alone(sandbox_path, name, private_key, clock)
    for tool, (customer, arguments) in SAMPLES.items():
        if tool.startswith(f"{name}."):
            await office.call(tool, customer, **arguments)
    office.sandbox.close()
    assert {file.name.partition(".")[0] for file in sandbox_path.iterdir()} == {name}


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_a_locked_system_holds_up_no_other_and_hears_what_happened_when_it_is_back(office, sandbox_path, how):
    with closing(sqlite3.connect(sandbox_path / "erp.db", isolation_level=None)) as locked:
        locked.execute(how)
        await office.call("payments.take_payment", "C-1011", **KEIKO)
        with pytest.raises(ToolRefused, match="balance of INV-3011 is 0"):
            await office.call("payments.take_payment", "C-1011", **KEIKO)
        assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "suspended"
        locked.execute("ROLLBACK")
    bill = await office.call("erp.get_invoice", "C-1011", invoice_id="INV-3011")
    assert (bill["balance_minor"], bill["status"]) == (0, "paid")
    assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "active"
    assert (await office.call("network.get_device", "C-1011", device_id="D-8011"))["online"]


async def test_systems_in_processes_of_their_own_hear_each_other_by_their_files(sandbox_path, private_key, clock):
    offices = {name: alone(sandbox_path, name, private_key, clock) for name in SYSTEMS}
    await offices["payments"].call("payments.take_payment", "C-1011", **KEIKO)
    for name in ("erp", "crm"):
        offices[name].sandbox.exchange.spread_here(clock())
    assert (await offices["crm"].call_of("crm.get_customer", "C-1011"))["status"] == "active"
    credit = {"customer_id": "C-1002", "amount_minor": 1200, "reason": "outage"}
    await offices["erp"].call("erp.apply_credit", "C-1002", **credit)
    assert (await offices["network"].call_of("network.list_outages", "C-1002"))["items"][0]["credited"]
    offer = {"customer_id": "C-1008", "offer_id": "OF-15", "discount_percent": 15, "months": 6}
    accepted = await offices["crm"].call("crm.accept_offer", "C-1008", **offer)
    service = (await offices["erp"].call_of("erp.list_subscriptions", "C-1008"))["items"][0]
    assert service["monthly_minor"] == accepted["monthly_minor"]
    for each in offices.values():
        each.sandbox.close()


async def test_what_was_paid_beyond_a_credit_that_came_meanwhile_is_shown_as_captured_too_much(
    sandbox_path, private_key, clock, tmp_path
):
    erp = alone(sandbox_path, "erp", private_key, clock)
    await erp.call("erp.apply_credit", "C-1011", customer_id="C-1011", amount_minor=1000, reason="goodwill")
    erp.sandbox.close()
    (sandbox_path / "erp.db").rename(tmp_path / "erp.db")  # the payment system cannot hear of it
    payments = alone(sandbox_path, "payments", private_key, clock)
    await payments.call("payments.take_payment", "C-1011", **KEIKO)
    (tmp_path / "erp.db").rename(sandbox_path / "erp.db")
    erp = alone(sandbox_path, "erp", private_key, clock)
    bill = await erp.call("erp.get_invoice", "C-1011", invoice_id="INV-3011")
    assert (bill["total_minor"], bill["balance_minor"]) == (5499, 0)
    paid = (await payments.call_of("payments.list_payments", "C-1011"))["items"][0]
    assert (paid["amount_minor"], paid["surplus_minor"]) == (6499, 1000)
    for each in (erp, payments):
        each.sandbox.close()


def everything_in(folder):
    with closing(open_systems(folder)) as systems:
        found = {
            f"{name}.{table}": sorted(map(repr, systems.execute(f"SELECT * FROM {name}.{table}")))
            for name in SYSTEMS
            for table in tables_of(name) - {"origin", "sqlite_sequence"}
        }
    return found


def share_one_file(folder, shared):
    """Write what the systems keep into the one file that version 0.3 had before."""
    with closing(open_systems(folder)) as systems:
        systems.execute(f"ATTACH '{shared}' AS shared")
        for name, system in SYSTEMS.items():
            elsewhere = {*BOOKKEEPING, *system.copies, "payers", "lines", "sites", "customers", "sqlite_sequence"}
            for table in tables_of(name) - elsewhere:
                systems.execute(f"CREATE TABLE shared.{table} AS SELECT * FROM {name}.{table}")
        for table in ("seeding", "tenants", "counters", "idempotency_keys"):
            systems.execute(f"CREATE TABLE shared.{table} AS SELECT * FROM crm.{table}")
        columns = "c.*, p.autopay_method_id FROM crm.customers c JOIN payments.payers p USING (tenant, customer_id)"
        systems.execute(f"CREATE TABLE shared.customers AS SELECT {columns}")
        columns = "s.*, l.line FROM erp.sites s JOIN network.lines l USING (tenant, site_id)"
        systems.execute(f"CREATE TABLE shared.sites AS SELECT {columns}")


def test_a_shared_file_is_taken_over_once_whole_and_left_as_it_was(sandbox_path, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    share_one_file(sandbox_path, folder / "sandbox.db")
    before = (folder / "sandbox.db").read_bytes()
    taken = [Sandbox(folder), Sandbox(folder)]
    for each in taken:
        each.close()
    assert [each.took_over for each in taken] == [True, False]
    assert everything_in(folder) == everything_in(sandbox_path)
    assert (folder / "sandbox.db").read_bytes() == before


def test_a_shared_file_that_cannot_be_read_is_named_and_nothing_is_invented_in_its_place(tmp_path):
    (tmp_path / "sandbox.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Misconfigured, match=r"sandbox\.db.*cannot be read.*Nothing was changed"):
        Sandbox(tmp_path)
