"""What customers ask about a contract, by the beginnings of the words that they use for it."""

import re

from agents.folding import fold

ALL = ("plan", "price", "speed", "start", "end", "notice")
"""What a contract says, in the order in which it is said."""
STATE = "state"
"""Whether the service runs: told only where it was asked for, or where it does not."""
LEAVING = "leaving"
"""What leaving would mean: told only where it was asked for."""

# fmt: off
QUESTIONS: dict[str, tuple[str, ...]] = {
    "price": (
        "how much", "price", "pay", "cost", "charge me", "fee", "monthly rate",
        "cuanto", "precio", "pago", "pagar", "cuesta", "cuota", "importe mensual",
        "preis", "kostet", "kosten", "bezahl", "zahl", "wie viel", "wieviel", "grundgebuhr", "monatsbeitrag",
        "prix", "paie", "paye", "coute", "combien", "tarif", "mensualite",
        "कितने पैसे", "कितना दे", "कितना भर", "कीमत", "दाम", "शुल्क", "रुपये", "चार्ज",
        "kitna deta", "kitna bhar", "kitne ka", "kitne paise", "keemat", "kimat", "daam", "paisa lagta", "paise lagte",
    ),
    "speed": (
        "speed", "fast", "mbit", "megabit", "mbps", "bandwidth", "download rate", "mega",
        "velocidad", "rapid", "megas", "ancho de banda",
        "schnell", "geschwindigkeit", "bandbreite", "tempo",
        "vitesse", "debit", "rapide",
        "स्पीड", "गति", "तेज", "एमबीपीएस", "raftaar", "tez",
    ),
    "start": (
        "when did", "since when", "how long have i", "start date", "began", "sign up date",
        "desde cuando", "fecha de inicio", "cuando empezo", "cuando contrate",
        "seit wann", "vertragsbeginn", "wann hat", "wann begann",
        "depuis quand", "date de debut", "quand a commence", "quand ai-je souscrit",
        "कब से", "कब शुरू", "kab se", "kab shuru",
    ),
    "end": (
        "when does", "end date", "ends", "end of my contract", "contract end", "expire", "expiry", "run out",
        "runs out", "until when", "how long am i", "how long is", "tied", "locked in", "bound", "term",
        "how much longer", "run till",
        "cuando termina", "cuando acaba", "cuando vence", "cuando se acaba", "cuando finaliza", "fecha de fin",
        "hasta cuando", "permanencia", "duracion", "vencimiento", "cuando expira",
        "wann endet", "vertragsende", "lauft", "laufzeit", "bis wann", "wie lange", "ablauf", "auslauf", "gebunden",
        "quand finit", "quand se termine", "quand prend fin", "fin de", "jusqu'a quand", "jusqu a quand", "expire",
        "echeance", "engage", "engagement", "duree", "quand s'arrete",
        "कब ख", "कब तक", "खत्म", "समाप्त", "अवधि", "आखिरी तारीख",
        "kab khatam", "kab tak", "khatam", "samapt", "avadhi", "khatm",
    ),
    "notice": (
        "notice", "how far in advance", "how early", "how many days before", "how many weeks before",
        "preaviso", "antelacion", "cuanto tiempo antes", "aviso",
        "kundigungsfrist", "frist", "wie weit im voraus", "wie lange vorher", "im voraus",
        "preavis", "combien de temps avant", "a l'avance", "delai de resiliation",
        "नोटिस", "कितने दिन पहले", "notice", "kitne din pehle", "kitna pehle",
    ),
    STATE: (
        "suspended", "active", "blocked", "cut off", "cut me off", "disconnected", "still running", "barred",
        "frozen", "on hold",
        "suspendid", "esta activ", "sigue activ", "bloquead", "cortad", "de alta",
        "gesperrt", "sperre", "noch aktiv", "vertrag aktiv", "konto aktiv", "anschluss aktiv",
        "abgeschaltet", "abgeklemmt", "lauft mein", "lauft der vertrag noch",
        "suspendu", "actif", "bloque", "m'avez-vous coupe", "est coupe", "en service",
        "चालू", "एक्टिव", "सस्पेंड", "बंद कर दी", "बंद कर दिया", "बंद है", "chalu", "suspend", "band hai",
        "band kar di",
    ),
    LEAVING: (
        "cancel", "leav", "early", "terminat", "get out", "quit", "penalt", "exit fee",
        "baja", "dejar", "irme", "me voy", "marcharme", "penaliza", "rescind",
        "kundige", "kundigung kost", "kundigen", "aussteig", "rauskomm", "vorzeitig", "fruher raus",
        "resili", "partir", "quitter", "pars ", "penalite",
        "band kar", "chhod", "chod", "katwa", "jurmana", "penalty", "बंद कर", "छोड़", "कटवा", "जुर्माना",
    ),
    "plan": (
        "which plan", "what plan", "what package", "which package", "what tariff", "includ", "comes with", "cover",
        "what do i get", "what am i paying for", "what have i got", "part of my",
        "que plan", "que tarifa", "que paquete", "incluy", "incluid", "que tengo contratado", "que me dan",
        "welchen tarif", "welcher tarif", "welches paket", "enthalten", "inklusive", "drin", "umfasst", "beinhaltet",
        "quel forfait", "quelle offre", "quelle formule", "inclus", "compris", "comprend", "contient",
        "कौन सा प्लान", "शामिल", "क्या मिलता", "कौनसा प्लान", "kaun sa plan", "kaunsa plan", "shamil", "kya milta",
    ),
}
# fmt: on


def read_questions(words: str) -> frozenset[str]:
    """What the customer's words ask about a contract; empty where nothing in particular.

    Beside the question whether it runs, what was paid or ended is the reason for asking.
    """
    said = " ".join(fold(words).replace("’", "'").split())
    asked = frozenset(name for name, marks in QUESTIONS.items() if any(_says(said, mark) for mark in marks))
    return asked - {"price", LEAVING} if STATE in asked else asked


def _says(said: str, mark: str) -> bool:
    return re.search(rf"(?<![\w\u0900-\u097f]){re.escape(fold(mark))}", said) is not None
