"""The page to try the assistant on, in a real Chromium: the widget beside what happens underneath."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.channels.axe import violations
from tests.channels.http_service import Service

LAYOUT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
FOCUSED = "(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).id"


def start(page: Page, customer: str) -> None:
    page.goto("/")
    page.get_by_role("radio", name=customer).check()
    page.locator("#begin").click()
    expect(page.locator(".message.assistant").first).to_be_visible()


def write(page: Page, text: str) -> None:
    page.locator("#words").fill(text)
    page.keyboard.press("Enter")


def test_a_duplicate_charge_is_refunded_by_pressing_yes_once(page: Page) -> None:
    start(page, "Amira Haddad")
    expect(page.get_by_role("log")).to_contain_text("automated")
    page.get_by_role("button", name="I was charged twice").click()
    expect(page.get_by_label("Your message")).to_have_value(
        "I was charged twice for my last bill. Can I have one of them back?"
    )
    page.keyboard.press("Enter")

    question = page.get_by_role("region", name="Shall I go ahead?")
    expect(question).to_contain_text("39.99")
    assert violations(page, "a question") == []
    question.get_by_role("button", name="Yes").click()

    refund = page.locator("#actions li").filter(has_text="payments.refund_payment").filter(has_text="done")
    expect(refund).to_have_count(1)
    expect(refund).to_contain_text("amount_minor: 3999")
    expect(question).to_have_count(0)
    expect(page.locator("#facts")).to_contain_text("billing")
    expect(page.locator(".message.customer")).to_have_count(2)


def test_no_leaves_everything_as_it_was(page: Page) -> None:
    start(page, "Rosa López")
    write(page, "I was charged twice this month, can you refund one?")
    page.get_by_role("region", name="Shall I go ahead?").get_by_role("button", name="No").click()

    expect(page.get_by_role("region", name="Shall I go ahead?")).to_have_count(0)
    expect(page.locator(".message.customer .bubble").last).to_have_text("No")
    expect(page.locator("#actions")).not_to_contain_text("refund_payment")


def prove(page: Page) -> None:
    form = page.get_by_role("region", name="Please enter the code we sent you.")
    page.get_by_role("button", name="Show the sandbox outbox").click()
    page.get_by_role("button", name="Use ").first.click()
    form.get_by_role("button", name="Send code").click()
    expect(form).to_have_count(0)


def test_a_code_proves_who_the_customer_is_and_a_supervisors_approval_arrives(page: Page, own_service: Service) -> None:
    start(page, "Chloe Martin")
    write(page, "My yearly payment was taken twice, please refund the second one.")
    prove(page)
    page.get_by_role("region", name="Shall I go ahead?").get_by_role("button", name="Yes").click()
    waiting = page.get_by_role("region", name="This is waiting for a decision")
    expect(waiting).to_contain_text("180.00")
    assert "code" not in page.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox')).join()")
    items = own_service.call("GET", "/v1/approvals?status=pending", principal="supervisor").json()["items"]
    decision = {"decision": "approve", "reason": "seen"}
    answer = own_service.call("POST", f"/v1/approvals/{items[-1]['id']}", decision, "supervisor")

    assert answer.json()["status"] == "approved"
    expect(waiting).to_have_count(0)
    expect(page.locator("#actions li").filter(has_text="refund_payment").filter(has_text="done")).to_have_count(1)


def test_a_persons_words_arrive_as_words_and_closing_asks_once_how_it_was(page: Page, own_service: Service) -> None:
    start(page, "Ben Okafor")
    write(page, "<img src=x onerror=\"document.title='pwned'\">")
    expect(page.locator(".message.customer .bubble")).to_contain_text("<img src=x")
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    assert violations(page, "waiting for a person") == []
    queue = own_service.call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    desk = f"/v1/desk/{queue[-1]['conversation_id']}"
    own_service.call("PUT", "/v1/desk/presence", {"status": "available", "name": "Dana"}, "representative")
    own_service.call("POST", f"{desk}/claim", {}, "representative")
    expect(page.locator(".state")).to_have_text("Dana from our team")
    hostile = (
        "Dana here, <b>hello</b>! **Look** at [our page](https://example.com/a), "
        "[this](javascript:alert(1)) and [bank.example](https://evil.example/)"
    )
    own_service.call("POST", f"{desk}/messages", {"text": hostile}, "representative")

    said = page.locator(".message.representative .bubble")
    expect(said).to_contain_text("Dana here, <b>hello</b>! Look at our page, [this](javascript:alert(1)) and")
    links = said.get_by_role("link").evaluate_all("(all) => all.map((one) => [one.textContent, one.href, one.rel])")
    safe = "noopener noreferrer"
    assert links == [
        ["our page", "https://example.com/a", safe],
        ["https://evil.example/", "https://evil.example/", safe],
    ]
    expect(page.locator(".message img, .message b")).to_have_count(0)
    assert page.title() == "Switchboard chat"

    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="End conversation").click()
    page.get_by_role("radio", name="Very good").check()
    assert violations(page, "asked how it was") == []
    page.get_by_label("tell us more").fill("Quick.")
    page.get_by_role("button", name="Send feedback").click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="Start a new one")).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)
    page.get_by_role("button", name="Start a new one").click()
    expect(page.locator(".message")).to_have_count(1)


def test_secrets_are_not_shown(page: Page) -> None:
    start(page, "Priya Nair")
    card = "".join(["4" + "1" * 3, "1" * 12])
    write(page, f"my card is {card}")

    expect(page.locator(".message.assistant").nth(1)).to_be_visible()
    expect(page.locator(".message.customer.waiting")).to_have_count(0)
    expect(page.get_by_role("log")).not_to_contain_text(card)
    assert card not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_a_message_whose_answer_was_lost_is_sent_again_as_the_same_message(page: Page) -> None:
    start(page, "Farid Khan")
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose_the_first_answer)
    with page.expect_response("**/messages"):
        write(page, "hello")
    expect(page.locator(".message.customer:not(.waiting)")).to_have_count(1)
    expect(page.locator(".message.customer")).to_have_count(1)
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("radio", name="Amira Haddad")).to_be_visible()
    assert violations(page, "the start") == []
    page.get_by_label("Language").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "begin"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Ben Okafor")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".message.assistant").nth(1)).to_be_visible()


def test_page_and_chat_speak_the_customers_language(page: Page) -> None:
    page.goto("/")
    page.get_by_role("radio", name="Noah Schmidt").check()
    page.get_by_role("button", name="Chat beginnen").click()

    expect(page.get_by_role("button", name="Mit unserem Team sprechen")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phones_width_is_enough_and_nothing_jumps(browser: Browser, own_service: Service, scheme: Any) -> None:
    context = browser.new_context(
        base_url=own_service.url, viewport={"width": 360, "height": 740}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    page.add_init_script(LAYOUT_SHIFTS)
    start(page, "Keiko Tanaka")
    write(page, "My service was suspended. What do I owe?")
    expect(page.locator(".message.assistant").nth(1)).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("window.shifted") < 0.1
    assert violations(page, f"a phone, {scheme}") == []
    page.get_by_role("button", name="Details").click()
    expect(page.locator("#facts")).to_contain_text("Keiko Tanaka")
    page.keyboard.press("Escape")
    expect(page.locator("aside")).to_be_hidden()
    for name in ("Details", "Another customer", "Talk to our team", "More", "Send"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 360
    context.close()


def test_another_site_and_another_machine_get_no_token(own_service: Service) -> None:
    with own_service.client("") as client:
        answers = [
            client.get("/v1/sandbox/session", headers={"Host": "evil.example"}),
            client.get("/v1/sandbox/session", headers={"Sec-Fetch-Site": "cross-site"}),
            client.get("/v1/sandbox/session", headers={"Sec-Fetch-Site": "same-origin"}),
        ]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
