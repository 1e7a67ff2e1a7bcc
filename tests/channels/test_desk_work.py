"""Work at the desk in a real Chromium: several conversations at once, files, translations, what asks for attention."""

import re
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.channels.axe import violations_by_day_and_night as violations
from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.channels.test_desk_page import ask_for_person, sign_in
from tests.model_server import ModelServer, behaves, reading


def end(service: Service, *conversations: str) -> None:
    for each in conversations:
        service.call("POST", f"/v1/conversations/{each}/close", {})


def test_several_are_chosen_by_keys_and_ended_and_what_was_refused_is_told(page: Page, own_service: Service) -> None:
    mine = [ask_for_person(own_service, f"C-1010{number}") for number in range(3)]
    waits = ask_for_person(own_service, "C-10104")
    for each in mine:
        own_service.call("POST", f"/v1/desk/{each}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    expect(page.locator("#mine button")).to_have_count(3)
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("x")
    boxes = page.locator("#mine .pick")
    expect(boxes.nth(0)).to_be_focused()
    expect(boxes.nth(0)).to_be_checked()
    boxes.nth(2).focus()
    page.keyboard.press("Shift+Space")
    expect(page.locator("#bulk-count")).to_contain_text("3 chosen")
    expect(boxes.nth(1)).to_be_checked()
    page.locator(f'#queue li[data-key="{waits}"] .pick').check()
    page.get_by_label("What to do with them").select_option("Resolve them")
    page.locator("#bulk-what").select_option("technician sent")
    assert violations(page, "several are chosen") == []
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#bulk-outcome")).to_contain_text("3 of 4 done")
    expect(page.locator("#bulk-outcome li")).to_contain_text(f"claim {waits} first")
    expect(page.locator("#bulk-count")).to_contain_text("1 chosen")
    expect(page.locator("#mine button")).to_have_count(0)
    assert [own_service.read(each)["status"] for each in mine] == ["closed"] * 3
    page.get_by_label("What to do with them").select_option("Add a label")
    page.locator("#bulk-what").select_option("outage")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(f'#queue li[data-key="{waits}"]')).to_contain_text("outage")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    end(own_service, waits)


DROP = """(kind) => {
  const given = new DataTransfer();
  given.items.add(new File(["light: green"], `${kind}.txt`, { type: "text/plain" }));
  const paste = new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true });
  const drop = new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
  document.querySelector(kind === "pasted" ? "#reply" : "#log").dispatchEvent(kind === "pasted" ? paste : drop);
}"""


def test_files_are_chosen_dropped_and_pasted_and_go_with_the_reply(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10110")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.locator("#log .message").first).to_be_visible()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Attach a file").press("Enter")
    page_of: FilePayload = {"name": "page.html", "mimeType": "text/html", "buffer": b"<html><script>alert(1)</script>"}
    chosen.value.set_files(page_of)
    expect(page.get_by_role("alert")).to_contain_text("only images")
    expect(page.get_by_role("alert")).to_contain_text("page.html was not attached")
    form: FilePayload = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 sign here"}
    page.locator("#file").set_input_files(form)
    for number, kind in enumerate(("pasted", "dropped"), 2):
        expect(page.locator("#files li")).to_have_count(number - 1)
        page.evaluate(DROP, kind)
    expect(page.locator("#files li")).to_have_count(3)
    assert violations(page, "files go with the reply") == []
    page.get_by_role("button", name="Take dropped.txt off").press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("Please sign this.")
    page.keyboard.press("Enter")
    sent = page.locator("#log .representative")
    expect(sent.get_by_role("button", name="Keep")).to_have_count(2)
    expect(page.locator("#files")).to_be_hidden()
    [*_, last] = own_service.read(conversation)["messages"]
    assert [each["name"] for each in last["attachments"]] == ["form.pdf", "pasted.txt"]
    end(own_service, conversation)


def test_where_no_file_reaches_the_customer_that_is_said_before(page: Page, own_service: Service) -> None:
    customer = {"id": "C-10111", "auth_level": "authenticated"}
    opened = own_service.call("POST", "/v1/conversations", {"channel": "sms", "customer": customer, "locale": "en"})
    conversation = opened.json()["id"]
    own_service.send(conversation, "I want to talk to a human being")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.locator("#no-files")).to_have_text("No file reaches the customer on the channel sms.")
    expect(page.get_by_role("button", name="Attach a file")).to_be_hidden()
    page.evaluate(DROP, "dropped")
    expect(page.get_by_role("alert")).to_contain_text("No file reaches the customer")
    expect(page.locator("#files")).to_be_hidden()
    end(own_service, conversation)


SAID = {
    "मुझे किसी इंसान से बात करनी है": "I want to talk to a human being",
    "Your line works again since December 4.": "आपकी लाइन 4 दिसंबर से फिर चल रही है।",
    "You get $20.00 back.": "आपको $30.00 वापस मिलेंगे।",
}


def test_both_read_their_own_language_and_nothing_goes_untold(
    browser: Browser, tmp_path: Path, model_server: ModelServer
) -> None:
    model_server.behaviour = behaves(understood=reading(wants_person=True), worded=lambda text: SAID.get(text, text))
    model = {"base_url": model_server.url, "name": "scripted"}
    with running(tmp_path, model=model) as service:
        conversation = service.open("C-1002", locale="hi")
        service.send(conversation, "मुझे किसी इंसान से बात करनी है")
        service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative")
        context = browser.new_context(base_url=service.url, viewport={"width": 1366, "height": 768}, locale="en-US")
        page = context.new_page()
        sign_in(page, service, "representative")
        page.locator(f'li[data-key="{conversation}"] button').click()
        page.get_by_role("checkbox", name="Translate").check()
        expect(page.locator("#log .customer .translated")).to_have_text("Translation: I want to talk to a human being")
        page.get_by_label("Your reply").fill("You get $20.00 back.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("other amounts, dates or references")
        page.get_by_label("Your reply").fill("Your line works again since December 4.")
        page.keyboard.press("Enter")
        told = page.get_by_label("In Hindi; nothing was sent yet")
        expect(told).to_have_value("आपकी लाइन 4 दिसंबर से फिर चल रही है।")
        assert violations(page, "a translation is looked at") == []
        assert [each for each in service.read(conversation)["messages"] if each["role"] == "representative"] == []
        expect(page.get_by_role("button", name="Send the translation")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#log .representative .bubble")).to_have_text("आपकी लाइन 4 दिसंबर से फिर चल रही है।")
        expect(page.get_by_label("Your reply")).to_have_value("")
        page.get_by_label("Your reply").fill("You get $20.00 back.")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Send as I wrote it").click()
        expect(page.locator("#log .representative .bubble").last).to_have_text("You get $20.00 back.")
        context.close()


def test_a_fitting_article_is_read_and_put_into_the_reply(page: Page, own_service: Service) -> None:
    conversation = own_service.open("C-10112", locale="es")
    own_service.send(conversation, "Quiero hablar con una persona")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    page.get_by_text("Fitting articles").press("Enter")
    expect(page.locator("#articles")).to_contain_text("No article fits")
    own_service.send(conversation, "¿Cómo cambio la contraseña del wifi?")
    first = page.locator("#articles .entry").first
    expect(first.locator("strong")).to_contain_text("contraseña")
    assert violations(page, "articles are looked at") == []
    first.get_by_role("button", name="Put into the reply").press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    expect(page.get_by_label("Your reply")).to_have_value(re.compile("contraseña"))
    assert [each for each in own_service.read(conversation)["messages"] if each["role"] == "representative"] == []
    end(own_service, conversation)


def test_a_draft_is_shown_when_it_is_asked_for_and_never_over_ones_own_words(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10113")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    reply = page.get_by_label("Your reply")
    expect(page.get_by_role("button", name="Draft a reply")).to_be_visible()
    expect(reply).to_have_value("")
    page.locator("#case-title").click()
    page.keyboard.press("d")
    expect(reply).to_have_value(re.compile("^Hello .* of Northwind Fibre"))
    expect(reply).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    reply.fill("My own words.")
    page.get_by_role("button", name="Draft a reply").press("Enter")
    expect(page.get_by_role("button", name="Keep mine")).to_be_focused()
    assert violations(page, "a draft is asked about") == []
    expect(reply).to_have_value("My own words.")
    page.keyboard.press("Enter")
    expect(reply).to_have_value("My own words.")
    page.get_by_role("button", name="Draft a reply").press("Enter")
    page.get_by_role("button", name="Put the draft below mine").press("Enter")
    expect(reply).to_have_value(re.compile("^My own words.\nHello "))
    assert [each for each in own_service.read(conversation)["messages"] if each["role"] == "representative"] == []
    end(own_service, conversation)


def test_resolve_comes_filled_in_by_what_was_done_and_can_be_changed(page: Page, own_service: Service) -> None:
    conversation = own_service.open("C-1001")
    own_service.send(conversation, "I was charged twice for my last bill, please refund one")
    own_service.send(conversation, "yes")
    own_service.send(conversation, "let me talk to a person please")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    sign_in(page, own_service, "representative_2")
    page.locator(f'li[data-key="{conversation}"] button').click()
    expect(page.get_by_role("button", name="Draft a reply")).to_be_visible()
    expect(page.locator("#articles")).to_be_visible()
    page.get_by_text("Resolve", exact=True).click()
    expect(page.get_by_label("What it came to")).to_have_value("refunded")
    expect(page.get_by_label("Note for colleagues")).to_have_value(re.compile("refund .* of payment P-5002"))
    page.get_by_label("What it came to").fill("credited")
    page.get_by_role("button", name="Resolve and close").click()
    expect(page.get_by_role("alert")).to_contain_text("resolved and closed")
    assert own_service.read(conversation)["status"] == "closed"


def test_what_is_over_its_target_is_marked_and_the_queues_say_how_they_stand(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10114")
    waiting = own_service.call("GET", "/v1/desk/cases", principal="representative_2").json()["items"]
    due = next(each["due_at"] for each in waiting if each["conversation_id"] == conversation)
    page.clock.set_fixed_time(due)
    sign_in(page, own_service, "representative_2")
    entry = page.locator(f'li[data-key="{conversation}"]')
    expect(entry.locator(".badge.standing")).to_have_text("over its target")
    page.get_by_text("Queues and their targets").press("Enter")
    expect(page.locator("#standings li").first).to_contain_text("urgent · within 2 min")
    assert violations(page, "targets are looked at") == []
    page.locator("#by-target").select_option("over")
    expect(entry).to_have_count(0)  # by the service's own time there is time yet
    page.locator("#by-target").select_option("")
    page.locator("#by-order").select_option("target")
    expect(entry).to_be_visible()
    end(own_service, conversation)


def test_whether_it_helped_is_asked_and_the_answer_is_read_at_the_desk(page: Page, own_service: Service) -> None:
    conversation = ask_for_person(own_service, "C-10115")
    own_service.call("POST", f"/v1/desk/{conversation}/claim", {}, "representative_2")
    own_service.call("POST", f"/v1/desk/{conversation}/resolve", {"disposition": "resolved"}, "representative_2")
    assert "Did that help?" in own_service.read(conversation)["messages"][-1]["text"]
    own_service.send(conversation, "no")
    sign_in(page, own_service, "representative_2")
    page.get_by_text("Whether it helped").press("Enter")
    expect(page.locator("#opinions li").first).to_contain_text("1 of 5")
    assert violations(page, "what customers said is looked at") == []
