"""Work at the desk in a real Chromium: several conversations at once, files, translations, what asks for attention."""

from playwright.sync_api import Page, expect

from tests.channels.axe import violations
from tests.channels.http_service import Service
from tests.channels.test_desk_page import ask_for_person, sign_in


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
    page.get_by_label("What to do with them").select_option("Resolve")
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
