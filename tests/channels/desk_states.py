"""The states of the desk's page, each brought about as people do: looked at by axe, and taken as pictures."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.channels.http_service import Service

LAPTOP, PHONE = (1366, 768), (390, 844)
NAMES = {"representative": "Dana", "representative_2": "Lee", "supervisor": "Robin"}
PERSON = "I want to talk to a human being"
WAITING = (
    ("C-1001", "My bill went up and nobody told me why, I want to talk to a person"),
    ("C-1004", "please let me talk to a person, my line drops every evening"),
    ("C-1009", PERSON),
)
"""Who waits beside whoever a state is about."""


def sign_in(page: Page, service: Service, role: str) -> None:
    """Come in with a token of that role."""
    page.goto("/desk")
    page.get_by_label("Access token").fill(service.tokens[role])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#role")).to_have_text(role.removesuffix("_2").capitalize())


@dataclass(frozen=True)
class Stage:
    """A service with customers who wait and people on duty, and a browser."""

    browser: Browser
    service: Service
    made: list[str] = field(default_factory=list[str])

    def leave(self, page: Page) -> None:
        """Close the page and what its state was about, so that the next state finds the desk as it was."""
        page.context.close()
        for each in self.made[len(WAITING) :]:
            self.service.call("POST", f"/v1/conversations/{each}/close", {})
        del self.made[len(WAITING) :]

    def people_on_duty(self) -> None:
        """Everybody says that they are there, so that customers are told so; some customers wait."""
        for role, name in NAMES.items():
            self.service.call("PUT", "/v1/desk/presence", {"status": "available", "name": name}, role)
        for customer, words in WAITING:
            self.asks(customer, words)

    def asks(self, customer: str, *words: str, claimed_by: str = "") -> str:
        """A conversation that waits for people, or that somebody has."""
        conversation = self.service.open(customer)
        self.made.append(conversation)
        for text in words or (PERSON,):
            answer = self.service.send(conversation, text).json()
        assert answer["status"] == "with_representative", answer
        if claimed_by:
            self.service.call("POST", f"/v1/desk/{conversation}/claim", {}, claimed_by)
        return conversation

    def desk(self, role: str = "representative", size: tuple[int, int] = LAPTOP) -> Page:
        """The desk as somebody has it, signed in."""
        page = self.sign_in_page(size)
        page.add_init_script(f"localStorage.setItem('switchboard.desk.name', {json.dumps(NAMES[role])})")
        sign_in(page, self.service, role)
        return page

    def sign_in_page(self, size: tuple[int, int] = LAPTOP) -> Page:
        """A page of its own, with nobody signed in."""
        viewport: Any = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(base_url=self.service.url, locale="en-US", viewport=viewport)
        context.set_default_timeout(30_000)
        return context.new_page()

    def opened(self, conversation: str, role: str = "representative", size: tuple[int, int] = LAPTOP) -> Page:
        """The desk with that conversation looked at."""
        page = self.desk(role, size)
        page.locator(f'li[data-key="{conversation}"] button').click()
        expect(page.locator("#packet")).to_be_visible()
        return page


def signing_in(stage: Stage) -> Page:
    page = stage.sign_in_page()
    page.goto("/desk")
    expect(page.locator("#hint")).not_to_be_empty()
    return page


def a_wrong_token(stage: Stage) -> Page:
    page = signing_in(stage)
    page.get_by_label("Access token").fill("nobody's")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#notice")).not_to_be_empty()
    return page


def nothing_chosen(stage: Stage) -> Page:
    page = stage.desk()
    expect(page.locator("#queue li").first).to_be_visible()
    return page


def waiting(stage: Stage) -> Page:
    page = stage.opened(stage.asks("C-1010", "I was charged twice for my last bill", "let me talk to a person please"))
    expect(page.get_by_role("button", name="Claim", exact=True)).to_be_visible()
    return page


def conversation(stage: Stage, size: tuple[int, int] = LAPTOP) -> Page:
    words = ("I was charged twice for my last bill, please refund one", "let me talk to a person please")
    page = stage.opened(stage.asks("C-1018", *words, claimed_by="representative"), size=size)
    expect(page.get_by_role("button", name="Take it up")).to_be_attached()
    page.get_by_label("Your reply").fill("Hello Rosa, I see both payments.")
    return page


def acting(stage: Stage) -> Page:
    page = conversation(stage)
    page.get_by_role("button", name="Take it up").click()
    expect(page.locator(".verdict")).to_contain_text("the customer confirms first")
    return page


def confirming(stage: Stage) -> Page:
    page = acting(stage)
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#pending")).to_contain_text("customer's yes")
    return page


def glance(stage: Stage) -> Page:
    page = conversation(stage)
    page.get_by_text("The customer at a glance").click()
    expect(page.locator(".glance")).to_contain_text("P-5181")
    return page


def earlier(stage: Stage) -> Page:
    for words in ("how much do I owe?", PERSON):
        before = stage.service.open("C-1018")
        stage.made.append(before)
        stage.service.send(before, words)
    stage.service.call("POST", f"/v1/desk/{before}/claim", {}, "representative")
    done = {"disposition": "resolved", "note": "Explained the second payment."}
    stage.service.call("POST", f"/v1/desk/{before}/resolve", done, "representative")
    page = glance(stage)
    page.get_by_text("Earlier conversations").click()
    expect(page.locator("#earlier .entry").first).to_contain_text("Explained the second payment.")
    page.locator("#earlier .entry").first.get_by_text("What was said").click()
    expect(page.locator("#earlier .words .message").first).to_be_visible()
    page.locator("#earlier").scroll_into_view_if_needed()
    return page


def everything_open(stage: Stage) -> Page:
    page = conversation(stage)
    for summary in ("#noting summary", "#labelling summary", "#acting summary", "#transferring summary"):
        page.locator(summary).click()
    page.get_by_text("Resolve", exact=True).click()
    return page


def files(stage: Stage) -> Page:
    page = conversation(stage)
    page.locator("#file").set_input_files({"name": "lights.txt", "mimeType": "text/plain", "buffer": b"green"})
    expect(page.locator("#files li")).to_have_count(1)
    return page


def articles(stage: Stage) -> Page:
    asked = stage.asks("C-1006", PERSON, claimed_by="representative")
    stage.service.send(asked, "How do I change the password of my wifi?")
    page = stage.opened(asked)
    page.get_by_text("Fitting articles").press("Enter")
    page.locator("#articles .entry").first.wait_for()
    page.locator("#articles").scroll_into_view_if_needed()  # its entries are drawn anew while it scrolls
    return page


def draft(stage: Stage) -> Page:
    page = conversation(stage)
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.get_by_role("button", name="Keep mine")).to_be_focused()
    return page


def resolving(stage: Stage) -> Page:
    words = ("I was charged twice for my last bill, please refund one", "yes", "let me talk to a person please")
    page = stage.opened(stage.asks("C-1001", *words, claimed_by="representative"))
    page.get_by_text("Resolve", exact=True).click()
    expect(page.get_by_label("Note for colleagues")).to_have_value(re.compile("refund"))
    page.get_by_role("button", name="Resolve and close").scroll_into_view_if_needed()
    return page


def resolved(stage: Stage) -> Page:
    page = stage.opened(stage.asks("C-10301", claimed_by="representative"))
    page.get_by_text("Resolve", exact=True).click()
    page.get_by_label("What it came to").fill("resolved")
    page.get_by_role("button", name="Resolve and close").click()
    expect(page.get_by_role("button", name="Next: ")).to_be_visible()
    return page


def answered_in_writing(stage: Stage) -> Page:
    stage.asks("C-1002", PERSON, "I have to go, answer me by email")
    page = stage.opened(stage.asks("C-1007", PERSON, "I can't stay, text me"))
    expect(page.locator("#packet")).to_contain_text("will be answered by text message")
    expect(page.locator("#queue")).to_contain_text("Answered by e-mail")
    return page


def targets(stage: Stage) -> Page:
    asked = stage.asks("C-10302")
    items = stage.service.call("GET", "/v1/desk/cases?limit=200", principal="representative").json()["items"]
    due = next(each["due_at"] for each in items if each["conversation_id"] == asked)
    page = stage.sign_in_page()
    page.clock.set_fixed_time(due)
    sign_in(page, stage.service, "representative")
    expect(page.locator(f'li[data-key="{asked}"] .badge.standing')).to_be_visible()
    page.get_by_text("Queues and their targets").press("Enter")
    expect(page.locator("#standings li").first).to_be_visible()
    page.locator("#standings").scroll_into_view_if_needed()
    return page


def ratings(stage: Stage) -> Page:
    asked = stage.asks("C-10303", claimed_by="representative")
    stage.service.call("POST", f"/v1/desk/{asked}/resolve", {"disposition": "resolved"}, "representative")
    stage.service.send(asked, "no")
    page = stage.desk()
    page.get_by_text("Whether it helped").press("Enter")
    expect(page.locator("#opinions li").first).to_contain_text("1 of 5")
    return page


def several(stage: Stage) -> Page:
    mine = [stage.asks(f"C-1031{number}", claimed_by="representative_2") for number in range(2)]
    page = stage.desk("representative_2")
    page.get_by_role("button", name="Select several").click()
    for each in (*mine, stage.asks("C-10313")):
        page.locator(f'li[data-key="{each}"] .pick').check()
    page.get_by_label("What to do with them").select_option("Resolve them")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#bulk-outcome li")).to_have_count(1)
    return page


def keys(stage: Stage) -> Page:
    page = conversation(stage)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def supervisor(stage: Stage) -> Page:
    words = "my line drops every evening, let me talk to a person"
    watched = stage.asks("C-1012", words, claimed_by="representative_2")
    page = stage.desk("supervisor")
    page.get_by_text("With colleagues").click()
    page.locator(f'#claims li[data-key="{watched}"] button').click()
    page.get_by_label("Whisper to whoever has it").fill("Offer her the technician on Thursday.")
    page.get_by_role("button", name="Write note").click()
    expect(page.locator("#notes")).to_contain_text("Thursday")
    page.get_by_text("People", exact=False).first.click()
    page.locator("#board").scroll_into_view_if_needed()
    return page


def approvals(stage: Stage) -> Page:
    asked = stage.service.open("C-1013", "strong")
    stage.made.append(asked)
    stage.service.send(asked, "I was charged twice this month, please refund one")
    stage.service.send(asked, "yes")
    page = stage.desk("supervisor")
    page.get_by_role("button", name="Approvals").click()
    item = page.locator("#approvals > li").first
    item.get_by_text("what else this customer got").click()
    expect(item.locator(".message").last).to_contain_text("on our team")
    item.get_by_label("Your reason").fill("both payments are on the account")
    page.locator("#approving").evaluate("room => room.scrollTo(0, 0)")
    return page


def on_a_phone(stage: Stage) -> Page:
    page = conversation(stage, PHONE)
    expect(page.get_by_label("Your reply")).to_be_visible()
    return page


def the_list_on_a_phone(stage: Stage) -> Page:
    page = stage.desk(size=PHONE)
    expect(page.locator("#queue li").first).to_be_visible()
    return page


def without_a_network(stage: Stage) -> Page:
    page = conversation(stage)
    page.route("**/v1/**", lambda route: route.abort())
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#notice")).to_have_class(re.compile("trouble"))
    return page


STATES: dict[str, Callable[[Stage], Page]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        *(signing_in, a_wrong_token, nothing_chosen, waiting, conversation, acting, confirming, glance, earlier),
        *(everything_open, files, articles, draft, resolving, resolved, answered_in_writing, targets, ratings),
        *(several, keys, supervisor, approvals, on_a_phone, the_list_on_a_phone, without_a_network),
    )
}
