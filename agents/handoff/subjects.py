"""What a wish for a person is about, from plain words in five languages."""

import re

SUBJECTS = {
    "billing": (
        r"\bbill|invoice|\bpay(?:ment|ing|ed)?\b|charg|refund|factur|cobro|reembols|\bpago|rechnung|zahl|abgebucht|erstatt"
        r"|rembours|preleve|paiement|बिल|भुगतान|पैसे|रिफंड|रिफ़ंड|\bpaise\b|bhugtan"
    ),
    "scheduling": (
        r"appointment|\bvisit|technician|\border\b|deliver|\bcita\b|visita|tecnico|pedido|entrega|termin\b|techniker|bestell|liefer"
        r"|rendez|technicien|commande|livraison|तकनीशियन|विज़िट|विजिट|ऑर्डर|डिलीवरी"
    ),
    "troubleshooting": (
        r"internet|wi-?fi|wlan|router|modem|connection|outage|\bslow\b|conexion|averia|verbindung|storung|langsam|connexion|panne"
        r"|इंटरनेट|राउटर|वाई-?फ़?ाई|\bnet\b"
    ),
    "retention": (
        r"cancel|contract|complain|\bplan\b|cancelar|contrato|queja|\bbaja\b|kundig|vertrag|beschwer|resili|contrat|reclamation"
        r"|रद्द|शिकायत|कॉन्ट्रैक्ट"
    ),
}
"""Words of each specialist's subject, folded: lower case, Latin letters without accents."""


def find_subject(folded: str) -> str:
    """The specialist whose subject the words are about, empty where they name none or several."""
    named = [specialist for specialist, words in SUBJECTS.items() if re.search(words, folded)]
    return named[0] if len(named) == 1 else ""
