"""The ERP's tools on Tryton, each tenant in a database of its own."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from babel.numbers import get_currency_precision

from domain.errors import Misconfigured
from mcp_servers.backend import SystemOptions
from mcp_servers.erp import models
from mcp_servers.erp.backends.tryton.bills import Bills
from mcp_servers.erp.backends.tryton.books import Books
from mcp_servers.erp.backends.tryton.contracts import Contracts
from mcp_servers.erp.backends.tryton.rpc import PATIENCE_S, TrytonDatabase
from mcp_servers.erp.backends.tryton.sale_orders import SaleOrders
from mcp_servers.scope import Scope

TENANT = "{tenant}"
PLACE = "{invoice_id}"
NOTICE_DAYS = 30
NO_VISITS = "appointment_id: this ERP plans no visits"


class TrytonOffice:
    """What one tenant's database does."""

    def __init__(self, books: Books, page: str, notice: timedelta) -> None:
        self.books = books
        self.bills = Bills(books, page)
        self.contracts = Contracts(books, self.bills, notice)
        self.orders = SaleOrders(books)


class TrytonErp:
    """Bills, subscriptions and orders of Tryton; it plans no visits, and says so."""

    UNSERVED: ClassVar[Mapping[str, str]] = {
        "book_appointment": NO_VISITS,
        "reschedule_appointment": NO_VISITS,
        "cancel_appointment": NO_VISITS,
        "create_return_label": "order_id: this ERP makes no return labels",
    }

    def __init__(self, options: SystemOptions) -> None:
        self._options = options
        self._url = options.require("url", "where your Tryton server answers, such as https://tryton.acme.example")
        self._user = options.require("user", "the Tryton user for whom Switchboard acts")
        self._password = options.require("password", "that user's password")
        self._page = options.require("invoice_page", "where customers open a bill, with {invoice_id}")
        if self._page.count("{") != 1 or PLACE not in self._page:
            raise Misconfigured(
                f"{options.variable}INVOICE_PAGE={self._page}: needs {PLACE} where the bill's number goes"
            )
        self._database = options.values.get("database", TENANT)
        self._patience_s = options.number("patience_s", PATIENCE_S)
        self._notice = timedelta(days=options.number("notice_days", NOTICE_DAYS))
        self._offices: dict[str, TrytonOffice] = {}

    async def check(self) -> None:
        """See `System.check`: every tenant's database answers, and its user has a company."""
        for tenant in self._options.tenants:
            await self._office(tenant).books.company()

    async def close(self) -> None:
        """See `System.close`."""
        for office in self._offices.values():
            await office.books.tryton.close()

    def _office(self, tenant: str) -> TrytonOffice:
        facts = self._options.tenant(tenant)
        if tenant not in self._offices:
            name = self._database.replace(TENANT, tenant)
            tryton = TrytonDatabase(self._url, name, self._user, self._password, self._patience_s)
            books = Books(tryton, get_currency_precision(facts.currency))
            self._offices[tenant] = TrytonOffice(books, self._page, self._notice)
        return self._offices[tenant]

    async def list_subscriptions(self, scope: Scope) -> models.Subscriptions:
        """See `Contracts.list_subscriptions`."""
        return await self._office(scope.tenant).contracts.list_subscriptions(scope)

    async def list_plans(self, scope: Scope) -> models.Plans:
        """See `Contracts.list_plans`."""
        return await self._office(scope.tenant).contracts.list_plans()

    async def quote_plan_change(self, scope: Scope, subscription_id: str, plan_id: str) -> models.PlanQuote:
        """See `Contracts.quote_plan_change`."""
        return await self._office(scope.tenant).contracts.quote_plan_change(scope, subscription_id, plan_id)

    async def change_plan(self, scope: Scope, subscription_id: str, plan_id: str) -> models.PlanChanged:
        """See `Contracts.change_plan`."""
        return await self._office(scope.tenant).contracts.change_plan(scope, subscription_id, plan_id)

    async def cancel_subscription(
        self, scope: Scope, subscription_id: str, reason: str
    ) -> models.SubscriptionCancelled:
        """See `Contracts.cancel_subscription`."""
        return await self._office(scope.tenant).contracts.cancel_subscription(scope, subscription_id, reason)

    async def list_invoices(self, scope: Scope) -> models.Invoices:
        """See `Bills.list_invoices`."""
        return await self._office(scope.tenant).bills.list_invoices(scope)

    async def get_invoice(self, scope: Scope, invoice_id: str) -> models.InvoiceDetail:
        """See `Bills.get_invoice`."""
        return await self._office(scope.tenant).bills.get_invoice(scope, invoice_id)

    async def apply_credit(self, scope: Scope, amount_minor: int, reason: str) -> models.Credit:
        """See `Bills.apply_credit`."""
        return await self._office(scope.tenant).bills.apply_credit(scope, amount_minor, reason)

    async def waive_fee(
        self, scope: Scope, invoice_id: str, line_id: str, amount_minor: int, reason: str
    ) -> models.Waiver:
        """See `Bills.waive_fee`."""
        return await self._office(scope.tenant).bills.waive_fee(scope, invoice_id, line_id, amount_minor, reason)

    async def create_payment_arrangement(
        self, scope: Scope, invoice_id: str, instalments: int, first_due_on: date
    ) -> models.Arrangement:
        """See `Bills.create_payment_arrangement`."""
        bills = self._office(scope.tenant).bills
        return await bills.create_payment_arrangement(scope, invoice_id, instalments, first_due_on)

    async def list_orders(self, scope: Scope) -> models.Orders:
        """See `SaleOrders.list_orders`."""
        return await self._office(scope.tenant).orders.list_orders(scope)

    async def track_order(self, scope: Scope, order_id: str) -> models.TrackedOrder:
        """See `SaleOrders.track_order`."""
        return await self._office(scope.tenant).orders.track_order(scope, order_id)

    async def reship_order(self, scope: Scope, order_id: str, reason: str) -> models.Reshipment:
        """See `SaleOrders.reship_order`."""
        return await self._office(scope.tenant).orders.reship_order(scope, order_id, reason)

    async def cancel_order(self, scope: Scope, order_id: str, reason: str) -> models.OrderCancelled:
        """See `SaleOrders.cancel_order`."""
        return await self._office(scope.tenant).orders.cancel_order(scope, order_id, reason)

    async def list_slots(
        self, scope: Scope, site_id: str | None, after: date | None, before: date | None
    ) -> models.Slots:
        """None."""
        await self._office(scope.tenant).books.party(scope)
        return models.Slots(items=[])

    async def list_appointments(self, scope: Scope) -> models.Appointments:
        """None."""
        await self._office(scope.tenant).books.party(scope)
        return models.Appointments(items=[])
