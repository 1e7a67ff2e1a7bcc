"""Invoices: reading them, and what lowers or spreads what is owed."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from mcp_servers.erp.backend.appointments import settle_missed_visit
from mcp_servers.erp.models import (
    Arrangement,
    Credit,
    Instalment,
    Invoice,
    InvoiceDetail,
    InvoiceLine,
    Invoices,
    Waiver,
)
from mcp_servers.refusal import not_found
from mcp_servers.sandbox.outages import credit_due
from mcp_servers.sandbox.standing import restore_when_settled
from mcp_servers.sandbox.system import tell
from mcp_servers.work import Row, Work, ensure, instant

FIRST_INSTALMENT_WITHIN = timedelta(days=31)
WAIVABLE = ("late_fee", "one_off")

INVOICES = """
SELECT *, CASE WHEN balance_minor = 0 THEN 'paid'
  WHEN due_on < :today AND arrangement_id IS NULL THEN 'overdue' ELSE 'open' END AS status
FROM invoices WHERE tenant = :tenant AND customer_id = :customer
"""


def list_invoices(work: Work) -> Invoices:
    """The customer's bills, newest first."""
    rows = work.list(INVOICES + "ORDER BY issued_on DESC, invoice_id DESC", today=work.today.isoformat())
    return Invoices(items=[Invoice.model_validate(row) for row in rows])


def get_invoice(work: Work, invoice_id: str) -> InvoiceDetail:
    """One bill of the customer with its lines."""
    row = _own_invoice(work, invoice_id)
    lines = work.list(
        "SELECT * FROM invoice_lines WHERE tenant = :tenant AND invoice_id = :id ORDER BY rowid", id=invoice_id
    )
    url = f"https://my.{work.tenant}.example/invoices/{invoice_id}"
    return InvoiceDetail.model_validate(
        {**row, "lines": [InvoiceLine.model_validate(line) for line in lines], "url": url}
    )


def _own_invoice(work: Work, invoice_id: str) -> Row:
    sql = INVOICES + "AND invoice_id = :id"
    return work.own(sql, "invoice_id", "invoice", invoice_id, today=work.today.isoformat())


def apply_credit(work: Work, amount_minor: int, reason: str) -> Credit:
    """Credit an amount: it lowers the oldest open bill, and what is left over waits for the next one."""
    credit_id = work.number("CR")
    if reason.lower().startswith("outage"):
        _settle_outage(work, credit_id, amount_minor)
    if reason.lower().startswith("missed visit"):
        settle_missed_visit(work, credit_id, amount_minor, reason)
    invoice = work.find(INVOICES + "AND balance_minor > 0 ORDER BY due_on, invoice_id", today=work.today.isoformat())
    used_minor = min(amount_minor, invoice["balance_minor"]) if invoice else 0
    credit = Credit(
        credit_id=credit_id,
        amount_minor=amount_minor,
        reason=reason,
        applied_at=work.now,
        invoice_id=invoice["invoice_id"] if invoice else None,
    )
    _store_credit(work, credit, unused_minor=amount_minor - used_minor)
    if invoice:
        _add_line(work, invoice["invoice_id"], f"Credit: {reason}", -used_minor)
        _lower(work, invoice["invoice_id"], used_minor)
        restore_when_settled(work)
    return credit


def _settle_outage(work: Work, credit_id: str, amount_minor: int) -> None:
    """An outage is credited once, with exactly what is due for it."""
    waiting = work.list(
        "SELECT * FROM outage_reports WHERE tenant = :tenant AND customer_id = :customer "
        "AND credit_id IS NULL AND ended_at IS NOT NULL ORDER BY started_at"
    )
    ensure(bool(waiting), "reason: no outage of this customer waits for a credit")
    outage = next((row for row in waiting if credit_due(row) == amount_minor), None)
    due = ", ".join(f"{credit_due(row)} for {row['outage_id']}" for row in waiting)
    ensure(outage is not None, f"amount_minor: the credit due is {due}")
    credited = {"credit_id": credit_id, **{name: (outage or {}).get(name, "") for name in ("outage_id", "site_id")}}
    work.change(
        "UPDATE outage_reports SET credit_id = :credit_id "
        "WHERE tenant = :tenant AND outage_id = :outage_id AND site_id = :site_id",
        **credited,
    )
    tell(work, "outage_credited", **credited)


def _store_credit(work: Work, credit: Credit, unused_minor: int) -> None:
    work.change(
        "INSERT INTO credits "
        "(tenant, credit_id, customer_id, amount_minor, unused_minor, reason, applied_at, invoice_id) "
        "VALUES (:tenant, :credit_id, :customer, :amount_minor, :unused_minor, :reason, :at, :invoice_id)",
        credit_id=credit.credit_id,
        amount_minor=credit.amount_minor,
        unused_minor=unused_minor,
        reason=credit.reason,
        at=instant(credit.applied_at),
        invoice_id=credit.invoice_id,
    )


def _add_line(work: Work, invoice_id: str, description: str, amount_minor: int) -> None:
    work.change(
        "INSERT INTO invoice_lines (tenant, line_id, invoice_id, kind, description, amount_minor) "
        "VALUES (:tenant, :line_id, :invoice_id, 'credit', :description, :amount_minor)",
        line_id=work.number("L"),
        invoice_id=invoice_id,
        description=description,
        amount_minor=amount_minor,
    )


def _lower(work: Work, invoice_id: str, by_minor: int) -> None:
    work.change(
        "UPDATE invoices SET total_minor = total_minor - :by_minor, balance_minor = balance_minor - :by_minor "
        "WHERE tenant = :tenant AND invoice_id = :invoice_id",
        by_minor=by_minor,
        invoice_id=invoice_id,
    )


def waive_fee(work: Work, invoice_id: str, line_id: str, amount_minor: int, reason: str) -> Waiver:
    """Strike a whole fee from a bill; if it was paid already, its amount waits for the next bill as a credit."""
    invoice = _own_invoice(work, invoice_id)
    line = _waivable_line(work, invoice_id, line_id)
    ensure(amount_minor == line["amount_minor"], f"amount_minor: the fee is {line['amount_minor']}")
    waiver_id = work.number("W")
    work.change("UPDATE invoice_lines SET waived = 1 WHERE tenant = :tenant AND line_id = :line_id", line_id=line_id)
    unpaid_minor = min(amount_minor, invoice["balance_minor"])
    _lower(work, invoice_id, unpaid_minor)
    if amount_minor > unpaid_minor:
        _carry_over(work, invoice_id, waiver_id, amount_minor - unpaid_minor)
    _store_waiver(work, waiver_id, line, reason)
    restore_when_settled(work)
    return Waiver(
        waiver_id=waiver_id,
        invoice_id=invoice_id,
        line_id=line_id,
        amount_minor=amount_minor,
        balance_minor=invoice["balance_minor"] - unpaid_minor,
    )


def _carry_over(work: Work, invoice_id: str, credit_id: str, paid_minor: int) -> None:
    """Keep the bill's lines adding up to what was paid, and hold that part for the next bill."""
    _add_line(work, invoice_id, "Carried to the next bill", paid_minor)
    reason = f"Waived fee of {invoice_id}"
    credit = Credit(credit_id=credit_id, amount_minor=paid_minor, reason=reason, applied_at=work.now, invoice_id=None)
    _store_credit(work, credit, unused_minor=paid_minor)


def _waivable_line(work: Work, invoice_id: str, line_id: str) -> Row:
    line = work.find(
        "SELECT * FROM invoice_lines WHERE tenant = :tenant AND invoice_id = :invoice_id AND line_id = :line_id",
        invoice_id=invoice_id,
        line_id=line_id,
    )
    if line is None:
        raise not_found("line_id", "line", line_id)
    ensure(line["kind"] in WAIVABLE and line["amount_minor"] > 0, f"line_id: {line_id} is not a fee")
    ensure(not line["waived"], f"line_id: {line_id} has been waived already")
    return line


def _store_waiver(work: Work, waiver_id: str, line: Row, reason: str) -> None:
    work.change(
        "INSERT INTO waivers "
        "(tenant, waiver_id, customer_id, invoice_id, line_id, amount_minor, reason, waived_at) "
        "VALUES (:tenant, :waiver_id, :customer, :invoice_id, :line_id, :amount_minor, :reason, :at)",
        waiver_id=waiver_id,
        invoice_id=line["invoice_id"],
        line_id=line["line_id"],
        amount_minor=line["amount_minor"],
        reason=reason,
        at=instant(work.now),
    )


def create_payment_arrangement(work: Work, invoice_id: str, instalments: int, first_due_on: date) -> Arrangement:
    """Spread a bill's balance over monthly instalments that add up to it; it is not overdue meanwhile."""
    invoice = _own_invoice(work, invoice_id)
    ensure(invoice["balance_minor"] > 0, f"invoice_id: {invoice_id} is paid")
    ensure(invoice["arrangement_id"] is None, f"invoice_id: {invoice_id} is under an arrangement already")
    latest = work.today + FIRST_INSTALMENT_WITHIN
    ensure(work.today <= first_due_on <= latest, f"first_due_on: must be between {work.today} and {latest}")
    arrangement = Arrangement(
        arrangement_id=work.number("AR"),
        invoice_id=invoice_id,
        instalments=split_balance(invoice["balance_minor"], instalments, first_due_on),
    )
    _store_arrangement(work, arrangement)
    restore_when_settled(work)
    return arrangement


def split_balance(balance_minor: int, instalments: int, first_due_on: date) -> list[Instalment]:
    """Monthly parts of a balance, equal but for the first ones, which take the odd minor units."""
    part, odd = divmod(balance_minor, instalments)
    return [
        Instalment(due_on=first_due_on + relativedelta(months=n), amount_minor=part + (n < odd))
        for n in range(instalments)
    ]


def _store_arrangement(work: Work, arrangement: Arrangement) -> None:
    ids = {"arrangement_id": arrangement.arrangement_id, "invoice_id": arrangement.invoice_id}
    for instalment in arrangement.instalments:
        work.change(
            "INSERT INTO instalments (tenant, arrangement_id, customer_id, invoice_id, due_on, amount_minor) "
            "VALUES (:tenant, :arrangement_id, :customer, :invoice_id, :due_on, :amount_minor)",
            **ids,
            due_on=instalment.due_on.isoformat(),
            amount_minor=instalment.amount_minor,
        )
    work.change(
        "UPDATE invoices SET arrangement_id = :arrangement_id WHERE tenant = :tenant AND invoice_id = :invoice_id",
        **ids,
    )
