"""A conversation from the queue to its end without a mouse, in two languages, with a name in Devanagari."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from desk.pages import PAGE
from tests.channels.desk_states import LAPTOP
from tests.channels.http_service import Service
from tests.channels.test_desk_page import ask_for_person

NAME = "प्रिया शर्मा"
CUT_OFF = ("I was charged twice for my last bill, please refund one", "let me talk to a person please")


def called(conversation: str) -> Any:
    """Has the desk told that the customer of a conversation is called so."""

    def rename(route: Route) -> None:
        body: dict[str, Any] = route.fetch().json()
        for item in body.get("items", [body]):
            if item["conversation_id"] == conversation:
                item["customer_name"] = NAME
        route.fulfill(content_type="application/json", body=json.dumps(body))

    return rename


def walk(page: Page, words: str) -> None:
    """Go on with Tab until what has the focus says that."""
    for _ in range(40):
        if words in (page.evaluate("document.activeElement.textContent") or ""):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"nothing that says {words} was reached")


def leave_field(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("#reply")).not_to_be_focused()


@pytest.mark.parametrize(("locale", "customer"), [("hi-IN", "C-1018"), ("de-DE", "C-1001")])
def test_claim_reply_look_up_refund_transfer_and_wrap_up_by_keys_alone(
    browser: Browser, own_service: Service, locale: str, customer: str
) -> None:
    said = json.loads((PAGE / f"{locale[:2]}.json").read_text("utf-8"))["said"]
    other = ask_for_person(own_service, "C-10501")
    conversation = own_service.open(customer)
    for words in CUT_OFF:
        own_service.send(conversation, words)
    viewport: Any = {"width": LAPTOP[0], "height": LAPTOP[1]}
    context = browser.new_context(base_url=own_service.url, locale=locale, viewport=viewport)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.route("**/v1/desk/cases?*", called(conversation))
    page.goto("/desk")
    expect(page.locator("#token")).to_be_focused()
    page.keyboard.insert_text(own_service.tokens["representative"])
    page.keyboard.press("Enter")
    expect(page.locator("#queue li button")).to_have_count(2)

    page.keyboard.press("n")
    page.keyboard.press("j")
    expect(page.locator("#case-title")).to_have_text(NAME)
    page.keyboard.press("c")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.insert_text("नमस्ते, ich sehe nach.")
    page.keyboard.press("Enter")
    expect(page.locator("#log .representative .bubble")).to_have_text("नमस्ते, ich sehe nach.")

    leave_field(page)
    page.keyboard.press("l")
    expect(page.locator("#glance summary").first).to_be_focused()
    expect(page.locator(".glance")).to_contain_text("P-5")
    page.keyboard.press("a")
    send = page.get_by_role("button", name=said["sendInYourName"])
    expect(send).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pending")).not_to_be_empty()
    own_service.send(conversation, "yes")
    expect(page.locator("#pending")).to_be_empty()
    done = [each["tool"] for each in own_service.read(conversation)["actions"] if each["outcome"] == "succeeded"]
    assert "payments.refund_payment" in done

    page.keyboard.press("e")
    expect(page.locator("#disposition")).to_be_focused()
    expect(page.locator("#note")).to_have_value(re.compile("39"))
    page.keyboard.press("Enter")
    expect(page.locator("#next")).to_be_focused()
    assert own_service.read(conversation)["status"] == "closed"

    page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(page.locator("#reply")).to_be_focused()
    leave_field(page)
    page.keyboard.press("t")
    expect(page.locator("#transfer-to")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("bitte")
    walk(page, said["transferNow"])
    page.keyboard.press("Enter")
    expect(page.locator("#open-case")).to_be_hidden()
    items = own_service.call("GET", "/v1/desk/cases", principal="representative").json()["items"]
    assert [each["queue"] for each in items if each["conversation_id"] == other] == ["scheduling"]
    page.unroute_all(behavior="ignoreErrors")
    context.close()
    own_service.call("POST", f"/v1/conversations/{other}/close", {})
