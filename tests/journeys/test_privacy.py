"""A customer is erased, is given their data, and is not kept for ever; the record verifies all along."""

import json
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from typer.testing import CliRunner

from app.clock import tell_time
from app.commands.privacy import commands
from app.privacy.erasure import Erased, ErasureRequest
from app.privacy.service import PrivacyService, open_privacy_service
from app.records import checkpoint, verify
from app.vault import open_vault
from domain.errors import Conflict
from domain.ids import TenantId
from storage.tables.control import calls, journal_entries, shadow_differences
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk

TENANT = TenantId("northwind-fibre")
WISH = ErasureRequest(TENANT, "C-1001", "ticket 4711", "operator")


@pytest.fixture(params=["sqlite", "postgres"])
async def either_house(request: pytest.FixtureRequest, open_house: OpenHouse) -> Guest:
    """A house on either database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return await open_house(database_url=url)


@asynccontextmanager
async def office_of(guest: Guest, clock: Callable[[], datetime] = tell_time) -> AsyncIterator[PrivacyService]:
    """The privacy office on a house's database, as another process opens it."""
    async with open_privacy_service(guest.house.settings, clock) as office:
        yield office


async def refunded(guest: Guest) -> Talk:
    """Amira got her money back, rated it, and reached a person."""
    amira = await guest.customer("C-1001")
    await amira.says("I was charged twice for my last bill, I am Amira Zanzibar")
    await amira.says("yes")
    assert await amira.done() == [("payments.refund_payment", "succeeded")]
    body = {"score": 4, "comment": "zanzibar was kind"}
    await guest.call("channel", "POST", f"/v1/conversations/{amira.id}/feedback", body)
    await amira.says("I want to talk to a person about zanzibar")
    return amira


async def erase(guest: Guest) -> Erased:
    async with office_of(guest) as office:
        erased = await office.erasures.erase(WISH)
    return erased


async def everything(guest: Guest, talk: Talk) -> str:
    """All that any screen or program can read of a conversation."""
    paths = {"channel": f"/v1/conversations/{talk.id}", "auditor": f"/v1/conversations/{talk.id}/journal"}
    found = [await guest.fetch(role, path) for role, path in paths.items()]
    found.append(await guest.fetch("representative", "/v1/desk/queue"))
    found.append(await guest.fetch("supervisor", "/v1/approvals"))
    return json.dumps(found)


async def test_an_erased_customers_words_are_nowhere_and_every_screen_still_opens(either_house: Guest) -> None:
    amira = await refunded(either_house)
    ben = await either_house.customer("C-1002")
    await ben.says("why is my bill so high, says Benzibar")
    assert "anzibar" in await everything(either_house, amira)
    erased = await erase(either_house)
    assert erased.destroyed["keys"] == 1
    again = await either_house_again(either_house)
    shown = await everything(again, amira)
    assert "anzibar" not in shown
    assert "C-1001" not in shown
    look = await again.fetch("channel", f"/v1/conversations/{amira.id}")
    assert (look["status"], look["customer"], look["actions"]) == ("closed", None, [])
    assert {message["text"] for message in look["messages"]} == {"[erased]"}
    journal = (await again.fetch("auditor", f"/v1/conversations/{amira.id}/journal"))["items"]
    assert "payments.refund_payment" in {item["tool"] for item in journal}
    assert "enzibar" in await everything(again, ben)
    assert (await again.fetch("auditor", "/v1/journal/verify"))["ok"]
    assert (await verify(again.house.settings))["ok"]
    refused = await again.call(
        "channel", "POST", f"/v1/conversations/{amira.id}/messages", {"client_message_id": "x", "text": "hello"}
    )
    assert refused.status_code == 409


async def test_what_a_shadow_bundle_thought_of_an_erased_customer_does_not_name_them(either_house: Guest) -> None:
    amira = await refunded(either_house)
    row = {"decision_id": "D-1", "shadow_revision": "s", "live_revision": "l", "tenant": WISH.tenant}
    row |= {"conversation_id": amira.id, "customer_id": WISH.customer_id, "call_id": "1", "tool": "erp.apply_credit"}
    row |= {"live_effect": "allow", "live_rules": [], "shadow_effect": "deny", "shadow_rules": []}
    transactions = either_house.house.control.transactions
    now = datetime(2026, 1, 1, tzinfo=UTC)
    await transactions.write(lambda c: c.execute(insert(shadow_differences).values(**row, at=now)))
    await erase(either_house)
    names = await transactions.read(lambda c: c.execute(select(shadow_differences.c.customer_id)).scalars().all())
    assert len(names) == 1
    assert names[0].startswith("erased-")


async def either_house_again(guest: Guest) -> Guest:
    """The same house as a process sees it whose known keys have grown stale."""
    vault: Any = guest.house.control.transactions.vault
    vault.forget(list(vault._kept))
    return guest


async def test_erasing_again_finds_nothing_and_a_new_conversation_is_a_new_beginning(house: Guest) -> None:
    await refunded(house)
    assert (await erase(house)).id
    assert (await erase(house)) == Erased("", "", {}, ())
    await either_house_again(house)
    amira = await house.customer("C-1001")
    await amira.says("what is my balance?")
    assert "balance" in json.dumps(await amira.look())


async def test_limits_outlive_an_erasure_and_the_amounts_are_renamed_after_their_window(house: Guest) -> None:
    query = text("SELECT DISTINCT customer_id FROM ledger_rows WHERE reference LIKE 'R-7%' AND amount_minor = 3999")
    await refunded(house)
    others = {"C-1020"}
    pseudonym = (await erase(house)).pseudonym

    async def owners() -> set[str]:
        transactions = house.house.control.transactions
        return set(await transactions.read(lambda connection: connection.execute(query).scalars().all())) - others

    assert await owners() == {"C-1001"}
    async with office_of(house, lambda: tell_time() + timedelta(days=32)) as office:
        assert await office.erasures.finish() == 1
    assert await owners() == {pseudonym}


async def test_nobody_is_erased_while_the_outcome_of_a_write_is_unknown(house: Guest) -> None:
    amira = await refunded(house)
    transactions = house.house.control.transactions
    reopen = update(calls).where(calls.c.conversation_id == amira.id, calls.c.kind == "write").values(status="open")
    await transactions.write(lambda connection: connection.execute(reopen))
    with pytest.raises(Conflict, match="not known yet"):
        await erase(house)
    assert "anzibar" in await everything(house, amira)


async def test_entries_from_before_words_were_sealed_are_blanked_and_signed(house: Guest) -> None:
    from policy.journal.chain import GENESIS
    from policy.journal.stored_chains import hash_of
    from storage.record_heads import heads_of

    amira = await house.customer("C-1001")
    transactions = house.house.control.transactions
    row = {
        "conversation_id": amira.id, "sequence": 1, "id": "je_1", "turn_id": "", "tenant": TENANT,
        "at": "2026-01-01T00:00:00.000000+00:00", "kind": "note", "tool": "", "decision_id": "", "effect": "",
        "outcome": "", "rules": "[]", "rationale": "Zanzibar called", "payload": "{}", "previous_hash": GENESIS,
    }  # fmt: skip

    def plant(connection: Any) -> None:
        connection.execute(insert(journal_entries).values(**row, hash=hash_of(row)))
        heads = heads_of(connection, transactions.vault.tags)
        head = heads.lock(connection, amira.id, TENANT)
        head.keyed_from = 1
        heads.advance(head, 1, hash_of(row))

    await transactions.write(plant)
    await checkpoint(house.house.settings)
    assert "Zanzibar" in await everything(house, amira)
    assert (await erase(house)).destroyed["blanked_entries"] == 1
    assert "Zanzibar" not in await everything(house, amira)
    found = await verify(house.house.settings)
    assert (found["ok"], found["problems"]) == (True, [])
    forge = update(journal_entries).where(journal_entries.c.id == "je_1").values(kind="decision")
    await transactions.write(lambda connection: connection.execute(forge))
    assert (await verify(house.house.settings))["problems"] == [f"{amira.id}/1: content was changed"]


async def test_a_person_is_given_their_data(house: Guest, tmp_path: Path) -> None:
    amira = await refunded(house)
    out = tmp_path / "amira.json"
    arguments = [
        "privacy",
        "export",
        "--customer",
        "C-1001",
        "--out",
        str(out),
        "--data",
        str(house.house.settings.data),
    ]
    assert await run(arguments) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = json.loads(out.read_text("utf-8"))
    (conversation,) = found["conversations"]
    assert conversation["id"] == amira.id
    assert "Zanzibar" in json.dumps(conversation["messages"])
    assert [action["outcome"] for action in conversation["actions"] if action["tool"] == "payments.refund_payment"]
    assert "The customer said yes to exactly this call." in {line["why"] for line in conversation["decisions"]}
    assert conversation["ratings"][0]["comment"] == "zanzibar was kind"
    assert 3999 in {amount["amount_minor"] for amount in found["amounts"]}
    assert found["held_elsewhere"] == ["crm", "erp", "network", "payments"]


async def run(arguments: list[str]) -> int:
    """One command of `switchboard`, in a thread: it has an event loop of its own."""
    import asyncio

    result = await asyncio.to_thread(CliRunner().invoke, commands, arguments)
    return result.exit_code


@pytest.mark.parametrize("arguments", [["--reason", "ticket"], ["--reason", "C-1001 wrote", "--yes"]])
async def test_erasing_wants_a_yes_and_a_reason_without_the_customer_in_it(house: Guest, arguments: list[str]) -> None:
    amira = await refunded(house)
    data = str(house.house.settings.data)
    assert await run(["privacy", "erase", "--customer", "C-1001", "--data", data, *arguments]) == 2
    assert "anzibar" in await everything(house, amira)


async def test_words_go_after_their_time_and_the_record_later_with_a_signed_word(either_house: Guest) -> None:
    amira = await refunded(either_house)
    await checkpoint(either_house.house.settings)
    young, old = tell_time() + timedelta(days=729), tell_time() + timedelta(days=731)
    async with office_of(either_house, lambda: young) as office:
        assert (await office.retention.look()).conversations == 0
    async with office_of(either_house, lambda: old) as office:
        assert (await office.retention.look()).conversations == 1
        assert (await office.retention.enforce()).conversations == 1
    await either_house_again(either_house)
    gone = await either_house.fetch("channel", f"/v1/conversations/{amira.id}")
    assert (gone["status"], gone["messages"], gone["customer"]) == ("closed", [], None)
    journal = (await either_house.fetch("auditor", f"/v1/conversations/{amira.id}/journal"))["items"]
    assert journal[-1]["rationale"] == "The words of this conversation were deleted: their time was over."
    await checkpoint(either_house.house.settings)
    oldest = old + timedelta(days=3651)
    async with office_of(either_house, lambda: oldest) as office:
        assert (await office.retention.enforce()).chains >= 1
    found = await verify(either_house.house.settings)
    assert (found["ok"], found["retired"] >= 1) == (True, True)
    assert amira.id not in json.dumps(await either_house.fetch("auditor", "/v1/journal/verify"))


async def test_words_stay_readable_over_a_new_encryption_key(house: Guest) -> None:
    amira = await refunded(house)
    keys = house.house.settings.data / "encryption_keys"
    before = keys.read_text("ascii")
    assert await run(["privacy", "rotate-key", "--data", str(house.house.settings.data)]) == 0
    after = keys.read_text("ascii")
    assert after.split()[1:] == before.split()
    await either_house_again(house)
    assert "anzibar" in await everything(house, amira)
    await house.customer("C-1002")
    keys.write_text(after.split()[0], "ascii")
    newest = open_vault(house.house.settings).master
    transactions = house.house.control.transactions
    wrapped = await transactions.read(
        lambda _: [wrapped for _, wrapped in house.house.control.transactions.vault.store.batch("", 100)]
    )
    assert len(wrapped) >= 2
    assert all(newest.is_current(each) for each in wrapped if each)
