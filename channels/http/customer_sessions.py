"""Customer sessions: a token for one customer's own conversations, or for an anonymous visitor's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from channels.http.customer_tokens import CustomerTokens, make_secret, visitor_of
from channels.http.models import CustomerBody, RequestBody, ResponseBody
from channels.http.openings import AskedCustomer
from channels.http.origins import Origins, is_own
from channels.http.scopes import Converser
from domain.caller import CustomerSession
from domain.errors import BadRequest, NotPermitted
from domain.ids import CustomerId, TenantId
from domain.names import suggest
from domain.principal import AuthLevel, Customer

Secret = Annotated[
    str | None,
    Field(
        default=None,
        min_length=32,
        max_length=128,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="The secret of an earlier session of this visitor: their conversation is found again by it.",
    ),
]


class OpenCustomerSession(RequestBody):
    """A session for one customer whom the company's own site knows, or with null for an anonymous visitor."""

    customer: AskedCustomer | None = None
    origin: str | None = Field(
        default=None,
        max_length=255,
        description="The web origin of the page that uses the token, `https://shop.example`: it works from no other.",
    )
    secret: Secret


class OpenVisitorSession(RequestBody):
    """A session for an anonymous visitor, asked for by a page of an origin that the company lists."""

    company: str = Field(min_length=1, max_length=63, description="The tenant's name.", examples=["acme"])
    secret: Secret


class CustomerSessionBody(ResponseBody):
    """A customer's token; ask for another before `expires_at`.

    `secret` is there for visitors: kept where the page can find it again, it gives the next session the same
    conversation. Whoever has it reads that conversation.
    """

    token: str
    expires_at: datetime
    customer: CustomerBody | None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerDoor:
    """What customer sessions are made with.

    `visitors` are the tenants whose pages may ask for a visitor's session by themselves; `own_pages` says that our own
    page may, as in development.
    """

    tokens: CustomerTokens
    origins: Origins
    visitors: Collection[TenantId] = ()
    own_pages: bool = False

    async def open(self, body: OpenCustomerSession, caller: Converser) -> CustomerSessionBody:
        """Make a token for one customer, for the company's own site to hand to that customer's page or app.

        The token is good for that customer's conversations and for nothing else. `anonymous` customers, and those that
        are null, are visitors: they reach the conversation of their secret alone.
        """
        asked, origin = body.customer, body.origin or ""
        listed = self.origins.get(caller.tenant, frozenset())
        if origin and origin not in listed:
            raise BadRequest(
                f"origin: {origin!r} is none that the company lists in company.toml{suggest(origin, sorted(listed))}"
            )
        customer = Customer(CustomerId(asked.id), AuthLevel(asked.auth_level)) if asked else None
        return self._answer(caller.tenant, customer, origin, body.secret)

    async def open_for_visitor(self, body: OpenVisitorSession, request: Request) -> CustomerSessionBody:
        """Make an anonymous visitor's token; a page of an origin that the company lists may ask, without a token."""
        tenant, origin = TenantId(body.company), request.headers.get("origin", "")
        known = tenant in self.visitors
        listed = origin in self.origins.get(tenant, frozenset())
        if not known or not (listed or (self.own_pages and is_own(request.headers))):
            raise NotPermitted("Pages of this origin may not ask for a visitor's session of this company.")
        return self._answer(tenant, None, origin, body.secret)

    def _answer(
        self, tenant: TenantId, customer: Customer | None, origin: str, secret: str | None
    ) -> CustomerSessionBody:
        session = CustomerSession(customer, "", origin)
        if not session.is_sure:
            secret = secret or make_secret()
            session = CustomerSession(customer, visitor_of(tenant, secret), origin)
        made = self.tokens.issue(tenant, session)
        shown = CustomerBody.model_validate(customer) if customer else None
        return CustomerSessionBody(
            token=made.token,
            expires_at=made.expires_at,
            customer=shown,
            secret=None if session.is_sure else secret,
        )


def build_router(door: CustomerDoor) -> APIRouter:
    """The routes of customer sessions."""
    router = APIRouter(prefix="/v1", tags=["customer sessions"])
    for path, make in (("/customer-sessions", door.open), ("/visitor-sessions", door.open_for_visitor)):
        router.add_api_route(path, make, methods=["POST"], status_code=201, response_model=CustomerSessionBody)
    return router
