"""The pictures of the documentation: each that a page shows is one that the command takes, and the other way round."""

import re

from tests.desk.screenshots import DOCS, list_pictures

SHOWN = re.compile(r"!\[[^\]]*\]\(([^)\s]+\.(?:png|webp|jpe?g|gif|svg))\)")


def test_every_picture_that_a_page_shows_is_taken_by_the_command_and_none_is_left_over() -> None:
    shown = {
        (page.parent / image).resolve()
        for page in DOCS.rglob("*.md")
        for image in SHOWN.findall(page.read_text("utf-8"))
    }
    kept = {file for kind in ("png", "webp", "jpg", "jpeg", "gif", "svg") for file in DOCS.rglob(f"*.{kind}")}
    taken = set(list_pictures().values())
    assert shown == taken
    assert kept == taken
