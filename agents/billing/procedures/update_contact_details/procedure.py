"""Changing contact details."""

import re
from collections.abc import Generator
from typing import Any

import phonenumbers

from agents.billing.procedures.update_contact_details.postal_address import given_address, is_whole, join_address
from agents.folding import fold
from agents.procedure import (
    Ask,
    Call,
    CallFailed,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    Facts,
    HandOff,
    Journey,
    Resolved,
    Say,
    Step,
)
from domain.approval import CORRECTED

LABELS = {
    "email": {
        "en": "E-mail address",
        "es": "Correo electrónico",
        "de": "E-Mail-Adresse",
        "fr": "Adresse e-mail",
        "hi": "ईमेल",
    },
    "phone": {"en": "Phone number", "es": "Teléfono", "de": "Telefonnummer", "fr": "Téléphone", "hi": "फ़ोन नंबर"},
    "address": {
        "en": "Postal address",
        "es": "Dirección postal",
        "de": "Postanschrift",
        "fr": "Adresse postale",
        "hi": "पता",
    },
}
WORDS = {
    "email": (
        r"e-?mail",
        r"\bmail[ -]?(?:addres|adres)",
        r"\badresse mail\b",
        r"\bcorreo\b",
        r"\bcourriel\b",
        "ईमेल",
        r"\bimel\b",
    ),
    "phone": (
        r"\bphone",
        r"\bmobile",
        r"\bcell",
        r"telefon",
        r"\bmovil",
        r"\bhandy",
        r"telephon",
        r"\bportable",
        r"\btlfn?o?\b",
        r"\btfn?o\b",
        "फ़ोन",
        "फोन",
        "मोबाइल",
    ),
    "address": (
        r"addres",
        r"\bdireccion",
        r"\badresse",
        r"anschrift",
        r"\bmoved\b",
        r"umgezogen",
        r"\bmudad",
        r"demenag",
        r"पता(?! (?:कीजि|करि|करो|कर द|कर के|करके|लगा|चल|नहीं|है|करें|करवा))",
        r"\bpata\b(?! (?:k[ia]|laga|chal|nahi|hai|nhi))",
    ),
}
"""How people name a detail, in folded letters."""
PERSONS_NAME = (
    r"\b(?:sur|last |first |family |maiden |full |my )name",
    r"\bapellido",
    r"\bnombre",
    r"(?:nach|familien|vor|geburts)name",
    r"namensanderung",
    r"\bname\w* (?:geandert|andern)",
    r"\bheiss?e\b",
    r"\bnom\b",
    r"\bprenom",
    r"\bnaam\b",
    r"\bsurname\b",
    "नाम",
    "सरनेम",
)
"""How people name a name, which is no detail that can be changed here, in folded letters."""
INTRODUCED = (
    r"\bmy (?:full )?name(?:'s| is) (?!now\b|wrong|not\b|incorrect|mis|spel|different|changed|changing)",
    r"\bmi nombre (?:completo )?es (?!ahora\b|otro\b|incorrecto|distinto)",
    r"\b(?:ich heiss?e|mein name ist) (?!jetzt\b|nun\b|nicht\b|anders\b|falsch|inzwischen\b|seit\b)",
    r"\bmon nom est (?!maintenant\b|desormais\b|mal\b|faux|incorrect)",
    r"(?:mera naam|मेरा नाम) (?!galat|badal|ab\b|गलत|बदल|अब )(?:\S+ ){1,3}(?:hai|hain|hu|hun|hoon|है|हूं)",
)
"""How people say who they are, in folded letters: their name is not to be changed."""
NAMES = {
    "email": (
        *("e-mail", "email", "mail", "mail address", "email address", "correo", "dirección de correo", "mailadresse"),
        *("email-adresse", "adresse mail", "courriel", "ईमेल", "ईमेल पता"),
    ),
    "phone": (
        *("phone", "number", "mobile", "mobile number", "cell", "telefon", "handy", "handynummer", "nummer"),
        *("móvil", "número", "numéro", "portable", "फ़ोन", "फोन", "मोबाइल", "नंबर"),
    ),
    "address": (
        *("address", "home address", "street", "postal", "dirección", "domicilio", "anschrift", "adresse"),
        *("domicile", "घर का पता", "डाक पता"),
    ),
}
"""How people name a detail when they are asked which one."""
NOT_POSTAL = (
    r"(?:(?:e-?)?mail[ -]*(?:addres|adres)\w*|(?:adresse|direccion)[ ]*(?:e-?mail|de correo|electronique)"
    r"|(?:adresse )?mail)"
)
TRIES = 2


def update_contact_details(case: Case) -> Journey:
    """Change the customer's e-mail address, phone number or postal address.

    1. Find out which details are to change, from the customer's words; otherwise ask. A name, which is proven by
       papers, is for people to change: say so, and bring it to them where that is wanted.
    2. For each detail in turn take the new value from their words, otherwise ask for it. With two e-mail addresses or
       phone numbers in the message, ask which is the new one.
    3. Change one detail per step. It takes a fresh verification and the customer's yes to the exact value; the old
       address is told about it.
    4. A correction of a part of it ("no, it is 2B"): ask for all of it, once.
    5. If the value cannot be saved, say so and ask once more; then leave it, and say that nothing was changed.
    6. Say what was changed and where the notice about it went.
    """
    if not named_fields(case) and _names_name(case.text):
        question = Ask("colleague", kinds=("yes_no",), reply="ask_name", optional=True)
        wanted = yield question.wished_as("billing.update_contact_details")
        return HandOff("policy_limit", queue="general") if wanted else Declined("name_left")
    fields = named_fields(case) or [(yield Ask("contact_field", choices=field_choices(case.locale), reply="ask_field"))]
    changed: list[Facts] = []
    for field in fields:
        change = yield from _change(case, field)
        if change is None:
            return Declined("not_changed", field=field, changed=changed)
        if not change:
            return HandOff("not_understood", queue="general")
        changed.append(change)
    return Resolved("changed", changed=changed)


def named_fields(case: Case) -> list[str]:
    """The details that the customer's words are about, each once."""
    given = case.facts.get("field")
    if given in LABELS:
        return [given]
    folded = fold(case.text)
    postal = re.sub(NOT_POSTAL, " ", folded)
    kinds = {entity.kind for entity in case.opening}
    texts = {"email": folded, "phone": folded, "address": postal}
    return [each for each in LABELS if each in kinds or any(re.search(word, texts[each]) for word in WORDS[each])]


def _names_name(text: str) -> bool:
    """Whether the words are about a name, and not only said under one."""
    about = fold(text).replace("’", "'")
    for introduction in INTRODUCED:
        about = re.sub(introduction, " ", about)
    return any(re.search(word, about) for word in PERSONS_NAME)


def field_choices(locale: str) -> tuple[Choice, ...]:
    """The details that can be changed, to choose from."""
    return tuple(Choice(each, texts.get(locale, texts["en"]), NAMES[each]) for each, texts in LABELS.items())


def values_named(case: Case, field: str) -> list[str]:
    """The different values of that detail in the opening message, in order."""
    return list(dict.fromkeys(str(entity.value) for entity in case.opening if entity.kind == field))


def _change(case: Case, field: str) -> Generator[Step, Any, Facts | None]:
    """Change one detail: what was changed; None where it could not be saved; nothing where no value was given."""
    value = yield from _value(case, field)
    for attempt in range(TRIES):
        if not value:
            return None if field == "phone" else {}
        arguments = {"customer_id": case.customer_id, "field": field, "value": value}
        try:
            done = yield Call("crm.update_contact_detail", **arguments)
        except CallWithdrawn as withdrawn:
            if withdrawn.reason != CORRECTED:
                raise
            value = yield from _ask_in_full(field)
            continue
        except CallFailed as failed:
            if failed.uncertain:
                raise
            if attempt + 1 < TRIES:
                yield Say("value_rejected", field=field, value=value)
                value = yield from _ask_value(field)
            continue
        return {"field": field, "value": done["value"], "notified": done["notified"]}
    return None


def _value(case: Case, field: str) -> Generator[Step, object, str]:
    """The new value: from the customer's words where they leave no doubt."""
    if field == "address":
        return given_address(case.text) or (yield from _ask_value(field))
    named = values_named(case, field)
    if len(named) == 1:
        return (yield from _usable(field, named[0]))
    if len(named) > 1:
        choices = tuple(Choice(each, each) for each in named)
        return str((yield Ask(f"which_{field}", choices=choices, reply="ask_which_value", values=named)))
    return (yield from _ask_value(field))


def is_phone(value: str) -> bool:
    """Whether a number can be dialled: one in its international form that its country's numbering plan knows."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return False


def _usable(field: str, value: str) -> Generator[Step, object, str]:
    """The value, or another one in place of a phone number that cannot be one; empty where none was given."""
    for _ in range(TRIES - 1):
        if field != "phone" or is_phone(value):
            return value
        yield Say("value_rejected", field=field, value=value)
        value = str((yield Ask("new_phone", kinds=("phone",)).put_afresh()))
    return value if is_phone(value) else ""


def _ask_value(field: str) -> Generator[Step, object, str]:
    """Ask for the new value; empty where two answers were none."""
    if field != "address":
        return (yield from _usable(field, str((yield Ask(f"new_{field}", kinds=(field,))))))
    said = ""
    for _ in range(TRIES):
        said = join_address(said, str((yield Ask("new_address", kinds=("text",)))).strip())
        if is_whole(said):
            return said
        yield Say("address_incomplete")
    return ""


def _ask_in_full(field: str) -> Generator[Step, object, str]:
    """Ask for a value of which a part was corrected; nothing that was said before will do."""
    kinds = ("text",) if field == "address" else (field,)
    value = str((yield Ask(f"{field}_in_full", kinds=kinds, reply="ask_in_full").put_afresh())).strip()
    return value if field != "address" or is_whole(value) else (yield from _ask_value(field))
