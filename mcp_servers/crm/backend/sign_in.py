"""Links for a new password: one at a time, short-lived, to the address on file, and never stored in clear."""

import hashlib
import secrets
from datetime import datetime, timedelta

from domain.masking import mask_email
from mcp_servers.crm.backend.customers import read_customer
from mcp_servers.crm.models import SentLink
from mcp_servers.sandbox.outbox import send
from mcp_servers.work import Work, instant

VALID_FOR = timedelta(minutes=30)

TEXTS = {
    "en": "Set a new password here: {url} The link works once, for 30 minutes. If you did not ask for it, ignore it.",
    "es": "Cree aquí una contraseña nueva: {url} El enlace funciona una vez, durante 30 minutos. Si no lo pidió, "
    "no haga nada.",
    "de": "Hier legen Sie ein neues Passwort fest: {url} Der Link gilt einmal, 30 Minuten lang. Wenn Sie ihn nicht "
    "angefordert haben, ignorieren Sie ihn.",
    "fr": "Choisissez ici un nouveau mot de passe : {url} Le lien fonctionne une fois, pendant 30 minutes. Si vous ne "
    "l'avez pas demandé, ignorez-le.",
    "hi": "यहाँ नया पासवर्ड बनाइए: {url} यह लिंक एक बार, 30 मिनट तक चलेगा। अगर आपने नहीं माँगा, तो इसे छोड़ दीजिए।",
}


def send_sign_in_link(work: Work) -> SentLink:
    """Send a link to the e-mail address on file, unless an earlier one still works."""
    customer = read_customer(work)
    sent_to = mask_email(customer["email"])
    working = work.find(
        "SELECT sent_at, expires_at FROM sign_in_links WHERE tenant = :tenant AND customer_id = :customer "
        "AND expires_at > :now ORDER BY sent_at DESC",
        now=instant(work.now),
    )
    if working is not None:
        moments = {name: datetime.fromisoformat(working[name]) for name in ("sent_at", "expires_at")}
        return SentLink(sent_to=sent_to, channel="email", sent_before=True, **moments)
    token, expires_at = secrets.token_urlsafe(24), work.now + VALID_FOR
    _store(work, token, instant(expires_at))
    text = TEXTS.get(customer["locale"], TEXTS["en"]).format(url=f"https://account.{work.tenant}.example/new/{token}")
    brand, _ = work.signature
    text = f"{brand}: {text}" if brand else text
    send(work, channel="email", recipient=customer["email"], template="sign_in_link", text=text)
    return SentLink(sent_to=sent_to, channel="email", sent_at=work.now, expires_at=expires_at, sent_before=False)


def _store(work: Work, token: str, expires_at: str) -> None:
    work.change(
        "INSERT INTO sign_in_links (tenant, link_id, customer_id, token_hash, sent_at, expires_at) "
        "VALUES (:tenant, :link_id, :customer, :token_hash, :sent_at, :expires_at)",
        link_id=work.number("SL"),
        token_hash=hashlib.sha256(token.encode()).digest(),
        sent_at=instant(work.now),
        expires_at=expires_at,
    )
