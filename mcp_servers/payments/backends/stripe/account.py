"""One Stripe account through the official library: asynchronous, with its errors told apart."""

from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from mcp_servers.refusal import Refused

stripe: Any = import_module("stripe")
"""An extra: what else there is here does not need it."""
R = TypeVar("R", bound=BaseModel)

PATIENCE_S = 8.0
RETRIES = 1
"""The library repeats what did not reach Stripe, under the same idempotency key."""
PAGE = 100
AT_MOST = 1_000
"""Entries of a list that are read, newest first: more of one customer's have nothing to say here."""
DECLINED = "method_id: the payment was declined"


class StripeAccount:
    """Requests to one account. `api_base` is another address of the API, for tests."""

    def __init__(self, api_key: str, api_base: str = "") -> None:
        http = stripe.HTTPXClient(timeout=PATIENCE_S)
        self._http = http
        addresses: Any = {"api": api_base} if api_base else {}
        self._client = stripe.StripeClient(
            api_key, http_client=http, max_network_retries=RETRIES, base_addresses=addresses
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    async def get(self, path: str, shape: type[R], **params: Any) -> R | None:
        """An object, if there is one.

        Raises:
            stripe.StripeError: Stripe did not answer, or not in a way that can be used.
        """
        try:
            return await self._send("get", path, shape, params)
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise

    async def list(self, path: str, shape: type[R], **params: Any) -> AsyncIterator[R]:
        """The objects of a list, page by page."""
        after: dict[str, str] = {}
        for _ in range(AT_MOST // PAGE):
            page = await self._ask("get", path, {"limit": PAGE, **params, **after})
            items = cast("list[dict[str, Any]]", page["data"])
            for item in items:
                yield shape.model_validate(item)
            if not page.get("has_more") or not items:
                return
            after = {"starting_after": items[-1]["id"]}

    async def post(self, path: str, shape: type[R], key: str, **params: Any) -> R:
        """Change something, once per key.

        Raises:
            Refused: a card was declined, or the key was used for something else; nothing happened.
            stripe.StripeError: Stripe did not answer, or not in a way that can be used; something may have happened.
        """
        try:
            return await self._send("post", path, shape, params, key)
        except stripe.CardError as error:
            reason = (error.user_message or error.code or "").rstrip(".")
            raise Refused(f"{DECLINED}: {reason}" if reason else DECLINED) from error
        except stripe.IdempotencyError as error:
            raise Refused("grant: its idempotency key was used for another call") from error

    async def _send(self, method: str, path: str, shape: type[R], params: Mapping[str, Any], key: str = "") -> R:
        return shape.model_validate(await self._ask(method, path, params, key))

    async def _ask(self, method: str, path: str, params: Mapping[str, Any], key: str = "") -> dict[str, Any]:
        options: Any = {"idempotency_key": key} if key else {}
        answer = await self._client.raw_request_async(method, f"/v1{path}", **params, **options)
        return cast("dict[str, Any]", answer.data)
