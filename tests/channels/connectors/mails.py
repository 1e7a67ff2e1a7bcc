"""Mails as people's programs write them, in five languages; all of them are made up."""


def mail(body: str, *headers: str, **named: str) -> bytes:
    """A mail with these header lines; a name given in `named` wins over the usual one."""
    usual = {"From": "Ann Lee <ann@customer.example>", "To": "support@northwind.example", "Subject": "Question"}
    usual |= {
        "Message-ID": "<one@customer.example>",
        **{name.replace("_", "-"): value for name, value in named.items()},
    }
    lines = [*(f"{name}: {value}" for name, value in usual.items() if value), *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body.replace("\n", "\r\n")).encode()


TEXT = 'Content-Type: text/plain; charset="utf-8"'
HTML = 'Content-Type: text/html; charset="utf-8"'

OUTLOOK_HTML = mail(
    "<html><head><style>p.MsoNormal {margin:0}</style></head><body><p class=MsoNormal>Guten Tag,</p>"
    "<p class=MsoNormal>meine Rechnung ist zu hoch. Warum?</p>"
    "<p class=MsoNormal>Mit freundlichen Grüßen<br>Jörg Vogt</p>"
    "<div id=divRplyFwdMsg><b>Von:</b> Northwind Fibre<br>Soll ich die 40 Euro erstatten? (ja/nein)</div>"
    "<div>ja</div></body></html>",
    HTML,
    Subject="AW: Rechnung",
)
GMAIL_ALTERNATIVE = mail(
    "--b1\nContent-Type: text/plain; charset=utf-8\n\nQuiero cambiar mi cita al viernes.\n\n"
    "El lun, 30 nov 2026 a las 10:02, Northwind (<support@northwind.example>) escribió:\n\n"
    "> ¿Le confirmo la cita? (sí/no)\n"
    "> sí\n\n--b1\nContent-Type: text/html; charset=utf-8\n\n<div>Quiero cambiar mi cita al viernes.</div>\n\n--b1--\n",
    'Content-Type: multipart/alternative; boundary="b1"',
    Subject="Re: Cita",
)
LATIN_QUOTED = (
    b"From: =?iso-8859-1?Q?Ren=E9e_Lef=E8vre?= <renee@client.example>\r\nTo: support@northwind.example\r\n"
    b"Subject: =?iso-8859-1?Q?R=E9siliation?=\r\nMessage-ID: <fr@client.example>\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Bonjour,\r\n\r\nje voudrais d=E9placer mon rendez-vous.\r\n\r\nCordialement,\r\nRen=E9e\r\n"
)
HINDI_BASE64 = (
    b"From: Priya <priya@graahak.example>\r\nTo: support@northwind.example\r\nSubject: =?utf-8?B?4KSs4KS/4KSy?=\r\n"
    b"Message-ID: <hi@graahak.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"4KSu4KWH4KSw4KS+IOCkrOCkv+CksiDgpIfgpKTgpKjgpL4g4KSc4KWN4KSv4KS+4KSm4KS+IOCkleCljeCkr+Cli+Ckgj8=\r\n"
)
PHONE_SIGNATURE = mail("whats the status of my order\n\nSent from my iPhone\n", TEXT)
WITH_PICTURE = mail(
    "--b2\nContent-Type: text/plain\n\nthe router blinks red, see photo\n\n"
    "--b2\nContent-Type: image/jpeg; name=red.jpg\n"
    "Content-Disposition: attachment; filename=red.jpg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQ\n\n--b2--\n",
    'Content-Type: multipart/mixed; boundary="b2"',
)
NO_ID = mail("hello, is anybody there?", TEXT, Message_ID="")
BROKEN = (
    b"From: \xff\xfe <x@\r\nSubject: =?utf-8?B?!!!?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe\x00hi"
)

READ = {
    "outlook": (OUTLOOK_HTML, "meine Rechnung ist zu hoch. Warum?"),
    "gmail": (GMAIL_ALTERNATIVE, "Quiero cambiar mi cita al viernes."),
    "latin": (LATIN_QUOTED, "je voudrais déplacer mon rendez-vous."),
    "hindi": (HINDI_BASE64, "मेरा बिल इतना ज्यादा क्यों?"),
    "phone": (PHONE_SIGNATURE, "whats the status of my order"),
    "picture": (WITH_PICTURE, "the router blinks red, see photo"),
    "no id": (NO_ID, "hello, is anybody there?"),
}
"""A mail, and what its writer said in it."""

UNANSWERED = {
    "out of office": mail("Ich bin bis Freitag nicht im Büro.", TEXT, "Auto-Submitted: auto-replied"),
    "vacation of an old program": mail("I am on holiday", TEXT, "Precedence: auto_reply"),
    "ticket system": mail("Ticket #12 was opened", TEXT, "Auto-Submitted: auto-generated; x=1"),
    "bulk": mail("Angebote der Woche", TEXT, "Precedence: bulk"),
    "newsletter": mail("Les nouvelles", TEXT, "List-Unsubscribe: <https://news.example/u>"),
    "mailing list": mail("patch 3/7", TEXT, "List-Id: <dev.lists.example>"),
    "bounce": mail("Undelivered", TEXT, "Return-Path: <>", From="Mail Delivery <mailer-daemon@mx.example>"),
    "null return path": mail("Delayed", TEXT, "Return-Path: <>"),
    "report": mail("--r\n\n--r--", 'Content-Type: multipart/report; report-type=delivery-status; boundary="r"'),
    "no reply": mail("Your code", TEXT, From="no-reply@shop.example"),
    "no contestar": mail("Su pedido", TEXT, From="donotreply@tienda.example"),
    "nobody": mail("hi", TEXT, From="undisclosed"),
}
