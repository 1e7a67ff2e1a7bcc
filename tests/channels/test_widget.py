"""The widget on a shop's page, in a real Chromium: each test one whole walk of a customer."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.channels.axe import violations
from tests.channels.http_service import Service
from tests.channels.running_service import running

HOSTILE_STYLES = """
:not(html):not(body) { display: none !important; font-size: 4px !important; opacity: 0 !important; }
html { font-size: 62.5%; } body { transform: scale(1); filter: blur(0); direction: rtl; letter-spacing: 1em; }
button { position: absolute; inset: 0; opacity: 0; } [popover] { display: none !important; inset: 50% !important; }
.panel, .launcher, .message { display: none !important; }
switchboard-chat { all: unset !important; display: none !important; }
"""
FOCUSED = """
(() => {
  const focused = document.activeElement.shadowRoot?.activeElement;
  return focused?.id || focused?.className;
})()
"""


def shop_page(styles: str = "", **attributes: str) -> str:
    given = " ".join(f'data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><style>{styles}</style>
    <script src="/widget.js" data-company="northwind-fibre" data-token-url="/switchboard-token" {given} async></script>
    </head><body><main><h1>Shop</h1><a href="#top">Up</a></main></body></html>"""


def open_shop(browser: Browser, service: Service, page: str = "", **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=service.url, locale="en-US", reduced_motion="reduce", **options)
    context.set_default_timeout(15_000)
    context.on("weberror", lambda broken: pytest.fail(str(broken.error)))
    token = json.dumps({"token": service.tokens["channel"], "customer_id": "C-10030"})
    context.route("**/shop", lambda route: route.fulfill(content_type="text/html", body=page or shop_page()))
    context.route("**/switchboard-token", lambda route: route.fulfill(content_type="application/json", body=token))
    return context


def visit(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/shop")
    return page


def write(page: Page, text: str) -> None:
    page.locator("#words").fill(text)
    page.keyboard.press("Enter")


def texts(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


def test_a_conversation_outlives_a_reload_a_second_tab_and_a_restart(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as service:
        context = open_shop(browser, service)
        page = visit(context)
        page.get_by_role("button", name="Open chat").click()
        write(page, "hello")
        expect(page.locator(".message.assistant")).to_have_count(2)
        expect(page.locator(".waiting")).to_have_count(0)
        before = texts(page)
        page.reload()
        expect(page.locator(".message.customer")).to_have_count(1)
        expect(page.locator(".message")).to_have_count(3)
        assert texts(page) == before

        second = visit(context)
        second.get_by_role("button", name="Open chat").click()
        expect(second.locator(".message")).to_have_count(3)
        write(second, "thank you")
        expect(second.locator(".message.assistant")).to_have_count(3)
        expect(page.locator(".message.assistant")).to_have_count(3)
        expect(page).to_have_title("Shop")
        second.close()
    write(page, "are you there?")
    expect(page.locator(".activity")).to_have_text("Connection lost, reconnecting…")
    expect(page.locator(".waiting")).to_have_count(1)
    with running(tmp_path, port=int(service.url.rpartition(":")[2])):
        expect(page.locator(".waiting")).to_have_count(0, timeout=40_000)
        expect(page.locator(".message.customer")).to_have_count(3)
        expect(page.locator(".message.assistant")).to_have_count(4)
        expect(page.locator(".activity")).to_have_text("")
        context.close()


def test_without_a_line_nothing_is_lost_and_nothing_is_doubled(browser: Browser, own_service: Service) -> None:
    context = open_shop(browser, own_service)
    sent: list[str] = []

    def lose_the_second_answer(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "")["text"])
        if len(sent) == 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    context.route("**/messages", lose_the_second_answer)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    write(page, "hello")
    expect(page.locator(".message.assistant")).to_have_count(2)
    context.set_offline(True)
    expect(page.locator(".activity")).to_have_text("You are offline. What you write is kept and sent later.")
    write(page, "first")
    write(page, "second")
    expect(page.locator(".waiting")).to_have_count(2)
    expect(page.locator(".waiting .progress").first).to_have_text("Waiting for the connection")
    assert violations(page, "offline") == []
    context.route("**/v1/**", lambda route: route.abort())
    context.set_offline(False)
    page.reload()
    expect(page.locator(".waiting .bubble")).to_have_text(["first", "second"])
    assert sent == ["hello"]

    context.unroute("**/v1/**")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator(".message.customer .bubble")).to_have_text(["hello", "first", "second"])
    assert sent == ["hello", "first", "first", "second"]
    expect(page).to_have_title("Shop")
    context.close()


def test_a_hostile_page_spoils_nothing_and_the_keyboard_is_enough(browser: Browser, own_service: Service) -> None:
    page = visit(open_shop(browser, own_service, shop_page(HOSTILE_STYLES, accent="#ffcc00")))
    launcher = page.get_by_role("button", name="Open chat")
    expect(launcher).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "launcher"
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    box = page.get_by_role("dialog", name="Chat").bounding_box()
    assert box is not None
    assert (box["width"], box["height"] > 500) == (392, True)
    assert page.locator(".bubble").first.evaluate("(one) => getComputedStyle(one).fontSize") == "16px"
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".message.assistant")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "log"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="End conversation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="End conversation")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()
    page.context.close()


def test_what_a_person_says_is_noticed_with_the_panel_closed(browser: Browser, own_service: Service) -> None:
    context = open_shop(browser, own_service)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    assert violations(page, "just opened") == []
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    expect(page.locator(".message.system, .message.assistant").nth(1)).to_be_visible()
    page.get_by_role("button", name="Close chat").first.click()
    queue = own_service.call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    desk = f"/v1/desk/{queue[-1]['conversation_id']}"
    own_service.call("POST", f"{desk}/claim", {}, "representative")
    own_service.call("POST", f"{desk}/messages", {"text": "Hello, how can I help?"}, "representative")
    expect(page.get_by_role("button", name="Open chat, 2 new messages")).to_be_visible()
    expect(page).to_have_title("(2) Shop")
    assert violations(page, "closed with unread messages") == []
    page.get_by_role("button", name="Open chat").click()
    expect(page).to_have_title("Shop")
    refused: dict[str, Any] = {"status": 422, "content_type": "application/problem+json", "body": '{"title":"no"}'}
    page.route("**/messages", lambda route: route.fulfill(**refused))
    write(page, "My order is late")
    trouble = page.get_by_role("alert").filter(has_text="Not sent")
    expect(trouble).to_be_visible()
    assert violations(page, "a message was refused") == []
    page.unroute("**/messages")
    trouble.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Your message")).to_have_value("My order is late")
    expect(trouble).to_have_count(0)
    page.get_by_label("Your message").press("Enter")
    expect(page.locator(".message.customer:not(.waiting) .bubble")).to_have_text("My order is late")
    page.get_by_role("button", name="More").click()
    assert violations(page, "the menu is open") == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_chat_is_the_whole_page(browser: Browser, own_service: Service, scheme: Any) -> None:
    phone: dict[str, Any] = {
        "viewport": {"width": 360, "height": 740},
        "color_scheme": scheme,
        "has_touch": True,
        "is_mobile": True,
    }
    context = open_shop(browser, own_service, shop_page(language="hi"), **phone)
    page = visit(context)
    page.get_by_role("button", name="चैट खोलें").tap()
    panel = page.get_by_role("dialog", name="चैट")
    expect(panel).to_have_attribute("aria-modal", "true")
    whole = panel.bounding_box()
    assert whole is not None
    assert [round(whole[side]) for side in ("x", "y", "width", "height")] == [0, 0, 360, 740]
    assert page.evaluate("document.body.inert")
    write(page, "नमस्ते")
    expect(page.locator(".message.assistant").nth(1)).to_be_visible()
    assert violations(page, f"a phone, {scheme}") == []
    for name in ("हमारी टीम से बात कीजिए", "और विकल्प", "चैट बंद करें", "भेजें"):
        box = panel.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44
        assert box["x"] + box["width"] <= 360
    panel.get_by_role("button", name="चैट बंद करें").tap()
    expect(panel).to_be_hidden()
    assert not page.evaluate("document.body.inert")
    context.close()
