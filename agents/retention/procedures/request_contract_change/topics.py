"""Which change of a contract a customer asks for, by the beginnings of the words that they use for it."""

import re

from agents.folding import fold

OTHER = "other"
# fmt: off
TOPICS: dict[str, tuple[str, ...]] = {
    "availability": (
        "cover", "do you serve", "available at", "available in", "available on my", "in your area", "do you offer",
        "do you have fibre", "do you have fiber", "can i get fibre", "can i get fiber", "can you connect", "reach my",
        "cobertura", "cubren", "disponible", "llega la fibra", "llegan", "hay fibra en", "tienen fibra en",
        "verfugbar", "versorgt", "versorgen", "ausgebaut", "liegt glasfaser", "gibt es sie in", "gibt es euch in",
        "gibt's euch in", "bei mir in der strasse",
        "disponible", "couvr", "desserv", "eligible", "raccord", "est-ce que la fibre", "avez la fibre",
        "उपलब्ध", "कवरेज", "available", "coverage",
    ),
    "privacy": (
        "gdpr", "personal data", "my data", "data you", "data on me", "data about me", "data protection", "privacy",
        "delete my account", "what you know about me", "what you store",
        "rgpd", "datos personales", "mis datos", "datos tienen", "datos que", "proteccion de datos", "privacidad",
        "dsgvo", "datenschutz", "meine daten", "meiner daten", "personenbezogen", "auskunft", "daten ihr", "daten sie",
        "donnees personnelles", "mes donnees", "donnees sur moi", "donnees que", "vie privee",
        "डेटा", "निजी जानकारी", "mera data", "meri jankari", "meri jaankari", "niji", "data kya",
    ),
    "billing_day": (
        "billing day", "billing date", "bill date", "day of the bill", "payment day", "payment date", "due date",
        "collection date", "day of the month", "date of my bill", "date of the bill", "debit date",
        "fecha del recibo", "fecha de la factura", "dia del recibo", "fecha de facturacion",
        "dia de facturacion", "dia de cobro", "fecha de cobro", "dia de pago", "fecha de pago",
        "dia del cobro", "vencimiento",
        "abrechnungstag", "rechnungstag", "rechnungsdatum", "abbuchungstag", "abbuchungstermin", "zahltag",
        "zahlungstermin", "falligkeit", "einzugstag",
        "date de facturation", "jour de facturation", "date de prelevement", "jour de prelevement",
        "jour du prelevement", "date de paiement", "date d'echeance",
        "बिल की तारीख", "बिलिंग", "भुगतान की तारीख", "bill ki date", "bill ki tareekh", "billing", "payment ki date",
    ),
    "pause": (
        "paus", "freez", "on hold", "suspend", "hibernat", "stop for a while", "take a break",
        "suspender", "congelar", "interrumpir", "en pausa",
        "aussetz", "unterbrech", "ruhen", "stilllegen", "einfrier", "pausier",
        "interrompre", "geler", "mettre en pause",
        "रोक", "पॉज़", "pause", "rok",
    ),
    "move": (
        "mov", "relocat", "new house", "new home", "new flat", "new apartment", "take my internet with me",
        "mud", "traslad", "nueva casa", "nuevo piso",
        "umzieh", "umzug", "ziehe", "ziehen", "neue wohnung", "neuen wohnung", "neues haus", "umgezogen",
        "demenag", "nouveau logement", "nouvelle maison", "nouvel appartement", "transferer ma ligne",
        "घर बदल", "शिफ्ट", "नए घर", "नया घर", "ghar badal", "shift", "naye ghar", "naya ghar",
    ),
    "add": (
        "second", "another line", "additional", "extra line", "add a", "add-on", "addon", "add an", "one more line",
        "segunda", "otra linea", "adicional", "anadir", "agregar", "linea mas",
        "zweit", "zusatz", "weiteren anschluss", "weitere leitung", "dazubuch", "hinzu",
        "deuxieme", "seconde", "supplementaire", "ajouter", "en plus",
        "दूसर", "एक और", "अतिरिक्त", "जोड़", "doosr", "dusr", "ek aur", "add",
    ),
}
# fmt: on


def read_topic(words: str) -> str:
    """The change that the words ask for, `other` where they name none."""
    said = " ".join(fold(words).replace("’", "'").split())
    return next((topic for topic, marks in TOPICS.items() if any(_says(said, mark) for mark in marks)), OTHER)


def _says(said: str, mark: str) -> bool:
    return re.search(rf"(?<![\w\u0900-\u097f]){re.escape(fold(mark))}", said) is not None
