"""Signing in at the desk by the company's own identity provider: a real OpenID provider, in a real Chromium."""

import base64
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.opa_binary import free_port

PROVIDER = Path(__file__).parent / "identity_provider" / "provider.mjs"
MODULES = Path(__file__).parents[2] / ".tools" / "identity-provider"
pytestmark = pytest.mark.skipif(
    not (MODULES / "node_modules").is_dir() and not os.environ.get("CI"),
    reason="`make node-modules` has put no OpenID provider there",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service in production whose people are known to an OpenID provider."""
    ours, theirs = free_port(), free_port()
    arguments = ["node", str(PROVIDER), str(theirs), f"http://127.0.0.1:{ours}"]
    with subprocess.Popen(arguments, cwd=MODULES, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as provider:
        assert provider.stdout is not None
        assert provider.stdout.readline() == b"listening\n"
        auth = {
            "issuer": f"http://127.0.0.1:{theirs}",
            "jwks_url": f"http://127.0.0.1:{theirs}/jwks",
            "desk_client": "desk",
            "desk_scope": "openid offline_access",
            "desk_parameters": {"resource": f"http://127.0.0.1:{ours}"},
        }
        key = base64.b64encode(bytes(32)).decode()
        folder = tmp_path_factory.mktemp("service")
        with running(folder, ours, environment="production", auth=auth, encryption={"key": key}) as service:
            yield service
        provider.kill()


@pytest.fixture
def page(browser: Browser, company: Service) -> Iterator[Page]:
    context = browser.new_context(base_url=company.url, locale="en-US")
    context.route(lambda url: "//127.0.0.1:" not in url, lambda route: route.abort())
    page = context.new_page()
    page.goto("/desk")
    yield page
    context.close()


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in with your company's account").click()
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def test_who_is_known_there_works_here_under_their_name_until_they_sign_out(page: Page, company: Service) -> None:
    expect(page.get_by_label("Access token")).to_be_hidden()
    sign_in(page, "supervisor.northwind-fibre.dana")
    expect(page.locator("#role")).to_have_text("Supervisor")
    expect(page).to_have_url(f"{company.url}/desk")
    page.get_by_text("People", exact=False).first.click()
    expect(page.locator("#board")).to_contain_text("supervisor.northwind-fibre.dana")
    page.evaluate(
        """() => {
          const name = "switchboard.desk.tokens", kept = JSON.parse(sessionStorage.getItem(name));
          sessionStorage.setItem(name, JSON.stringify({ ...kept, access_token: "spent" }));
        }"""
    )
    page.reload()
    expect(page.locator("#role")).to_have_text("Supervisor")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name=re.compile("Yes")).click()
    expect(page.get_by_role("button", name="Sign in with your company's account")).to_be_focused()
    page.get_by_role("button", name="Sign in with your company's account").click()
    expect(page.locator("input[name=login]")).to_be_visible()


@pytest.mark.parametrize("name", ["partner.northwind-fibre.eve", "supervisor.elsewhere.mallory", "nobody"])
def test_who_is_known_there_and_has_no_place_at_this_desk_is_told_so(page: Page, name: str) -> None:
    sign_in(page, name)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was kept.")
    expect(page.locator("#work")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('switchboard.desk.tokens')") is None


def test_an_answer_that_nobody_here_asked_for_is_refused(page: Page, company: Service) -> None:
    page.goto("/desk?code=stolen&state=forged")
    expect(page.get_by_role("alert")).to_contain_text("did not let you in")
    expect(page).to_have_url(f"{company.url}/desk")
    expect(page.locator("#work")).to_be_hidden()
