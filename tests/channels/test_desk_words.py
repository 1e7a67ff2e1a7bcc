"""The desk's own words: the same things in five languages, and none of another language on a page."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from desk.pages import PAGE
from tests.channels.http_service import Service

SOURCES = "\n".join(path.read_text("utf-8") for path in PAGE.iterdir() if path.suffix in (".js", ".html"))
WORDS = {path.stem: json.loads(path.read_text("utf-8")) for path in PAGE.glob("*.json")}
CUT_OFF = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const order = document.querySelector("#by-order");
  const style = getComputedStyle(order);
  pen.font = style.font;
  const room = order.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
  return [...order.options].map((each) => each.text).filter((text) => pen.measureText(text).width > room);
}"""
"""The orders of the list that are wider than the field that shows which one was chosen, with its arrow."""
PHRASE = re.compile(r"[A-Z][\w']+( [\w']+){2,}")


def placeholders(texts: dict[str, str]) -> dict[str, set[str]]:
    return {key: set(re.findall(r"\{\w+\}", text)) for key, text in texts.items()}


def test_every_language_says_the_same_things_with_the_same_facts() -> None:
    assert set(WORDS) == {"en", "de", "es", "fr", "hi"}
    for language, words in WORDS.items():
        assert placeholders(words["said"]) == placeholders(WORDS["en"]["said"]), language
        assert language == "en" or set(words["terms"]) == set(WORDS["de"]["terms"]), language


def test_the_page_says_what_there_is_and_nothing_is_left_over() -> None:
    keys = set(WORDS["en"]["said"])
    asked = set(re.findall(r'say\("(\w+)"', SOURCES)) | set(
        re.findall(r'data-(?:say|label|placeholder)="(\w+)"', SOURCES)
    )
    assert asked <= keys
    assert [key for key in sorted(keys) if f'"{key}"' not in SOURCES] == []


def test_french_marks_stand_after_a_narrow_space_that_does_not_break() -> None:
    assert [text for text in WORDS["fr"]["said"].values() if re.search(r" [:;!?]", text)] == []


@pytest.mark.parametrize("locale", ["de-AT", "es-ES", "fr-FR", "hi-IN"])
def test_a_representative_works_in_the_browsers_language(
    browser: Browser, own_service: Service, locale: str, tmp_path: Path
) -> None:
    said = WORDS[locale[:2]]["said"]
    conversation = own_service.open("C-10081")
    own_service.send(conversation, "I want to talk to a human being")
    context = browser.new_context(base_url=own_service.url, viewport={"width": 1366, "height": 768}, locale=locale)
    page = context.new_page()
    page.goto("/desk")
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    page.get_by_label(said["token"]).fill(own_service.tokens["supervisor"])
    page.get_by_role("button", name=said["signIn"]).click()
    page.locator(f'li[data-key="{conversation}"] button').click()
    assert page.evaluate(CUT_OFF) == []
    page.get_by_role("button", name=said["claim"], exact=True).click()
    expect(page.get_by_label(said["yourReply"])).to_be_focused()
    expect(page.get_by_role("alert")).to_have_text(said["youHaveIt"])
    page.get_by_text(said["glance"]).click()
    page.get_by_role("button", name=said["keys"]).click()
    seen = page.locator("body").inner_text()
    english = [text for key, text in WORDS["en"]["said"].items() if PHRASE.match(text) and said[key] != text]
    assert [text for text in english if text.split("{")[0].strip() in seen] == []
    page.get_by_role("button", name=said["close"], exact=True).click()
    page.locator("#language").select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    context.close()
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})
