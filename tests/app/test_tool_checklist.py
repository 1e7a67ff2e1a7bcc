"""The checklist of our own servers' tools: nothing is missing; what would be is named with its file."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from mcp_types import ToolAnnotations

from agents.catalogue import load_catalogue
from app import tool_checklist
from app.journeys.judge import Footprint, footprints
from app.opened_company import open_company
from app.settings import load_settings
from app.tool_checklist import check_tool, check_tools
from app.tool_uses import check_procedure, shipped_files
from mcp_servers.arguments import CustomerId
from mcp_servers.backend import ToolEntry
from mcp_servers.catalogue import find_toolsets
from mcp_servers.contracts.contract import find_breaches
from mcp_servers.knowledge.models import Article
from mcp_servers.knowledge.server import tools as knowledge
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work
from policy.engines.bundle import BUNDLE, load_bundle


def wave_flag(work: Work, customer_id: CustomerId) -> Article:
    """Wave."""
    raise NotImplementedError


WAVE, READ = (ToolEntry(wave_flag, writes, ToolAnnotations()) for writes in (True, False))


CONSENT = next(each for each in find_toolsets()["crm"].entries if each.name == "set_consent")


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


def test_a_group_that_nobody_has_is_named() -> None:
    bundle = load_bundle()
    tools = {**bundle.tools, "crm.get_customer": {**bundle.tools["crm.get_customer"], "group": "flags"}}
    object.__setattr__(bundle, "data", {**bundle.data, "tools": tools})
    told = "\n".join(map(str, check_tool("crm.get_customer", READ, load_catalogue(), bundle)))
    assert "roles.json: crm.get_customer: nobody has the group flags" in told


def test_a_tool_that_changes_something_and_is_a_read_for_policy_is_named_and_the_other_way_round() -> None:
    catalogue, bundle = load_catalogue(), load_bundle()
    told = "\n".join(map(str, check_tool("crm.get_customer", WAVE, catalogue, bundle)))
    assert "server.py" in told
    assert "crm.get_customer changes something, policy data has it as a read: write kind `write` in tools.json" in told
    told = "\n".join(map(str, check_tool("crm.set_consent", READ, catalogue, bundle)))
    assert "crm.set_consent changes nothing, policy data has it as a write: write kind `read` in tools.json" in told


def test_a_procedure_of_the_platforms_is_named_with_its_own_file_and_our_tool_is_not_to_be_pinned() -> None:
    file = next(each for each in shipped_files("billing", "check_balance") if each.is_file())
    known = load_bundle()
    tools = {name: entry for name, entry in known.tools.items() if name != "erp.list_invoices"}
    object.__setattr__(known, "data", {**known.data, "tools": tools})
    procedure = load_catalogue().specialists["billing"].procedures["billing.check_balance"]
    company = open_company(load_settings())
    told = "\n".join(map(str, check_procedure(company, procedure, known, {"erp", "payments", "crm"})))
    assert told.startswith(f"{file}:"), told
    assert "billing.check_balance calls erp.list_invoices: policy data has no such tool" in told
    assert "add it to tools.json" in told
    assert "mcp pin" not in told


def test_a_footprint_in_a_table_that_no_system_has_is_named_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**footprints(), "crm.set_consent": Footprint(row="customer", also=["tickets"])}
    monkeypatch.setattr(tool_checklist, "footprints", lambda: wrong)
    told = list(map(str, check_tool("crm.set_consent", CONSENT, load_catalogue(), load_bundle())))
    assert len(told) == 2
    assert "footprints.yaml" in told[0]
    assert "crm.set_consent: no system of the sandbox has a table customer; did you mean customers" in told[0]
    assert "has a table tickets" in told[1]


def test_data_that_was_changed_and_not_gathered_is_named_with_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(BUNDLE, folder)
    tools = folder / "data" / "tools.json"
    tools.write_text(tools.read_text("utf-8").replace('"kind": "read"', '"kind": "write"', 1), "utf-8")
    told = list(map(str, tool_checklist.check_release(folder)))
    assert told == [f"{folder / 'data.json'}: was made from other data or rules: run `make policy`"]
    assert list(tool_checklist.check_release(BUNDLE)) == []


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
