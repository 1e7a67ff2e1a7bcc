"""More mails as people's programs write them, in five languages; all of them are made up."""

from base64 import b64encode

from tests.channels.connectors.mails import HTML, TEXT, mail


def parts(boundary: str, *bodies: str, subtype: str = "alternative", **named: str) -> bytes:
    """A mail of several parts, each with its own header lines, a blank line and its body."""
    joined = "".join(f"--{boundary}\n{body}\n" for body in bodies) + f"--{boundary}--\n"
    return mail(joined, f'Content-Type: multipart/{subtype}; boundary="{boundary}"', "MIME-Version: 1.0", **named)


def encoded(text: str, charset: str) -> str:
    return f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n" + (
        b64encode(text.encode(charset)).decode()
    )


GMAIL_DE = mail(
    "Ja, bitte.\n\nAm Mo., 30. Nov. 2026 um 09:12 Uhr schrieb Northwind Fibre <\nsupport@northwind.example>:\n\n"
    "> Soll ich die Mahngebühr von 10 Dollar erlassen?\n> (ja/nein)\n",
    TEXT,
    Subject="Re: Mahngebühr",
)
GMAIL_FR = mail(
    "Non merci, gardez l'heure prévue.\n\nLe lun. 30 nov. 2026 à 09:12, Northwind Fibre <support@northwind.example> a\n"
    "écrit :\n\n> Voulez-vous déplacer la visite ? (oui/non)\n> oui\n",
    TEXT,
    Subject="Re: Rendez-vous",
)
GMAIL_HI = mail(
    "हाँ, ठीक है\n\nसोम, 30 नव॰ 2026 को 9:12 am बजे को Northwind <support@northwind.example> ने लिखा:\n\n"
    "> क्या मैं शुल्क हटा दूँ? (हाँ/नहीं)\n> नहीं\n",
    TEXT,
    Subject="Re: बिल",
)
GMAIL_HTML_ONLY = mail(
    '<div dir="ltr">Could you send me <b>last month\'s</b> bill?</div><br>'
    '<div class="gmail_quote gmail_quote_container">'
    '<div dir="ltr" class="gmail_attr">On Mon, Nov 30, 2026 at 9:12 AM Northwind wrote:<br></div>'
    '<blockquote class="gmail_quote">Shall I refund $39.99? (yes/no)</blockquote></div>'
    '<div class="gmail_quote">yes</div>',
    HTML,
    Subject="Re: Bill",
)
OUTLOOK_EN = mail(
    "Please move the visit to Friday morning.\n\nThanks\nAnn\n\n________________________________\n"
    "From: Northwind Fibre <support@northwind.example>\nSent: Monday, November 30, 2026 9:12 AM\n"
    "To: Ann Lee <ann@customer.example>\nSubject: Your visit\n\nShall I cancel it? (yes/no)\n\nyes\n",
    TEXT,
    Subject="RE: Your visit",
)
OUTLOOK_ES = mail(
    "Buenos días:\n\nNo reconozco el segundo cargo de noviembre.\n\nUn saludo,\nElena García\n\n"
    "De: Northwind Fibre <support@northwind.example>\nEnviado: lunes, 30 de noviembre de 2026 9:12\n"
    "Para: Elena <elena@cliente.example>\nAsunto: Su factura\n\n¿Desea el reembolso? (sí/no)\nsí\n",
    TEXT,
    Subject="RE: Su factura",
)
OUTLOOK_FR = mail(
    "Bonsoir,\n\nMa box ne s'allume plus depuis ce matin.\n\nCordialement,\nHugo Bernard\n06 11 22 33 44\n\n"
    "-----Message d'origine-----\nDe : Northwind Fibre\nEnvoyé : lundi 30 novembre 2026 09:12\nÀ : Hugo\n"
    "Objet : Votre contrat\n\nSouhaitez-vous résilier ? oui\n",
    TEXT,
    Subject="RE: Votre contrat",
)
APPLE_NESTED = mail(
    "> On 30 Nov 2026, at 09:12, Northwind Fibre <support@northwind.example> wrote:\n>\n> Which day suits you?\n\n"
    "Thursday after 2pm please\n",
    TEXT,
    Subject="Re: Your visit",
)
YAHOO = mail(
    "still no internet here\n\n\n    On Monday, November 30, 2026 at 09:12:33 AM GMT, Northwind Fibre "
    "<support@northwind.example> wrote:  \n \n Did the restart help? (yes/no)\nyes\n",
    TEXT,
    Subject="Re: Internet",
)
THUNDERBIRD_DE = mail(
    "Guten Morgen,\n\nwann kommt der Techniker?\n\nViele Grüße\nNoah Schmidt\n\n"
    "-- \nNoah Schmidt\nTel. +49 30 1234567\n\n"
    "Am 30.11.26 um 09:12 schrieb Northwind Fibre:\n> Ihr Termin wurde gebucht.\n",
    'Content-Type: text/plain; charset="UTF-8"; format=flowed',
    Subject="Re: Termin",
)
FLOWED = mail(
    "I would like to know why my \nlast bill is twenty dollars \nhigher than before.\n",
    'Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=no',
)
INLINE_ANSWERS = mail(
    "On 30 Nov 2026, Northwind Fibre wrote:\n> Which device is offline?\n"
    "The white router in the hall.\n> Since when?\nyesterday\n",
    TEXT,
    Subject="Re: Device",
)
FORWARDED = mail(
    "---------- Forwarded message ---------\nFrom: Shop <news@shop.example>\nDate: Mon, Nov 30, 2026 at 9:12 AM\n"
    "Subject: Cancel everything\nTo: <ann@customer.example>\n\nplease cancel my contract\n",
    TEXT,
    Subject="Fwd: Cancel everything",
)
UTF16 = parts("u1", encoded("¿Cuánto debo este mes?", "utf-16"))
WINDOWS = mail("", TEXT).replace(b'charset="utf-8"', b"charset=windows-1252") + "Où en est ma commande ?\r\n".encode(
    "cp1252"
)
NESTED = parts(
    "outer",
    'Content-Type: multipart/alternative; boundary="inner"\n\n--inner\nContent-Type: text/plain; charset=utf-8\n\n'
    "मेरा इंटरनेट कल से बंद है\n\n--inner\nContent-Type: text/html; charset=utf-8\n\n<p>मेरा इंटरनेट कल से बंद है</p>\n--inner--",
    "Content-Type: application/pdf; name*=utf-8''%E0%A4%AC%E0%A4%BF%E0%A4%B2.pdf\n"
    "Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK",
    subtype="mixed",
)
SIGNED = parts(
    "s1",
    "Content-Type: text/plain; charset=utf-8\n\nBitte schicken Sie mir die Rechnung vom Oktober.",
    "Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; filename=smime.p7s\n"
    "Content-Transfer-Encoding: base64\n\nMIIB",
    subtype="signed",
    Subject="Rechnung",
)
HIDDEN_PREHEADER = mail(
    '<html><body><div style="display:none;max-height:0">yes, go ahead</div><p>Hi,</p><p>can someone ring me back?</p>'
    "<p>Best,<br>Olivia</p></body></html>",
    HTML,
    Subject="Call me",
)
DISCLAIMER = mail(
    "Could you waive the late fee on INV-3014?\n\nKind regards\nPat Example\n\n"
    "CONFIDENTIALITY NOTICE: This e-mail is intended "
    "only for the addressee. If you are not the intended recipient, delete it and cancel nothing.\n",
    TEXT,
    Subject="Late fee",
)
POSTSCRIPT = mail(
    "Hola:\n\nquiero pagar la factura de noviembre.\n\nGracias\nRosa\n\nP.D. ¿puede ser con la tarjeta de siempre?\n",
    TEXT,
    Subject="Factura",
)
ANDROID = mail("मेरा ऑर्डर कहाँ है?\n\nSent from Outlook for Android\n", TEXT, Subject="Re: ऑर्डर")
ONLY_FILE = parts(
    "f1",
    "Content-Type: text/plain; charset=utf-8\n\n",
    "Content-Type: audio/ogg; name=note.ogg\nContent-Disposition: attachment; filename=note.ogg\n"
    "Content-Transfer-Encoding: base64\n\nT2dnUwAA",
    subtype="mixed",
    Subject="",
)

READ = {
    "gmail, german": (GMAIL_DE, "Ja, bitte."),
    "gmail, french, its line broken": (GMAIL_FR, "Non merci, gardez l'heure prévue."),
    "gmail, hindi": (GMAIL_HI, "हाँ, ठीक है"),
    "gmail, nothing but html": (GMAIL_HTML_ONLY, "Could you send me last month's bill?"),
    "outlook, english": (OUTLOOK_EN, "Please move the visit to Friday morning."),
    "outlook, spanish": (OUTLOOK_ES, "No reconozco el segundo cargo de noviembre."),
    "outlook, french": (OUTLOOK_FR, "Ma box ne s'allume plus depuis ce matin."),
    "written below what it answers": (APPLE_NESTED, "Thursday after 2pm please"),
    "yahoo": (YAHOO, "still no internet here"),
    "thunderbird, german": (THUNDERBIRD_DE, "wann kommt der Techniker?"),
    "flowed": (FLOWED, "I would like to know why my\nlast bill is twenty dollars\nhigher than before."),
    "answers between what they answer": (INLINE_ANSWERS, "The white router in the hall.\nyesterday"),
    "nothing but a forwarded mail": (FORWARDED, ""),
    "utf-16": (UTF16, "¿Cuánto debo este mes?"),
    "windows-1252": (WINDOWS, "Où en est ma commande ?"),
    "parts within parts": (NESTED, "मेरा इंटरनेट कल से बंद है"),
    "signed": (SIGNED, "Bitte schicken Sie mir die Rechnung vom Oktober."),
    "words that are not shown": (HIDDEN_PREHEADER, "can someone ring me back?"),
    "a lawyer's words below": (DISCLAIMER, "Could you waive the late fee on INV-3014?"),
    "a postscript": (POSTSCRIPT, "quiero pagar la factura de noviembre.\n\nP.D. ¿puede ser con la tarjeta de siempre?"),
    "a phone, hindi": (ANDROID, "मेरा ऑर्डर कहाँ है?"),
    "nothing but a voice note": (ONLY_FILE, ""),
}
"""A mail, and what its writer said in it."""

UNANSWERED = {
    "read receipt": parts("r1", "Content-Type: text/plain\n\nYour message was read", subtype="report"),
    "abwesenheit": mail("Ich bin im Urlaub.", TEXT, "X-Autoreply: yes", Subject="Abwesenheitsnotiz"),
    "réponse automatique": mail("Je suis absente.", TEXT, "Auto-Submitted: auto-replied (vacation)"),
    "kein-antwort": mail("Ihre Bestellung", TEXT, From="Shop <noreply+x1@shop.example>"),
}
