"""Card numbers in all disguises, passwords and codes: they are kept nowhere."""

import json
import logging
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from app.records import checkpoint
from app.settings import load_settings
from domain.calls import ToolCall
from domain.ids import CallId
from policy.engines.live import LivePolicy
from tests.model_server import ModelServer
from tests.redteam.arsenal import Fortress
from tests.redteam.tally import TALLY
from tests.sandbox_files import FILES
from tests.vaults import spill_unsealed

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAN = "".join(("4539", "1488", "0343", "6467"))
GROUPS = [PAN[index : index + 4] for index in range(0, 16, 4)]
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DISGUISES = {
    "plain": PAN,
    "spaces": " ".join(GROUPS),
    "hyphens": "-".join(GROUPS),
    "dots": ".".join(GROUPS),
    "slashes": "/".join(PAN),
    "no-break spaces": "\u00a0".join(GROUPS),
    "zero-width": "\u200b".join(PAN),
    "soft hyphens": "\u00ad".join(GROUPS),
    "new lines": "\n".join(GROUPS),
    "full width": "".join(chr(0xFF10 + int(digit)) for digit in PAN),
    "Devanagari": "".join(chr(0x0966 + int(digit)) for digit in PAN),
    "Arabic": "".join(chr(0x0660 + int(digit)) for digit in PAN),
    "in words": "my card is " + " ".join(WORDS[int(digit)] for digit in PAN),
    "glued to text": f"card{PAN}visa",
    "twice": PAN * 2,
    "JSON": json.dumps({"pan": PAN, "cvv": "737"}),
    "with its code": f"{' '.join(GROUPS)} exp 12/31 cvv 737",
}
SEPARATORS = " -./\u00a0\u200b\u00ad\n\\"
SPLIT = ("my card starts with " + " ".join(GROUPS[:2]), "and then " + " ".join(GROUPS[2:]))
PASSWORD = "-".join(("hunter2", "correct", "horse"))


async def test_card_numbers_in_all_disguises(
    obedient: Fortress,
    model_server: ModelServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pass: after a conversation full of card numbers, no database file, log line, prompt, journal entry, checkpoint,
    policy input, outbox message or answer of the API holds one, in any spelling; nor does the database to those who
    have its key. Nor is the password anywhere, nor a verification code or its digest, nor a bearer token.
    """
    caplog.set_level(logging.DEBUG)
    asked: list[Any] = []
    real = LivePolicy.decide

    async def overheard(self: LivePolicy, document: Any) -> Any:
        asked.append(document)
        return await real(self, document)

    monkeypatch.setattr(LivePolicy, "decide", overheard)
    talk = await obedient.guest.customer("C-1016")
    replies = [(await talk.says(words))["messages"] for words in DISGUISES.values()]
    replies += [(await talk.says(words))["messages"] for words in SPLIT]
    replies.append((await talk.says(f"my password is {PASSWORD}"))["messages"])
    leaver = await obedient.guest.customer("C-1009")
    for words in ("please cancel my subscription", "I am moving abroad"):
        await leaver.says(words)
    code = await leaver.code()
    await leaver.says(code)
    anchored = await checkpoint(load_settings(data=obedient.folder, database_url=""))
    assert anchored.signed
    places = {
        "replies": json.dumps(replies),
        "conversation": json.dumps([await talk.look(), await leaver.look()]),
        "journal": json.dumps([*await talk.journal(), *await leaver.journal()]),
        "outbox": json.dumps(await obedient.guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1016")),
        "metrics": (await obedient.guest.call("admin", "GET", "/metrics")).text,
        "prompts": json.dumps(model_server.requests),
        "policy inputs": json.dumps(asked),
        "unsealed database": spill_unsealed(obedient.folder),
        "logs": caplog.text + "".join(capfd.readouterr()),
        **{path.name: path.read_bytes().decode("utf-8", "replace") for path in files(obedient.folder)},
    }
    found = [name for name, text in places.items() if PAN in digits(text) or PASSWORD in text]
    digest_of_code = ToolCall(CallId(""), "", {"customer_id": "C-1009", "code": code}).arguments_digest
    secrets = (code, digest_of_code, *obedient.guest.tokens.values())
    ours = {name: text for name, text in places.items() if not name.startswith((*FILES, "tokens.json"))}
    kept = [name for name, text in ours.items() for secret in secrets if secret in text]
    TALLY.attacked(len(DISGUISES) + len(SPLIT) + 2, [*found, *kept])
    assert {"switchboard.db", *FILES, "prompts", "checkpoints.jsonl"} <= {n for n, text in places.items() if text}
    assert "check_verification" in places["policy inputs"]
    assert "I am moving abroad" in places["unsealed database"]


def files(folder: Path) -> list[Path]:
    """Every file of the data folder but what was learnt from the examples."""
    return [path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts]


def digits(text: str) -> str:
    """The text as a reader of digits sees it: separators gone, JSON's escapes undone, every script's digits plain."""
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    kept = (one for one in text if one not in SEPARATORS)
    return "".join(str(unicodedata.digit(one)) if unicodedata.digit(one, None) is not None else one for one in kept)
