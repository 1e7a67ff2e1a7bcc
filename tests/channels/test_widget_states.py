"""The widget in each of its states, as axe-core sees it; from right to left; and a visitor's way in."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.channels.axe import violations_by_day_and_night as violations
from tests.channels.shop import Shop
from tests.channels.shoppers import Enter, served, visit, write

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def open_chat(page: Page) -> Page:
    page.get_by_role("button", name="Open chat").click()
    return page


def code_of(shop: Shop, customer: str) -> str:
    sent = served(shop).call("GET", f"/v1/sandbox/outbox?customer_id={customer}").json()["items"]
    return next(each["code"] for each in reversed(sent) if each.get("code"))


def test_every_card_is_for_everybody(enter: Enter, shop: Shop) -> None:
    shop.customer = "C-1003"
    page = open_chat(visit(enter(shop)))
    write(page, "I was charged twice for my yearly payment, please refund one")
    code = page.get_by_role("textbox", name="Code")
    found: list[str] = []
    for _ in range(6):
        expect(page.locator(".waiting")).to_have_count(0)
        expect(page.locator(".card")).to_have_count(1)
        kind = page.locator(".card").get_attribute("class") or ""
        found.append(kind.removeprefix("card "))
        assert violations(page, kind) == []
        if page.locator(f".card.{found[-1]}").count() == 0:  # the next one came while this one was looked at
            found.pop()
            continue
        if found[-1] == "confirm":
            page.get_by_role("region", name="Shall I go ahead?").get_by_role("button", name="Yes").click()
        elif found[-1] == "verify":
            code.fill(code_of(shop, "C-1003"))
            page.get_by_role("button", name="Send code").click()
        else:
            break
        expect(page.locator(f".card.{found[-1]}")).to_have_count(0)
    assert sorted(found) == ["approve", "confirm", "verify"]

    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="End conversation").click()
    expect(page.get_by_role("region", name="This conversation is closed.")).to_be_visible()
    assert violations(page, "asked how it was") == []
    page.get_by_label("Good", exact=True).check()
    page.get_by_label("Would you like to tell us more? (optional)").fill("quick")
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator(".thanks")).to_be_visible()
    assert violations(page, "thanked") == []
    page.get_by_role("button", name="Start a new one").click()
    expect(page.locator(".card")).to_have_count(0)


def test_trouble_is_for_everybody(enter: Enter, shop: Shop) -> None:
    context = enter(shop)
    page = open_chat(visit(context))
    write(page, "hello")
    expect(page.locator(".message.assistant")).to_have_count(2)
    context.route("**/v1/**", lambda route: route.abort())
    page.reload()
    expect(page.locator(".activity")).to_have_text("Connection lost, reconnecting…")
    assert violations(page, "reconnecting") == []
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".activity.trouble")).to_be_visible()
    context.unroute("**/v1/**")
    refused: dict[str, Any] = {"status": 401, "content_type": "application/problem+json", "body": '{"title":"no"}'}
    context.route("**/v1/conversations/**", lambda route: route.fulfill(**refused))
    page.reload()
    expect(page.locator(".activity")).to_have_text("Please sign in again on this page to go on.")
    assert violations(page, "signed out") == []


def test_it_is_mirrored_where_pages_are_read_from_right_to_left(enter: Enter, shop: Shop) -> None:
    shop.attributes = {"direction": "rtl"}
    page = open_chat(visit(enter(shop)))
    write(page, "שלום")
    expect(page.locator(".message.assistant")).not_to_have_count(1)
    expect(page.locator(".waiting")).to_have_count(0)
    boxes = {
        name: page.locator(name).first.bounding_box() for name in (".panel", ".launcher", "#words", ".clip", ".send")
    }
    left = {name: box["x"] for name, box in boxes.items() if box}
    assert left[".panel"] == left[".launcher"] == 20
    assert left[".send"] < left["#words"] < left[".clip"]
    own, theirs = (
        page.locator(".customer .bubble").bounding_box(),
        page.locator(".assistant .bubble").first.bounding_box(),
    )
    log = page.locator("#log").bounding_box()
    assert own
    assert theirs
    assert log
    assert own["x"] - log["x"] < 20 < log["x"] + log["width"] - own["x"] - own["width"], "at its end, which is left"
    assert own["x"] < theirs["x"] + theirs["width"], "and theirs at the right"
    assert log["x"] + log["width"] - theirs["x"] - theirs["width"] < 20
    flipped = "(one) => new DOMMatrix(getComputedStyle(one).transform).a"
    assert page.locator(".send svg").evaluate(flipped) == -1
    directions = "(all) => all.map((one) => getComputedStyle(one).direction)"
    assert page.locator(".bubble").evaluate_all(directions)[:3] == ["ltr", "rtl", "ltr"], (
        "words go by their own letters"
    )
    assert violations(page, "from right to left") == []
    page.set_viewport_size(PHONE["viewport"])
    panel = page.get_by_role("dialog").bounding_box()
    assert panel
    assert (panel["x"], panel["width"]) == (0, 360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_visitor_proves_who_they_are_by_a_code_inside(enter: Enter, shop: Shop) -> None:
    shop.customer = None
    page = open_chat(visit(enter(shop)))
    write(page, "why is my bill so high?")
    expect(page.locator(".message.assistant")).to_have_count(2)
    write(page, "C-1002")
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()
    assert "59.99" not in page.locator("#log").inner_text()
    page.get_by_role("textbox", name="Code").fill(code_of(shop, "C-1002"))
    page.get_by_role("button", name="Send code").click()
    expect(page.locator("#log")).to_contain_text("$59.99")
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert code_of(shop, "C-1002") not in kept
    page.reload()
    expect(page.locator("#log")).to_contain_text("$59.99")


def test_where_pages_may_not_ask_for_visitors_their_server_does(enter: Enter, shop: Shop) -> None:
    shop.customer, shop.vouches_for_visitors = None, True
    context, asked = enter(shop), list[str]()
    context.on("request", lambda request: asked.append(request.url))
    page = open_chat(visit(context))
    write(page, "hello")
    expect(page.locator(".message.assistant")).to_have_count(2)
    page.reload()
    expect(page.locator(".message.customer:not(.waiting) .bubble")).to_have_text(["hello"])
    assert [url for url in asked if url.endswith("/v1/visitor-sessions")] == []
