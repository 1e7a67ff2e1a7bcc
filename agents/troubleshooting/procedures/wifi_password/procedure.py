"""Help with the Wi-Fi password without ever telling it."""

from agents.procedure import Call, Case, Declined, Journey, Resolved
from agents.troubleshooting.articles import find_article, quote_article
from agents.troubleshooting.guests import GUESTS, wants_guests_apart
from agents.troubleshooting.lines import find_line

SEARCHED_FOR = {
    "en": "find or change Wi-Fi password",
    "es": "encontrar cambiar contraseña wifi",
    "de": "WLAN-Passwort finden ändern",
    "fr": "trouver changer mot de passe Wi-Fi",
    "hi": "वाई-फ़ाई पासवर्ड",
}
"""What the articles are searched for, in the customer's language."""


def wifi_password(case: Case) -> Journey:
    """Help a customer to find or change their Wi-Fi password; it is never told, and not known to us.

    1. Find the service. None: say so. Several: ask which.
    2. Say the name of the Wi-Fi network, and how to find or change the password, from the knowledge articles;
       if there is no article, where it is printed. Visitors who are not to get it: how they get a network of their own.
    """
    line = yield from find_line(case)
    if line is None:
        return Declined("no_service")
    wifi_name = ""
    if line["device_id"]:
        device = yield Call("network.get_device", device_id=line["device_id"])
        wifi_name = device["wifi_name"] or ""
    apart = wants_guests_apart(case.text)
    searched = GUESTS if apart else SEARCHED_FOR
    article = yield from find_article(case, searched.get(case.locale, searched["en"]))
    if article is None:
        return Resolved("on_the_label", wifi_name=wifi_name)
    if apart:
        return Resolved("for_guests", text=quote_article(article["text"]))
    return Resolved("how_to", wifi_name=wifi_name, text=quote_article(article["text"]))
