"""Signing in to somebody else's MCP server with OAuth 2.1: by credentials of our own, with no person in between."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2
from mcp.client.auth.exceptions import OAuthFlowError
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken


class Credentials(Protocol):
    """What we prove ourselves with to a server that demands OAuth."""

    def sign_in(self, url: str) -> httpx2.Auth:
        """Signs requests to that server."""
        ...


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What an authorisation server knows us by; `issuer` is the one that gave them, and no other gets them."""

    client_id: str
    client_secret: str = field(repr=False)
    issuer: str
    scope: str = ""

    def sign_in(self, url: str) -> httpx2.Auth:
        """Signs requests to that server: finds out where tokens are given, and gets one, and the next in time."""
        return ClientCredentialsOAuthProvider(
            url, _Memory(), self.client_id, self.client_secret, scope=self.scope or None, issuer=self.issuer
        )


class _Memory:
    """Tokens live as long as the process: they are had anew in one request, and lie nowhere."""

    def __init__(self) -> None:
        self._tokens: OAuthToken | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self._tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self._tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return None

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        del client_info


class SignedIn(httpx2.AsyncBaseTransport):
    """Sends each request with what proves who we are; to be had before anything reads the answer."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, auth: httpx2.Auth, timeout: httpx2.Timeout) -> None:
        self._client = httpx2.AsyncClient(transport=inner, auth=auth, timeout=timeout)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it on.

        Raises:
            NotSignedIn: no token is to be had; the message says why.
        """
        try:
            answer = await self._client.send(request, stream=True)
        except OAuthFlowError as error:
            raise NotSignedIn(str(error) or type(error).__name__, request=request) from error
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=_Body(answer), request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class NotSignedIn(httpx2.TransportError):
    """The authorisation server gave no token."""


class _Body(httpx2.AsyncByteStream):
    """An answer's bytes as they came."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_raw():
            yield chunk

    async def aclose(self) -> None:
        with suppress(httpx2.HTTPError):
            await self._answer.aclose()
