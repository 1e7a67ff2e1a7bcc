"""A rough day at the desk in a real Chromium: reloads, two tabs, double clicks, back, no network, long words."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.channels.desk_states import Stage, sign_in
from tests.channels.http_service import Service
from tests.house_guest import Json

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


def cut_off(stage: Stage, customer: str) -> tuple[str, Page]:
    """A conversation in which a refund was cut off, taken up at the desk and checked, ready to be sent."""
    words = ("I was charged twice for my last bill, please refund one", "let me talk to a person please")
    conversation = stage.asks(customer, *words, claimed_by="representative")
    page = stage.opened(conversation)
    page.get_by_role("button", name="Take it up").click()
    expect(page.get_by_role("button", name="Send in your name")).to_be_focused()
    return conversation, page


def refunds(stage: Stage, conversation: str) -> list[str]:
    actions = stage.service.read(conversation)["actions"]
    return [each["outcome"] for each in actions if each["tool"] == "payments.refund_payment"]


def test_a_customer_who_ends_it_while_the_refund_is_being_filled_in_is_refunded_nothing(stage: Stage) -> None:
    conversation, page = cut_off(stage, "C-1018")
    before = refunds(stage, conversation)
    stage.service.call("POST", f"/v1/conversations/{conversation}/close", {})
    expect(page.locator("#open-case")).to_be_hidden()
    expect(page.locator("#notice")).to_have_class(re.compile("trouble"))
    expect(page.get_by_role("button", name="Send in your name")).to_be_hidden()
    assert refunds(stage, conversation) == before
    stage.leave(page)


def test_a_customer_who_leaves_while_the_refund_is_asked_about_is_asked_where_they_are(stage: Stage) -> None:
    conversation, page = cut_off(stage, "C-1018")
    stage.service.send(conversation, "I have to go, answer me by email")
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#pending")).to_contain_text("customer's yes")
    expect(page.locator(f'#mine li[data-key="{conversation}"]')).to_be_visible()
    assert "succeeded" not in refunds(stage, conversation)
    stage.leave(page)


def test_a_reload_in_the_middle_of_an_act_shows_what_was_done(stage: Stage) -> None:
    conversation, page = cut_off(stage, "C-1018")
    with page.expect_request(re.compile(r"/actions$")):
        page.get_by_role("button", name="Send in your name").click()
    page.reload()
    page.locator(f'#mine li[data-key="{conversation}"] button').click()
    expect(page.locator("#packet")).to_be_visible()
    asked = stage.service.read(conversation)["pending"]
    shown = page.locator("#pending")
    expect(shown).to_contain_text("customer's yes") if asked else expect(shown).to_be_hidden()
    stage.leave(page)


def test_a_refund_that_was_sent_without_a_network_is_sent_again_and_made_once(stage: Stage) -> None:
    conversation, page = cut_off(stage, "C-1018")
    sent = list[str]()

    def lose(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(
        re.compile(r"/actions$"), lambda route: lose(route) if route.request.method == "POST" else route.continue_()
    )
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#notice")).to_contain_text("the same act is made once")
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#pending")).to_contain_text("customer's yes")
    assert len(set(sent)) == 1
    stage.service.send(conversation, "yes")
    expect(page.locator("#pending")).to_be_hidden()
    assert refunds(stage, conversation).count("succeeded") == 1
    stage.leave(page)


def test_whoever_signed_out_leaves_nothing_on_the_screen_and_back_shows_nothing(stage: Stage) -> None:
    conversation = stage.asks("C-10406", claimed_by="representative")
    page = stage.opened(conversation)
    page.get_by_label("Your reply").fill("Half a sentence")
    page.goto("/desk/about.json")
    page.go_back()
    page.locator(f'#mine li[data-key="{conversation}"] button').click()
    expect(page.locator("#log .message").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Access token")).to_be_visible()
    assert page.locator("#log .message, #packet > *, #mine li, #queue li").count() == 0
    assert page.evaluate("Object.keys(sessionStorage)") == []
    page.keyboard.press("c")
    page.keyboard.press("n")
    page.go_back()
    page.goto("/desk")
    expect(page.get_by_label("Access token")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
    stage.leave(page)


def test_the_wrap_up_of_what_a_supervisor_closed_meanwhile_is_not_written(stage: Stage) -> None:
    conversation = stage.asks("C-10407", claimed_by="representative")
    page = stage.sign_in_page()
    page.route("**/v1/desk/events", lambda route: route.abort())
    sign_in(page, stage.service, "representative")
    page.locator(f'#mine li[data-key="{conversation}"] button').click()
    page.get_by_text("Resolve", exact=True).click()
    page.get_by_label("What it came to").fill("technician sent")
    at = f"/v1/desk/{conversation}"
    stage.service.call("POST", f"{at}/takeover", {}, "supervisor")
    stage.service.call("POST", f"{at}/resolve", {"disposition": "resolved", "note": ""}, "supervisor")
    page.get_by_role("button", name="Resolve and close").click()
    expect(page.locator("#notice")).to_have_class(re.compile("trouble"))
    expect(page.locator(f'#mine li[data-key="{conversation}"]')).to_have_count(0)
    journal = stage.service.call("GET", f"/v1/conversations/{conversation}/journal", principal="auditor").json()
    ends = [each["rationale"] for each in journal["items"] if "resolved it as" in each["rationale"]]
    assert ends == ["Representative supervisor resolved it as resolved."]
    stage.leave(page)


def test_a_name_of_markup_and_of_five_thousand_characters_stays_a_name(stage: Stage) -> None:
    markup = "<img src=x onerror=\"document.title='pwned'\">"
    named = stage.service.call("PUT", "/v1/desk/presence", {"status": "available", "name": markup}, "representative_2")
    assert named.is_success
    long = stage.service.call(
        "PUT", "/v1/desk/presence", {"status": "available", "name": "x" * 5000}, "representative_2"
    )
    assert long.status_code == 422
    conversation = stage.asks("C-10408", claimed_by="representative_2")
    stage.service.call("POST", f"/v1/desk/{conversation}/notes", {"text": markup + "y" * 3900}, "representative_2")
    page = stage.desk("supervisor")
    page.get_by_text("People", exact=False).first.click()
    expect(page.locator("#board")).to_contain_text(markup)
    page.get_by_text("With colleagues").click()
    page.locator(f'#claims li[data-key="{conversation}"] button').click()
    page.locator("#noting summary").click()
    expect(page.locator("#notes")).to_contain_text(markup)
    assert page.locator("#work img").count() == 0
    assert "pwned" not in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stage.service.call("PUT", "/v1/desk/presence", {"status": "available", "name": "Lee"}, "representative_2")
    stage.leave(page)


OFFERED = "<img src=x onerror=\"document.title='pwned'\">"
FAMILY, ARABIC = "👩‍👩‍👧 family", "شكوى عاجلة"
FORMS: Json = {
    "company": OFFERED,
    "dispositions": [OFFERED],
    "labels": [OFFERED, FAMILY, ARABIC, "w" * 40],
    "replies": [
        {"name": OFFERED, "texts": {"en": f"{OFFERED} of {{company}} for {{customer}}. {ARABIC} {LONG[:3800]}"}},
        {"name": FAMILY, "texts": {"en": "This is {representative}, {{ 7 * 7 }}."}},
    ],
    "macros": [
        {"name": OFFERED, "labels": [OFFERED, ARABIC], "reply": OFFERED, "queue": ""},
        {"name": ARABIC, "labels": [], "reply": FAMILY, "queue": ""},
    ],
    "translates": False,
}
"""What a company could offer that is no friend of its own desk."""


def test_labels_ready_replies_and_macros_of_markup_stay_words(stage: Stage) -> None:
    conversation = stage.asks("C-10409", claimed_by="representative")
    page = stage.sign_in_page()
    page.route("**/v1/desk/forms", lambda route: route.fulfill(json=FORMS))
    page.route("**/labels", lambda route: route.fulfill(json=route.request.post_data_json))
    sign_in(page, stage.service, "representative")
    page.locator(f'#mine li[data-key="{conversation}"] button').click()
    page.locator("#labelling summary").click()
    for label in (OFFERED, FAMILY, ARABIC):
        page.get_by_role("checkbox", name=label).click()
        expect(page.locator("#labels-count")).to_contain_text(label)
    page.get_by_label("Apply a macro").select_option(OFFERED)
    expect(bubbles(page)).to_contain_text(f"{OFFERED} of {OFFERED} for ")
    assert written(stage, conversation)[-1].startswith(OFFERED)

    page.locator("#called").fill("")
    page.get_by_label("Apply a macro").select_option(ARABIC)
    expect(page.get_by_label("Your reply")).to_have_value("This is {representative}, {{ 7 * 7 }}.")
    expect(page.locator("#notice")).to_contain_text("{representative}")
    page.get_by_role("button", name="Send", exact=True).click()
    assert len(written(stage, conversation)) == 1, "what has a gap is not sent"
    page.get_by_label("Your reply").fill("")
    page.locator("#called").fill("Dana")
    page.locator("#ready").select_option(FAMILY)
    expect(page.get_by_label("Your reply")).to_have_value("This is Dana, {{ 7 * 7 }}.")

    page.get_by_label("Your reply").fill("")
    page.get_by_text("Resolve", exact=True).click()
    expect(page.locator("#dispositions option")).to_have_attribute("value", OFFERED)
    assert page.locator("#work img").count() == 0
    assert "pwned" not in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stage.leave(page)


def test_a_reply_longer_than_any_is_refused_with_its_reason_and_stays_in_the_box(stage: Stage) -> None:
    conversation = stage.asks("C-10410", claimed_by="representative")
    page = stage.opened(conversation)
    page.get_by_label("Your reply").fill("y" * 16_001)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("up to 16,000 characters")
    assert page.get_by_label("Your reply").input_value() == "y" * 16_001
    assert written(stage, conversation) == []
    page.get_by_label("Your reply").fill("👍" * 16_000)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_label("Your reply")).to_have_value("")
    assert [len(each) for each in written(stage, conversation)] == [16_000]
    stage.leave(page)
