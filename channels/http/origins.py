"""Which web pages may talk to us: those of the origins that a company lists, and no others."""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.caller import Caller
from domain.errors import NotPermitted
from domain.ids import TenantId

Origins = Mapping[TenantId, frozenset[str]]
"""The web origins that each tenant lists, as browsers spell them: `https://shop.example`."""

_FOR_CUSTOMERS = re.compile(r"/v1/(conversations|visitor-sessions)(/.*)?")
PREFLIGHT_S = 600


class CrossOrigin:
    """Lets listed pages call what customers may call (CORS); every other path stays closed to other origins' pages.

    No cookie is ever looked at: a page has a customer's token, or nothing.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=sorted(frozenset[str]().union(*origins.values())),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Location", "Retry-After"],
            max_age=PREFLIGHT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with what a browser has to know of it."""
        is_open = scope["type"] == "http" and _FOR_CUSTOMERS.fullmatch(scope["path"])
        await (self._open if is_open else self._app)(scope, receive, send)


def see_origin(caller: Caller, headers: Headers, origins: Origins) -> None:
    """See that a customer's token is used from where it was made for.

    Browsers say the origin of a page that calls another; what says none is no page of another origin.

    Raises:
        NotPermitted: a page of another origin, or of one that the company does not list.
    """
    origin = headers.get("origin", "")
    if caller.session is None or not origin:
        return
    if caller.session.origin and origin != caller.session.origin:
        raise NotPermitted("This token was made for another web origin.")
    if not is_own(headers) and origin not in origins.get(caller.tenant, frozenset()):
        raise NotPermitted("This web origin is none of the company's.")


def is_own(headers: Headers) -> bool:
    """Whether a request comes from a page of ours."""
    _, _, place = headers.get("origin", "").partition("://")
    return bool(place) and place == headers.get("host", "").lower()
