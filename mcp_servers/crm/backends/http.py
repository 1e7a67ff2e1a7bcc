"""A CRM over HTTP: a small REST shape that any CRM, or a thin layer before it, can offer (docs/how-to/your-crm.md).

Every answer is what the contract says the tool answers; a refusal is a problem document (RFC 9457) whose `detail` names
the field and the reason.
"""

from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from mcp_servers.arguments import ConsentField, ContactField, FindField, MessageWay, Purpose
from mcp_servers.backend import SystemOptions
from mcp_servers.crm import models
from mcp_servers.refusal import Refused, not_found
from mcp_servers.scope import Scope

Answer = TypeVar("Answer", bound=BaseModel)

PATIENCE = httpx.Timeout(8.0, connect=2.0)
REFUSED = (400, 409, 410, 422)
"""What the caller may mend; every other error is the system's."""
LONGEST = 300


def open_system(options: SystemOptions) -> "RestCrm":
    """A CRM at an address.

    Raises:
        Misconfigured: no address is set.
    """
    url = options.require("url", "where your CRM answers, such as https://crm.acme.example/v1")
    token = options.values.get("token", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return RestCrm(httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=PATIENCE))


class RestCrm:
    """The CRM's tools as requests: the tenant in `X-Tenant`, a change's key in `Idempotency-Key`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def check(self) -> None:
        """See `System.check`."""
        (await self._http.get("/health")).raise_for_status()

    async def close(self) -> None:
        """See `System.close`."""
        await self._http.aclose()

    async def find_customer(self, scope: Scope, field: FindField, value: str) -> models.FoundCustomer:
        """Find a customer by a detail; several with the same are nobody."""
        params = {"field": field, "value": value}
        found = await self._request(scope, "GET", "/customers", models.FoundCustomers, params=params)
        known = found.items[0].customer_id if len(found.items) == 1 else None
        return models.FoundCustomer(found=known is not None, customer_id=known)

    async def get_customer(self, scope: Scope) -> models.CustomerRecord:
        """Read the customer."""
        return await self._of_customer(scope, "GET", "", models.CustomerRecord)

    async def start_verification(self, scope: Scope) -> models.SentCode:
        """Let the CRM send a code."""
        return await self._of_customer(scope, "POST", "/verifications", models.SentCode, {})

    async def check_verification(self, scope: Scope, code: str) -> models.CodeCheck:
        """Let the CRM check a code."""
        return await self._of_customer(scope, "POST", "/verifications/check", models.CodeCheck, {"code": code})

    async def send_sign_in_link(self, scope: Scope) -> models.SentLink:
        """Let the CRM send a link for a new password."""
        return await self._of_customer(scope, "POST", "/sign-in-links", models.SentLink, {})

    async def update_contact_detail(self, scope: Scope, field: ContactField, value: str) -> models.ContactChange:
        """Change one detail."""
        return await self._of_customer(scope, "PATCH", "", models.ContactChange, {"field": field, "value": value})

    async def list_interactions(self, scope: Scope) -> models.Interactions:
        """What was said and noted."""
        return await self._of_customer(scope, "GET", "/interactions", models.Interactions)

    async def add_note(self, scope: Scope, text: str, disposition: str) -> models.NoteAdded:
        """Write a note."""
        body = {"text": text, "disposition": disposition}
        return await self._of_customer(scope, "POST", "/interactions", models.NoteAdded, body)

    async def open_case(self, scope: Scope, reason: str, description: str) -> models.CaseOpened:
        """Open a case."""
        body = {"reason": reason, "description": description}
        return await self._of_customer(scope, "POST", "/cases", models.CaseOpened, body)

    async def list_cases(self, scope: Scope) -> models.Cases:
        """The customer's cases."""
        return await self._of_customer(scope, "GET", "/cases", models.Cases)

    async def set_consent(self, scope: Scope, field: ConsentField, value: bool) -> models.ConsentChange:
        """Record a consent."""
        return await self._of_customer(scope, "PUT", f"/consents/{field}", models.ConsentChange, {"value": value})

    async def request_partner_consent(
        self, scope: Scope, partner: str, tools: list[str], amount_minor: int, until: date
    ) -> models.PartnerConsent:
        """Note what a partner asks for."""
        terms = {"partner": partner, "tools": tools, "amount_minor": amount_minor, "until": str(until)}
        return await self._of_customer(scope, "POST", "/partner-consents", models.PartnerConsent, terms)

    async def give_partner_consent(
        self, scope: Scope, consent_id: str, partner: str, amount_minor: int, until: date
    ) -> models.PartnerConsent:
        """Record a partner's permission."""
        terms = {"partner": partner, "amount_minor": amount_minor, "until": str(until)}
        return await self._of_customer(scope, "PUT", _given(consent_id), models.PartnerConsent, terms)

    async def withdraw_partner_consent(self, scope: Scope, consent_id: str) -> models.PartnerConsent:
        """End a partner's permission."""
        return await self._of_customer(scope, "DELETE", _given(consent_id), models.PartnerConsent)

    async def list_offers(self, scope: Scope) -> models.Offers:
        """The offers made to the customer."""
        return await self._of_customer(scope, "GET", "/offers", models.Offers)

    async def accept_offer(
        self, scope: Scope, offer_id: str, discount_percent: int, months: int
    ) -> models.OfferAccepted:
        """Accept an offer with exactly its terms."""
        body = {"offer_id": offer_id, "discount_percent": discount_percent, "months": months}
        return await self._of_customer(scope, "POST", "/offers/accepted", models.OfferAccepted, body)

    async def send_message(
        self, scope: Scope, template: str, text: str, purpose: Purpose, channel: MessageWay = "email"
    ) -> models.MessageSent:
        """Let the CRM send an e-mail or a text message."""
        body = {"template": template, "text": text, "purpose": purpose, "channel": channel}
        return await self._of_customer(scope, "POST", "/messages", models.MessageSent, body)

    async def record_feedback(self, scope: Scope, score: int, comment: str) -> models.FeedbackRecorded:
        """Record feedback."""
        body = {"score": score, "comment": comment}
        return await self._of_customer(scope, "POST", "/feedback", models.FeedbackRecorded, body)

    async def _of_customer(
        self, scope: Scope, method: str, path: str, answer: type[Answer], body: dict[str, Any] | None = None
    ) -> Answer:
        if not scope.customer:
            raise not_found("customer_id", "customer", scope.customer)
        place = f"/customers/{quote(scope.customer, safe='')}{path}"
        return await self._request(scope, method, place, answer, json=body)

    async def _request(self, scope: Scope, method: str, path: str, answer: type[Answer], **what: Any) -> Answer:
        """One request.

        Raises:
            Refused: the CRM says that it cannot be done.
            httpx.HTTPError: there was no answer, or a broken one; a change may have happened.
            ValidationError: the answer is not the contract's.
        """
        headers = {"X-Tenant": scope.tenant, **({"Idempotency-Key": scope.key} if scope.key else {})}
        response = await self._http.request(method, path, headers=headers, **what)
        if response.status_code == 404:
            raise Refused(_detail(response) or f"customer_id: customer {scope.customer} not found")
        if response.status_code in REFUSED:
            raise Refused(_detail(response) or "the CRM refused this and gave no reason")
        response.raise_for_status()
        return answer.model_validate_json(response.content)


def _given(consent_id: str) -> str:
    return f"/partner-consents/{quote(consent_id, safe='')}"


def _detail(response: httpx.Response) -> str:
    """The reason of a refusal, in one line."""
    try:
        found: Any = response.json()
    except ValueError:
        return ""
    detail = found.get("detail") if isinstance(found, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return " ".join(detail.split())[:LONGEST] if isinstance(detail, str) else ""


SYSTEM = RestCrm
"""What `switchboard check` holds against the contract."""
