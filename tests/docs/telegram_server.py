"""A server that behaves as Telegram's Bot API says of the methods that a bot needs, for one bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

BOT = "123456:the-token-of-a-bot"


@dataclass
class TelegramServer:
    """What is new for the bot, and what it sent, in order. `busy` answers 429 to so many calls of `sendMessage`."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    busy: int = 0
    confirmed: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ids: Any = field(default_factory=lambda: count(1000))

    async def write(self, chat: int, text: str) -> None:
        """Somebody writes to the bot."""
        await self._tell(
            {"message": {"message_id": next(self._ids), "chat": {"id": chat, "type": "private"}, "text": text}}
        )

    async def press(self, chat: int, data: str) -> None:
        """Somebody presses a button of the bot."""
        message = {"message_id": next(self._ids), "chat": {"id": chat, "type": "private"}}
        await self._tell({"callback_query": {"id": str(next(self._ids)), "message": message, "data": data}})

    async def _tell(self, update: dict[str, Any]) -> None:
        async with self._news:
            self.updates.append({"update_id": next(self._ids), **update})
            self._news.notify_all()

    async def answer(self, request: web.Request) -> web.Response:
        """One method."""
        if request.match_info["token"] != BOT:
            return _refuse(401, "Unauthorized")
        arguments = await request.json()
        method = {
            "getUpdates": self._get_updates,
            "sendMessage": self._send,
            "answerCallbackQuery": self._confirm,
        }.get(request.match_info["method"])
        return await method(arguments) if method else _refuse(404, "Not Found")

    async def _get_updates(self, asked: dict[str, Any]) -> web.Response:
        """What is new from `offset` on, which confirms all before; waits for it up to `timeout` seconds."""
        async with self._news:
            self.updates = [each for each in self.updates if each["update_id"] >= asked.get("offset", 0)]
            if not self.updates:
                try:
                    await asyncio.wait_for(self._news.wait(), asked.get("timeout", 0))
                except TimeoutError:
                    return _result([])
            return _result(self.updates[:100])

    async def _send(self, asked: dict[str, Any]) -> web.Response:
        buttons = [each for row in asked.get("reply_markup", {}).get("inline_keyboard", []) for each in row]
        if self.busy:
            self.busy -= 1
            return _refuse(429, "Too Many Requests: retry after 1", retry_after=1)
        if not asked["text"].strip():
            return _refuse(400, "Bad Request: message text is empty")
        if len(asked["text"]) > 4096:
            return _refuse(400, "Bad Request: message is too long")
        if any(not 1 <= len(each["callback_data"].encode()) <= 64 for each in buttons):
            return _refuse(400, "Bad Request: BUTTON_DATA_INVALID")
        await self.sent.put({"chat": int(asked["chat_id"]), "text": asked["text"], "buttons": buttons})
        return _result({"message_id": next(self._ids), "text": asked["text"]})

    async def _confirm(self, asked: dict[str, Any]) -> web.Response:
        self.confirmed.append(asked["callback_query_id"])
        return _result(True)


def _result(found: Any) -> web.Response:
    return web.json_response({"ok": True, "result": found})


def _refuse(status: int, description: str, **parameters: int) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return web.json_response(body, status=status)


@asynccontextmanager
async def telegram_server() -> AsyncIterator[TelegramServer]:
    """The server, on this machine."""
    server, app = TelegramServer(), web.Application()
    app.router.add_post("/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
