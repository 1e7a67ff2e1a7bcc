"""The widget's script as any page gets it."""

import gzip

from channels.web.script import read_words
from domain.conversation import LOCALES
from tests.channels.http_service import Service

MOST_BYTES = 40_000


def test_any_page_gets_one_small_script_and_gets_it_once(service: Service) -> None:
    with service.client("") as client:
        plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
        small = client.send(client.build_request("GET", "/widget.js", headers={"Accept-Encoding": "gzip"}), stream=True)
        compressed = b"".join(small.iter_raw())
        again = client.get("/widget.js", headers={"If-None-Match": plain.headers["etag"]})

    assert len(compressed) < MOST_BYTES
    assert gzip.decompress(compressed) == plain.content
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (again.status_code, again.content) == (304, b"")


def test_the_widget_says_the_same_in_every_language() -> None:
    words = read_words()
    assert set(words) == set(LOCALES)
    named = {language: {key for key in texts if not key.endswith("_many")} for language, texts in words.items()}
    assert [language for language in LOCALES if named[language] != named["en"]] == []
