"""The checklist of our own servers' tools: nothing is missing; what would be is named with its file."""

from agents.catalogue import load_catalogue
from app.tool_checklist import check_tool, check_tools
from mcp_servers.arguments import CustomerId
from mcp_servers.contracts.contract import find_breaches
from mcp_servers.knowledge.models import Article
from mcp_servers.knowledge.server import tools as knowledge
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work
from policy.engines.bundle import load_bundle


def test_no_tool_of_ours_lacks_anything() -> None:
    assert list(map(str, check_tools())) == []


def test_a_tool_that_was_only_written_down_is_named_with_each_file_that_lacks_it() -> None:
    told = "\n".join(map(str, check_tool("erp.wave_flag", True, load_catalogue(), load_bundle())))
    for file, words in {
        "erp/server.py": "has no policy group",
        "server.py": "no words for what it will do: add it to tools.yaml",
        "footprints.yaml": "has no footprint: add `erp.wave_flag: {row: TABLE}`",
        "samples.py": "has no sample",
    }.items():
        assert any(file in line and words in line for line in told.splitlines()), told


def test_a_group_that_nobody_has_is_named() -> None:
    bundle = load_bundle()
    tools = {**bundle.tools, "crm.get_customer": {**bundle.tools["crm.get_customer"], "group": "flags"}}
    object.__setattr__(bundle, "data", {**bundle.data, "tools": tools})
    told = "\n".join(map(str, check_tool("crm.get_customer", False, load_catalogue(), bundle)))
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
