"""The checklist of our own servers' tools: nothing is missing; what would be is named with its file."""

import re
from dataclasses import replace

import pytest
from mcp_types import ToolAnnotations

from agents.catalogue import load_catalogue
from app import tool_checklist
from app.journeys.judge import Footprint
from app.tool_checklist import check_tool, check_tools
from mcp_servers.arguments import CustomerId
from mcp_servers.backend import ToolEntry
from mcp_servers.contracts.contract import find_breaches
from mcp_servers.knowledge.models import Article
from mcp_servers.knowledge.server import tools as knowledge
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work
from policy.engines.bundle import load_bundle


def wave_flag(work: Work, customer_id: CustomerId) -> Article:
    """Wave."""
    raise NotImplementedError


WAVE, READ = (ToolEntry(wave_flag, writes, ToolAnnotations()) for writes in (True, False))


def test_no_tool_of_ours_lacks_anything() -> None:
    assert list(map(str, check_tools())) == []


def test_a_tool_that_was_only_written_down_is_named_with_each_file_that_lacks_it() -> None:
    told = "\n".join(map(str, check_tool("erp.wave_flag", WAVE, load_catalogue(), load_bundle())))
    for file, words in {
        "erp/server.py": "has no policy group",
        "server.py": "no words for what it will do: add it to tools.yaml",
        "footprints.yaml": "has no footprint: add `erp.wave_flag: {row: TABLE}`",
        "samples.py": "has no sample",
    }.items():
        assert any(file in line and words in line for line in told.splitlines()), told


def test_words_that_name_what_the_call_does_not_have_are_named_with_the_nearest() -> None:
    catalogue = load_catalogue()
    will, did = {"en": "wave for {{ customer }}"}, {"en": "article {{ titel }} was waved"}
    worded = replace(
        catalogue,
        tools={**catalogue.tools, "erp.wave_flag": will},
        done={**catalogue.done, "erp.wave_flag": did},
    )
    told = "\n".join(map(str, check_tool("erp.wave_flag", WAVE, worded, load_bundle())))
    assert re.search("tools.yaml, en: there is no customer.*customer_id", told)
    assert re.search("done.yaml, en: there is no titel.*title", told)


def test_a_footprint_in_a_table_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_checklist, "footprints", lambda: {"erp.wave_flag": Footprint(row="invoice")})
    told = "\n".join(map(str, check_tool("erp.wave_flag", WAVE, load_catalogue(), load_bundle())))
    assert re.search("there is no table invoice.*invoices", told)


def test_a_group_that_nobody_has_is_named() -> None:
    bundle = load_bundle()
    tools = {**bundle.tools, "crm.get_customer": {**bundle.tools["crm.get_customer"], "group": "flags"}}
    object.__setattr__(bundle, "data", {**bundle.data, "tools": tools})
    told = "\n".join(map(str, check_tool("crm.get_customer", READ, load_catalogue(), bundle)))
    assert "roles.json: crm.get_customer: nobody has the group flags" in told


def test_a_tool_that_is_new_gone_or_changed_breaks_the_contract() -> None:
    changed = Toolset("knowledge", title="", instructions="")

    @changed.read
    def get_article(work: Work, customer_id: CustomerId) -> Article:
        """Read it in another way."""
        raise NotImplementedError

    @changed.read
    def wave_flag(work: Work) -> Article:
        """Wave."""
        raise NotImplementedError

    told = dict(find_breaches(changed))
    assert "does not offer it" in told["search_articles"]
    assert "is not as the contract has it: run `switchboard mcp contract knowledge --write`" in told["get_article"]
    assert "is not in the contract" in told["wave_flag"]
    assert dict(find_breaches(knowledge)) == {}
