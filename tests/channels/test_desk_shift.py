"""A shift at the desk, played in a real Chromium: two representatives, a supervisor and fifty customers.

What each list of the desk offers is done once, by whoever would do it: claimed by hand and as the next one, written
both ways, acted and approved, labelled, handed on, several at once, given back, ended.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.channels.test_desk_page import sign_in

CUSTOMERS = 50
HEARD = """() => {
  window.rang = 0;
  window.Notification = class { constructor(title, { body }) { document.documentElement.dataset.told = body; } };
  window.Notification.permission = "granted";
  window.Notification.requestPermission = async () => "granted";
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function () { window.rang += 1; return start.call(this); };
}"""


@dataclass(frozen=True)
class Shift:
    """The service, its waiting customers' conversations, and a page of each who works."""

    service: Service
    waiting: list[str]
    dana: Page
    lee: Page
    boss: Page


def ask(service: Service, number: int) -> str:
    conversation = service.open(f"C-10{number + 200:03}")
    service.send(conversation, "I want to talk to a human being")
    return conversation


@pytest.fixture(scope="module")
def shift(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shift]:
    with ExitStack() as stack:
        service = stack.enter_context(running(tmp_path_factory.mktemp("shift")))
        broken, pages = list[str](), list[Page]()
        for role, name in (("representative", "Dana"), ("representative_2", "Lee"), ("supervisor", "Robin")):
            context = browser.new_context(base_url=service.url, locale="en-US", viewport={"width": 1366, "height": 768})
            stack.callback(context.close)
            context.set_default_timeout(60_000)
            context.add_init_script(f"({HEARD})()")
            page = context.new_page()
            page.on("pageerror", lambda error: broken.append(str(error)))
            sign_in(page, service, role)
            page.get_by_label("as", exact=True).fill(name)
            page.get_by_label("as", exact=True).press("Enter")
            expect(page.get_by_role("alert")).to_contain_text(f"as {name}")
            pages.append(page)
        with ThreadPoolExecutor(2) as pool:
            waiting = list(pool.map(partial(ask, service), range(CUSTOMERS)))
        yield Shift(service, waiting, *pages)
        assert broken == []


def entry(page: Page, conversation: str, within: str = ""):
    return page.locator(f'{within} li[data-key="{conversation}"] button.face')


def claim(page: Page, conversation: str) -> None:
    entry(page, conversation, "#queue").click()
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.get_by_label("Your reply")).to_be_focused()


def texts(service: Service, conversation: str, role: str) -> list[str]:
    return [each["text"] for each in service.read(conversation)["messages"] if each["role"] == role]


def fifty_wait_and_each_is_told_their_place_once(shift: Shift) -> None:
    for page in (shift.dana, shift.lee, shift.boss):
        expect(page.locator("#queue-count")).to_have_text(f"({CUSTOMERS})")
    last = shift.waiting[-1]
    said = [text for text in texts(shift.service, last, "assistant") if "before yours" in text]
    assert len(said) == 1
    shift.service.send(last, "my router blinks red")
    assert [text for text in texts(shift.service, last, "assistant") if "before yours" in text] == said
    document = shift.service.read(last)
    assert document["handoff"]["state"] == "queued"
    assert document["handoff"]["position"] > CUSTOMERS - 3


def what_comes_in_elsewhere_rings_and_is_notified_without_the_customers_words(shift: Shift) -> None:
    first, second = shift.waiting[:2]
    for each in (first, second):
        claim(shift.dana, each)
        expect(entry(shift.dana, each, "#mine")).not_to_contain_text("new")
    assert texts(shift.service, first, "system")[-1].startswith("Dana from our team")
    shift.dana.get_by_label("Sound").check()
    shift.dana.get_by_label("Notifications").check()
    expect(shift.dana.get_by_label("Notifications")).to_be_checked()
    rang = shift.dana.evaluate("window.rang")
    shift.dana.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    shift.service.send(first, "my secret word is blueberry")
    expect(entry(shift.dana, first, "#mine")).to_contain_text("1 new")
    expect(shift.dana.locator("html")).to_have_attribute("data-told", re.compile("^[^:]* wrote$"))
    assert shift.dana.evaluate("window.rang") > rang
    shift.dana.evaluate("delete document.hidden")
    expect(shift.dana).to_have_title("(1) Switchboard desk")
    entry(shift.dana, first, "#mine").click()
    expect(shift.dana).to_have_title("Switchboard desk")


def typing_is_seen_both_ways_and_words_go_both_ways(shift: Shift) -> None:
    first = shift.waiting[0]
    shift.service.call("POST", f"/v1/conversations/{first}/typing", {})
    expect(shift.dana.locator("#typing")).to_have_text("The customer is typing …")
    with shift.dana.expect_request(lambda request: request.url.endswith(f"{first}/typing")):
        shift.dana.get_by_label("Your reply").press_sequentially("I")
    shift.dana.get_by_label("Your reply").fill("I am looking at your line now.")
    shift.dana.keyboard.press("Enter")
    expect(shift.dana.locator("#log .representative .bubble")).to_have_text("I am looking at your line now.")
    assert texts(shift.service, first, "representative") == ["I am looking at your line now."]
    assert "read" in shift.service.read(first)


def a_credit_beyond_the_limit_is_explained_asked_for_and_approved_by_somebody_else(shift: Shift) -> None:
    first, page = shift.waiting[0], shift.dana
    page.get_by_text("Act for the customer").click()
    page.get_by_label("What to do", exact=True).select_option("erp.apply_credit")
    page.locator("#act-amount_minor").fill("60.00")
    page.locator("#act-reason").fill("three days without a line")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("supervisor")
    expect(page.locator(".verdict")).to_contain_text("$60.00")
    assert shift.service.read(first)["pending"] is None
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#pending")).to_be_visible()
    pending = shift.service.read(first)["pending"]["kind"]
    if pending == "verify":
        code = shift.service.call("GET", "/v1/sandbox/outbox?customer_id=C-10200").json()["items"][-1]["code"]
        shift.service.send(first, code)
    shift.service.send(first, "yes")
    expect(page.locator("#pending")).to_contain_text("supervisor's approval")
    boss = shift.boss
    expect(boss.locator("#approvals-waiting")).to_have_text("(1)")
    boss.get_by_role("button", name="Approvals").click()
    item = boss.locator("#approvals > li").filter(has_text=first)
    expect(item).to_contain_text("Why it needs you")
    item.get_by_text("what else this customer got").click()
    expect(item).to_contain_text("I am looking at your line now.")
    item.get_by_label("Your reason").fill("three days are three days")
    item.get_by_role("button", name="Approve").click()
    expect(boss.get_by_role("alert")).to_contain_text("Approved")
    boss.get_by_role("button", name="Conversations").click()
    made = [each for each in shift.service.read(first)["actions"] if each["tool"] == "erp.apply_credit"]
    assert [each["outcome"] for each in made if each["outcome"] == "succeeded"] == ["succeeded"]
    journal = shift.service.call("GET", f"/v1/conversations/{first}/journal", principal="auditor").json()["items"]
    assert any("representative" in each["rationale"] for each in journal)


def the_customer_is_seen_at_a_glance(shift: Shift) -> None:
    shift.dana.get_by_text("The customer at a glance").click()
    glance = shift.dana.locator(".glance")
    for heading in ("Contracts", "Bills", "Payments", "Visits", "Orders", "Cases", "Contacts"):
        expect(glance).to_contain_text(heading)
    expect(glance).to_contain_text("proof")
    expect(glance).to_contain_text("agreed to")


def the_next_one_is_taken_handed_on_watched_whispered_about_and_taken_over(shift: Shift) -> None:
    shift.lee.get_by_role("button", name="Take the next one for you").click()
    expect(shift.lee.get_by_role("alert")).to_contain_text("You have this conversation now")
    taken = shift.lee.locator("#mine li").first.get_attribute("data-key") or ""
    shift.boss.get_by_text("With colleagues").click()
    entry(shift.boss, taken, "#claims").click()
    shift.boss.get_by_label("Whisper to whoever has it").fill("Offer the technician.")
    shift.boss.get_by_role("button", name="Write note").click()
    expect(shift.lee.locator("#notes")).to_contain_text("Offer the technician.")
    assert "Offer the technician." not in str(shift.service.read(taken))
    shift.boss.get_by_role("button", name="Take over").click()
    expect(shift.lee.get_by_role("alert")).to_contain_text("not yours any more")
    assert texts(shift.service, taken, "system")[-1].startswith("Robin from our team")
    shift.boss.get_by_text("Transfer", exact=True).click()
    shift.boss.get_by_label("To", exact=True).select_option("queue:technical")
    shift.boss.get_by_role("button", name="Transfer now").click()
    expect(entry(shift.lee, taken, "#queue")).to_contain_text("technical")


def a_macro_a_label_a_ready_reply_and_several_at_once(shift: Shift) -> None:
    page, claimed = shift.lee, shift.waiting[10:14]
    for each in claimed:
        claim(page, each)
    page.get_by_label("Apply a macro").select_option("To the technicians")
    expect(page.get_by_role("alert")).to_contain_text("It waits in the queue technical")
    claim(page, claimed[-1])
    page.get_by_label("Insert a ready reply").select_option("Greeting")
    page.keyboard.press("Enter")
    expect(page.locator("#log .representative .bubble").last).to_contain_text("this is Lee")
    page.get_by_role("button", name="Select several").click()
    for each in claimed:
        page.locator(f'#mine li[data-key="{each}"] .pick').check()
    page.get_by_label("What to do with them").select_option("Resolve them")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#bulk-outcome")).to_contain_text("4 of 4 done")
    page.keyboard.press("Escape")
    assert [shift.service.read(each)["status"] for each in claimed] == ["closed"] * 4


def one_goes_back_to_the_assistant_and_the_next_is_offered_at_an_end(shift: Shift) -> None:
    first, second = shift.waiting[:2]
    entry(shift.dana, second, "#mine").click()
    shift.dana.get_by_role("button", name="Give back to the assistant").click()
    expect(shift.dana.get_by_role("alert")).to_contain_text("The assistant goes on")
    shift.service.send(second, "what do I owe you?")
    assert shift.service.read(second)["messages"][-1]["role"] == "assistant"
    entry(shift.dana, first, "#mine").click()
    shift.dana.keyboard.press("Escape")
    shift.dana.locator("#log").focus()
    shift.dana.keyboard.press("e")
    shift.dana.keyboard.type("resolved")
    shift.dana.keyboard.press("Enter")
    expect(shift.dana.get_by_role("button", name="Next: ")).to_be_focused()
    assert shift.service.read(first)["status"] == "closed"
    rated = shift.service.call("POST", f"/v1/conversations/{first}/feedback", {"score": 5, "comment": "quick"})
    assert rated.status_code in (200, 201, 204), rated.text


STEPS = (
    fifty_wait_and_each_is_told_their_place_once,
    what_comes_in_elsewhere_rings_and_is_notified_without_the_customers_words,
    typing_is_seen_both_ways_and_words_go_both_ways,
    a_credit_beyond_the_limit_is_explained_asked_for_and_approved_by_somebody_else,
    the_customer_is_seen_at_a_glance,
    the_next_one_is_taken_handed_on_watched_whispered_about_and_taken_over,
    a_macro_a_label_a_ready_reply_and_several_at_once,
    one_goes_back_to_the_assistant_and_the_next_is_offered_at_an_end,
)


def test_a_whole_shift_with_fifty_customers(shift: Shift) -> None:
    for step in STEPS:
        step(shift)
