"""The texts of messages that billing sends at the customer's request."""

LETTERS = {
    "payment_link": {
        "en": "Here is the secure link that you asked for, to pay bill {invoice_id}: {url}",
        "es": "Aquí tiene el enlace seguro que ha pedido para pagar la factura {invoice_id}: {url}",
        "de": "Hier ist der gewünschte sichere Link zum Bezahlen der Rechnung {invoice_id}: {url}",
        "fr": "Voici le lien sécurisé que vous avez demandé pour payer la facture {invoice_id} : {url}",
        "hi": "बिल {invoice_id} का भुगतान करने के लिए आपका माँगा हुआ सुरक्षित लिंक यह है: {url}",
    },
    "invoice_copy": {
        "en": "Here is the copy of bill {invoice_id} that you asked for: {url}",
        "es": "Aquí tiene la copia de la factura {invoice_id} que ha pedido: {url}",
        "de": "Hier ist die gewünschte Kopie der Rechnung {invoice_id}: {url}",
        "fr": "Voici la copie de la facture {invoice_id} que vous avez demandée : {url}",
        "hi": "बिल {invoice_id} की आपकी माँगी हुई प्रति यह है: {url}",
    },
}


def letter(template: str, locale: str, *, invoice_id: str, url: str) -> str:
    """Write a message in the customer's language, in English where we do not speak theirs."""
    texts = LETTERS[template]
    return texts.get(locale, texts["en"]).format(invoice_id=invoice_id, url=url)
