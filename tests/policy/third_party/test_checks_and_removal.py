"""`switchboard check`, `mcp procedure` and `mcp remove` with somebody else's server: what does not fit is named."""

import asyncio
import json
import re
import shutil
import tomllib
from collections.abc import Callable

import pytest

from app.company.check import check_company
from app.other_servers import address_of
from app.preflight import tell_unset
from app.settings import ServerSettings, load_settings
from app.tool_uses import check_pins, check_uses
from domain.errors import ToolUnavailable
from policy.tools.servers import ServerAddress, ToolServers
from tests.policy.third_party.lending_library import Library


def checked(library: Library) -> list[str]:
    settings = load_settings()
    found = [*check_company(library.company), *check_uses(settings), *asyncio.run(check_pins(settings))[0]]
    return [str(each).removeprefix(f"{library.company}/") for each in found]


def rewrite(file: str, old: str, new: str) -> Callable[[Library], None]:
    def change(library: Library) -> None:
        path = library.company / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def of_a_group_of_its_own(library: Library) -> None:
    rewrite("policy/data/tools.json", '"public_read"', '"shelves"')(library)
    roles = {"roles": {"default": {"specialists": {"billing": ["public_read", "read", "change", "shelves"]}}}}
    (library.company / "policy/data/roles.json").write_text(json.dumps(roles), "utf-8")


STEPS, WISH = "procedures/billing/lend_thing/procedure.yaml", "procedures/billing/count_things/procedure.yaml"
MISFITS = {
    "no such tool": (rewrite(WISH, "lending.count", "lending.cout"), f"{WISH}:4: .*no such tool.*lending.count_things"),
    "no such server": (rewrite(WISH, "lending.", "landing."), f"{WISH}:4: .*no server landing; did you mean lending"),
    "a group that it has not": (
        rewrite("policy/data/tools.json", '"public_read"', '"scheduling"'),
        f"{WISH}:4: .*billing does not have its group scheduling",
    ),
    "a group that no rule allows": (
        of_a_group_of_its_own,
        f"{WISH}:4: .*no rule allows its group shelves, so that every call is denied",
    ),
    "an argument that there is not": (rewrite(STEPS, "days: days", "day: days"), f"{STEPS}:7: .*takes no day; did you"),
    "an argument left out": (rewrite(STEPS, "days: days, ", ""), f"{STEPS}:7: .*cannot do without days"),
    "no words for it": (rewrite("voice/done.yaml", "lending.lend_thing", "a.b"), "voice: .*no words for what it did"),
    "a stale pin": (
        rewrite("../switchboard.toml", "lending_program.py", "program.py"),
        r"tools\.json:\d+: lending\.count_things: its pin is stale",
    ),
    "a server that is gone": (
        rewrite("../switchboard.toml", "lending]", "loans]"),
        "no server lending: `switchboard mcp",
    ),
    "a variable that is not set": (
        rewrite("../switchboard.toml", "args =", 'env = { KEY = "${LENDING_KEY}" }\nargs ='),
        r"switchboard\.toml:\d+: \[mcp_servers\.lending\] .*LENDING_KEY, which is not set",
    ),
}


def test_what_fits_is_not_complained_about(library: Library) -> None:
    assert checked(library) == []


@pytest.mark.parametrize("misfit", MISFITS)
def test_what_does_not_fit_is_named_with_its_place(library: Library, misfit: str) -> None:
    make, said = MISFITS[misfit]
    make(library)
    told = "\n".join(checked(library))
    assert re.search(said, told), told


def test_a_variable_that_is_not_set_is_told_at_the_start_and_stops_nothing(library: Library) -> None:
    rewrite("../switchboard.toml", "args =", 'env = { KEY = "${LENDING_KEY}" }\nargs =')(library)
    (told,) = tell_unset(load_settings())
    assert (told.stanza, told.variable) == ("mcp_servers.lending", "LENDING_KEY")
    assert "lending cannot be used: its stanza refers to LENDING_KEY" in library.run("mcp", "list").output


def test_a_token_that_refers_to_a_variable_is_sent_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "s3")
    stanza = {"url": "http://127.0.0.1:9/mcp", "token": "${SHOP_TOKEN}"}
    assert address_of("shop", ServerSettings.model_validate(stanza)).bearer_token == "s3"


async def test_a_server_that_is_down_is_said_in_the_log_once_and_as_long_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    servers = ToolServers([ServerAddress("shop", "http://127.0.0.1:9/mcp", first_party=False)], {})
    try:
        await servers.start()
        with pytest.raises(ToolUnavailable):
            await servers.find("shop.order")
        assert "shop is down: nothing answers" in servers.tell_down()
        assert "switchboard mcp list" in servers.tell_down()
        said = capsys.readouterr()
        assert (said.out + said.err).count("mcp_server_down") == 1
    finally:
        await servers.stop()


def test_a_first_procedure_is_written_from_a_tools_schema_and_fits(library: Library) -> None:
    shutil.rmtree(library.company / "procedures")
    shutil.rmtree(library.company / "voice")
    for tool in ("lending.count_things", "lending.lend_thing"):
        written = library.run("mcp", "procedure", tool)
        assert written.exit_code == 0, written.output
    assert checked(library) == []
    again = library.run("mcp", "procedure", "lending.lend_thing")
    assert (again.exit_code, "there already" in again.output) == (2, True)
    steps = next(library.company.glob("procedures/*/lend_thing/procedure.yaml")).read_text("utf-8")
    assert "facts: {thing: thing, days: days, member: customer_id}" in steps
    assert "  - ask: days\n    kind: number\n" in steps


def test_a_server_is_taken_out_with_its_pins_and_what_still_names_it_is_told(library: Library) -> None:
    with (library.folder / "switchboard.toml").open("a", encoding="utf-8") as file:
        file.write('\n# ours\n[mcp_servers.other]\nurl = "http://127.0.0.1:9/mcp"\n')
    removed = library.run("mcp", "remove", "lending", "--yes")
    assert removed.exit_code == 0, removed.output
    assert f"still named: {library.company / WISH}:4: - look_up: lending.count_things" in removed.output
    left = tomllib.loads((library.folder / "switchboard.toml").read_text("utf-8"))
    assert list(left["mcp_servers"]) == ["other"]
    assert json.loads((library.company / "policy/data/tools.json").read_text("utf-8")) == {"tools": {}}
    again = library.run("mcp", "remove", "lending", "--yes")
    assert (again.exit_code, "there is no MCP server 'lending'" in again.output) == (2, True)
    assert library.run("mcp", "remove", "crm", "--yes").exit_code == 2
