"""What customers do on a shop's page with the widget."""

from collections.abc import Callable
from itertools import count

from playwright.sync_api import BrowserContext, Page, expect

from tests.channels.http_service import Service
from tests.channels.shop import Shop

expect.set_options(timeout=60_000)
Enter = Callable[..., BrowserContext]
"""Comes into the shop with a browser of one's own."""
_serial = count()


def newcomer() -> str:
    """A customer whom no other test has talked as."""
    return f"C-{10030 + next(_serial)}"


def served(shop: Shop) -> Service:
    assert shop.service is not None
    return shop.service


def visit(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/shop")
    return page


def write(page: Page, text: str) -> None:
    page.locator("#words").fill(text)
    page.keyboard.press("Enter")


def texts(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()
