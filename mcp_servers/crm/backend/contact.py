"""Contact details: checked before they are stored, and the old address is told of every change."""

import re

import phonenumbers
from babel.dates import format_date

from domain.masking import mask_email, mask_phone
from mcp_servers.arguments import ContactField
from mcp_servers.crm.models import ContactChange
from mcp_servers.refusal import Refused
from mcp_servers.sandbox.outbox import send
from mcp_servers.work import Row, Work, ensure, instant

EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
SQL = {
    "email": "UPDATE customers SET email = :value, contact_changed_at = :at "
    "WHERE tenant = :tenant AND customer_id = :customer",
    "phone": "UPDATE customers SET phone = :value, contact_changed_at = :at "
    "WHERE tenant = :tenant AND customer_id = :customer",
    "address": "UPDATE customers SET address = :value, contact_changed_at = :at "
    "WHERE tenant = :tenant AND customer_id = :customer",
}
TOLD = {
    "en": "Your contact details with us were changed on {date}. If this was not you, tell us at once, {where}.",
    "es": "Sus datos de contacto se cambiaron el {date}. Si no ha sido usted, avísenos de inmediato, {where}.",
    "de": "Ihre Kontaktdaten wurden am {date} geändert. Waren Sie das nicht, melden Sie sich bitte sofort, {where}.",
    "fr": "Vos coordonnées ont été modifiées le {date}. Si ce n'était pas vous, contactez-nous tout de suite, {where}.",
    "hi": "{date} को आपकी संपर्क जानकारी बदली गई। अगर यह आपने नहीं किया, तो तुरंत बताइए, {where}।",
}
WHERE = {"en": "here", "es": "aquí", "de": "hier", "fr": "ici", "hi": "यहाँ"}
"""Where a tenant is reached that has not named a place: where the message comes from."""


def normal_email(value: str) -> str:
    """The address in lower case.

    Raises:
        Refused: it is not an e-mail address.
    """
    email = value.strip().lower()
    name = email.partition("@")[0]
    ensure(len(email) <= 254 and len(name) <= 64 and bool(EMAIL.fullmatch(email)), "value: not an e-mail address")
    return email


def normal_phone(value: str, country: str) -> str:
    """The number with its country code, like +12025550101; without one it is a number of `country`.

    Raises:
        Refused: it is not a phone number that exists.
    """
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        raise Refused("value: not a phone number") from None
    ensure(phonenumbers.is_valid_number(number), "value: not a valid phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_address(value: str) -> str:
    """The address with its white space tidied.

    Raises:
        Refused: it has no number or no street.
    """
    address = " ".join(value.split())
    whole = 8 <= len(address) <= 200 and any(c.isdigit() for c in address) and any(c.isalpha() for c in address)
    ensure(whole, "value: a postal address needs a street and a number")
    return address


NORMAL = {"email": normal_email, "address": normal_address}


def change_contact(work: Work, customer: Row, field: ContactField, value: str) -> ContactChange:
    """Change one detail and tell the old address; what is on file already stays, and nobody is told."""
    normal = normal_phone(value, work.country) if field == "phone" else NORMAL[field](value)
    changed = normal != customer[field]
    if changed:
        work.change(SQL[field], value=normal, at=instant(work.now))
        _tell_old_address(work, customer, field)
    return ContactChange(
        field=field,
        value=normal,
        changed_at=work.now if changed else customer["contact_changed_at"] or work.now,
        notified=mask_phone(customer["phone"]) if field == "phone" else mask_email(customer["email"]),
    )


def _tell_old_address(work: Work, customer: Row, field: ContactField) -> None:
    by_phone = field == "phone"
    send(
        work,
        channel="sms" if by_phone else "email",
        recipient=customer["phone"] if by_phone else customer["email"],
        template="contact_changed",
        text=_changed(work, customer["locale"] if customer["locale"] in TOLD else "en"),
    )


def _changed(work: Work, locale: str) -> str:
    """What the old address is told: when, and where to turn to; the day in UTC."""
    brand, where = work.signature
    date = format_date(work.today, format="long", locale=locale)
    date = date.replace("1 ", "1er ", 1) if locale == "fr" and work.today.day == 1 else date
    text = TOLD[locale].format(date=date, where=where or WHERE[locale])
    return f"{brand}: {text}" if brand else text
