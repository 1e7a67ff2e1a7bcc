"""Help with the Wi-Fi password without ever telling it."""

from agents.procedure import Call, Case, Declined, Journey, Resolved
from agents.troubleshooting.articles import find_article, quote_article
from agents.troubleshooting.lines import find_line


def wifi_password(case: Case) -> Journey:
    """Help a customer to find or change their Wi-Fi password; it is never told, and not known to us.

    1. Find the service. None: say so. Several: ask which.
    2. Say the name of the Wi-Fi network, and how to find or change the password, from the knowledge articles;
       if there is no article, where it is printed.
    """
    line = yield from find_line(case)
    if line is None:
        return Declined("no_service")
    wifi_name = ""
    if line["device_id"]:
        device = yield Call("network.get_device", device_id=line["device_id"])
        wifi_name = device["wifi_name"] or ""
    article = yield from find_article(case, "Wi-Fi password")
    if article is None:
        return Resolved("on_the_label", wifi_name=wifi_name)
    return Resolved("how_to", wifi_name=wifi_name, text=quote_article(article["text"]))
