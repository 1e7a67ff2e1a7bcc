"""Verification codes: six digits, short-lived, used once, few tries, and never stored in clear."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from domain.masking import mask_phone
from mcp_servers.crm.backend.customers import read_customer
from mcp_servers.crm.models import CodeCheck, SentCode
from mcp_servers.sandbox.outbox import send
from mcp_servers.work import Row, Work, ensure, instant

VALID_FOR = timedelta(minutes=10)
ATTEMPTS = 3
UNUSED_CODES = 5
"""How many codes may be sent within the time that one is valid without any of them being entered rightly."""

TEXTS = {
    "en": "Your code is {code}, valid for 10 minutes. Give it only in a conversation that you started yourself.",
    "es": "Su código es {code}, válido 10 minutos. Delo solo en una conversación que haya iniciado usted.",
    "de": "Ihr Code ist {code}, 10 Minuten gültig. Nennen Sie ihn nur in einem selbst begonnenen Gespräch.",
    "fr": "Votre code est {code}, valable 10 minutes. Ne le donnez que dans une conversation engagée par vous.",
    "hi": "आपका कोड {code} है, 10 मिनट तक मान्य। इसे सिर्फ़ उसी बातचीत में बताइए जो आपने ख़ुद शुरू की हो।",
}


def start_verification(work: Work) -> SentCode:
    """Send a new code to the phone on file; older codes stop working."""
    customer = read_customer(work)
    _limit_codes(work)
    work.change(
        "UPDATE verifications SET status = 'replaced' "
        "WHERE tenant = :tenant AND customer_id = :customer AND status = 'waiting'"
    )
    code = f"{secrets.randbelow(1_000_000):06d}"
    expires_at = work.now + VALID_FOR
    _store(work, code, instant(expires_at))
    text = TEXTS.get(customer["locale"], TEXTS["en"]).format(code=code)
    brand, _ = work.signature
    text = f"{brand}: {text}" if brand else text
    send(work, channel="sms", recipient=customer["phone"], template="verification_code", text=text, code=code)
    return SentCode(sent_to=mask_phone(customer["phone"]), channel="sms", expires_at=expires_at)


def _limit_codes(work: Work) -> None:
    sent = work.find(
        "SELECT count(*) AS unused FROM verifications "
        "WHERE tenant = :tenant AND customer_id = :customer AND sent_at > :since AND status <> 'verified'",
        since=instant(work.now - VALID_FOR),
    )
    few = sent is not None and sent["unused"] < UNUSED_CODES
    ensure(few, "customer_id: too many codes were sent to this customer; wait ten minutes")


def _store(work: Work, code: str, expires_at: str) -> None:
    salt = secrets.token_bytes(16)
    work.change(
        "INSERT INTO verifications "
        "(tenant, verification_id, customer_id, salt, code_hash, sent_at, expires_at, attempts_left, status) "
        "VALUES (:tenant, :verification_id, :customer, :salt, :code_hash, :sent_at, :expires_at, :attempts, 'waiting')",
        verification_id=work.number("V"),
        salt=salt,
        code_hash=_hash(code, salt),
        sent_at=instant(work.now),
        expires_at=expires_at,
        attempts=ATTEMPTS,
    )


def _hash(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=1024, r=8, p=1)


def check_verification(work: Work, code: str) -> CodeCheck:
    """Try a code: a right one is used up, a wrong one costs an attempt, one that is not waiting any more is wrong."""
    waiting = work.find(
        "SELECT verification_id, salt, code_hash, attempts_left FROM verifications "
        "WHERE tenant = :tenant AND customer_id = :customer AND status = 'waiting' "
        "AND expires_at > :now AND attempts_left > 0",
        now=instant(work.now),
    )
    if waiting is None:
        return CodeCheck(verified=False, attempts_left=0)
    return _try(work, waiting, "".join(character for character in code if character not in " -"))


def _try(work: Work, waiting: Row, code: str) -> CodeCheck:
    verified = hmac.compare_digest(_hash(code, waiting["salt"]), waiting["code_hash"])
    attempts_left = waiting["attempts_left"] - 1
    work.change(
        "UPDATE verifications SET attempts_left = :attempts_left, status = :status "
        "WHERE tenant = :tenant AND verification_id = :verification_id",
        attempts_left=attempts_left,
        status="verified" if verified else "waiting",
        verification_id=waiting["verification_id"],
    )
    return CodeCheck(verified=verified, attempts_left=attempts_left)
