"""Real mail servers for tests: Dovecot holds the mailbox, aiosmtpd is where our mails go out to."""

import asyncio
import getpass
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from app.ports import free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "support", "secret-of-the-mailbox"


def require_dovecot() -> str:
    if DOVECOT is None:
        pytest.skip("NO DOVECOT HERE: e-mail was not tested against a real mailbox. Install 'dovecot-imapd'.")
    return DOVECOT


@dataclass
class Mailbox:
    """A mailbox of its own: read at `url`, kept in `folder`; at `auth_port` other programs have a sign-in proved."""

    url: str
    port: int
    folder: Path
    auth_port: int

    def put(self, raw: bytes) -> None:
        """Have a mail lie there, as its delivery would."""
        with self._open() as client:
            assert client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)[0] == "OK"

    def flags(self) -> list[str]:
        """The marks of each mail, in order."""
        with self._open() as client:
            _, [number] = client.select("INBOX", readonly=True)
            if number in (None, b"0"):
                return []
            _, found = client.fetch("1:*", "(FLAGS)")
            return [each.decode() for each in found if each]

    def unmark(self) -> None:
        """Take the marks of all mails away, as a crash before marking would have left them."""
        with self._open() as client:
            client.select("INBOX")
            client.store("1:*", "-FLAGS", "(\\Seen)")

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()


@contextmanager
def dovecot() -> Iterator[Mailbox]:
    """A Dovecot with one mailbox; where root runs it, mail belongs to somebody else, as Dovecot wants it."""
    program, port, auth_port, root = require_dovecot(), free_port(), free_port(), os.getuid() == 0
    users = ("dovenull", "dovecot") if root else (getpass.getuser(),) * 2
    owner = pwd.getpwnam("nobody" if root else getpass.getuser())
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        _configure(folder, port, users, f"uid={owner.pw_uid} gid={owner.pw_gid}", auth_port)
        with (folder / "out").open("wb") as out:
            server = subprocess.Popen([program, "-F", "-c", folder / "dovecot.conf"], stdout=out, stderr=out)
        try:
            _wait_for(port, folder)
            yield Mailbox(f"imap://127.0.0.1:{port}/INBOX", port, folder / "mail", auth_port)
        finally:
            server.terminate()
            server.wait(20)


def _configure(folder: Path, port: int, users: tuple[str, str], owner: str, auth_port: int) -> None:
    config = folder / "dovecot.conf"
    config.write_text(f"""
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_login_user = {users[0]}
default_internal_user = {users[1]}
first_valid_uid = 0
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = {owner} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth_port}
  }}
}}
service stats {{
  chroot =
}}
""")


def _wait_for(port: int, folder: Path) -> None:
    for _ in range(200):
        with suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        time.sleep(0.05)
    raise AssertionError((folder / "out").read_text() + (folder / "log").read_text())


@dataclass
class SentMails:
    """What went out: each mail as it was handed over. `refuse` is what the server answers to receivers from now on."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""
    refused: int = 0

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        """Accept a receiver, or not."""
        if self.refuse:
            self.refused += 1
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        parsed = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.mails.append(cast(EmailMessage, parsed))
        return "250 OK"


def _sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD))


@asynccontextmanager
async def smtp_server() -> AsyncIterator[SentMails]:
    """An SMTP server that keeps what it is given."""
    sent = SentMails()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sent, authenticator=_sign_in, auth_require_tls=False), "127.0.0.1", 0
    )
    sent.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield sent
    finally:
        server.close()
