"""The payment tools on Stripe."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mcp_servers.arguments import RefundReason
from mcp_servers.backend import SystemOptions
from mcp_servers.payments import models
from mcp_servers.payments.backends.stripe.charges import LOST, describe_payments, describe_refunds, moment
from mcp_servers.payments.backends.stripe.records import (
    Balance,
    Charge,
    Method,
    StripeCustomer,
    StripeIntent,
    StripeInvoice,
    StripeRefund,
    StripeSubscription,
)
from mcp_servers.refusal import Refused, not_found
from mcp_servers.sandbox.working_days import add_working_days
from mcp_servers.scope import Scope
from mcp_servers.work import ensure

if TYPE_CHECKING:
    from mcp_servers.payments.backends.stripe.account import StripeAccount

ARRIVES_WITHIN = 10
"""Working days in which a bank shows a refund, by Stripe's word."""
LINK_VALID_FOR = timedelta(days=7)
"""Stripe lets an invoice's page live for longer."""
REASONS = {"duplicate_charge": "duplicate"}
PAYABLE = ("open",)
KEY = "switchboard_key"
"""Where a charge and a refund remember the key that they were made under, longer than Stripe does."""
STRIPE_ID = "cus_"


class StripePayments:
    """Payments of one Stripe account, of the tenants that use it."""

    def __init__(self, account: "StripeAccount", options: SystemOptions) -> None:
        self._account = account
        self._options = options
        self._known: dict[tuple[str, str], str] = {}

    async def check(self) -> None:
        """See `System.check`."""
        await self._account.get("/balance", Balance)

    async def close(self) -> None:
        """See `System.close`."""
        await self._account.close()

    async def list_payments(self, scope: Scope) -> models.Payments:
        """All charges of the customer."""
        customer = await self._customer(scope)
        charges, invoices = await asyncio.gather(self._charges(customer), self._invoices(customer))
        return models.Payments(items=describe_payments(scope.customer, charges, invoices))

    async def get_payment(self, scope: Scope, payment_id: str) -> models.Payment:
        """One charge of the customer."""
        return _find((await self.list_payments(scope)).items, payment_id)

    async def list_payment_methods(self, scope: Scope) -> models.PaymentMethods:
        """The methods on file, the default first."""
        customer = await self._customer(scope)
        default = customer.invoice_settings.default_payment_method
        items = [
            models.PaymentMethod(
                method_id=each.id,
                kind="card" if each.kind == "card" else "bank_account",
                label=each.label,
                expires=each.expires,
                default=each.id == default,
            )
            for each in await self._methods(customer)
        ]
        autopay = customer.metadata.get("autopay") == "on"
        return models.PaymentMethods(items=sorted(items, key=lambda each: not each.default), autopay=autopay)

    async def take_payment(
        self, scope: Scope, invoice_id: str, method_id: str, amount_minor: int
    ) -> models.PaymentTaken:
        """Charge a method on file, at most what is open of the invoice, and put the payment to it."""
        customer = await self._customer(scope)
        before = next((each for each in await self._charges(customer) if each.metadata.get(KEY) == scope.key), None)
        if before is not None:
            return await self._taken(scope, customer, before, invoice_id)
        invoice = await self._payable(customer, scope, invoice_id, amount_minor)
        method = await self._method(customer, scope, method_id)
        intent = await self._account.post(
            "/payment_intents",
            StripeIntent,
            scope.key,
            customer=customer.id,
            amount=amount_minor,
            currency=invoice.currency,
            payment_method=method.id,
            payment_method_types=[method.type],
            off_session=True,
            confirm=True,
            description=f"Payment of {invoice_id}",
            metadata={"invoice_id": invoice_id, "tenant": scope.tenant, KEY: scope.key},
        )
        if intent.status not in ("succeeded", "processing"):
            raise Refused("method_id: the bank wants the holder to confirm this payment; offer a payment link instead")
        await self._attach(invoice.id, intent.id, scope.key)
        return models.PaymentTaken(
            payment_id=intent.latest_charge or intent.id,
            invoice_id=invoice_id,
            amount_minor=amount_minor,
            method=method.label,
            captured_at=moment(intent.created),
            balance_minor=max(0, invoice.amount_remaining - amount_minor),
        )

    async def _taken(
        self, scope: Scope, customer: StripeCustomer, charge: Charge, invoice_id: str
    ) -> models.PaymentTaken:
        """A payment that was made under this key before its answer got lost."""
        invoice = next((each for each in await self._invoices(customer) if invoice_id in each.names), None)
        if invoice is not None and charge.payment_intent:
            invoice = await self._attach(invoice.id, charge.payment_intent, scope.key)
        return models.PaymentTaken(
            payment_id=charge.id,
            invoice_id=invoice_id,
            amount_minor=charge.amount_captured,
            method=charge.payment_method_details.label if charge.payment_method_details else "",
            captured_at=moment(charge.created),
            balance_minor=invoice.amount_remaining if invoice else 0,
        )

    async def refund_payment(
        self, scope: Scope, payment_id: str, amount_minor: int, reason: RefundReason
    ) -> models.Refund:
        """Pay back at most what can go back; of a duplicate, at most the surplus."""
        customer = await self._customer(scope)
        charges, invoices = await asyncio.gather(self._charges(customer), self._invoices(customer))
        payment = _find(describe_payments(scope.customer, charges, invoices), payment_id)
        refunds = next(each for each in charges if each.id == payment_id).refunds
        refund = next((each for each in (refunds.data if refunds else []) if each.metadata.get(KEY) == scope.key), None)
        if refund is None:
            _check_refund(payment, amount_minor, reason)
            about = {"reason": reason, "tenant": scope.tenant, "customer_id": scope.customer, KEY: scope.key}
            given = REASONS.get(reason, "requested_by_customer")
            what: dict[str, Any] = {"charge": payment_id, "amount": amount_minor, "reason": given, "metadata": about}
            refund = await self._account.post("/refunds", StripeRefund, scope.key, **what)
        ensure(
            refund.status not in LOST, f"payment_id: the refund failed: {refund.failure_reason or 'no reason given'}"
        )
        return models.Refund(
            refund_id=refund.id,
            payment_id=payment_id,
            amount_minor=refund.amount,
            refunded_at=moment(refund.created),
            arrives_by=add_working_days(scope.today, ARRIVES_WITHIN),
            method=payment.method,
        )

    async def list_refunds(self, scope: Scope) -> models.Refunds:
        """All refunds of the customer, newest first; one that failed came back to the account."""
        charges = await self._charges(await self._customer(scope))
        return models.Refunds(items=describe_refunds(charges, ARRIVES_WITHIN))

    async def create_payment_link(self, scope: Scope, invoice_id: str, amount_minor: int) -> models.PaymentLink:
        """The invoice's own page at Stripe, which is for its whole balance: what is paid there settles it."""
        customer = await self._customer(scope)
        invoice = await self._payable(customer, scope, invoice_id, amount_minor)
        whole = invoice.amount_remaining
        ensure(amount_minor == whole, f"amount_minor: a link is for the whole balance of {invoice_id}, {whole}")
        if not invoice.hosted_invoice_url:
            raise Refused(f"invoice_id: {invoice_id} has no page to pay it on")
        until = scope.now + LINK_VALID_FOR
        return models.PaymentLink(url=invoice.hosted_invoice_url, amount_minor=whole, expires_at=until)

    async def set_autopay(self, scope: Scope, value: bool, method_id: str) -> models.Autopay:
        """Let bills be charged by themselves, with a method on file, or send them."""
        customer = await self._customer(scope)
        chosen = method_id or customer.invoice_settings.default_payment_method or ""
        ensure(bool(chosen) or not value, "method_id: there is no payment method on file")
        method = await self._method(customer, scope, chosen) if value else None
        how: dict[str, Any] = {"collection_method": "charge_automatically" if value else "send_invoice"}
        how |= {} if value else {"days_until_due": 14}
        async for each in self._account.list("/subscriptions", StripeSubscription, customer=customer.id):
            key = f"{scope.key}-{each.id}"
            await self._account.post(f"/subscriptions/{each.id}", StripeSubscription, key, **how)
        default = {"invoice_settings": {"default_payment_method": method.id}} if method else {}
        metadata = {"autopay": "on" if value else "off"}
        await self._account.post(f"/customers/{customer.id}", StripeCustomer, scope.key, metadata=metadata, **default)
        return models.Autopay(enabled=value, method=method.label if method else None)

    async def _customer(self, scope: Scope) -> StripeCustomer:
        """The Stripe customer whom the grant means.

        Raises:
            Refused: there is none of this tenant.
        """
        self._options.tenant(scope.tenant)
        number = self._known.get((scope.tenant, scope.customer)) or await self._search(scope)
        found = await self._account.get(f"/customers/{number}", StripeCustomer) if number else None
        tenant = found.metadata.get("tenant", scope.tenant) if found else ""
        if found is None or found.deleted or tenant != scope.tenant:
            raise not_found("customer_id", "customer", scope.customer)
        self._known[scope.tenant, scope.customer] = found.id
        return found

    async def _search(self, scope: Scope) -> str:
        if scope.customer.startswith(STRIPE_ID):
            return scope.customer
        if not scope.customer.replace("-", "").replace("_", "").isalnum():
            return ""
        query = f"metadata['customer_id']:'{scope.customer}'"
        found = [each async for each in self._account.list("/customers/search", StripeCustomer, query=query)]
        ours = [each for each in found if each.metadata.get("tenant", scope.tenant) == scope.tenant]
        return ours[0].id if len(ours) == 1 else ""

    async def _invoices(self, customer: StripeCustomer) -> list[StripeInvoice]:
        return [each async for each in self._account.list("/invoices", StripeInvoice, customer=customer.id)]

    async def _payable(
        self, customer: StripeCustomer, scope: Scope, invoice_id: str, amount_minor: int
    ) -> StripeInvoice:
        """An open invoice of the customer that this much is still owed of, in the tenant's currency."""
        invoice = next((each for each in await self._invoices(customer) if invoice_id in each.names), None)
        if invoice is None:
            raise not_found("invoice_id", "invoice", invoice_id)
        ensure(invoice.status in PAYABLE, f"invoice_id: {invoice_id} is {invoice.status}")
        currency = self._options.tenant(scope.tenant).currency
        ensure(invoice.currency.upper() == currency, f"invoice_id: {invoice_id} is not in {currency}")
        balance = f"amount_minor: the balance of {invoice_id} is {invoice.amount_remaining}"
        ensure(amount_minor <= invoice.amount_remaining, balance)
        return invoice

    async def _attach(self, invoice_id: str, intent_id: str, key: str) -> StripeInvoice:
        """Put a payment to its invoice, so that the invoice knows what is still owed."""
        path = f"/invoices/{invoice_id}/attach_payment"
        return await self._account.post(path, StripeInvoice, f"{key}-attach", payment_intent=intent_id)

    async def _charges(self, customer: StripeCustomer) -> list[Charge]:
        found = self._account.list("/charges", Charge, customer=customer.id, expand=["data.refunds"])
        return [each async for each in found]

    async def _methods(self, customer: StripeCustomer) -> list[Method]:
        path = f"/customers/{customer.id}/payment_methods"
        return [each async for each in self._account.list(path, Method)]

    async def _method(self, customer: StripeCustomer, scope: Scope, method_id: str) -> Method:
        """A method on file that still works."""
        method = next((each for each in await self._methods(customer) if each.id == method_id), None)
        if method is None:
            raise not_found("method_id", "payment method", method_id)
        current = method.expires is None or method.expires >= scope.today.strftime("%Y-%m")
        ensure(current, f"method_id: {method.label} has expired")
        return method


def _find(payments: Sequence[models.Payment], payment_id: str) -> models.Payment:
    found = next((each for each in payments if each.payment_id == payment_id), None)
    if found is None:
        raise not_found("payment_id", "payment", payment_id)
    return found


def _check_refund(payment: models.Payment, amount_minor: int, reason: RefundReason) -> None:
    payment_id, refundable = payment.payment_id, payment.refundable_minor
    ensure(refundable > 0, f"payment_id: {payment_id} has already been refunded whole")
    ensure(amount_minor <= refundable, f"amount_minor: at most {refundable} of {payment_id} can be refunded")
    if reason == "duplicate_charge":
        surplus = payment.surplus_minor
        ensure(amount_minor <= surplus, f"amount_minor: only {surplus} of this charge was captured too much")
    if reason in ("lost_order", "cancelled_order"):
        ensure(payment.order_id is not None, f"reason: {payment_id} did not pay an order")
