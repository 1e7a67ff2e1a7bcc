"""What `docs/how-to/add-an-mcp-server.md` tells people to write is read as it stands."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from agents.catalogue import load_catalogue
from app.company.check import check_company
from app.opened_company import open_company
from app.other_servers import address_of
from app.settings import ServerSettings, load_settings
from app.tool_uses import check_uses
from policy.tools.tool_data import parse_tool_data
from tests.app.test_every_command import COMMANDS
from tests.policy.third_party.conftest import library  # noqa: F401 - a fixture
from tests.policy.third_party.lending_library import Library

TEXT = (Path(__file__).parents[2] / "docs" / "how-to" / "add-an-mcp-server.md").read_text("utf-8")


def written(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def test_every_stanza_is_a_server_that_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(re.findall(r"\$\{([A-Z_]+)\}", TEXT)):
        monkeypatch.setenv(name, "set")
    stanzas = {name: each for text in written("toml") for name, each in tomllib.loads(text)["mcp_servers"].items()}
    assert set(stanzas) == {"everything", "weather", "ledger", "tickets", "archive"}
    addresses = [address_of(name, ServerSettings.model_validate(each)) for name, each in stanzas.items()]
    assert not any(each.first_party for each in addresses)


def test_every_entry_of_policy_data_is_taken() -> None:
    entries = [json.loads(f"{{{text}}}") for text in written("json") if '"digest"' in text]
    assert [list(parse_tool_data(each)) for each in entries] == [["shop.order"], ["everything.get-sum"]]


def test_the_procedure_fits_its_words_and_its_tools_and_is_taken(library: Library) -> None:  # noqa: F811
    steps, replies, examples = written("yaml")
    shutil.rmtree(library.company / "procedures")
    library.write("lend_thing", {"procedure.yaml": steps, "replies.yaml": replies, "examples.yaml": examples})
    settings = load_settings()
    assert [*check_company(library.company), *check_uses(settings)] == []
    assert "billing.lend_thing" in load_catalogue(open_company(settings)).specialists["billing"].procedures


def test_every_command_exists_with_its_options() -> None:
    said = re.findall(r"switchboard (mcp [a-z]+)([^\n`]*)", TEXT)
    assert len(said) > 8
    for command, rest in said:
        known = {option for each in COMMANDS[command].params for option in each.opts}
        assert set(re.findall(r"(?<= )--[a-z-]+", rest.partition(" -- ")[0])) <= known, (command, rest)
