"""What the servers tell about their tools: found by folder, documented, annotated, with exact schemas."""

import pytest

from domain.errors import Misconfigured
from mcp_servers import catalogue
from mcp_servers.catalogue import find_toolsets
from mcp_servers.toolset import Toolset
from policy.keys import public_key_of


async def all_tools(office):
    return {
        f"{name}.{tool.name}": tool for name, server in office.servers.items() for tool in await server.list_tools()
    }


def test_servers_are_found_by_folder():
    assert list(find_toolsets()) == ["crm", "erp", "knowledge", "network", "payments"]


def test_a_folder_whose_tools_have_another_name_is_misconfigured(monkeypatch):
    monkeypatch.setattr("mcp_servers.crm.server.tools", Toolset("krm", title="", instructions=""))
    with pytest.raises(Misconfigured, match=r"mcp_servers/crm/server\.py"):
        catalogue.find_toolsets()


async def test_every_tool_says_what_it_does_to_the_world(office):
    writes = {f"{name}.{e.name}" for name, tools in find_toolsets().items() for e in tools.entries if e.writes}
    for name, tool in (await all_tools(office)).items():
        assert tool.annotations.read_only_hint is (name not in writes), name
        if name in writes:
            assert tool.annotations.destructive_hint is not None
            assert tool.annotations.idempotent_hint is not None
    assert len(writes) == 29


async def test_every_tool_is_written_for_a_model(office):
    for name, tool in (await all_tools(office)).items():
        assert len(tool.description) > 40, name
        assert tool.input_schema["additionalProperties"] is False
        for argument in tool.input_schema["properties"].values():
            assert {"type", "enum", "anyOf", "$ref"} & set(argument), (name, argument)
        assert tool.output_schema["type"] == "object"
        assert "work" not in tool.input_schema["properties"]


async def test_the_published_tools_do_not_change_from_start_to_start(office, sandbox, private_key, clock):
    again = catalogue.build_servers(sandbox, public_key_of(private_key), clock)
    for name, server in office.servers.items():
        assert await server.list_tools() == await again[name].list_tools()
