"""The widget on a shop's page, in a real Chromium: each test one whole walk of a customer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.channels.axe import violations
from tests.channels.running_service import running
from tests.channels.shop import Shop, company_with
from tests.channels.shoppers import Enter, newcomer, served, texts, visit, write

HOSTILE_STYLES = """
:not(html):not(body) { display: none !important; font-size: 4px !important; opacity: 0 !important; }
html { font-size: 62.5%; } body { transform: scale(1); filter: blur(0); direction: rtl; letter-spacing: 1em; }
button { position: absolute; inset: 0; opacity: 0; } [popover] { display: none !important; inset: 50% !important; }
.panel, .launcher, .message { display: none !important; }
switchboard-chat { all: unset !important; display: none !important; }
"""
NOTIFICATIONS = """
window.noted = [];
window.asked = 0;
window.away = false;
window.Notification = class {
  static permission = "default";
  static async requestPermission() { window.asked += 1; return (this.permission = "granted"); }
  constructor(title, { body }) { window.noted.push([title, body]); }
};
Object.defineProperty(document, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
"""
"""A browser that notes notifications instead of showing them, and believes that nobody looks when it is told so."""
SLOW_ANSWERS = """
const real = window.fetch;
window.held = new Promise((release) => (window.release = release));
window.fetch = async (address, options) => {
  const answer = await real(address, options);
  if (window.slow && options.method === "GET" && /CV-[^/]+$/.test(address)) await window.held;
  return answer;
};
"""
"""A browser in which a conversation that was asked for while it is `slow` comes when it is told so."""
LINES_THAT_CAN_BE_CUT = """
const real = window.fetch;
window.lines = [];
window.fetch = (address, options) => {
  const line = new AbortController();
  window.lines.push(line);
  return real(address, { ...options, signal: AbortSignal.any([options.signal, line.signal].filter(Boolean)) });
};
"""
"""A browser that loses every connection when it is told so, as a machine does that is shut."""
SEEN_OF_PEOPLE = """
document.querySelector('switchboard-chat').shadowRoot.querySelectorAll('.message.representative').length
"""
FOCUSED = """
(() => {
  const focused = document.activeElement.shadowRoot?.activeElement;
  return focused?.id || focused?.className;
})()
"""


def test_a_conversation_outlives_a_reload_a_second_tab_and_a_restart(enter: Enter, tmp_path: Path) -> None:
    shop, data = Shop(), tmp_path / "data"
    data.mkdir()
    company = company_with(tmp_path, shop)
    with running(data, company=company) as service:
        shop.service = service
        context = enter(shop)
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
    with running(data, port=int(service.url.rpartition(":")[2]), company=company):
        expect(page.locator(".waiting")).to_have_count(0, timeout=40_000)
        expect(page.locator(".message.customer")).to_have_count(3)
        expect(page.locator(".message.assistant")).to_have_count(4)
        expect(page.locator(".activity")).to_have_text("")
    shop.close()


def test_without_a_line_nothing_is_lost_and_nothing_is_doubled(enter: Enter, shop: Shop) -> None:
    context = enter(shop)
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
    expect(page.locator(".activity")).to_have_text("")
    expect(page).to_have_title("Shop")


def test_a_hostile_page_spoils_nothing_and_the_keyboard_is_enough(enter: Enter, shop: Shop) -> None:
    shop.styles, shop.attributes = HOSTILE_STYLES, {"accent": "#ffcc00"}
    context, asked = enter(shop), list[str]()
    context.on("request", lambda request: asked.append(request.url))
    page = visit(context)
    launcher = page.get_by_role("button", name="Open chat")
    expect(launcher).to_be_visible()
    assert asked == [f"{shop.url}/shop", f"{shop.widget}/widget.js"]
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "launcher"
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    box = page.get_by_role("dialog", name="Northwind Fibre").bounding_box()
    assert box is not None
    assert (box["width"], box["height"] > 500) == (392, True)
    assert page.locator(".bubble").first.evaluate("(one) => getComputedStyle(one).fontSize") == "16px"
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".message.assistant")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "log"
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="End conversation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="End conversation")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Open chat")).to_be_focused()


def test_what_a_person_says_is_noticed_with_the_panel_closed(enter: Enter, shop: Shop) -> None:
    context = enter(shop)
    context.add_init_script(NOTIFICATIONS)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    assert violations(page, "just opened") == []
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    expect(page.locator(".message.system, .message.assistant").nth(1)).to_be_visible()
    page.get_by_role("button", name="Close chat").first.click()
    queue = served(shop).call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    desk = f"/v1/desk/{queue[-1]['conversation_id']}"
    served(shop).call("POST", f"{desk}/claim", {}, "representative")
    served(shop).call("POST", f"{desk}/messages", {"text": "Hello, how can I help?"}, "representative")
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
    conversation = f"/v1/conversations/{queue[-1]['conversation_id']}"
    served(shop).call("POST", f"{conversation}/typing", {}, "representative")
    expect(page.locator(".activity")).to_have_text("Our team is typing…")
    served(shop).call("POST", f"{conversation}/read", {}, "representative")
    expect(page.locator(".message.customer .progress")).to_have_text("Read")
    page.get_by_role("button", name="More").click()
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Notify me of replies").click()
    expect(page.locator(".activity")).to_have_text("You will be notified of replies.")
    page.evaluate("window.away = true")
    served(shop).call("POST", f"{desk}/messages", {"text": "It is on its way."}, "representative")
    expect(page).to_have_title("(1) Shop")
    assert page.evaluate("window.noted") == [["Northwind Fibre", "You have a new message."]]
    page.evaluate("window.away = false; dispatchEvent(new Event('focus'))")
    expect(page).to_have_title("Shop")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the transcript").click()
    assert "My order is late" in Path(download.value.path()).read_text("utf-8")
    page.get_by_role("button", name="More").click()
    assert violations(page, "the menu is open") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_chat_is_the_whole_page(enter: Enter, shop: Shop, scheme: Any) -> None:
    phone: dict[str, Any] = {
        "viewport": {"width": 360, "height": 740},
        "color_scheme": scheme,
        "has_touch": True,
        "is_mobile": True,
    }
    shop.attributes = {"language": "hi"}
    context = enter(shop, **phone)
    page = visit(context)
    page.get_by_role("button", name="चैट खोलें").tap()
    panel = page.get_by_role("dialog", name="Northwind Fibre")
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


def test_choices_are_buttons_in_the_customers_language(enter: Enter, shop: Shop) -> None:
    shop.customer, shop.attributes = "C-1005", {"language": "es"}
    page = visit(enter(shop))
    page.get_by_role("button", name="Abrir el chat").click()
    write(page, "necesito otro día para la visita del técnico")
    expect(page.locator(".message.assistant")).to_have_count(2)
    write(page, "cualquier día me va bien")
    times = page.get_by_role("region", name="Elija, por favor").get_by_role("button")
    chosen = times.last.inner_text()
    assert violations(page, "a choice") == []
    times.last.click()
    expect(page.locator(".message.customer .bubble").last).to_have_text(chosen)
    page.get_by_role("region", name="¿Lo hago?").get_by_role("button", name="Sí").click()
    expect(page.get_by_role("region", name="¿Lo hago?")).to_have_count(0)
    expect(page.locator(".message.assistant").last).to_contain_text("visita")


def test_a_file_goes_along_with_a_message(enter: Enter, shop: Shop) -> None:
    page = visit(enter(shop))
    page.get_by_role("button", name="Open chat").click()
    for name, content in (("meter.pdf", b"MZ\x00\x01"), ("meter.txt", b"meter: 4711")):
        file: Any = {"name": name, "mimeType": "text/plain", "buffer": content}
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator(".activity, .chips").filter(has_text=name)).to_have_count(1)
    expect(page.get_by_role("button", name="Remove")).to_have_text([""])
    expect(page.get_by_role("button", name="Remove meter.txt")).to_be_visible()
    assert violations(page, "a file is attached") == []
    write(page, "This is my meter")
    expect(page.locator(".message.customer:not(.waiting) .file")).to_have_text("Attached: meter.txt")
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    with served(shop).client("representative") as desk:
        [*_, waits] = desk.get("/v1/desk/queue").json()["items"]
        path = f"/v1/desk/{waits['conversation_id']}"
        desk.post(f"{path}/claim", json={})
        files = f"/v1/conversations/{waits['conversation_id']}/attachments"
        form = desk.post(files, files={"file": ("form.pdf", b"%PDF-1.4 sign")}).json()
        desk.post(f"{path}/messages", json={"text": "Please sign this.", "attachments": [form["id"]]})
    assert violations(page, "a file came") == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save form.pdf").click()
    assert (saved.value.suggested_filename, saved.value.path().read_bytes()) == ("form.pdf", b"%PDF-1.4 sign")


def test_words_that_were_shown_stay_when_an_older_answer_comes_late(enter: Enter, shop: Shop) -> None:
    context = enter(shop)
    context.add_init_script(SLOW_ANSWERS)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    queue = served(shop).call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    desk = f"/v1/desk/{queue[-1]['conversation_id']}"
    page.evaluate("window.slow = true")
    with page.expect_response(re.compile(r"/CV-\w+$")):
        served(shop).call("POST", f"{desk}/claim", {}, "representative")
    served(shop).call("POST", f"{desk}/messages", {"text": "Hello"}, "representative")
    said = page.locator(".message.representative")
    expect(said).to_have_count(1)
    said.evaluate(
        "(one) => new MutationObserver(() => (window.lost ||= !document.querySelector('switchboard-chat').shadowRoot"
        ".querySelector('.message.representative'))).observe(one.parentNode, { childList: true })"
    )
    page.evaluate("window.release()")
    expect(page.locator(".state")).not_to_contain_text("Waiting")
    assert not page.evaluate("Boolean(window.lost)")


def test_what_was_said_while_the_machine_slept_is_there_when_it_wakes(enter: Enter, shop: Shop) -> None:
    context = enter(shop)
    context.add_init_script(LINES_THAT_CAN_BE_CUT)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    page.get_by_role("button", name="Talk to our team").click()
    expect(page.locator(".state")).to_contain_text("Waiting for our team")
    queue = served(shop).call("GET", "/v1/desk/queue", principal="representative").json()["items"]
    desk = f"/v1/desk/{queue[-1]['conversation_id']}"
    served(shop).call("POST", f"{desk}/claim", {}, "representative")
    served(shop).call("POST", f"{desk}/messages", {"text": "Hello"}, "representative")
    said = page.locator(".message.representative .bubble")
    expect(said).to_have_text(["Hello"])
    streams = list[str]()
    page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/events") else None)
    page.evaluate("window.here = true")
    machine, asleep = context.new_cdp_session(page), list[Any]()
    machine.on("Debugger.paused", lambda where: asleep.append(where))  # noqa: PLW0108 - it sets attributes on it
    machine.send("Debugger.enable")
    page.evaluate("setTimeout(() => { debugger; })")
    while not asleep:
        machine.send("Debugger.enable")
    frame = {"callFrameId": asleep[0]["callFrames"][0]["callFrameId"]}
    machine.send("Debugger.evaluateOnCallFrame", {**frame, "expression": "lines.forEach((one) => one.abort())"})
    context.set_offline(True)
    for words in ("See https://example.com/a?b=1.", "It comes **tomorrow**: <img src=x onerror=alert(1)>"):
        served(shop).call("POST", f"{desk}/messages", {"text": words}, "representative")
    context.set_offline(False)
    seen = machine.send("Debugger.evaluateOnCallFrame", {**frame, "expression": SEEN_OF_PEOPLE})
    assert seen["result"]["value"] == 1, "nothing runs while it sleeps"
    machine.send("Debugger.resume")
    shown = ["Hello", "See https://example.com/a?b=1.", "It comes tomorrow: <img src=x onerror=alert(1)>"]
    expect(said).to_have_text(shown)
    assert page.evaluate("window.here"), "it was not loaded anew"
    links = said.get_by_role("link").evaluate_all("(all) => all.map((one) => [one.textContent, one.href, one.rel])")
    assert links == [["https://example.com/a?b=1", "https://example.com/a?b=1", "noopener noreferrer"]]
    expect(said.locator("strong")).to_have_text(["tomorrow"])
    expect(said.locator("img")).to_have_count(0)
    write(page, "thank you")
    expect(page.locator(".message.customer:not(.waiting) .bubble").last).to_have_text("thank you")
    served(shop).call("POST", f"{desk}/messages", {"text": "Welcome"}, "representative")
    expect(said).to_have_text([*shown, "Welcome"])
    assert streams, "the line that it slept through was dead"


def test_who_comes_next_on_the_same_machine_finds_their_own_conversation(enter: Enter, shop: Shop) -> None:
    first, second = shop.customer, newcomer()
    context = enter(shop)
    page = visit(context)
    page.get_by_role("button", name="Open chat").click()
    said = page.locator(".message.customer:not(.waiting) .bubble")
    for who, words in ((first, "I am the first"), (None, "I am nobody you know"), (second, "I am the second")):
        shop.customer = who
        page.reload()
        expect(page.locator(".message")).to_have_count(1)
        write(page, words)
        expect(said).to_have_text([words])
        expect(page.locator(".message.assistant")).not_to_have_count(1)
    shop.customer = None
    page.reload()
    expect(said).to_have_text(["I am nobody you know"])
    elsewhere = visit(enter(shop))
    shop.customer = first
    elsewhere.get_by_role("button", name="Open chat").click()
    expect(elsewhere.locator(".message.customer:not(.waiting) .bubble")).to_have_text(["I am the first"])
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert not any(secret in kept for secret in ("eyJ", "C-100"))


def test_what_a_representative_accepts_asks_the_customer_for_the_code_in_a_field(enter: Enter, shop: Shop) -> None:
    shop.customer, service = "C-1003", served(shop)
    dial = {"act": "set", "scope": "procedure", "name": "billing.refund_duplicate_charge", "reason": "a test"}
    assert service.call("POST", "/v1/autonomy", {**dial, "stage": "suggest"}, "admin").status_code == 201
    try:
        page = visit(enter(shop))
        page.get_by_role("button", name="Open chat").click()
        write(page, "I was charged twice for my yearly payment, refund one please")
        expect(page.locator(".state")).to_contain_text("Waiting for our team")
        queue = service.call("GET", "/v1/desk/queue", principal="representative").json()["items"]
        conversation = next(each for each in queue if each["packet"]["customer"]["id"] == "C-1003")["conversation_id"]
        desk = f"/v1/desk/{conversation}"
        service.call("POST", f"{desk}/claim", {}, "representative")
        [proposal] = service.call("GET", f"{desk}/proposals", principal="representative").json()["items"]
        accepted = service.call("POST", f"{desk}/proposals/{proposal['id']}", {"decision": "accept"}, "representative")
        assert accepted.json()["pending"]["kind"] == "verify", accepted.text
        field = page.get_by_role("textbox", name="Code")
        expect(field).to_be_visible()
        outbox = service.call("GET", "/v1/sandbox/outbox?customer_id=C-1003").json()["items"]
        code = next(each["code"] for each in reversed(outbox) if each["code"])
        field.fill(code)
        field.press("Enter")
        expect(page.get_by_role("button", name="Yes")).to_be_visible()
        expect(field).to_have_count(0)
        assert code not in " ".join(texts(page))
        page.get_by_role("button", name="More").click()  # or whoever comes next goes on with it
        page.get_by_role("button", name="End conversation").click()
        expect(page.get_by_role("region", name="This conversation is closed.")).to_be_visible()
    finally:
        service.call("POST", "/v1/autonomy", {**dial, "stage": "auto"}, "admin")
