"""What customers say when they leave: why, and whether an offer keeps them."""

import re

# fmt: off
REASONS: dict[str, tuple[str, ...]] = {
    "price": (
        "expensive", "too much", "price", "afford", "cost", "cheaper", "pricey",
        "caro", "cara", "precio", "cuesta", "pagar tanto", "barato", "barata",
        "teuer", "preis", "kostet", "leisten", "billiger", "günstiger",
        "cher", "prix", "coûte", "coute",
        "महंग", "महँग", "कीमत", "सस्त", "mahang", "mehng", "kimat", "sasta", "sasti",
    ),
    "moving": (
        "moving", "move out", "moved", "relocat",
        "mudo", "mudar", "mudanza", "me mudé",
        "umzug", "umziehe", "ziehe um", "ziehe weg",
        "déménag", "demenag",
        "शिफ्ट", "घर बदल", "ghar badal", "shift ho",
    ),
    "service": (
        "slow", "doesn't work", "not working", "never works", "outage", "unreliable", "terrible service", "bad service",
        "lento", "lenta", "no funciona", "falla", "mal servicio",
        "langsam", "funktioniert nicht", "ausfall", "störung", "schlechter service",
        "lent ", "lente", "marche pas", "fonctionne pas", "panne", "mauvais service",
        "धीम", "नहीं चल", "खराब", "ख़राब", "kharab", "dheem", "nahi chal",
    ),
    "competitor": (
        "another provider", "other provider", "switching", "switch to", "competitor", "better offer", "better deal",
        "otra compañía", "otro proveedor", "otra empresa", "competencia",
        "anderen anbieter", "anderer anbieter", "wechsle", "wechseln",
        "autre opérateur", "autre fournisseur", "concurrent",
        "दूसरी कंपनी", "दूसरे प्रोवाइडर", "dusri company", "dusre provider",
    ),
    "not_needed": (
        "don't need", "do not need", "no longer need", "don't use", "not using", "never use",
        "no lo necesito", "no necesito", "no lo uso", "ya no uso",
        "brauche nicht", "brauche es nicht", "nicht mehr brauche", "brauche ich nicht", "nutze nicht", "nutze es nicht",
        "plus besoin", "pas besoin", "n'utilise",
        "ज़रूरत नहीं", "जरूरत नहीं", "zarurat nahi", "jarurat nahi", "zaroorat nahi",
    ),
}
AGREEING = (
    "yes", "yeah", "sure", "ok", "okay", "gladly", "sí", "si", "claro", "vale", "ja", "gern", "gerne", "klar",
    "oui", "volontiers", "bien sûr", "हाँ", "हां", "जी", "ठीक है", "haan", "han", "ji", "theek hai",
)
"""Words at the start of an answer that take the offer, whatever kind words follow."""
ACCEPTING = (
    "take it", "take the offer", "take the discount", "take that", "accept", "i'll stay", "i will stay", "sounds good",
    "acepto", "acepta", "me quedo", "tomo la oferta",
    "nehme ich", "nehme das", "nehme es", "ich bleibe", "bleibe ich", "einverstanden",
    "j'accepte", "je reste", "je prends", "d'accord",
    "मंज़ूर", "मंजूर", "ले लूँगा", "ले लूंगा", "ले लूँगी", "ले लूंगी", "रुक जा", "manzoor", "manjoor", "le lunga", "le lungi",
)
REFUSING = (
    "no", "not", "don't", "won't", "can't", "cancel", "leave", "leaving", "never", "close", "end", "terminate",
    "quit", "but",
    "cancelar", "cancele", "baja", "nunca", "terminar", "irme", "cerrar", "pero",
    "nicht", "nein", "kein", "keine", "kündigen", "kündige", "trotzdem", "gehen", "beenden", "aber",
    "ne", "pas", "non", "n'accepte", "résilier", "annuler", "partir", "arrêter", "mais",
    "नहीं", "मत", "नही", "रद्द", "बंद", "ख़त्म", "खत्म", "nahi", "nahin", "mat", "band", "khatam",
)
# fmt: on


def read_reason(words: str) -> str:
    """The reason that a customer's words give, empty where they give none that we know."""
    said = _normalise(words)
    return next((reason for reason, marks in REASONS.items() if any(mark in said for mark in marks)), "")


def accepts_offer(words: str) -> bool:
    """Whether words beyond a plain yes take an offer; with any sign of a no in them they do not."""
    said = _normalise(words)
    refused = any(f" {mark} " in said for mark in REFUSING)
    agreed = re.match(rf" (?:(?:oh|ah|ach|um|uh|euh|äh|eh|अं|अच्छा|achha|well|ok) )*(?:{'|'.join(AGREEING)}) ", said)
    return not refused and (agreed is not None or any(mark in said for mark in ACCEPTING))


def _normalise(words: str) -> str:
    """Words in lower case with single spaces, without the marks between them."""
    plain = words.casefold().replace("’", "'").translate({ord(mark): " " for mark in ".,;:!?¡¿।()…"})
    return f" {' '.join(plain.split())} "
