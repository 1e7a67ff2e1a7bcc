"""Policy data is checked when it is loaded, and says where it is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Misconfigured
from policy.engines.bundle import Bundle, load_bundle
from policy.tools.tool_data import parse_tool_data

CONTRACT_TOOLS = 52


def rewrite(folder: Path, name: str, change: Any) -> None:
    path = folder / "data" / f"{name}.json"
    document = json.loads(path.read_text())
    change(document[name])
    path.write_text(json.dumps(document))


def test_every_tool_of_the_five_servers_is_known(bundle: Bundle) -> None:
    assert len(bundle.tools) == CONTRACT_TOOLS
    assert {name.partition(".")[0] for name in bundle.tools} == {"crm", "erp", "payments", "knowledge", "network"}
    assert parse_tool_data(bundle.tools).keys() == bundle.tools.keys()


def test_facts_are_read_by_reading_tools(bundle: Bundle) -> None:
    for name, tool in bundle.tools.items():
        for read in tool["reads"].values():
            assert bundle.tools[read["tool"]]["kind"] == "read", name


def test_every_group_is_granted_to_somebody(bundle: Bundle) -> None:
    granted = {group for groups in bundle.data["roles"]["default"]["specialists"].values() for group in groups}
    assert {tool["group"] for tool in bundle.tools.values()} == granted | {"consent_request"}, (
        "partners alone ask for permission"
    )
    assert granted == set(bundle.data["roles"]["default"]["representatives"])


def test_partners_are_granted_known_tools_only(bundle: Bundle) -> None:
    for tenant in bundle.data["roles"]["tenants"].values():
        for tools in tenant["partners"].values():
            assert set(tools) <= set(bundle.tools)


def test_the_revision_names_rules_and_data(bundle: Bundle, bundle_copy: Path) -> None:
    assert load_bundle(bundle_copy).revision == bundle.revision
    rewrite(bundle_copy, "limits", lambda limits: limits["default"]["money_back"].update(automatic_minor=1))
    after_data = load_bundle(bundle_copy).revision
    rule = bundle_copy / "contact_centre/main.rego"
    rule.write_text(rule.read_text() + "\n# changed\n")
    assert len({bundle.revision, after_data, load_bundle(bundle_copy).revision}) == 3


def test_a_changed_test_changes_nothing(bundle: Bundle, bundle_copy: Path) -> None:
    test = bundle_copy / "contact_centre/main_test.rego"
    test.write_text(test.read_text() + "\n# changed\n")
    assert load_bundle(bundle_copy).revision == bundle.revision


WRONG: dict[str, tuple[str, Any, str]] = {
    "a limit in words": (
        "limits",
        lambda d: d["default"]["money_back"].update(automatic_minor="5000"),
        "automatic_minor",
    ),
    "a missing limit": ("limits", lambda d: d["default"]["money_back"].pop("window_minor"), "window_minor"),
    "a misspelt limit": ("limits", lambda d: d["tenants"].update(x={"money_bak": {}}), "money_bak"),
    "a fraction of a unit": ("limits", lambda d: d["tenants"].update(x={"money_back": {"strong_minor": 0.5}}), "0.5"),
    "an unknown stage": ("autonomy", lambda d: d["default"]["dial"].update(stage="full"), "full"),
    "more than all customers": ("autonomy", lambda d: d["default"]["dial"].update(percentage=101), "101"),
    "a switch in words": ("autonomy", lambda d: d["default"].update(kill_switch="off"), "off"),
    "an unknown queue": ("escalation", lambda d: d["default"]["queues"].update(billing="nowhere"), "nowhere"),
    "a missing threshold": ("escalation", lambda d: d["default"]["thresholds"].pop("route"), "route"),
    "a tool without a kind": ("tools", lambda d: d["payments.refund_payment"].pop("kind"), "kind"),
    "a tool without a server": ("tools", lambda d: d.update(refund=d["payments.refund_payment"]), "refund"),
    "grants that are no list": ("roles", lambda d: d["default"]["specialists"].update(billing="all"), "all"),
    "a missing language": ("disclosures", lambda d: d["cancellation"].pop("hi"), "hi"),
}


@pytest.mark.parametrize(("name", "change", "named"), WRONG.values(), ids=WRONG)
def test_wrong_data_is_refused_by_file_and_place(bundle_copy: Path, name: str, change: Any, named: str) -> None:
    rewrite(bundle_copy, name, change)
    with pytest.raises(Misconfigured) as refusal:
        load_bundle(bundle_copy)
    assert f"{name}.json" in str(refusal.value)
    assert named in str(refusal.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"limits": {}, "tools": {}}', '{"limits": NaN}'])
def test_a_file_that_is_no_object_of_its_name_is_refused(bundle_copy: Path, text: str) -> None:
    (bundle_copy / "data/limits.json").write_text(text)
    with pytest.raises(Misconfigured, match=r"limits\.json"):
        load_bundle(bundle_copy)


def test_a_missing_file_is_refused(bundle_copy: Path) -> None:
    (bundle_copy / "data/roles.json").unlink()
    with pytest.raises(Misconfigured, match=r"roles\.json"):
        load_bundle(bundle_copy)
