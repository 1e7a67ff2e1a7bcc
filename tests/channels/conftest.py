"""One running service for many tests, and a browser."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.channels.chromium import PATH, chromium
from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.channels.shop import Shop, open_shop
from tests.channels.shoppers import Enter, newcomer


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that leave the named customers' records alone."""
    with running(tmp_path_factory.mktemp("service")) as one:
        yield one


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with fresh data for the tests of one file."""
    with running(tmp_path_factory.mktemp("service")) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if PATH is None and not os.environ.get("CI"):
        pytest.skip("NO CHROMIUM HERE: the pages were not tested. Install the package 'chromium'.")
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: Browser, own_service: Service) -> Iterator[Page]:
    context = browser.new_context(base_url=own_service.url, viewport={"width": 1280, "height": 800}, locale="en-US")
    context.set_default_timeout(15_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.close()
    assert broken == []


@pytest.fixture(scope="session")
def open_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(open_one: Shop) -> Shop:
    """A shop as it is for every test, with nobody's conversation open."""
    open_one.customer, open_one.styles, open_one.attributes = newcomer(), "", {}
    open_one.vouches_for_visitors = False
    return open_one


@pytest.fixture
def enter(browser: Browser) -> Iterator[Enter]:
    """Comes into the shop; at the end nothing broke in a page, or was refused by its Content Security Policy."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def enter_it(shop: Shop, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=shop.url, locale="en-US", reduced_motion="reduce", **options)
        context.set_default_timeout(60_000)
        context.on("weberror", lambda one: broken.append(str(one.error)))
        context.on("console", lambda line: broken.append(line.text) if "Content Security" in line.text else None)
        contexts.append(context)
        return context

    yield enter_it
    for context in contexts:
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert broken == []
