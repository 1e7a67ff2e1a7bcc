"""Encryption keys that a command fetches, as from a key management service."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from app.settings import load_settings
from app.vault import make_key, open_vault
from domain.errors import Misconfigured
from domain.ids import ConversationId
from storage.vault import EnvelopeVault

OWNER = ConversationId("conv-1")


def open_by(command: str, data: Path, **more: str) -> EnvelopeVault:
    return open_vault(load_settings(data=data, environment="production", encryption={"key_command": command, **more}))


def printing(*keys: str) -> str:
    return shlex.join([sys.executable, "-c", f"print({chr(10).join(keys)!r})"])


def test_a_vault_works_with_the_keys_that_a_command_prints_and_leaves_none_on_disk(tmp_path: Path) -> None:
    key = make_key()
    wrapped = open_by(printing(key), tmp_path).master.wrap(OWNER, b"k" * 32)
    assert open_by(printing(make_key(), key), tmp_path).master.unwrap(OWNER, wrapped) == b"k" * 32
    assert not any(key in file.read_text("utf-8", "replace") for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("switchboard-has-no-such-program", "cannot be run: No such file"),
        ("an 'unclosed quote", "cannot be run: No closing quotation"),
        (shlex.join([sys.executable, "-c", "print('sesame'); exit(3)"]), "ended with exit code 3"),
        (shlex.join([sys.executable, "-c", "print('sésame')"]), "printed something else than keys"),
        (printing("sesame"), "line 1 is no key: an encryption key is 32 random bytes"),
        (printing("c2VzYW1l"), "line 1 is no key: an encryption key is 32 random bytes"),
        (printing(), "gave no key: an encryption key is 32 random bytes"),
    ],
)
def test_a_command_that_gives_no_key_is_said_before_anything_is_opened(tmp_path: Path, command: str, said: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        open_by(command, tmp_path)
    assert re.search(f"SWITCHBOARD_ENCRYPTION__KEY_COMMAND:? {said}", str(refused.value))
    assert "same" not in str(refused.value)
    assert "c2Vz" not in str(refused.value)


def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.vault.COMMAND_S", 0.2)
    with pytest.raises(Misconfigured, match=r"KEY_COMMAND did not end within 0\.2 s: an encryption key is"):
        open_by(f"sh -c 'sleep 600; echo {make_key()}'", tmp_path)


def test_a_key_and_a_command_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="exclude each other"):
        open_by(printing(make_key()), tmp_path, key=make_key())
