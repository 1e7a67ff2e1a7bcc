"""The desk's page in a real Chromium: what a representative and a supervisor see and do."""

import json
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.channels.desk_states import sign_in
from tests.channels.http_service import Service

HOSTILE = "<img src=x onerror=\"document.title='pwned'\">"


def ask_for_person(service: Service, customer: str, words: str = "I want to talk to a human being") -> str:
    conversation = service.open(customer)
    answer = service.send(conversation, words).json()
    assert answer["status"] == "with_representative", answer
    return conversation


def waiting(page: Page, name: str):
    return page.locator("#queue").get_by_role("button", name=name)


def take(page: Page, name: str) -> None:
    waiting(page, name).click()
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.locator("#log .message").first).to_be_visible()


def said(service: Service, conversation: str, role: str = "representative") -> list[str]:
    return [each["text"] for each in service.read(conversation)["messages"] if each["role"] == role]


def test_a_representative_claims_reads_replies_and_hands_back(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1002", "My bill is too high, let me talk to a person please")
    sign_in(page, own_service, "representative")
    expect(page.locator("#to-approvals")).to_be_hidden()
    waiting(page, "Ben Okafor").click()
    packet = page.get_by_role("region", name="Context packet")
    expect(packet).to_contain_text("C-1002")
    expect(packet).to_contain_text("asked for person")
    expect(packet).to_contain_text("My bill is too high")
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.get_by_label("Your reply")).to_be_focused()
    expect(waiting(page, "Ben Okafor")).to_have_count(0)

    page.keyboard.type("Dana here. I see it.")
    page.keyboard.press("Enter")
    expect(page.locator("#log .representative .bubble")).to_have_text("Dana here. I see it.")
    expect(page.get_by_label("Your reply")).to_have_value("")
    own_service.send(conversation, "Great, thank you!")
    expect(page.locator("#log .customer .bubble").last).to_have_text("Great, thank you!")
    page.get_by_role("button", name="Give back to the assistant").click()

    expect(page.get_by_role("alert")).to_contain_text("The assistant goes on")
    assert own_service.read(conversation)["status"] == "open"
    assert said(own_service, conversation) == ["Dana here. I see it."]


def test_a_claimed_conversation_is_found_again_and_resolved(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1007")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
    sign_in(page, own_service, "representative")
    page.reload()
    page.locator("#mine").get_by_role("button", name="Grace Liu").click()
    page.get_by_label("Your reply").fill("half a thou")
    page.reload()
    page.locator("#mine").get_by_role("button", name="Grace Liu").click()
    expect(page.get_by_label("Your reply")).to_have_value("half a thou")

    page.get_by_text("Resolve", exact=True).click()
    page.get_by_role("button", name="Resolve and close").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what it came to")
    page.get_by_label("What it came to").fill("visit booked")
    page.get_by_label("Note for colleagues").fill("by telephone")
    page.get_by_role("button", name="Resolve and close").click()
    expect(page.locator("#mine").get_by_role("button", name="Grace Liu")).to_have_count(0)
    assert own_service.read(conversation)["status"] == "closed"


def test_a_supervisor_approves_a_refund_and_the_customer_is_told(page: Page, own_service: Service) -> None:
    conversation = own_service.open("C-1013", "strong")
    own_service.send(conversation, "I was charged twice this month, please refund one")
    assert own_service.send(conversation, "yes").json()["status"] == "waiting_approval"
    sign_in(page, own_service, "supervisor")
    page.get_by_role("button", name="Approvals").click()
    item = page.locator("#approvals > li").filter(has_text=conversation)
    expect(item).to_contain_text("payments.refund_payment")
    expect(item).to_contain_text("amount_minor: 3999")
    expect(item).to_contain_text("0 of 1")
    expect(item).to_contain_text(" left")
    item.get_by_label("Your reason").fill("seen in the ledger")
    item.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("alert")).to_contain_text("Approved")
    expect(item).to_have_count(0)
    after = own_service.read(conversation)
    assert [each["outcome"] for each in after["actions"] if each["tool"] == "payments.refund_payment"] == ["succeeded"]
    assert "39.99" in after["messages"][-1]["text"]
    page.get_by_label("Status").select_option("approved")
    expect(item).to_contain_text("approved by supervisor")


def test_what_was_withdrawn_meanwhile_is_said_plainly(page: Page, own_service: Service) -> None:
    conversation = own_service.open("C-1015", "strong")
    own_service.send(conversation, "My set-up fee was charged twice, please refund one")
    assert own_service.send(conversation, "yes").json()["status"] == "waiting_approval"
    sign_in(page, own_service, "supervisor")
    page.get_by_role("button", name="Approvals").click()
    item = page.locator("#approvals > li").filter(has_text=conversation)
    expect(item).to_be_visible()
    page.route("**/v1/approvals?*", lambda route: route.abort())
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})
    item.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("alert")).to_contain_text("This did not happen")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was executed by you")
    page.unroute("**/v1/approvals?*")
    page.get_by_label("Status").select_option("withdrawn")
    expect(page.locator("#approvals > li").filter(has_text=conversation)).to_contain_text("withdrawn")


def test_a_refund_that_was_cut_off_is_made_in_three_clicks_under_the_person_s_name(
    page: Page, own_service: Service
) -> None:
    conversation = own_service.open("C-1018")
    own_service.send(conversation, "I was charged twice for my last bill, please refund one")
    own_service.send(conversation, "let me talk to a person please")
    sign_in(page, own_service, "representative")
    waiting(page, "Rosa López").click()
    page.get_by_role("button", name="Claim", exact=True).click()
    page.get_by_role("button", name="Take it up").click()
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("Refund $39.99 of payment P-5182")
    expect(verdict).to_contain_text("the customer confirms first")
    assert own_service.read(conversation)["pending"] is None
    page.get_by_role("button", name="Send in your name").click()
    expect(page.locator("#pending")).to_contain_text("customer's yes")
    own_service.send(conversation, "yes")
    expect(page.locator("#pending")).to_be_hidden()
    made = [each for each in own_service.read(conversation)["actions"] if each["outcome"] == "succeeded"]
    assert [each["tool"] for each in made if each["tool"] == "payments.refund_payment"] == ["payments.refund_payment"]

    page.get_by_text("The customer at a glance").click()
    glance = page.locator(".glance")
    expect(glance).to_contain_text("Rosa López")
    expect(glance).to_contain_text("P-5181")
    expect(glance).to_contain_text("$39.99")


def test_a_supervisor_takes_over_what_a_colleague_has(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10021")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
    sign_in(page, own_service, "supervisor")
    page.get_by_text("With colleagues").click()
    page.locator("#claims button").filter(has_text="Rania Novak").click()
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("alert")).to_contain_text("You have this conversation now")
    expect(page.locator("#mine").get_by_role("button", name="Rania Novak")).to_be_visible()
    assert own_service.call("GET", f"/v1/desk/{conversation}", principal="supervisor").status_code == 200


def test_a_suggested_call_is_accepted_by_the_one_who_has_the_case(page: Page, own_service: Service) -> None:
    dial = {"act": "set", "scope": "procedure", "name": "billing.refund_duplicate_charge", "reason": "a test"}
    assert own_service.call("POST", "/v1/autonomy", {**dial, "stage": "suggest"}, "admin").status_code == 201
    try:
        conversation = ask_for_person(own_service, "C-1001", "I was charged twice for my last bill, please refund one")
        sign_in(page, own_service, "representative")
        take(page, "Amira Haddad")
        proposal = page.get_by_role("region", name="Proposal:")
        expect(proposal).to_contain_text("amount_minor: 3999")
        proposal.get_by_role("button", name="Accept").click()
        expect(page.locator("#pending")).to_contain_text("customer's yes")
        expect(proposal).to_contain_text("accepted")
        own_service.send(conversation, "yes")
        expect(page.locator("#pending")).to_be_hidden()
        page.get_by_role("button", name="Back to the queue").click()
        expect(waiting(page, "Amira Haddad")).to_be_visible()
    finally:
        own_service.call("POST", "/v1/autonomy", {**dial, "stage": "auto"}, "admin")


def test_a_hostile_name_and_message_are_shown_as_words(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1018", f"{HOSTILE} I want to talk to a human being")

    def rename(route: Route) -> None:
        body: dict[str, Any] = route.fetch().json()
        for item in body.get("items", [body]):
            if item["conversation_id"] == conversation:
                item["customer_name"] = HOSTILE
                if "packet" in item:
                    item["packet"]["customer"]["name"] = HOSTILE
        route.fulfill(content_type="application/json", body=json.dumps(body))

    page.route("**/v1/desk/cases?*", rename)
    page.route("**/packet", rename)
    sign_in(page, own_service, "representative")
    take(page, HOSTILE)
    expect(page.locator("#case-title")).to_have_text(HOSTILE)
    expect(page.locator("#log .customer .bubble")).to_contain_text("<img src=x")
    expect(page.locator("#work img")).to_have_count(0)
    assert "pwned" not in page.title()
    page.get_by_role("button", name="Back to the queue").click()
    expect(page.locator("#open-case")).to_be_hidden()


def test_a_draft_survives_an_error_and_words_that_arrived_are_not_sent_twice(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1012")
    sign_in(page, own_service, "representative")
    take(page, "Liam Murphy")
    headers = {"Retry-After": "7"}
    page.route("**/messages", lambda route: route.fulfill(status=429, headers=headers, body="{}"))
    page.get_by_label("Your reply").fill("Hello Liam")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Try again in 7 s")
    expect(page.get_by_label("Your reply")).to_have_value("Hello Liam")
    page.unroute("**/messages")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/messages", lose_the_answer)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.locator("#log .representative")).to_have_count(1)
    assert said(own_service, conversation) == ["Hello Liam"]
    page.get_by_role("button", name="Back to the queue").click()
    expect(page.locator("#open-case")).to_be_hidden()


def test_a_wrong_token_and_a_wrong_role_are_told_apart(page: Page, own_service: Service) -> None:
    page.goto("/desk")
    expect(page.locator("#hint")).to_contain_text("tokens.json")
    for token, words in (("wrong", "not valid"), (own_service.tokens["channel"], "not a representative's")):
        page.get_by_label("Access token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text(words)
    assert page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})") == "{}"


def test_who_comes_second_is_told_and_the_queue_is_filtered(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1006")
    sign_in(page, own_service, "supervisor")
    waiting(page, "Farid Khan").click()
    page.get_by_label("Priority").select_option("urgent")
    expect(waiting(page, "Farid Khan")).to_have_count(0)
    page.get_by_label("Priority").select_option("")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")

    expect(page.get_by_role("alert")).to_contain_text("Somebody else has this conversation")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    expect(waiting(page, "Farid Khan")).to_have_count(0)


def test_what_comes_in_elsewhere_is_marked_counted_and_gone_once_it_is_looked_at(
    page: Page, own_service: Service
) -> None:
    first, second = ask_for_person(own_service, "C-10031"), ask_for_person(own_service, "C-10032")
    for conversation in (first, second):
        own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    mine = page.locator("#mine button")
    expect(mine).to_have_count(2)
    expect(page).to_have_title("(2) Switchboard desk")
    mine.nth(1).click()
    expect(mine.nth(1)).not_to_contain_text("new")
    mine.nth(0).click()
    expect(page).to_have_title("Switchboard desk")
    own_service.send(second, "are you there?")
    own_service.send(second, "hello?")
    expect(mine.nth(1)).to_contain_text("2 new")
    expect(page).to_have_title("(2) Switchboard desk")
    own_service.call("POST", f"/v1/conversations/{first}/close", {})
    expect(page.get_by_role("alert")).to_contain_text("not yours any more")
    expect(mine).to_have_count(1)
    mine.click()
    expect(page).to_have_title("Switchboard desk")
    page.get_by_label("Notifications").check(force=True)
    expect(page.get_by_role("alert")).to_contain_text("does not allow notifications")
    expect(page.get_by_label("Notifications")).not_to_be_checked()
    own_service.call("POST", f"/v1/conversations/{second}/close", {})


def test_something_urgent_with_a_colleague_is_shown_to_a_supervisor_at_once(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10033")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "supervisor")
    expect(page.locator("#others-count")).not_to_have_text("")
    own_service.send(conversation, "I want to end my life")
    expect(page.get_by_role("alert")).to_contain_text("Urgent: ")
    page.get_by_text("With colleagues").click()
    expect(page.locator("#claims .urgent")).to_have_count(1)
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phones_width_is_enough(browser: Browser, own_service: Service, scheme: Any) -> None:
    conversation = ask_for_person(own_service, "C-1004")
    context = browser.new_context(
        base_url=own_service.url, viewport={"width": 360, "height": 740}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    sign_in(page, own_service, "supervisor")
    take(page, "Dmitri Volkov")
    for name in ("Send", "Back to the list", "Give back to the assistant", "Approvals", "Sign out"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_label("Priority")).to_be_visible()
    page.get_by_role("button", name="Approvals").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


@pytest.mark.parametrize("path", ["/desk/..%2fapi.py", "/desk/pages.py", "/desk/index.py", "/desk/%00"])
def test_only_the_pages_own_files_are_served(service: Service, path: str) -> None:
    with service.client("") as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/desk", "/desk/desk.js", "/desk/desk.css", "/desk/about.json"])
def test_the_page_needs_no_token_and_is_safe_in_a_browser(service: Service, path: str) -> None:
    with service.client("") as client:
        answer: httpx.Response = client.get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "sb_" not in answer.text


def test_a_conversation_is_read_at_the_desk_by_the_one_who_claimed_it(own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1008")
    path = f"/v1/desk/{conversation}"
    assert own_service.call("GET", path, principal="representative").status_code == 409
    own_service.call("POST", f"{path}/claim", {}, "representative")
    answer = own_service.call("GET", path, principal="representative").json()
    mine = own_service.call("GET", "/v1/desk/claimed", principal="representative").json()["items"]
    others = own_service.call("GET", "/v1/desk/claimed", principal="supervisor").json()["items"]

    assert answer["id"] == conversation
    assert answer["messages"][1]["text"] == "I want to talk to a human being"
    assert [item["conversation_id"] for item in mine if item["packet"]["customer"]["id"] == "C-1008"] == [conversation]
    assert conversation not in [item["conversation_id"] for item in others]
    assert own_service.call("GET", path, principal="supervisor").status_code == 409


@pytest.mark.parametrize("claimed", [False, True])
def test_a_conversation_that_its_customer_ended_waits_for_nobody(own_service: Service, claimed: bool) -> None:
    conversation = ask_for_person(own_service, "C-1009")
    if claimed:
        own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
    path = "/v1/desk/claimed" if claimed else "/v1/desk/queue"
    listed = own_service.call("GET", path, principal="representative").json()["items"]
    assert conversation in [item["conversation_id"] for item in listed]
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})

    listed = own_service.call("GET", path, principal="representative").json()["items"]
    assert conversation not in [item["conversation_id"] for item in listed]


def test_a_packet_says_in_words_what_was_tried_and_why_it_was_not_done(page: Page, own_service: Service) -> None:
    conversation = own_service.open("C-1017")
    assert own_service.send(conversation, "I was charged twice").json()["status"] == "with_representative"
    sign_in(page, own_service, "representative")
    waiting(page, "Quentin Roy").click()
    packet = page.get_by_role("region", name="Context packet")
    expect(packet).to_contain_text("Not done: refund $39.99 of payment P-5172. The account is flagged for fraud.")
    expect(packet).to_contain_text("Looked up: list payments")


def test_whoever_is_on_duty_says_so_with_the_name_that_customers_are_told(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-1007")
    sign_in(page, own_service, "representative")
    page.get_by_label("as", exact=True).fill("Dana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You are available as Dana.")
    take(page, "Grace Liu")
    told = [each["text"] for each in own_service.read(conversation)["messages"] if each["role"] == "system"]
    assert told[-1] == "Dana from our team has your conversation now and will answer you here."
    page.get_by_label("I am").select_option("away")
    expect(page.get_by_role("alert")).to_contain_text("You are away.")


def test_a_conversation_is_handed_on_with_a_note_and_a_supervisor_watches_and_whispers(
    browser: Browser, page: Page, own_service: Service
) -> None:
    conversation = ask_for_person(own_service, "C-10041")
    own_service.call("PUT", "/v1/desk/presence", {"status": "available", "name": "Lee"}, "representative_2")
    sign_in(page, own_service, "representative")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
    entry = f'li[data-key="{conversation}"] button'
    page.locator(entry).click()
    page.get_by_text("Transfer", exact=True).click()
    page.get_by_label("To", exact=True).select_option(label="Lee (available, has 0)")
    page.get_by_label("Note for whoever gets it").fill("Knows Lee from Monday.")
    page.get_by_role("button", name="Transfer now").click()
    expect(page.get_by_role("alert")).to_contain_text("the customer was told who has it")
    assert "Lee from our team" in own_service.read(conversation)["messages"][-1]["text"]

    other = browser.new_context(base_url=own_service.url, locale="en-US").new_page()
    sign_in(other, own_service, "representative_2")
    other.locator(entry).click()
    expect(other.locator("#notes")).to_contain_text("Knows Lee from Monday.")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, own_service, "supervisor")
    page.get_by_text("With colleagues").click()
    page.locator(entry).click()
    own_service.send(conversation, "Is this Lee?")
    expect(page.locator("#log .customer .bubble").last).to_have_text("Is this Lee?")
    expect(page.get_by_label("Your reply")).to_be_hidden()
    page.get_by_label("Whisper to whoever has it").fill("Offer him the credit.")
    page.get_by_role("button", name="Write note").click()
    expect(other.locator("#notes")).to_contain_text("Offer him the credit.")
    expect(other.get_by_role("alert")).to_contain_text("A colleague wrote a note")
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})
    other.context.close()


def test_the_desk_is_worked_by_keys_with_ready_replies_and_the_next_one_is_offered(
    page: Page, own_service: Service
) -> None:
    first, second = ask_for_person(own_service, "C-10051"), ask_for_person(own_service, "C-10052")
    sign_in(page, own_service, "representative_2")
    page.get_by_label("as", exact=True).fill("Lee")
    page.get_by_label("as", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("as Lee")
    page.get_by_label("as", exact=True).blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("open the one that waits first")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Find a name")).to_be_focused()
    page.get_by_label("Find a name").fill("C-10051")
    expect(page.locator("#queue button")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("region", name="Context packet")).to_contain_text("C-10051")
    page.get_by_role("button", name="Claim", exact=True).blur()
    page.keyboard.press("c")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.get_by_label("Insert a ready reply").select_option("Greeting")
    expect(page.get_by_label("Your reply")).to_have_value(re.compile("this is Lee of Northwind Fibre"))
    page.get_by_label("Your reply").fill("Hello {customer}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Fill in {customer} first")
    page.get_by_label("Find a name").fill("")
    page.locator("#reply-form").get_by_role("button", name="Send").focus()
    page.keyboard.press("e")
    page.keyboard.type("technician sent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next: ")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Claim", exact=True)).to_be_focused()
    assert own_service.read(first)["status"] == "closed"
    record = own_service.call("GET", f"/v1/conversations/{first}/journal", principal="auditor").json()["items"]
    assert "Representative representative_2 resolved it as technician sent." in [each["rationale"] for each in record]
    own_service.call("POST", f"/v1/conversations/{second}/close", {})


def test_a_file_that_a_customer_sent_is_kept_and_never_shown_as_a_page(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10071")
    with own_service.client() as client:
        path = f"/v1/conversations/{conversation}/attachments"
        content = b"%PDF-1.4 a bill"
        sent = client.post(path, files={"file": ("bill.pdf", content, "application/pdf")})
        assert sent.status_code == 201, sent.text
        body = {"client_message_id": "with-a-file", "text": "here it is", "attachments": [sent.json()["id"]]}
        assert client.post(f"/v1/conversations/{conversation}/messages", json=body).status_code == 200
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep bill.pdf").click()
    assert kept.value.suggested_filename == "bill.pdf"
    assert kept.value.path().read_bytes() == content
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


def test_the_next_one_is_taken_with_one_click(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10091", "Please hurry, my mother cannot breathe, give me a person")
    sign_in(page, own_service, "representative_2")
    page.get_by_role("button", name="Take the next one for you").click()
    expect(page.get_by_role("alert")).to_contain_text("You have this conversation now")
    expect(page.locator(f'#mine li[data-key="{conversation}"]')).to_be_visible()
    expect(page.get_by_label("Your reply")).to_be_focused()
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


def test_an_answer_that_comes_late_does_not_undo_what_was_asked_since(page: Page, own_service: Service) -> None:
    """The list as it was before a search is answered after the search: what is shown stays what was searched."""
    first, second = ask_for_person(own_service, "C-10092"), ask_for_person(own_service, "C-10093")
    sign_in(page, own_service, "representative_2")
    expect(page.locator(f'li[data-key="{first}"]')).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"view=waiting&sort=priority$"), hold)
    page.get_by_label("Order").dispatch_event("change")
    page.get_by_label("Find a name").fill("C-10093")
    expect(page.locator("#queue button")).to_have_count(1)
    assert held, "the first question is still open"
    for route in held:
        with page.expect_response(lambda answer: "sort=priority" in answer.url and "text=" not in answer.url):
            route.continue_()
    page.evaluate("new Promise((go) => setTimeout(go, 0))")
    expect(page.locator("#queue button")).to_have_count(1)
    for conversation in (first, second):
        own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


def test_labels_are_ticked_and_a_macro_does_several_things_at_once(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10094")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    page.locator("#labelling summary").click()
    page.get_by_role("checkbox", name="complaint").check()
    expect(page.locator(f'#mine li[data-key="{conversation}"]')).to_contain_text("complaint")
    page.get_by_label("Apply a macro").select_option("To the technicians")
    expect(page.get_by_role("alert")).to_contain_text("It waits in the queue technical")
    assert said(own_service, conversation)[-1].startswith("A colleague who knows the line best")
    page.locator("#by-label").select_option("outage")
    item = page.locator(f'#queue li[data-key="{conversation}"]')
    for text in ("technical", "complaint", "outage"):
        expect(item).to_contain_text(text)
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


def test_of_labels_that_are_ticked_at_once_none_is_lost(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10095")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.locator("#labels input")).to_have_count(4)
    page.evaluate("[...document.querySelectorAll('#labels input')].slice(0, 3).forEach((box) => box.click())")
    item = page.locator(f'#mine li[data-key="{conversation}"]')
    for text in ("billing error", "outage", "complaint"):
        expect(item).to_contain_text(text)
    expect(page.locator("#labels input:checked")).to_have_count(3)
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})


def test_lists_that_could_not_be_read_are_read_again_by_themselves(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10096")
    sign_in(page, own_service, "representative_2")
    expect(page.locator(f'#queue li[data-key="{conversation}"]')).to_be_visible()
    page.route(
        re.compile("view=waiting"), lambda route: route.fulfill(status=429, json={"detail": "Too many."}), times=1
    )
    page.get_by_label("Find a name").fill("C-10096")
    expect(page.get_by_role("alert")).to_contain_text("Too many requests")
    expect(page.locator("#queue button")).to_have_count(1)
    own_service.call("POST", f"/v1/conversations/{conversation}/close", {})
