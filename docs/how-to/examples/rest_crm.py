"""An example of a CRM over HTTP, in memory: what your own CRM, or a thin layer before it, has to answer.

.venv/bin/uvicorn --app-dir docs/how-to/examples rest_crm:app --port 9100
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
TOKEN = "example-token"  # noqa: S105 - the example's; yours is a secret of its own
CODES: dict[str, str] = {}
DONE: dict[tuple[str, str], tuple[str, Json]] = {}
"""The answer to every change, by tenant and key. Keep yours in the database, in the transaction of the change."""


def person(number: str, name: str, email: str, phone: str) -> Json:
    return {
        "customer_id": number,
        "name": name,
        "email": email,
        "phone": phone,
        "address": "1 Example Road, Sampletown",
        "locale": "en",
        "timezone": "Europe/Berlin",
        "customer_since": "2024-05-01",
        "status": "active",
        "flags": [],
        "contact_changed_at": None,
        "consents": {"marketing": False, "service": True, "partners": False},
        "partner_consents": [],
    }


CUSTOMERS: dict[tuple[str, str], Json] = {}
INTERACTIONS: dict[str, list[Json]] = {}
CASES: dict[str, list[Json]] = {}


def fill(tenant: str) -> None:
    for each in (
        person("C-1", "Jo Example", "jo@example.com", "+4930555011"),
        person("C-2", "Kim Sample", "kim@example.com", "+4930555012"),
    ):
        CUSTOMERS[tenant, each["customer_id"]] = each


fill("acme")


class Problems(BaseHTTPMiddleware):
    """The bearer's token, one effect a key, and refusals as problem documents."""

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        if request.url.path != "/v1/health" and request.headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "authorization: a bearer token is needed")
        key = (request.headers.get("x-tenant", ""), request.headers.get("idempotency-key", ""))
        call = f"{request.method} {request.url.path} {(await request.body()).decode()}"
        if key[1] and key in DONE:
            before, answer = DONE[key]
            return JSONResponse(answer) if before == call else problem(409, "Idempotency-Key: used for another call")
        request.state.remember = lambda answer: DONE.setdefault(key, (call, answer)) if key[1] else None
        return await call_next(request)


def problem(status: int, detail: str) -> Response:
    return JSONResponse({"status": status, "detail": detail}, status, media_type="application/problem+json")


async def refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def customer(request: Request) -> Json:
    """The customer of the path, of this tenant only."""
    number = request.path_params["customer_id"]
    found = CUSTOMERS.get((request.headers.get("x-tenant", ""), number))
    if found is None:
        raise HTTPException(404, f"customer_id: customer {number} not found")
    return found


def done(request: Request, answer: Json) -> Response:
    request.state.remember(answer)
    return JSONResponse(answer)


async def find(request: Request) -> Response:
    field, value, tenant = request.query_params["field"], request.query_params["value"], request.headers["x-tenant"]
    found = [each for (of, _), each in CUSTOMERS.items() if of == tenant and each.get(field, "") == value.strip()]
    return JSONResponse({"items": [{"customer_id": each["customer_id"]} for each in found]})


async def read(request: Request) -> Response:
    return JSONResponse(customer(request))


async def change(request: Request) -> Response:
    record, body = customer(request), await request.json()
    if body["field"] == "email" and "@" not in body["value"]:
        raise HTTPException(422, "value: not an e-mail address")
    old = record[body["field"]]
    record |= {body["field"]: body["value"], "contact_changed_at": now()}
    # Here your CRM tells the old address that it was changed.
    told = {"field": body["field"], "value": body["value"], "changed_at": now(), "notified": f"{old[:1]}•••{old[-4:]}"}
    return done(request, told)


async def interactions(request: Request) -> Response:
    noted = INTERACTIONS.setdefault(customer(request)["customer_id"], [])
    if request.method == "GET":
        return JSONResponse({"items": noted[::-1]})
    body, number = await request.json(), f"I-{len(noted) + 1}"
    noted.append(
        {"interaction_id": number, "at": now(), "channel": "note", "author": "assistant", "summary": body["text"]}
    )
    return done(request, {"interaction_id": number, "at": noted[-1]["at"]})


async def cases(request: Request) -> Response:
    opened = CASES.setdefault(customer(request)["customer_id"], [])
    if request.method == "GET":
        return JSONResponse({"items": opened[::-1]})
    body = await request.json()
    case = {"case_id": f"CS-{secrets.randbelow(10**6)}", "status": "open", "opened_at": now(), **body}
    opened.append(case)
    return done(request, {name: value for name, value in case.items() if name != "description"})


async def consent(request: Request) -> Response:
    field, value = request.path_params["field"], (await request.json())["value"]
    customer(request)["consents"][field] = value
    return done(request, {"field": field, "value": value, "changed_at": now()})


async def ask_permission(request: Request) -> Response:
    known, terms = customer(request)["partner_consents"], await request.json()
    number = f"PC-{secrets.randbelow(10**6)}"
    known.insert(0, {"consent_id": number, **terms, "status": "requested", "requested_at": now(), "decided_at": None})
    return done(request, known[0])


async def decide_permission(request: Request) -> Response:
    number = request.path_params["consent_id"]
    found = next((each for each in customer(request)["partner_consents"] if each["consent_id"] == number), None)
    if found is None:
        raise HTTPException(404, f"consent_id: permission {number} not found")
    if request.method == "DELETE":
        return done(request, end(found))
    terms = await request.json()
    if found["status"] == "given" or found["partner"] != terms["partner"]:
        raise HTTPException(409, f"consent_id: {number} is given already, or is another's")
    if terms["amount_minor"] > found["amount_minor"] or terms["until"] > found["until"]:
        raise HTTPException(422, f"amount_minor: {number} asks for less than that")
    found.update(terms, status="given", decided_at=now())
    return done(request, found)


def end(permission: Json) -> Json:
    permission.update(status="withdrawn", decided_at=now())
    return permission


async def offers(request: Request) -> Response:
    customer(request)
    return JSONResponse({"items": [], "last_accepted_at": None, "accepted_12m": 0})


async def accept(request: Request) -> Response:
    customer(request)
    raise HTTPException(422, f"offer_id: offer {(await request.json())['offer_id']} not found")


async def send_code(request: Request) -> Response:
    record = customer(request)
    CODES[record["customer_id"]] = f"{secrets.randbelow(10**6):06}"
    # Here your CRM sends it, by SMS, to the phone on file.
    until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="seconds")
    return done(request, {"sent_to": f"•••• {record['phone'][-2:]}", "channel": "sms", "expires_at": until})


async def check_code(request: Request) -> Response:
    waiting = CODES.get(customer(request)["customer_id"])
    right = waiting is not None and secrets.compare_digest(waiting, (await request.json())["code"])
    if right:
        del CODES[customer(request)["customer_id"]]
    return done(request, {"verified": right, "attempts_left": 0 if waiting is None else 2})


async def send_link(request: Request) -> Response:
    record = customer(request)
    # Here your CRM sends it, by e-mail, to the address on file; while one works no other is sent.
    now = datetime.now(UTC)
    sent_at, until = (each.isoformat(timespec="seconds") for each in (now, now + timedelta(minutes=30)))
    masked = f"{record['email'][:1]}•••@{record['email'].partition('@')[2]}"
    told = {"sent_to": masked, "channel": "email", "sent_at": sent_at, "expires_at": until, "sent_before": False}
    return done(request, told)


async def message(request: Request) -> Response:
    record, body = customer(request), await request.json()
    if body["purpose"] != "requested" and not record["consents"][body["purpose"]]:
        raise HTTPException(422, f"purpose: the customer has not agreed to {body['purpose']} messages")
    # Here your CRM sends it.
    by, email, phone = body.get("channel", "email"), record["email"], record["phone"]
    to = f"•••• ••{phone[-2:]}" if by == "sms" else f"{email[:1]}•••@{email.partition('@')[2]}"
    return done(request, {"message_id": f"M-{secrets.randbelow(10**6)}", "channel": by, "sent_at": now(), "to": to})


async def feedback(request: Request) -> Response:
    customer(request)
    return done(request, {"recorded_at": now()})


async def health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


OF = "/v1/customers/{customer_id}"
app = Starlette(
    routes=[
        Route("/v1/health", health),
        Route("/v1/customers", find),
        Route(OF, read),
        Route(OF, change, methods=["PATCH"]),
        Route(f"{OF}/interactions", interactions, methods=["GET", "POST"]),
        Route(f"{OF}/cases", cases, methods=["GET", "POST"]),
        Route(f"{OF}/consents/{{field}}", consent, methods=["PUT"]),
        Route(f"{OF}/partner-consents", ask_permission, methods=["POST"]),
        Route(f"{OF}/partner-consents/{{consent_id}}", decide_permission, methods=["PUT", "DELETE"]),
        Route(f"{OF}/offers", offers),
        Route(f"{OF}/offers/accepted", accept, methods=["POST"]),
        Route(f"{OF}/verifications", send_code, methods=["POST"]),
        Route(f"{OF}/verifications/check", check_code, methods=["POST"]),
        Route(f"{OF}/sign-in-links", send_link, methods=["POST"]),
        Route(f"{OF}/messages", message, methods=["POST"]),
        Route(f"{OF}/feedback", feedback, methods=["POST"]),
    ],
    middleware=[Middleware(Problems)],
    exception_handlers={HTTPException: refuse},
)
