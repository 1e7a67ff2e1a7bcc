"""The how-to's connector for Telegram, against a server that behaves as Telegram's Bot API says."""

import asyncio
import os
import sys
from pathlib import Path

from app.ports import free_port
from tests.channels.running_service import running
from tests.docs.telegram_server import BOT, TelegramServer, telegram_server

PROGRAM = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "telegram.py"
CHAT = 4711


async def hear_until(telegram: TelegramServer, words: str) -> str:
    """The next message to the chat that says so; each that is passed over is told once."""
    while True:
        said = await telegram.sent.get()
        assert said["chat"] == CHAT
        if words in said["text"]:
            return said["text"]


async def test_a_person_on_telegram_proves_who_they_are_and_presses_yes(tmp_path: Path) -> None:
    port = free_port()
    async with telegram_server() as telegram:
        with running(tmp_path, outgoing={"allowed_networks": ["127.0.0.0/8"]}) as service:
            body = {"url": f"http://127.0.0.1:{port}/switchboard", "events": ["message", "pending"]}
            hook = service.call("POST", "/v1/webhooks", body, "admin").json()
            given = {"BOT": BOT, "TELEGRAM": telegram.url, "SECRET": hook["secret"], "WAIT_S": "1"}
            environment = {**given, "TOKEN": service.tokens["channel"], "PATH": os.environ["PATH"]}
            command = (sys.executable, str(PROGRAM), service.url, str(port))
            bridge = await asyncio.create_subprocess_exec(*command, env=environment)
            try:
                telegram.busy = 1
                await telegram.write(CHAT, "I was charged twice for my last bill")
                await hear_until(telegram, "automated assistant")
                await hear_until(telegram, "customer number")
                await telegram.write(CHAT, "C-1001")
                await hear_until(telegram, "code")
                path = "/v1/sandbox/outbox?customer_id=C-1001"
                outbox = (await asyncio.to_thread(service.call, "GET", path)).json()["items"]
                await telegram.write(CHAT, next(each["code"] for each in outbox if each["code"]))
                await hear_until(telegram, "Shall I go ahead?")
                choice = await telegram.sent.get()
                assert [each["text"] for each in choice["buttons"]] == ["Yes", "No"]
                await telegram.press(CHAT, choice["buttons"][0]["callback_data"])
                assert "$39.99" in await hear_until(telegram, "refunded")
            finally:
                bridge.kill()
                await bridge.wait()
