"""Calls to addresses that others name: to public ones only, never redirected, with little patience."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from channels.connectors.addresses import AddressRefused, AllowedAddresses
from channels.connectors.connector import Receipt

PATIENCE_S = 10.0
_ONE_CALL_A_CONNECTION = httpx.Limits(max_keepalive_connections=0)
"""A kept connection to an address could be used for another name there, whose certificate nobody looked at."""
ANSWER_BYTES = 64 * 1024
"""More of an answer is not read."""


class ScreenedTransport(httpx.AsyncBaseTransport):
    """Connects to the very addresses that were looked at, so that a name cannot mean another one a moment later."""

    def __init__(self, allowed: AllowedAddresses) -> None:
        self._allowed = allowed
        self._inner = httpx.AsyncHTTPTransport(limits=_ONE_CALL_A_CONNECTION)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on to the first address that answers.

        Raises:
            AddressRefused: the host may not be called.
            httpx.TransportError: nobody answers there.
        """
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._allowed.find(url.host, port, url.scheme)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        for left, address in enumerate(addresses, 1 - len(addresses)):
            request.url = url.copy_with(host=address)
            try:
                return await self._inner.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if not left:
                    raise
        raise AddressRefused(f"url: {url.host} has no address")

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side answered, as far as it was read."""

    receipt: Receipt
    body: bytes = b""


class OutgoingCalls:
    """Posts to addresses that others name."""

    def __init__(self, allowed: AllowedAddresses) -> None:
        self.allowed = allowed
        self._client: httpx.AsyncClient | None = None

    @property
    def _http(self) -> httpx.AsyncClient:
        """Made when it is first needed: reading the trusted certificates takes a while."""
        if self._client is None:
            screened = ScreenedTransport(self.allowed)
            self._client = httpx.AsyncClient(transport=screened, trust_env=False, timeout=PATIENCE_S)
        return self._client

    async def post(
        self, url: str, content: bytes, headers: Mapping[str, str], auth: tuple[str, str] | None = None
    ) -> Answered:
        """Post, and say what came of it; trouble of the other side is in the receipt."""
        try:
            self.allowed.check_url(url)
            async with (
                asyncio.timeout(PATIENCE_S),
                self._http.stream("POST", url, content=content, headers=dict(headers), auth=auth) as answer,
            ):
                return Answered(_receipt(answer), await _beginning(answer))
        except AddressRefused as error:
            return Answered(Receipt(error=str(error)))
        except (TimeoutError, httpx.TimeoutException):
            return Answered(Receipt(error=f"no answer within {PATIENCE_S:g} s"))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answered(Receipt(error=f"not reached ({type(error).__name__})"))

    async def fetch(self, url: str, most: int) -> bytes:
        """What lies at an address; empty where it is not given, or is more than so many bytes.

        Raises:
            AddressRefused: the address may not be called.
            httpx.HTTPError: nobody answers there.
        """
        self.allowed.check_url(url)
        async with self._http.stream("GET", url) as answer:
            return await read_whole(answer, most)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()


async def read_whole(answer: httpx.Response, most: int) -> bytes:
    """A successful answer's content; empty where it is none, or is more than so many bytes."""
    read = bytearray()
    if answer.is_success:
        async for chunk in answer.aiter_bytes():
            read += chunk
            if len(read) > most:
                return b""
    return bytes(read)


async def _beginning(answer: httpx.Response) -> bytes:
    read = b""
    async for chunk in answer.aiter_raw():
        read += chunk
        if len(read) > ANSWER_BYTES:
            break
    return read[:ANSWER_BYTES]


def _receipt(answer: httpx.Response) -> Receipt:
    status = answer.status_code
    if answer.is_success:
        return Receipt(status)
    if answer.is_redirect:
        return Receipt(status, f"answered {status}, a redirection: register the address that it leads to")
    return Receipt(status, f"answered {status}", wait_s=_asked_to_wait(answer.headers.get("retry-after", "")))


def _asked_to_wait(value: str) -> float:
    """The seconds of a `Retry-After`; a date in it counts for nothing, our own pauses are as long."""
    if value.isdecimal():
        return float(value[:6])
    return 0.0
