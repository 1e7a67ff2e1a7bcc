"""The page at `/docs`, in a real Chromium: what `/openapi.json` tells, for people."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from channels.http.reference import render_reference
from tests.channels.axe import violations_by_day_and_night
from tests.channels.http_service import Service


def test_the_page_lists_every_operation_and_asks_no_other_host(page: Page, own_service: Service) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/docs")
    document = own_service.call("GET", "/openapi.json", principal="").json()
    operations = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    told = page.locator("summary").evaluate_all("(all) => all.map((one) => one.innerText)")
    assert sorted(re.findall(r"^[A-Z]+ \S+", "\n".join(told), re.MULTILINE)) == sorted(operations)
    send = page.locator("details", has_text="POST /v1/conversations/{conversation_id}/messages").first
    expect(send.get_by_role("link", name="SendMessage")).to_be_hidden()
    send.locator("summary").focus()
    page.keyboard.press("Enter")
    send.get_by_role("link", name="SendMessage").click()
    expect(page.locator("#schema-SendMessage")).to_be_in_viewport()
    expect(page.get_by_role("rowheader", name="client_message_id").first).to_contain_text("required")
    links = page.locator("a").evaluate_all("(all) => all.map((one) => one.href)")
    broken = [link for link in links if "#" in link and page.locator(f"[id='{link.partition('#')[2]}']").count() != 1]
    assert broken == []
    assert violations_by_day_and_night(page, "the reference") == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert {urlsplit(url).netloc for url in [*asked, *links]} == {urlsplit(own_service.url).netloc}


def test_words_of_a_description_are_never_markup() -> None:
    hostile = {"type": "string", "description": "<script>x</script> `<b>`", "enum": ["<i>"]}
    document = {
        "info": {"title": "T", "version": "1", "description": "<img src=x>"},
        "paths": {},
        "components": {"schemas": {"One": {"properties": {"<u>": hostile}}}},
    }
    html = render_reference(document)
    assert not re.search(r"<(script|img|b|i|u)\b", html)
    assert "&lt;script&gt;x&lt;/script&gt; <code>&lt;b&gt;</code>" in html
