"""The policy evaluated by an OPA sidecar over kept connections; whatever is not a prompt, exact answer is none."""

import asyncio
import json
from types import TracebackType
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import aiohttp
from opa_client.opa_async import AsyncOpaClient

from domain.errors import Misconfigured, PolicyUnavailable
from policy.engines.answers import check_decision, check_escalation, revision_of
from policy.engines.documents import encode
from policy.engines.engine import Document

TIMEOUT_S = 0.1
SILENCES = 3
"""After so many questions in a row without an answer less patience is spent, until there is one again."""
WARY_SHARE = 0.25
LATE_S = 0.01
"""A wait that ended later than this was held up by this process itself: its clock says nothing of the sidecar."""
MAIN = "contact_centre.main"
ESCALATION = "contact_centre.escalation"
RULE = "decision"


class Client(Protocol):
    """The part of `AsyncOpaClient` that is used here."""

    async def __aenter__(self) -> "Client": ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def query_rule(self, input_data: Any, package_path: str, rule_name: str) -> Any:
        """The sidecar's whole answer, parsed."""
        ...


class OpaEngine:
    """Asks one sidecar, once, and gives up after `timeout_s`; it never tries again.

    `revision` is that of the bundle which the sidecar must serve: an answer of any other is refused.

    Raises:
        Misconfigured: the address is not `http(s)://host[:port]`.
    """

    def __init__(self, url: str, revision: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._revision = revision
        self._timeout_s = timeout_s
        self._silences = 0
        self._client = connect(url, 10 * timeout_s)
        self._open = False

    @property
    def revision(self) -> str:
        """See `PolicyEngine.revision`."""
        return self._revision

    async def decide(self, document: Document) -> Document:
        """See `PolicyEngine.decide`."""
        return check_decision(await self._query(MAIN, document), self._revision)

    async def escalate(self, document: Document) -> Document:
        """See `PolicyEngine.escalate`."""
        return check_escalation(await self._query(ESCALATION, document), self._revision)

    async def served(self) -> str:
        """See `PolicyEngine.served`; read from the sidecar, which may be ahead of this process or behind it."""
        return revision_of(await self._query(MAIN, {}))

    async def close(self) -> None:
        """See `PolicyEngine.close`."""
        if self._open:
            self._open = False
            await self._client.__aexit__(None, None, None)

    async def _query(self, package: str, document: Document) -> Any:
        normal = json.loads(encode(document))
        try:
            if not self._open:
                await self._client.__aenter__()
                self._open = True
            answer = await self._ask(package, normal)
        except TimeoutError as error:
            self._silences += 1
            raise PolicyUnavailable("the policy sidecar gave no answer in time") from error
        except (aiohttp.ClientError, ValueError, RecursionError, OSError) as error:
            raise PolicyUnavailable(f"the policy sidecar gave no answer: {type(error).__name__}") from error
        self._silences = 0
        return cast(dict[str, Any], answer).get("result") if isinstance(answer, dict) else None

    async def _ask(self, package: str, document: Document) -> Any:
        """The sidecar's answer, within the time that it has; what this process itself was late is not counted.

        Raises:
            TimeoutError: there was none.
        """
        loop, patience = asyncio.get_running_loop(), self._patience()
        asking = asyncio.ensure_future(self._client.query_rule(document, package, RULE))
        try:
            began = loop.time()
            await asyncio.wait({asking}, timeout=patience)
            if not asking.done() and loop.time() - began - patience > LATE_S:
                await asyncio.wait({asking}, timeout=patience)
            if not asking.done():
                raise TimeoutError
            return asking.result()
        finally:
            asking.cancel()

    def _patience(self) -> float:
        return self._timeout_s * (WARY_SHARE if self._silences >= SILENCES else 1)


def connect(url: str, timeout_s: float) -> Client:
    """A client of the sidecar at this address, without retries; it connects when first used.

    Raises:
        Misconfigured: the address is not `http(s)://host[:port]`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Misconfigured(f"the policy sidecar's address {url!r} is malformed: {error}") from error
    if parts.scheme not in {"http", "https"} or not host or parts.path not in {"", "/"}:
        raise Misconfigured(f"the policy sidecar's address must be http(s)://host[:port], not {url!r}")
    secure = parts.scheme == "https"
    client = AsyncOpaClient(
        host=f"[{host}]" if ":" in host else host,
        port=port or (443 if secure else 80),
        ssl=secure,
        retries=0,
        timeout=timeout_s,
    )
    return cast(Client, client)
