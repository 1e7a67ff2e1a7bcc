"""Runs every command of docs/how-to/connect-a-channel.md in one shell, against a running service."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.channels.running_service import running

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "connect-a-channel.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = (
    ("I'm an automated assistant",),
    ('"external_id":"thread-17"', '"metadata":{"campaign":"spring"}', '"customer":null', "200\n"),
    ('"kind":"confirm"', "refund $39.99 of payment P-5002", '"rules":["reading/own_account"]'),
    ('"status":"waiting_customer"', '"status":409', "client_message_id was already used with another text"),
    ("event: message", "event: action", "event: status", "event: turn", '"pending":null'),
    ('"subject":"Re: My bill"', "Hello Ben Okafor,", "Kind regards,", "waive the fee of 10 dollars on"),
    (": listening", "retry: 2000", "event: action", "id: 10"),
    ('"external_id":"thread-17"', '"next":null', "204\n", "Automated assistant", "<!doctype html>"),
    ('"media_type":"text/plain"', "someone on our team will look at it", "content-disposition: attachment;"),
    ('"kind":"verify"', "verification_code", '"reason":"asked_for_person"', '"score":5', '"status":"closed"'),
    ('"status":422', "client_message_id: Field required", '"status":403', '"status":404', '"status":401'),
)
"""What each block after the first says."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block of the page printed."""
    folder = tmp_path_factory.mktemp("here")
    (folder / "var").mkdir()
    with running(folder / "var") as service:
        script = "\necho '#####'\n".join(COMMANDS).replace("http://127.0.0.1:8080", service.url)
        done = subprocess.run(["bash", "-eu"], input=script, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("#####\n")


@pytest.mark.parametrize("block", range(1, len(COMMANDS)))
def test_each_command_says_what_the_page_shows(said: list[str], block: int) -> None:
    assert len(COMMANDS) == len(SHOWN) + 1
    missing = [part for part in SHOWN[block - 1] if part not in said[block]]
    assert not missing, said[block]


def test_what_is_shown_is_on_the_page() -> None:
    assert [part for parts in SHOWN for part in parts if part not in PAGE] == []
