"""Bills in Tryton: posted customer invoices; what lowers them are credit notes, what spreads them a rescheduling.

A credit note belongs to the bill whose lines its own lines name as their origin, as Tryton's own credit notes do.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from mcp_servers.erp.backend.invoices import FIRST_INSTALMENT_WITHIN, WAIVABLE, split_balance
from mcp_servers.erp.backends.tryton.books import KEY, Books
from mcp_servers.erp.backends.tryton.rpc import Record, TrytonFault
from mcp_servers.erp.models import Arrangement, Credit, Invoice, InvoiceDetail, InvoiceLine, Invoices, Waiver
from mcp_servers.refusal import Refused, not_found
from mcp_servers.scope import Scope
from mcp_servers.work import ensure

Kind = Literal["plan", "promotion", "late_fee", "one_off", "credit", "tax"]

INVOICE = "account.invoice"
LINE = "account.invoice.line"
FIELDS = (
    *("number", "invoice_date", "state", "reference", "total_amount", "amount_to_pay", "currency"),
    *("account", "journal", "invoice_address", "company", "party", "move", "payment_lines"),
    *(f"lines_to_pay.{name}" for name in ("maturity_date", "reconciliation", "move", "debit", "credit")),
    *(f"lines.{name}" for name in ("type", "origin", "description", "amount", "quantity", "unit", "unit_price")),
    *(f"lines.{name}" for name in ("account", "product", "taxes", "product.categories.name")),
    *(f"taxes.{name}" for name in ("description", "amount")),
)
KINDS: tuple[Kind, ...] = ("plan", "promotion", "late_fee", "one_off", "credit", "tax")
ONCE = ("outage", "missed visit")
"""What a credit's reason begins with where the same reason is credited once."""
RESCHEDULE = "account.move.line.reschedule"


class CustomerInvoices:
    """A customer's invoices and credit notes, read together."""

    def __init__(self, books: Books, records: Sequence[Record]) -> None:
        self._books = books
        self._records = [each for each in records if each["state"] in ("posted", "paid")]
        self.bills = [each for each in self._records if each["total_amount"] >= 0]
        self.notes = [each for each in self._records if each["total_amount"] < 0]

    def find(self, invoice_id: str) -> Record:
        """A bill by its number.

        Raises:
            Refused: the customer has none of that number.
        """
        found = next((each for each in self.bills if each["number"] == invoice_id), None)
        if found is None:
            raise not_found("invoice_id", "invoice", invoice_id)
        return found

    def notes_of(self, bill: Record) -> list[Record]:
        """The credit notes of a bill."""
        origins = {f"{LINE},{line['id']}" for line in bill["lines."]}
        return [note for note in self.notes if any(line["origin"] in origins for line in note["lines."])]

    def is_waived(self, line: Record) -> bool:
        """Whether a credit note takes back this very line."""
        return any(_takes_back(credited, line) for note in self.notes for credited in note["lines."])

    def balance(self, bill: Record) -> int:
        """What is still to pay."""
        return self._books.minor(bill["amount_to_pay"]) if bill["state"] == "posted" else 0

    def describe(self, bill: Record, customer: str, today: date) -> Invoice:
        """A bill as the contract has it."""
        total = bill["total_amount"] + sum(note["total_amount"] for note in self.notes_of(bill))
        balance, due_on = self.balance(bill), due_day(bill)
        late = due_on < today and not is_rescheduled(bill)
        return Invoice(
            invoice_id=bill["number"],
            customer_id=customer,
            issued_on=bill["invoice_date"],
            due_on=due_on,
            period=f"{bill['invoice_date']:%Y-%m}",
            total_minor=self._books.minor(total),
            balance_minor=balance,
            status="paid" if not balance else "overdue" if late else "open",
        )

    def lines(self, bill: Record) -> list[InvoiceLine]:
        """A bill's positions, its taxes, and what credit notes took off; those not waived add up to the total."""
        own = [self._line(line, kind_of(line), self.is_waived(line)) for line in _positions(bill)]
        taxes = [self._tax(tax) for tax in bill["taxes."]]
        taken: list[InvoiceLine] = []
        for note in self.notes_of(bill):
            credited = [line for line in _positions(note) if not _waives(line, bill)]
            taken += [self._line(line, "credit", waived=False) for line in credited]
            taken += [self._tax(tax) for tax in note["taxes."]]
        return [*own, *taxes, *taken]

    def _line(self, line: Record, kind: Kind, waived: bool) -> InvoiceLine:
        minor = self._books.minor(line["amount"])
        said = line["description"] or "—"
        return InvoiceLine(line_id=f"L-{line['id']}", kind=kind, description=said, amount_minor=minor, waived=waived)

    def _tax(self, tax: Record) -> InvoiceLine:
        minor = self._books.minor(tax["amount"])
        return InvoiceLine(
            line_id=f"T-{tax['id']}", kind="tax", description=tax["description"], amount_minor=minor, waived=False
        )


class Bills:
    """The ERP's tools for bills."""

    def __init__(self, books: Books, page: str) -> None:
        self._books = books
        self._tryton = books.tryton
        self._page = page

    async def ledger(self, scope: Scope) -> CustomerInvoices:
        """Everything that was invoiced to the customer."""
        return CustomerInvoices(self._books, await self._books.own(INVOICE, scope, FIELDS, ("type", "=", "out")))

    async def list_invoices(self, scope: Scope) -> Invoices:
        """The customer's bills, newest first."""
        ledger = await self.ledger(scope)
        found = [ledger.describe(bill, scope.customer, scope.today) for bill in ledger.bills]
        return Invoices(items=sorted(found, key=lambda each: (each.issued_on, each.invoice_id), reverse=True))

    async def get_invoice(self, scope: Scope, invoice_id: str) -> InvoiceDetail:
        """One bill with its lines."""
        ledger = await self.ledger(scope)
        bill = ledger.find(invoice_id)
        told = ledger.describe(bill, scope.customer, scope.today).model_dump()
        return InvoiceDetail(**told, lines=ledger.lines(bill), url=self._page.format(invoice_id=invoice_id))

    async def apply_credit(self, scope: Scope, amount_minor: int, reason: str) -> Credit:
        """A credit note for the oldest open bill; what is left over stands on the account for the next one."""
        ledger = await self.ledger(scope)
        made = await self._made(scope)
        bill = min((each for each in ledger.bills if ledger.balance(each)), key=due_day, default=None)
        if not made:
            if reason.lower().startswith(ONCE):
                told = {line["description"] for note in ledger.notes for line in note["lines."]}
                ensure(reason not in told, "reason: this was credited before")
            used = min(amount_minor, ledger.balance(bill)) if bill else 0
            parts = [(bill, used), (None, amount_minor - used)]
            party = await self._books.party(scope)
            drafts = [await self._credit_of(scope, party, *part, reason) for part in parts if part[1]]
            made = await self._draft(scope, drafts)
            if reason.lower().startswith(ONCE):
                same = [("description", "=", reason), ("invoice.party.code", "=", scope.customer)]
                await self._be_first(made, same, "reason: this was credited before")
        lowered = await self._post(scope, made)
        return Credit(
            credit_id=(await self._made(scope))[0]["number"],
            amount_minor=amount_minor,
            reason=reason,
            applied_at=scope.now,
            invoice_id=lowered,
        )

    async def waive_fee(self, scope: Scope, invoice_id: str, line_id: str, amount_minor: int, reason: str) -> Waiver:
        """A credit note that takes back a fee's whole line."""
        ledger = await self.ledger(scope)
        bill = ledger.find(invoice_id)
        line = next((each for each in _positions(bill) if f"L-{each['id']}" == line_id), None)
        if line is None:
            raise not_found("line_id", "line", line_id)
        ensure(kind_of(line) in WAIVABLE and line["amount"] > 0, f"line_id: {line_id} is not a fee")
        fee = self._books.minor(line["amount"])
        ensure(amount_minor == fee, f"amount_minor: the fee is {fee}")
        made = await self._made(scope)
        if not made:
            ensure(not ledger.is_waived(line), f"line_id: {line_id} has been waived already")
            made = await self._draft(scope, [_note_for(scope, bill, [_taken_back(line, reason)])])
            same = [("origin", "=", f"{LINE},{line['id']}"), ("product", "=", line["product"])]
            await self._be_first(made, same, f"line_id: {line_id} has been waived already")
        await self._post(scope, made)
        after = await self.ledger(scope)
        return Waiver(
            waiver_id=(await self._made(scope))[0]["number"],
            invoice_id=invoice_id,
            line_id=line_id,
            amount_minor=amount_minor,
            balance_minor=after.balance(after.find(invoice_id)),
        )

    async def create_payment_arrangement(
        self, scope: Scope, invoice_id: str, instalments: int, first_due_on: date
    ) -> Arrangement:
        """The bill's open lines rescheduled into monthly parts."""
        ledger = await self.ledger(scope)
        bill = ledger.find(invoice_id)
        balance = ledger.balance(bill)
        ensure(balance > 0, f"invoice_id: {invoice_id} is paid")
        parts = split_balance(balance, instalments, first_due_on)
        begun = await self._books.begin(scope, INVOICE, bill["id"])
        if not (begun and is_rescheduled(bill)):
            ensure(not is_rescheduled(bill), f"invoice_id: {invoice_id} is under an arrangement already")
            latest = scope.today + FIRST_INSTALMENT_WITHIN
            in_time = scope.today <= first_due_on <= latest
            ensure(in_time, f"first_due_on: must be between {scope.today} and {latest}")
            terms = [(part.due_on, part.amount_minor) for part in parts]
            await self._reschedule(bill, terms, scope.today, balance)
        return Arrangement(arrangement_id=f"AR-{bill['id']}", invoice_id=invoice_id, instalments=parts)

    async def _reschedule(self, bill: Record, terms: list[tuple[date, int]], today: date, balance: int) -> None:
        """Put other days to what is open; what was paid of it already is due today, and covered."""
        lines = [line for line in bill["lines_to_pay."] if not line["reconciliation"]]
        covered = sum(self._books.minor(line["debit"] - line["credit"]) for line in lines) - balance
        wanted = ([(today, covered)] if covered else []) + terms
        currency = bill["currency"]
        given = [{"date": day, "amount": self._books.amount(minor), "currency": currency} for day, minor in wanted]
        whole = self._books.amount(balance + covered)
        start: Record = {"start_date": wanted[0][0], "frequency": "monthly", "interval": 1, "number": len(wanted)}
        start |= {"total_amount": whole, "currency": currency}
        preview = {"journal": bill["journal"], "terms": given, "currency": currency}
        steps = (("start", start, "preview"), ("preview", preview, "reschedule"))
        chosen = [line["id"] for line in lines]
        about = {"active_model": "account.move.line", "active_id": chosen[0], "active_ids": chosen}
        await self._tryton.run_wizard(RESCHEDULE, *steps, **about)

    async def _made(self, scope: Scope) -> list[Record]:
        """The credit notes that were made under this key, finished or not."""
        mine = ("reference", "=", KEY.format(key=scope.key))
        return await self._books.own(INVOICE, scope, FIELDS, ("type", "=", "out"), mine, ("state", "!=", "cancelled"))

    async def _credit_of(self, scope: Scope, party: Record, bill: Record | None, minor: int, reason: str) -> Record:
        """A credit note over an amount, for a bill or for the account."""
        line = await self._credit_line(minor, reason)
        if bill is not None:
            largest = max(_positions(bill), key=lambda each: each["amount"])
            return _note_for(scope, bill, [{**line, "origin": f"{LINE},{largest['id']}"}])
        return {
            **await self._defaults(party),
            "type": "out",
            "reference": KEY.format(key=scope.key),
            "invoice_date": scope.today,
            "lines": [("create", [line])],
        }

    async def _credit_line(self, minor: int, reason: str) -> Record:
        """A line with the product of the category `credit`."""
        domain = [("categories.name", "=", "credit")]
        found = await self._tryton.read("product.product", domain, ("default_uom", "account_category.account_revenue"))
        if not found:
            raise TrytonFault("there is no product of the category `credit`; credits need one")
        product = found[0]
        return {
            "type": "line",
            "product": product["id"],
            "unit": product["default_uom"],
            "account": product["account_category."]["account_revenue"],
            "quantity": -1,
            "unit_price": self._books.amount(minor),
            "description": reason,
        }

    async def _defaults(self, party: Record) -> Record:
        """What a new invoice of a customer starts with."""
        company = await self._books.company()
        (found,) = await self._tryton.read("company.company", [("id", "=", company)], ("currency",))
        (journal, *_) = await self._tryton.read("account.journal", [("type", "=", "revenue")], ())
        return {
            "company": company,
            "party": party["id"],
            "invoice_address": party["addresses"][0],
            "currency": found["currency"],
            "journal": journal["id"],
            "account": party["account_receivable"],
        }

    async def _draft(self, scope: Scope, notes: Sequence[Record]) -> list[Record]:
        await self._tryton.call(f"model.{INVOICE}.create", list(notes))
        return await self._made(scope)

    async def _be_first(self, made: Sequence[Record], same: list[Any], refusal: str) -> None:
        """See that nobody else credits the same at this moment: of those whose lines are the `same` the first goes on.

        Raises:
            Refused: another is first; our draft is gone.
        """
        rivals = await self._tryton.read(LINE, [*same, ("quantity", "<", 0)], ("invoice",))
        ours = [each["id"] for each in made]
        if min((each["invoice"] for each in rivals), default=ours[0]) not in ours:
            await self._tryton.call(f"model.{INVOICE}.delete", ours)
            raise Refused(refusal)

    async def _post(self, scope: Scope, notes: Sequence[Record]) -> str | None:
        """Post credit notes and put each to the bill that it lowers; the bill's number, if there is one."""
        for note in notes:
            if note["state"] == "draft":
                await self._tryton.press(INVOICE, "post", [note["id"]])
        ledger = await self.ledger(scope)
        lowered: str | None = None
        for note in await self._made(scope):
            bill = next((each for each in ledger.bills if _belongs(note, each)), None)
            if bill is None:
                continue
            open_lines = [line["id"] for line in note["lines_to_pay."] if not line["reconciliation"]]
            missing = [line for line in open_lines if line not in bill["payment_lines"]]
            if missing and not await self._pay_with(bill, missing):
                continue
            lowered = bill["number"]
        return lowered

    async def _pay_with(self, bill: Record, lines: Sequence[int]) -> bool:
        """Put a credit note to its bill; a bill that less is owed of by now leaves it on the account."""
        try:
            await self._tryton.write(INVOICE, [bill["id"]], {"payment_lines": [("add", list(lines))]})
        except Refused:
            return False
        return True


def due_day(bill: Record) -> date:
    """The first day on which something is due that was not paid before, or was where nothing is any more."""
    dated = sorted(
        (line for line in bill["lines_to_pay."] if line["maturity_date"]), key=lambda line: line["maturity_date"]
    )
    waiting = [line for line in dated if not line["reconciliation"]]
    covered = sum(line["debit"] - line["credit"] for line in waiting) - bill["amount_to_pay"]
    for line in waiting:
        covered -= line["debit"] - line["credit"]
        if covered < 0:
            return line["maturity_date"]
    return min((line["maturity_date"] for line in dated), default=bill["invoice_date"])


def is_rescheduled(bill: Record) -> bool:
    """Whether what is due of a bill was spread over other days."""
    return any(line["move"] != bill["move"] for line in bill["lines_to_pay."])


def kind_of(line: Record) -> Kind:
    """What a line is for: the category of its product that bears the kind's name, else what its amount suggests."""
    product: Record = line.get("product.") or {}
    categories: list[Record] = product.get("categories.") or []
    names = {each["name"] for each in categories}
    for kind in KINDS:
        if kind in names:
            return kind
    return "credit" if line["amount"] < 0 else "plan"


def _positions(invoice: Record) -> list[Record]:
    return [line for line in invoice["lines."] if line["type"] == "line"]


def _takes_back(credited: Record, line: Record) -> bool:
    """Whether a credit note's line takes back a bill's whole line, and is no credit over any amount."""
    same = credited["origin"] == f"{LINE},{line['id']}" and credited["product"] == line["product"]
    return same and credited["amount"] == -line["amount"]


def _waives(credited: Record, bill: Record) -> bool:
    return any(_takes_back(credited, line) for line in _positions(bill))


def _belongs(note: Record, bill: Record) -> bool:
    origins = {f"{LINE},{line['id']}" for line in bill["lines."]}
    return any(line["origin"] in origins for line in note["lines."])


def _taken_back(line: Record, reason: str) -> Record:
    """A bill's line with its quantity turned, as Tryton's own credit notes have it."""
    return {
        "type": "line",
        "product": line["product"],
        "unit": line["unit"],
        "account": line["account"],
        "quantity": -line["quantity"],
        "unit_price": line["unit_price"],
        "taxes": [("add", line["taxes"])],
        "description": reason,
        "origin": f"{LINE},{line['id']}",
    }


def _note_for(scope: Scope, bill: Record, lines: list[Record]) -> dict[str, Any]:
    """A draft of a credit note for a bill."""
    copied = ("currency", "account", "journal", "invoice_address")
    same = {name: bill[name] for name in copied}
    company, party = bill["company"], bill["party"]
    return {
        **same,
        "company": company,
        "party": party,
        "type": "out",
        "reference": KEY.format(key=scope.key),
        "invoice_date": scope.today,
        "lines": [("create", lines)],
    }
