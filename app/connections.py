"""HTTP connections that say nothing, or never finish saying what they want, are closed."""

import asyncio

import h11
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""Within so long after a connection was made, or a request begun, its headers have to be there."""


class PunctualProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with a limit to how long a request's headers may take; bodies have theirs elsewhere."""

    _deadline: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_waiting():
            self._watch()
        else:
            self._calm()

    def _is_waiting(self) -> bool:
        """Whether a request's headers are still to come."""
        return self.conn.their_state is h11.IDLE

    def _watch(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_SECONDS, self._close_if_silent)

    def _calm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close_if_silent(self) -> None:
        self._deadline = None
        if self._is_waiting() and not self.transport.is_closing():
            self.transport.close()
