"""A real Postfix: it takes mail for our mailbox and for customers, and tells senders what it could not deliver."""

import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.ports import free_port
from tests.channels.connectors.mail_server import Mailbox

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
DAEMONS = Path("/usr/lib/postfix/sbin")
SERVICES = {
    "cleanup": "unix n - n - 0 cleanup",
    "qmgr": "unix n - n 300 1 qmgr",
    "rewrite": "unix - - n - - trivial-rewrite",
    "bounce": "unix - - n - 0 bounce",
    "defer": "unix - - n - 0 bounce",
    "trace": "unix - - n - 0 bounce",
    "error": "unix - - n - - error",
    "retry": "unix - - n - - error",
    "virtual": "unix - n n - - virtual",
    "anvil": "unix - - n - 1 anvil",
    "proxymap": "unix - - n - - proxymap",
    "postlog": "unix-dgram n - n - 1 postlogd",
}


def require_postfix() -> str:
    """The program; Postfix changes to users of its own, so that only root can start it."""
    if POSTFIX is None or os.getuid() != 0:
        pytest.skip("NO POSTFIX HERE: e-mail was not tested with it. Install 'postfix', and be root.")
    return POSTFIX


@dataclass
class MailExchange:
    """Where mail is handed over (`url`), and the folder of mail that customers got."""

    url: str
    port: int
    customers: Path

    def send(self, raw: bytes, sender: str, receiver: str) -> None:
        """Hand over a mail as a customer's own server does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail(sender, [receiver], raw)

    def delivered(self) -> list[EmailMessage]:
        """What customers got, in order."""
        found = sorted((self.customers / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]  # type: ignore[misc]


@contextmanager
def postfix(mailbox: Mailbox, ours: str, theirs: str) -> Iterator[MailExchange]:
    """A Postfix that delivers mail to the address `ours` into the mailbox, and to `theirs` into a folder.

    Whoever signs in as the mailbox's owner may send anywhere; Dovecot says whether they are that. Anything else comes
    back to its sender.
    """
    program, port, owner = require_postfix(), free_port(), pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for each, user in (("queue", "root"), ("data", "postfix"), ("customers", "nobody")):
            (folder / each).mkdir()
            shutil.chown(folder / each, user)
        _configure(folder, port, mailbox, (ours, theirs), owner)
        command = [program, "-c", str(folder)]
        subprocess.run([*command, "check"], check=True, capture_output=True, timeout=60)
        with (folder / "out").open("wb") as out:
            server = subprocess.Popen([*command, "start-fg"], stdout=out, stderr=out)
        try:
            _wait_for(port, folder)
            yield MailExchange(f"smtp://127.0.0.1:{port}", port, folder / "customers")
        finally:
            server.terminate()
            server.wait(20)


def _configure(folder: Path, port: int, mailbox: Mailbox, addresses: tuple[str, str], owner: pwd.struct_passwd) -> None:
    ours, theirs = addresses
    domains = ", ".join(address.partition("@")[2] for address in addresses)
    (folder / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {DAEMONS}
maillog_file = /dev/stdout
myhostname = mx.{ours.partition("@")[2]}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.2/32
recipient_delimiter = +
alias_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = /
virtual_mailbox_maps = inline:{{ {{ {ours} = {mailbox.folder}/ }}, {{ {theirs} = {folder}/customers/ }} }}
virtual_uid_maps = static:{owner.pw_uid}
virtual_gid_maps = static:{owner.pw_gid}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{mailbox.auth_port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_reject_unlisted_recipient = no
""")
    lines = [f"127.0.0.1:{port} inet n - n - - smtpd", *(f"{name} {rest}" for name, rest in SERVICES.items())]
    (folder / "master.cf").write_text("\n".join([*lines, ""]))


def _wait_for(port: int, folder: Path) -> None:
    for _ in range(400):
        with suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            client.noop()
            return
        time.sleep(0.05)
    raise AssertionError((folder / "out").read_text())
