"""Customers from a CSV file: each line is checked, and added, changed or refused with the reason."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import available_timezones

from mcp_servers.arguments import ID_PATTERN
from mcp_servers.crm.backend.contact import normal_address, normal_email, normal_phone
from mcp_servers.refusal import Refused
from mcp_servers.work import Row, Work, ensure

COLUMNS = ("customer_id", "name", "email", "phone", "address")
OPTIONAL = ("locale", "timezone", "customer_since", "flags")
STORED = (*COLUMNS, *OPTIONAL)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one line of the file; `reason` says why it was refused."""

    line: int
    customer_id: str
    outcome: Literal["added", "changed", "unchanged", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a line that does not say it has."""

    locale: str
    timezone: str


def import_customers(work: Work, lines: Iterable[str], defaults: Defaults) -> Iterator[Imported]:
    """Take the customers of a CSV file with a head line in, in the order of its lines; see `COLUMNS` and `OPTIONAL`.

    Raises:
        Refused: the head line lacks a column, or has one that means nothing.
    """
    reader = csv.DictReader(lines)
    named = set(reader.fieldnames or ())
    missing, unknown = sorted(set(COLUMNS) - named), sorted(named - set(STORED))
    ensure(not missing, f"line 1: there is no column {', '.join(missing)}; wanted are {', '.join(COLUMNS)}")
    ensure(not unknown, f"line 1: a column {', '.join(unknown)} means nothing; optional are {', '.join(OPTIONAL)}")
    seen: set[str] = set()
    for row in reader:
        shown = (row.get("customer_id") or "").strip()
        try:
            ensure(None not in row and None not in row.values(), "it has more or fewer fields than the head line")
            ensure(shown not in seen, "the same customer stands further up")
            seen.add(shown)
            yield Imported(reader.line_num, shown, _store(work, _checked(work, row, defaults)))
        except Refused as refused:
            yield Imported(reader.line_num, shown, "refused", str(refused).replace("value: ", ""))


def _checked(work: Work, row: Row, defaults: Defaults) -> Row:
    """A line in the form in which customers are kept."""
    given = {name: str(row.get(name) or "").strip() for name in STORED}
    ensure(bool(re.fullmatch(ID_PATTERN, given["customer_id"])), "customer_id: letters, digits, - and _ only")
    ensure(0 < len(given["name"]) <= LONGEST_NAME, "name: is missing or too long")
    zone = given["timezone"] or defaults.timezone
    ensure(zone in available_timezones(), f"timezone: {zone} is none")
    return {
        **given,
        "email": normal_email(given["email"]),
        "phone": normal_phone(given["phone"], work.country),
        "address": normal_address(given["address"]),
        "locale": given["locale"] or defaults.locale,
        "timezone": zone,
        "customer_since": _day(given["customer_since"]) or work.today.isoformat(),
        "flags": json.dumps([flag.strip() for flag in given["flags"].split(";") if flag.strip()]),
    }


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Refused(f"customer_since: {text} is no day like 2024-03-31") from None


def _store(work: Work, customer: Row) -> Literal["added", "changed", "unchanged"]:
    """Add or change one customer; consents, status and what else is known of a known one stay."""
    known = work.find(
        "SELECT name, email, phone, address, locale, timezone, customer_since, flags FROM customers "
        "WHERE tenant = :tenant AND customer_id = :customer_id",
        customer_id=customer["customer_id"],
    )
    if known is not None and all(customer[name] == known[name] for name in known):
        return "unchanged"
    if known is None:
        work.change(
            "INSERT INTO customers (tenant, customer_id, name, email, phone, address, locale, timezone, region, "
            "customer_since, status, flags) VALUES (:tenant, :customer_id, :name, :email, :phone, :address, :locale, "
            ":timezone, '', :customer_since, 'active', :flags)",
            **customer,
        )
        return "added"
    work.change(
        "UPDATE customers SET name = :name, email = :email, phone = :phone, address = :address, locale = :locale, "
        "timezone = :timezone, customer_since = :customer_since, flags = :flags "
        "WHERE tenant = :tenant AND customer_id = :customer_id",
        **customer,
    )
    return "changed"
