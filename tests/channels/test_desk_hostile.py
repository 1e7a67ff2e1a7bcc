"""A rough day at the desk in a real Chromium: reloads, two tabs, double clicks, back, no network, long words."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.channels.desk_states import Stage
from tests.channels.http_service import Service

LONG = "नमस्ते 👩‍👩‍👧 " + "schlecht" * 610
"""About five thousand characters, most of them in one word."""


@pytest.fixture(scope="module")
def stage(browser: Browser, own_service: Service) -> Stage:
    one = Stage(browser, own_service)
    one.people_on_duty()
    return one


def written(stage: Stage, conversation: str) -> list[str]:
    messages = stage.service.read(conversation)["messages"]
    return [each["text"] for each in messages if each["role"] == "representative"]


def bubbles(page: Page):
    return page.locator("#log .representative .bubble")


def test_whatever_is_clicked_twice_happens_once(stage: Stage) -> None:
    conversation = stage.asks("C-10401")
    page = stage.opened(conversation)
    page.get_by_role("button", name="Claim", exact=True).dblclick()
    page.get_by_label("Your reply").fill("I look at it.")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(bubbles(page)).to_have_text(["I look at it."])
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.locator("#noting summary").click()
    page.locator("#new-note").fill("seen")
    page.get_by_role("button", name="Write note").dblclick()
    expect(page.locator("#notes li")).to_have_count(1)
    assert written(stage, conversation) == ["I look at it."]
    said = [each["text"] for each in stage.service.read(conversation)["messages"] if each["role"] == "system"]
    assert len([each for each in said if each.startswith("Dana from our team")]) == 1
    stage.leave(page)


def test_five_thousand_characters_and_emoji_go_both_ways_and_scroll_nothing_sideways(stage: Stage) -> None:
    conversation = stage.asks("C-10402", claimed_by="representative")
    stage.service.send(conversation, LONG[:5000])
    page = stage.opened(conversation)
    expect(page.locator("#log .customer .bubble").last).to_contain_text("👩‍👩‍👧")
    page.get_by_label("Your reply").fill(LONG)
    page.get_by_label("Your reply").press("Enter")
    expect(bubbles(page)).to_have_text([LONG])
    assert written(stage, conversation) == [LONG]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#log").evaluate("log => log.scrollWidth <= log.clientWidth")
    stage.leave(page)


def test_what_is_begun_outlives_a_reload_and_back_and_forward(stage: Stage) -> None:
    conversation = stage.asks("C-10403", claimed_by="representative")
    page = stage.opened(conversation)
    page.get_by_label("Your reply").fill("half a thought 🙂")
    page.reload()
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.get_by_label("Your reply")).to_have_value("half a thought 🙂")
    page.goto("/docs")
    page.go_back()
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.get_by_label("Your reply")).to_have_value("half a thought 🙂")
    stage.leave(page)


def test_two_tabs_of_one_person_show_the_same_and_the_second_is_told_of_an_end(stage: Stage) -> None:
    conversation = stage.asks("C-10404", claimed_by="representative")
    one, other = stage.opened(conversation), stage.opened(conversation)
    one.get_by_label("Your reply").fill("From the first tab.")
    one.get_by_label("Your reply").press("Enter")
    expect(bubbles(other)).to_have_text(["From the first tab."])
    one.get_by_text("Resolve", exact=True).click()
    one.get_by_label("What it came to").fill("resolved")
    one.get_by_role("button", name="Resolve and close").click()
    expect(one.get_by_role("alert")).to_contain_text("resolved and closed")
    expect(other.locator(f'#mine li[data-key="{conversation}"]')).to_have_count(0)
    expect(other.get_by_label("Your reply")).to_be_hidden()
    other.context.close()
    stage.leave(one)


def test_without_a_network_nothing_is_lost_and_afterwards_it_goes_once(stage: Stage) -> None:
    conversation = stage.asks("C-10405", claimed_by="representative")
    page = stage.opened(conversation)
    page.context.set_offline(True)
    page.get_by_label("Your reply").fill("Are you there?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#notice")).to_have_class(re.compile("trouble"))
    expect(page.get_by_label("Your reply")).to_have_value("Are you there?")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(bubbles(page)).to_have_text(["Are you there?"])
    stage.service.send(conversation, "yes, I am")
    expect(page.locator("#log .customer .bubble").last).to_have_text("yes, I am")
    assert written(stage, conversation) == ["Are you there?"]
    stage.leave(page)


def test_resolve_is_filled_in_also_for_whoever_is_quicker_than_the_packet(stage: Stage) -> None:
    words = ("I was charged twice for my last bill, please refund one", "yes", "let me talk to a person please")
    conversation, held = stage.asks("C-1001", *words, claimed_by="representative"), list[Route]()
    page = stage.desk()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/packet", hold)
    page.locator(f'li[data-key="{conversation}"] button').click()
    page.get_by_text("Resolve", exact=True).click()
    expect(page.get_by_label("What it came to")).to_be_visible()
    for each in held:
        each.continue_()
    expect(page.get_by_label("What it came to")).to_have_value("refunded")
    stage.leave(page)
