"""What systems of the company report by themselves: verified by the sender's signature, taken in once."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request

from domain.errors import NotAuthenticated

TakeIn = Callable[[bytes, str], Awaitable[bool]]
"""Given the body and its signature, whether it was news.

Raises:
    NotAuthenticated: the sender did not sign it.
"""


def attach_stripe(take_in: TakeIn) -> Callable[[FastAPI], None]:
    """Serve `POST /hooks/stripe`, outside the API: Stripe has no token of ours: its signature proves who calls."""
    router = APIRouter()

    @router.post("/hooks/stripe", include_in_schema=False)
    async def receive(request: Request) -> dict[str, bool]:
        signature = request.headers.get("stripe-signature", "")
        if not signature:
            raise NotAuthenticated("Stripe signs what it reports; this is not signed.")
        return {"news": await take_in(await request.body(), signature)}

    return lambda app: app.include_router(router)
