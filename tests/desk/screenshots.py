"""The pictures of the documentation, taken anew: `.venv/bin/python -m tests.desk.screenshots`.

Each is a state of `tests/channels/desk_states.py`, which axe looks at as well. Names after it take these alone.
"""

import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, expect

from tests.channels import desk_states as states
from tests.channels.chromium import PATH, chromium
from tests.channels.desk_states import PHONE, Stage
from tests.channels.running_service import running
from tests.channels.shop import Shop, open_shop
from tests.channels.shoppers import write
from tests.model_server import behaves, reading, serve_model

DOCS = Path(__file__).parents[2] / "docs"
DESK, CHAT = DOCS / "images", DOCS / "how-to" / "images"
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Picture:
    """One picture of the desk: how it comes about, and for whom it is shown."""

    state: Callable[[Stage], Page]
    scheme: Scheme = "light"


PICTURES = {
    "desk-conversation": Picture(states.conversation),
    "desk-conversation-dark": Picture(states.conversation, "dark"),
    "desk-waiting": Picture(states.waiting),
    "desk-acting": Picture(states.acting),
    "desk-phone": Picture(states.on_a_phone, "dark"),
    "desk-keys": Picture(states.keys),
    "desk-several": Picture(states.several),
    "desk-articles": Picture(states.articles),
    "desk-resolving": Picture(states.resolving),
    "desk-approvals": Picture(states.approvals),
    "desk-supervisor": Picture(states.supervisor),
}
TRANSLATION = "desk-translation"
WRITTEN, READ = "Your line works again since December 4.", "Su línea vuelve a funcionar desde el 4 de diciembre."
ASKED = {"Quiero hablar con una persona": "I want to talk to a person", WRITTEN: READ}
"""What the scripted model translates."""
DESKTOP_CHAT, PHONE_CHAT = "widget-desktop", "widget-phone"


def list_pictures() -> dict[str, Path]:
    """The file of every picture that is made here, by its name."""
    desk = {name: DESK / f"{name}.png" for name in (*PICTURES, TRANSLATION)}
    return desk | {name: CHAT / f"{name}.webp" for name in (DESKTOP_CHAT, PHONE_CHAT)}


def take_desk(browser: Browser, wanted: set[str]) -> None:
    """Those of the desk without a model."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        stage = Stage(browser, service)
        stage.people_on_duty()
        for name, picture in PICTURES.items():
            if name in wanted:
                page = picture.state(stage)
                page.emulate_media(color_scheme=picture.scheme, reduced_motion="reduce")
                page.screenshot(path=list_pictures()[name])
                stage.leave(page)


def take_translation(browser: Browser) -> None:
    """The one of a translation, which a scripted model makes."""
    with serve_model() as model, tempfile.TemporaryDirectory() as folder:
        model.behaviour = behaves(understood=reading(wants_person=True), worded=lambda text: ASKED.get(text, text))
        with running(Path(folder), model={"base_url": model.url, "name": "scripted"}) as service:
            asked = service.open("C-1002", locale="es")
            service.send(asked, next(iter(ASKED)))
            service.call("POST", f"/v1/desk/{asked}/claim", {}, "representative")
            page = Stage(browser, service).opened(asked)
            page.get_by_role("checkbox", name="Translate").check()
            expect(page.locator("#log .customer .translated")).to_be_visible()
            page.get_by_label("Your reply").fill(WRITTEN)
            page.keyboard.press("Enter")
            expect(page.get_by_role("button", name="Send the translation")).to_be_focused()
            page.screenshot(path=list_pictures()[TRANSLATION])
            page.context.close()


def take_chats(browser: Browser, wanted: set[str]) -> None:
    """Those of the chat on a shop's page."""
    with tempfile.TemporaryDirectory() as folder, open_shop(Path(folder)) as shop:
        if DESKTOP_CHAT in wanted:
            shop.customer = "C-1001"
            page = _visit(browser, shop, "Open chat", size=(1100, 720))
            write(page, "I was charged twice for my last bill")
            expect(page.get_by_role("region", name="Shall I go ahead?")).to_be_visible()
            _keep_small(page, list_pictures()[DESKTOP_CHAT])
        if PHONE_CHAT in wanted:
            shop.customer, shop.attributes = "C-1005", {"language": "es"}
            page = _visit(browser, shop, "Abrir el chat", size=PHONE, scheme="dark")
            write(page, "necesito otro día para la visita del técnico")
            expect(page.locator(".message.assistant")).to_have_count(2)
            write(page, "cualquier día me va bien")
            expect(page.get_by_role("region", name="Elija, por favor").get_by_role("button").last).to_be_visible()
            _keep_small(page, list_pictures()[PHONE_CHAT])


def _visit(browser: Browser, shop: Shop, opens: str, *, size: tuple[int, int], scheme: Scheme = "light") -> Page:
    viewport: Any = {"width": size[0], "height": size[1]}
    context = browser.new_context(
        base_url=shop.url, locale="en-US", viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/shop")
    page.get_by_role("button", name=opens).click()
    return page


def _keep_small(page: Page, file: Path) -> None:
    """As WebP, which Chromium makes and Playwright does not ask it for."""
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    file.write_bytes(b64decode(answer["data"]))
    page.context.close()


def main(names: list[str]) -> None:
    """Take these pictures, or all."""
    known = list_pictures()
    unknown = set(names) - set(known)
    if unknown or PATH is None:
        sys.exit(
            f"no picture is called {', '.join(unknown)}: {', '.join(known)}" if unknown else "There is no Chromium."
        )
    wanted = set(names or known)
    with chromium() as browser:
        if wanted & set(PICTURES):
            take_desk(browser, wanted)
        if TRANSLATION in wanted:
            take_translation(browser)
        if wanted & {DESKTOP_CHAT, PHONE_CHAT}:
            take_chats(browser, wanted)
    print("\n".join(sorted(str(known[name].relative_to(DOCS.parent)) for name in wanted)))


if __name__ == "__main__":
    main(sys.argv[1:])
