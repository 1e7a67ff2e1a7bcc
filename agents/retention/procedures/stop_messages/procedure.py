"""Stopping messages: reminders, advertising, or whatever we write unasked."""

import re

from agents.folding import fold
from agents.procedure import EVERYTHING, Call, Case, Journey, Resolved

REMINDERS = r"remind|recordator|recuerd|recordar|erinner|rappel|yaad|रिमाइंडर|याद"
REMINDED_OF = (
    r"day before|dia antes|vispera|vortag|la veille|appointment|visit|\bcitas?\b|\btermin(?:e|en|s)?\b|rendez"
    r"|अपॉइंटमेंट|विज़िट"
)
"""What reminders are about, in folded letters."""
ONE_REMINDER = (
    r"\b(?:cancel|drop|delete|remove|skip|call off|quit[ae]|elimin|anul|losch|storn|streich|annul|supprim|enlev)"
    r"|रद्द"
)
"""Verbs for taking one reminder back, in folded letters."""
ADVERTISING = (
    r"advert|\bads?\b|promo|market|newsletter|spam|publicid|publi\b|anuncio|werb|pub\b|pubs\b|publicit|vigyapan"
    r"|विज्ञापन|प्रचार"
    r"|\boffers?\b|oferta|angebot|offres?\b|ऑफर|ऑफ़र"
)


KEEPS = re.compile(
    r"\b(?:keep|still want|need the|but (?:do )?send|sigan?|mantened?|manteng\w*|quiero seguir|los quiero|eh$|si$"
    r"|behalt\w*|weiter(?:hin)?|trotzdem|gard\w*|laiss\w*|tiens a|conserv\w*|chalu|jaari|rakh\w*|dilat\w*|bhejte)\b"
    r"|चालू|जारी|दिलाते रह|भेजते रह"
)
"""How people say, in a part of a message, that some messages are to go on coming."""
_PART = re.compile(r"[.,;:!?\n]+|\s(?:but|pero|aber|mais|lekin|magar|par)\s|लेकिन|मगर")


def stop_messages(case: Case) -> Journey:
    """Stop messages that the customer does not want. A no to messages is obeyed at once, without a question.

    1. Where they want only a promised reminder cancelled, take back what was promised. Consents stay as they are.
    2. Otherwise withdraw the consent that is meant: to advertising, to reminders and other service messages, or to
       both where they say neither. What is off already stays off. Promised reminders are taken back, too.
    3. Say what does not come any more, and that visits and contracts stay as they are.
    """
    folded = _unwanted_part(fold(case.text))
    if re.search(REMINDERS, folded) and re.search(ONE_REMINDER, folded):
        return Resolved("reminder_off", calls_off=EVERYTHING)
    consents = (yield Call("crm.get_customer", customer_id=case.customer_id))["consents"]
    unwanted = [name for name in _meant(folded) if consents[name]]
    for name in unwanted:
        yield Call("crm.set_consent", customer_id=case.customer_id, field=name, value=False)
    reminders = "" if _meant(folded) == ("marketing",) else EVERYTHING
    return Resolved("off" if unwanted else "already_off", calls_off=reminders, kinds=list(_meant(folded)))


def _unwanted_part(folded: str) -> str:
    """The words without the parts that say which messages are to go on coming; all of them where nothing is left."""
    parts = [part for part in _PART.split(folded) if part.strip()]
    unwanted = [part for part in parts if KEEPS.search(part.strip()) is None]
    named = [part for part in unwanted if re.search(f"{REMINDERS}|{REMINDED_OF}|{ADVERTISING}", part)]
    return ", ".join(unwanted) if named else folded


def _meant(folded: str) -> tuple[str, ...]:
    """The consents that the words are about."""
    if re.search(f"{REMINDERS}|{REMINDED_OF}", folded):
        return ("service",)
    return ("marketing",) if re.search(ADVERTISING, folded) else ("service", "marketing")
