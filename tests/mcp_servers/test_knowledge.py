import pytest

from app.company.profile import REFERENCE
from tests.mcp_servers.office import ToolRefused

FOLDER = REFERENCE / "articles"


@pytest.mark.parametrize(
    ("query", "locale", "article_id"),
    [
        ("How do I change my wifi password?", "en", "wifi-password"),
        ("everything is so slow", "en", "slow-wifi"),
        ("there is a red light on my router", "en", "router-lights"),
        ("how to factory reset", "en", "router-restart"),
        ("why is my bill higher than last month", "en", "bill-explained"),
        ("we are moving house", "en", "moving-house"),
        ("how do I run a speed test", "en", "speed-test"),
        ("block websites for my kids", "en", "parental-controls"),
        ("open a port for my game server", "en", "port-forwarding"),
        ("no dial tone on the landline", "en", "voip-phone"),
        ("imap settings", "en", "email-setup"),
        ("I was charged twice", "en", "refunds"),
        ("¿Cuál es la contraseña del wifi?", "es", "wifi-password"),
        ("Wie ändere ich mein WLAN-Passwort?", "de-AT", "wifi-password"),
        ("changer le mot de passe wifi", "fr", "wifi-password"),
        ("मेरा वाई-फ़ाई पासवर्ड क्या है", "hi", "wifi-password"),
    ],
)
async def test_a_question_finds_its_article_first(office, query, locale, article_id):
    found = await office.call("knowledge.search_articles", "", query=query, locale=locale)
    assert found["items"][0]["article_id"] == article_id
    assert 1 <= len(found["items"]) <= 5


async def test_a_customer_reads_an_article_in_their_own_language(office):
    found = await office.call("knowledge.search_articles", "", query="port forwarding", locale="de")
    assert found["items"][0]["article_id"] == "port-forwarding"
    article = await office.call("knowledge.get_article", "", article_id="port-forwarding", locale="de")
    assert article["locale"] == "de"


async def test_a_translated_article_is_read_in_its_language(office):
    article = await office.call("knowledge.get_article", "", article_id="wifi-password", locale="de")
    assert (article["locale"], article["title"]) == ("de", "WLAN-Passwort finden oder ändern")
    assert "Keywords" not in article["text"]


@pytest.mark.parametrize("query", ['"', "NEAR(", "a OR", "*", "title:", "🙂", "';--"])
async def test_odd_queries_find_nothing_or_something_but_never_fail(office, query):
    assert "items" in await office.call("knowledge.search_articles", "", query=query)


async def test_an_unknown_article_is_not_found(office):
    with pytest.raises(ToolRefused, match="article_id: article wi-fi not found"):
        await office.call("knowledge.get_article", "", article_id="wi-fi")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.md")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_article_has_a_title_keywords_and_an_english_version(path):
    heading, keywords, third, *text = path.read_text(encoding="utf-8").split("\n")
    assert heading.startswith("# ")
    assert keywords.startswith("Keywords: ")
    assert third in ("", "Interrupts: yes")
    assert len("\n".join(text)) > 100
    assert (FOLDER / "en" / path.name).exists()
