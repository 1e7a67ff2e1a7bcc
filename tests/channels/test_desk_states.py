"""Every state of the desk's page, by day and by night: axe finds nothing, and the reply is there without scrolling."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.channels.axe import violations_by_day_and_night
from tests.channels.desk_states import LAPTOP, STATES, Stage
from tests.channels.http_service import Service

WRITING = ("conversation", "acting", "confirming", "glance", "earlier", "files", "articles", "draft")
"""States in which somebody writes, or is about to."""


@pytest.fixture(scope="module")
def stage(browser: Browser, own_service: Service) -> Stage:
    one = Stage(browser, own_service)
    one.people_on_duty()
    return one


@pytest.fixture
def page(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page in the state that the test is about."""
    one = STATES[request.param](stage)
    yield one
    stage.leave(one)


@pytest.mark.parametrize("page", STATES, indirect=True)
def test_axe_finds_nothing_by_day_and_by_night(page: Page, request: pytest.FixtureRequest) -> None:
    assert violations_by_day_and_night(page, request.node.name) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is scrolled sideways"


@pytest.mark.parametrize("page", WRITING, indirect=True)
def test_the_reply_is_seen_whole_without_scrolling_on_a_small_laptop(page: Page) -> None:
    assert page.viewport_size == dict(zip(("width", "height"), LAPTOP, strict=True))
    for control in (page.get_by_label("Your reply"), page.get_by_role("button", name="Send", exact=True)):
        box = control.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= LAPTOP[1]
