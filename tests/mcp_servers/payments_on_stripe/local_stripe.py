"""A stateful local Stripe: what the payment tools use of it, with its limits, wrong states and idempotency keys."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
NOW = 1_773_846_000
"""2026-03-18 15:00 UTC."""


class StripeProblem(Exception):
    def __init__(self, status: int, kind: str, message: str, **more: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}


def invalid(message: str, **more: str) -> StripeProblem:
    return StripeProblem(400, "invalid_request_error", message, **more)


def nested(pairs: list[tuple[str, str]]) -> Json:
    """Form fields like `a[b][0]` as nested mappings."""
    found: Json = {}
    for name, value in pairs:
        *parents, last = re.findall(r"[^\[\]]+", name)
        place = found
        for each in parents:
            place = place.setdefault(each, {})
        place[last] = value
    return found


@dataclass
class LocalStripe:
    """Everything of one account; tests fill it and look into it. So many of the next answers as
    `lost` says are not given, though the change is made."""

    customers: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    methods: dict[str, Json] = field(default_factory=dict)
    invoices: dict[str, Json] = field(default_factory=dict)
    subscriptions: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, tuple[str, Response]] = field(default_factory=dict)
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    lost: int = 0
    currency: str = "eur"
    down: bool = False

    @property
    def refunds(self) -> list[Json]:
        return [each for charge in self.charges.values() for each in charge["refunds"]["data"]]

    def add_customer(self, number: str, customer_id: str, tenant: str, default: str | None = None) -> None:
        about = {"customer_id": customer_id, "tenant": tenant}
        settings = {"default_payment_method": default}
        self.customers[number] = {"id": number, "metadata": about, "invoice_settings": settings}

    def add_card(self, number: str, customer: str, last4: str = "4242", year: int = 2030) -> None:
        card = {"brand": "visa", "last4": last4, "exp_month": 4, "exp_year": year}
        self.methods[number] = {"id": number, "type": "card", "card": card, "customer": customer}

    def add_invoice(self, name: str, customer: str, number: str, total: int, remaining: int) -> None:
        status = "open" if remaining else "paid"
        self.invoices[name] = {
            "id": name,
            "customer": customer,
            "number": number,
            "status": status,
            "currency": self.currency,
            "total": total,
            "amount_remaining": remaining,
            "hosted_invoice_url": f"https://invoice.stripe.example/i/{name}",
            "metadata": {},
        }

    def add_charge(self, number: str, customer: str, amount: int, method: str, **metadata: str) -> Json:
        details = {name: value for name, value in self.methods[method].items() if name in ("type", "card")}
        self.charges[number] = {
            "id": number,
            "customer": customer,
            "amount_captured": amount,
            "amount_refunded": 0,
            "currency": self.currency,
            "created": NOW + len(self.charges),
            "captured": True,
            "status": "succeeded",
            "description": None,
            "payment_method": method,
            "payment_method_details": details,
            "payment_intent": f"pi_{number}",
            "metadata": metadata,
            "refunds": {"data": []},
        }
        return self.charges[number]

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/{path:path}", self.serve, methods=["GET", "POST"])])

    async def serve(self, request: Request) -> Response:
        path, body = request.path_params["path"], (await request.body()).decode()
        key, call = request.headers.get("idempotency-key", ""), f"{request.method} {path} {body}"
        self.seen.append((request.method, str(request.url).partition(request.url.netloc)[2], body))
        if self.down:
            return JSONResponse({"error": {"type": "api_error", "message": "down"}}, 503)
        if request.method == "GET":
            return self.answer(path, nested(parse_qsl(request.url.query)))
        before, response = self.keys.get(key, (call, None))
        if before != call:
            return JSONResponse({"error": {"type": "idempotency_error", "message": "other parameters"}}, 400)
        response = response or self.answer(path, nested(parse_qsl(body)), post=True)
        self.keys[key] = (call, response)
        if self.lost:
            self.lost -= 1
            return JSONResponse({"error": {"type": "api_error", "message": "lost"}}, 500)
        return response

    def answer(self, path: str, given: Json, *, post: bool = False) -> Response:
        try:
            return JSONResponse(self.change(path.split("/"), given) if post else self.read(path.split("/"), given))
        except StripeProblem as problem:
            return JSONResponse(problem.body, problem.status)

    def read(self, path: list[str], given: Json) -> Json:
        match path:
            case ["balance"]:
                return {"object": "balance"}
            case ["customers", "search"]:
                wanted = re.fullmatch(r"metadata\['customer_id'\]:'([\w-]+)'", given["query"])
                assert wanted
                return listed(each for each in self.customers.values() if each["metadata"]["customer_id"] == wanted[1])
            case ["customers", number]:
                return self.one(self.customers, number)
            case ["customers", number, "payment_methods"]:
                return listed(each for each in self.methods.values() if each["customer"] == number)
            case [("charges" | "invoices" | "subscriptions") as name]:
                found = [each for each in getattr(self, name).values() if each["customer"] == given["customer"]]
                return listed(sorted(found, key=lambda each: -each.get("created", 0)))
        raise StripeProblem(404, "invalid_request_error", f"Unrecognized request URL {'/'.join(path)}")

    def one(self, of: dict[str, Json], number: str) -> Json:
        if number not in of:
            raise StripeProblem(404, "invalid_request_error", f"No such object: {number}", code="resource_missing")
        return of[number]

    def change(self, path: list[str], given: Json) -> Json:
        match path:
            case ["payment_intents"]:
                return self.pay(given)
            case ["refunds"]:
                return self.refund(given)
            case ["invoices", number, "attach_payment"]:
                return self.attach(self.one(self.invoices, number), given["payment_intent"])
            case [("customers" | "subscriptions") as name, number]:
                found = self.one(getattr(self, name), number)
                metadata = {**found["metadata"], **given.pop("metadata", {})}
                found |= {**given, "metadata": metadata}
                return found
        raise StripeProblem(404, "invalid_request_error", f"Unrecognized request URL {'/'.join(path)}")

    def pay(self, given: Json) -> Json:
        method = self.one(self.methods, given["payment_method"])
        if method["customer"] != given["customer"]:
            raise invalid("The payment method does not belong to the customer.")
        if method["card"]["last4"] == "0002":
            raise StripeProblem(402, "card_error", "Your card was declined.", code="card_declined")
        number = f"ch_new{len(self.charges)}"
        charge = self.add_charge(number, given["customer"], int(given["amount"]), method["id"], **given["metadata"])
        charge["description"] = given["description"]
        asks = method["card"]["last4"] == "3155"
        charge["status"] = "pending" if asks else "succeeded"
        return {
            "id": charge["payment_intent"],
            "status": "requires_action" if asks else "succeeded",
            "amount": charge["amount_captured"],
            "currency": given["currency"],
            "created": charge["created"],
            "latest_charge": number,
        }

    def attach(self, invoice: Json, intent: str) -> Json:
        charge = next(each for each in self.charges.values() if each["payment_intent"] == intent)
        if intent not in invoice.setdefault("attached", []):
            invoice["attached"].append(intent)
            invoice["amount_remaining"] -= charge["amount_captured"]
            invoice["status"] = "open" if invoice["amount_remaining"] else "paid"
        return invoice

    def refund(self, given: Json) -> Json:
        charge = self.one(self.charges, given["charge"])
        amount, left = int(given["amount"]), charge["amount_captured"] - charge["amount_refunded"]
        if not left:
            raise invalid("Charge has already been refunded.", code="charge_already_refunded")
        if amount > left:
            raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "amount": amount,
            "currency": charge["currency"],
            "status": "succeeded",
            "created": NOW + 500 + len(self.refunds),
            "charge": charge["id"],
            "metadata": given["metadata"],
            "reason": given["reason"],
        }
        charge["amount_refunded"] += amount
        charge["refunds"]["data"].append(refund)
        return refund


def listed(items: Any) -> Json:
    return {"object": "list", "data": list(items), "has_more": False}


@asynccontextmanager
async def serving(stripe: LocalStripe) -> AsyncIterator[str]:
    """The address at which it is served, over real HTTP."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(stripe.app, log_level="warning"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await running
