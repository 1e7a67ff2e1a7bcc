"""What axe-core says of a page, for the levels of WCAG 2.2 that we promise."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, state: str) -> list[str]:
    """Each violation with what it is about; `state` says which of the page's states was looked at."""
    answer: Any = Axe().run(page, options={"runOnly": LEVELS, "resultTypes": ["violations"]})
    return [f"{state}: {one['id']}: {node['html']}" for one in answer.response["violations"] for node in one["nodes"]]


def violations_by_day_and_night(page: Page, state: str) -> list[str]:
    """The same of a page as it is shown to who likes it light, and to who likes it dark."""
    found: list[str] = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page, f"{state}, {scheme}")
    return found
