"""`switchboard policy`: explaining, comparing and shadowing what a real house decided."""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from app.main import cli
from policy.engines.bundle import BUNDLE
from policy.engines.embedded import EmbeddedEngine
from policy.review.shadow import Shadow
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk

DUPLICATE = "I was charged twice, please refund the duplicate charge"


@pytest.fixture(autouse=True)
def logs_stay(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The runner takes the streams and closes them after each command; the house's log must have one of its own."""
    monkeypatch.setattr("app.commands.options.set_up_logs", lambda _level: None)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.__stderr__))
    yield
    structlog.reset_defaults()


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """A bundle under which only 30.00 goes back automatically."""
    folder = Path(shutil.copytree(BUNDLE, tmp_path / "stricter"))
    limits = folder / "data/limits.json"
    text = limits.read_text("utf-8")
    assert '"automatic_minor": 5000' in text
    limits.write_text(text.replace('"automatic_minor": 5000', '"automatic_minor": 3000'), "utf-8")
    return folder


async def run(guest: Guest, *arguments: str) -> Result:
    """The command line on the data of a house."""
    command = ["policy", *arguments, "--data", str(guest.house.settings.data)]
    return await asyncio.to_thread(CliRunner().invoke, cli, command)


async def answer(guest: Guest, *arguments: str) -> dict[str, Any]:
    done = await run(guest, *arguments, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


async def refunded(guest: Guest, customer: str) -> Talk:
    talk = await guest.customer(customer, auth_level="strong")
    await talk.says(DUPLICATE)
    await talk.says("yes")
    return talk


async def test_a_decision_is_explained_with_rules_facts_limits_and_alternatives(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await refunded(guest, "C-1003")
    items = (await answer(guest, "explain", "--conversation", talk.id))["items"]
    assert [one["effect"] for one in items] == ["confirm", "approve"]
    asked, held = items
    reasons = {reason["rule"]: reason for reason in held["reasons"]}
    automatic = reasons["money_back/automatic_limit"]
    assert automatic["message"].startswith("180.00 USD is above 50.00 USD")
    assert "supervisor" in automatic["title"]
    assert {"name": "call.arguments.amount_minor", "value": 18000} in automatic["facts"]
    assert {"name": "money_back.automatic_minor", "value": 5000} in automatic["limits"]
    assert asked["evidence"]["confirmation"] is None
    assert held["evidence"]["confirmation"]["by"] == "C-1003"
    assert held["evidence"]["approval"] is None
    assert held["revision"] == guest.house.policy.revision
    alternatives = held["alternatives"]
    assert alternatives["way"]["needs"] == ["confirm", "approve"]
    assert alternatives["way"]["end"] == "allow"
    assert alternatives["below"]["upto_minor"] == 5000
    assert alternatives["below"]["words"] == "it needs the customer's yes; then it executes"
    assert alternatives["above"]["from_minor"] == 18001
    assert alternatives["above"]["end"] == "deny"


async def test_the_last_decision_and_one_by_its_id_are_explained_in_words(open_house: OpenHouse) -> None:
    guest = await open_house()
    talk = await refunded(guest, "C-1001")
    decision = (await talk.look())["actions"][-1]["decision_id"]
    last = await run(guest, "explain", "--last")
    assert "payments.refund_payment" in last.stdout
    assert "The call was allowed, and succeeded." in last.stdout
    named = await answer(guest, "explain", decision)
    assert named["items"][0]["decision_id"] == decision
    assert named["items"][0]["outcome"] == "succeeded"


async def test_what_nobody_decided_is_not_explained(open_house: OpenHouse) -> None:
    guest = await open_house()
    done = await run(guest, "explain", "dec_unknown")
    assert done.exit_code == 2
    assert "there is no recorded decision" in done.stderr


async def test_the_same_bundle_flips_nothing(open_house: OpenHouse) -> None:
    guest = await open_house()
    for customer in ("C-1001", "C-1003", "C-1013", "C-1017"):
        await refunded(guest, customer)
    found = await answer(guest, "diff", str(BUNDLE))
    assert found["replayed"] > 8
    assert found["flips"] == []


async def test_a_stricter_bundle_shows_which_decisions_flip_for_whom_and_how_much(
    open_house: OpenHouse, stricter: Path
) -> None:
    guest = await open_house()
    for customer in ("C-1001", "C-1003", "C-1013"):
        await refunded(guest, customer)
    found = await answer(guest, "diff", str(stricter))
    (flip,) = found["flips"]
    assert (flip["customer_id"], flip["amount_minor"], flip["tool"]) == ("C-1001", 3999, "payments.refund_payment")
    assert (flip["before"]["effect"], flip["after"]["effect"]) == ("allow", "approve")
    assert "money_back/automatic_limit" in flip["after"]["rules"]
    assert found["by_tool"] == [
        {
            "tool": "payments.refund_payment",
            "from": "allow",
            "to": "approve",
            "decisions": 1,
            "calls": 1,
            "customers": 1,
            "amount_minor": 3999,
        }
    ]
    assert (await answer(guest, "diff", str(stricter), "--tool", "crm.add_note"))["replayed"] == 0
    assert (await answer(guest, "diff", str(stricter), "--limit", "2"))["replayed"] == 2
    assert len((await answer(guest, "diff", str(stricter), "--against-live"))["flips"]) == 1
    told = await run(guest, "diff", str(stricter), "--fail-on-flip")
    assert told.exit_code == 1
    assert "C-1001" in told.stdout


async def test_a_bundle_that_is_not_compiled_is_not_compared(open_house: OpenHouse, stricter: Path) -> None:
    guest = await open_house()
    rule = stricter / "contact_centre/rules/money_back/fraud/rule.rego"
    rule.write_text(rule.read_text("utf-8") + "\n# changed\n", "utf-8")
    done = await run(guest, "diff", str(stricter))
    assert done.exit_code == 1
    assert "compiled from other rules" in done.stderr


def shadow_of(guest: Guest) -> Shadow:
    shadow = guest.house.control.shadow
    assert shadow is not None
    return shadow


async def test_a_shadow_bundle_records_only_what_it_would_decide_otherwise(
    open_house: OpenHouse, stricter: Path
) -> None:
    guest = await open_house(policy={"shadow_bundle": stricter})
    talk = await refunded(guest, "C-1001")
    assert await talk.done() == [("payments.refund_payment", "succeeded")]
    await shadow_of(guest).settle()
    found = await answer(guest, "shadow")
    (difference,) = found["differences"]
    assert (difference["live_effect"], difference["shadow_effect"]) == ("allow", "approve")
    assert (difference["customer_id"], difference["amount_minor"]) == ("C-1001", 3999)
    assert difference["live_revision"] == guest.house.policy.revision != difference["shadow_revision"]
    assert difference["decision_id"] in {entry["decision_id"] for entry in await talk.journal()}
    tallies = {row["tool"]: row for row in found["tools"]}
    assert tallies["payments.refund_payment"]["compared"] == 2
    assert tallies["payments.refund_payment"]["differed"] == 1
    assert sum(row["compared"] for row in found["tools"]) == shadow_of(guest).totals["compared"]
    assert "C-1001" in (await run(guest, "shadow")).stdout
    assert "switchboard_policy_shadow_differed 1.0" in (await guest.http.get("/metrics")).text


class Crashing:
    """A shadow engine that breaks."""

    revision = "sha256:crashing"

    def decide_now(self, document: Any) -> Any:
        raise RuntimeError(f"no idea what {len(document)} parts mean")


async def test_a_crashing_shadow_never_touches_the_live_decision(open_house: OpenHouse) -> None:
    guest = await open_house(policy={"shadow_bundle": BUNDLE})
    shadow_of(guest).renew(Crashing())
    talk = await refunded(guest, "C-1001")
    assert await talk.done() == [("payments.refund_payment", "succeeded")]
    await shadow_of(guest).settle()
    found = await answer(guest, "shadow")
    assert found["differences"] == []
    assert sum(row["failed"] for row in found["tools"]) > 0
    assert sum(row["compared"] for row in found["tools"]) == 0


async def test_a_shadow_that_cannot_keep_up_drops_and_counts(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy.review.shadow.QUEUE", 1)
    guest = await open_house(policy={"shadow_bundle": BUNDLE})
    shadow = shadow_of(guest)
    ruling = await decided(guest)
    for _ in range(5):
        shadow.observe(*ruling)
    assert shadow.totals["dropped"] >= 4
    await shadow.settle()
    rows = (await answer(guest, "shadow"))["tools"]
    assert sum(row["dropped"] for row in rows) == shadow.totals["dropped"]


async def decided(guest: Guest) -> tuple[Any, Any]:
    """A document and the live decision on it."""
    from policy.gate.decisions import parse_decision
    from tests.policy_bundle.documents import sound

    document = sound("payments.refund_payment", dict(guest.house.bundle.tools))
    return document, parse_decision(await EmbeddedEngine(guest.house.bundle).decide(document))
