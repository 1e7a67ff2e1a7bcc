"""What the databases say when all is over: every refund made once, with its intent and its outcome."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.records import verify
from app.settings import load_settings
from tests.chaos.charges import TENANT, Charge
from tests.vaults import read_payloads

REFUND = "payments.refund_payment"


@dataclass
class Proof:
    """The counts of a whole run; `problems` is empty where everything is as it must be."""

    refunds: int
    made: int = 0
    duplicates: int = 0
    lost: int = 0
    without_intent_or_outcome: int = 0
    left_open: int = 0
    journal_entries: int = 0
    journal_whole: bool = False
    problems: list[str] = field(default_factory=list[str])

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, done twice or left without its record."""
        bad = self.duplicates or self.lost or self.without_intent_or_outcome or self.left_open
        return self.journal_whole and not bad and not self.problems


async def prove(folder: Path, charges: Sequence[Charge]) -> Proof:
    """Compare what the payment system did with what was asked for and with what the record says."""
    found = await asyncio.to_thread(_compare, folder, charges)
    record = await verify(load_settings(data=folder, database_url=""))
    found.journal_whole, found.journal_entries = record["ok"], record["entries"]
    found.problems += record["problems"]
    return found


def _compare(folder: Path, charges: Sequence[Charge]) -> Proof:
    proof = Proof(len(charges))
    refunds = _rows(folder / "payments.db", "SELECT * FROM refunds WHERE tenant = ?", TENANT)
    of_payment: dict[str, list[dict[str, Any]]] = {}
    for row in refunds:
        of_payment.setdefault(row["payment_id"], []).append(row)
    made = [row for charge in charges for row in _count(charge, of_payment, proof)]
    _compare_record(folder / "switchboard.db", made, proof)
    return proof


def _count(charge: Charge, of_payment: dict[str, list[dict[str, Any]]], proof: Proof) -> list[dict[str, Any]]:
    rows = [row for payment in charge.payments for row in of_payment.get(payment, [])]
    proof.made += len(rows)
    proof.duplicates += max(0, len(rows) - 1)
    proof.lost += not rows
    wrong = [row for row in rows if row["amount_minor"] != charge.amount_minor]
    proof.problems += [f"{row['refund_id']} is of {row['amount_minor']}" for row in wrong]
    if len(rows) != 1:
        proof.problems.append(f"{charge.customer_id} has {len(rows)} refunds")
    return rows


def _compare_record(database: Path, made: list[dict[str, Any]], proof: Proof) -> None:
    """Each refund has one intent and one outcome that names it, and its amount is settled in the ledger."""
    entries = read_payloads(database.parent, "tool = :tool AND kind IN ('intent', 'outcome')", tool=REFUND)
    intents = Counter(row["payload"]["key"] for row in entries if row["kind"] == "intent")
    succeeded = [row["payload"] for row in entries if row["outcome"] == "succeeded"]
    outcomes = Counter(each["data"]["refund_id"] for each in succeeded)
    keys = {each["data"]["refund_id"]: each["key"] for each in succeeded}
    settled = {row["reference"] for row in _rows(database, "SELECT * FROM ledger_rows WHERE status = ?", "settled")}
    for row in made:
        name = row["refund_id"]
        if outcomes[name] != 1 or intents[keys.get(name, "")] != 1 or name not in settled:
            proof.without_intent_or_outcome += 1
            proof.problems.append(f"{name}: {outcomes[name]} outcomes, settled: {name in settled}")
    if len(intents) != len(outcomes):
        proof.problems.append(f"{len(intents)} calls were intended, {len(outcomes)} succeeded")
    proof.left_open = len(_rows(database, "SELECT 1 FROM calls WHERE status = ?", "open"))
    proof.left_open += len(_rows(database, "SELECT 1 FROM ledger_rows WHERE status = ?", "reserved"))
    proof.left_open += len(_rows(database, "SELECT 1 FROM turns WHERE result IS NULL AND kind <> ?", "none"))


def _rows(path: Path, query: str, *values: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, values)]
