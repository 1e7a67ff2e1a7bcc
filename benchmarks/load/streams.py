"""Open event streams, as cheap as a client can hold them: plain sockets whose bytes are thrown away."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

START_S = 120
AT_ONCE = 50


@asynccontextmanager
async def open_streams(url: str, token: str, conversations: list[str], number: int) -> AsyncGenerator[list[str]]:
    """So many streams, spread over the conversations; yields the status lines of those that were refused."""
    refused: list[str] = []
    drains: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(conversation_id: str) -> None:
        parts = urlsplit(url)
        async with gate:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writers.append(writer)
            head = f"GET /v1/conversations/{conversation_id}/events HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            writer.write(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())
            status = (await reader.readline()).decode().strip()
        if " 200 " not in f"{status} ":
            refused.append(status)
        drains.append(asyncio.create_task(_drain(reader)))

    try:
        async with asyncio.timeout(START_S):
            await asyncio.gather(*(open_one(conversations[i % len(conversations)]) for i in range(number)))
        yield refused
    finally:
        for task in drains:
            task.cancel()
        for writer in writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _drain(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(65536):
            pass
