"""One tenant's books: its database, its customers, and what was begun under which key."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mcp_servers.erp.backends.tryton.rpc import Record, TrytonDatabase, TrytonFault
from mcp_servers.refusal import not_found
from mcp_servers.scope import Scope

KEY = "switchboard {key}"
"""How a record at Tryton remembers the key that it was made under."""


class Books:
    """A Tryton database with its own units: amounts are minor units here and decimals there."""

    def __init__(self, tryton: TrytonDatabase, digits: int) -> None:
        self.tryton = tryton
        self._digits = digits

    def minor(self, amount: Decimal) -> int:
        """An amount of Tryton's in minor units.

        Raises:
            ValueError: it has a part of a minor unit, which nobody can pay.
        """
        minor = amount.scaleb(self._digits)
        if minor != minor.to_integral_value():
            raise ValueError("Tryton tells an amount with a part of a minor unit")
        return int(minor)

    def amount(self, minor: int) -> Decimal:
        """An amount in minor units as Tryton has it."""
        return Decimal(minor).scaleb(-self._digits)

    async def company(self) -> int:
        """The company for which the user of this database works.

        Raises:
            TrytonFault: Tryton has not been told which.
        """
        await self.tryton.call("model.res.user.get_preferences", True)
        company = self.tryton.context.get("company")
        if company is None:
            raise TrytonFault("the Tryton user has no company; choose one in their preferences")
        return int(company)

    async def party(self, scope: Scope) -> Record:
        """The customer: the party whose code is their number.

        Raises:
            Refused: there is none.
        """
        fields = ("name", "addresses", "account_receivable", "customer_payment_term")
        found = await self.tryton.read("party.party", [("code", "=", scope.customer)], fields)
        if not scope.customer or not found:
            raise not_found("customer_id", "customer", scope.customer)
        return found[0]

    async def own(self, model: str, scope: Scope, fields: Sequence[str], *more: Any) -> list[Record]:
        """The customer's records of a model that has a `party`, oldest first."""
        await self.party(scope)
        return await self.tryton.read(model, [("party.code", "=", scope.customer), *more], fields, [("id", "ASC")])

    async def begin(self, scope: Scope, model: str, number: int) -> bool:
        """Write down at a record that a change of it begins under this key; whether that had been written before."""
        message = KEY.format(key=scope.key)
        noted = [("resource", "=", f"{model},{number}"), ("message", "=", message)]
        before = await self.tryton.read("ir.note", noted, ())
        if not before:
            await self.note(model, number, message)
        return bool(before)

    async def note(self, model: str, number: int, text: str) -> None:
        """Leave a note at a record, for whoever opens it in Tryton."""
        await self.tryton.create("ir.note", {"resource": f"{model},{number}", "message": text})
