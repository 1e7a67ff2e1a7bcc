"""Follows docs/how-to/add-a-rule.md in a copy of the bundle, with OPA and the embedded engine."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from domain.digest import digest
from policy.engines.bundle import BUNDLE, Bundle
from policy.engines.compilation import compile_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.opa_binary import opa_binary

__all__ = ["opa_binary"]

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-rule.md").read_text("utf-8")
FILES = re.findall(r"^`([\w/.]+)`:\n\n```rego\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
ARGUMENTS = {"subscription_id": "SUB-1", "plan_id": "fibre-100"}
RULE = "changes/suspended_account"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundle with the page's files in it."""
    copy = Path(shutil.copytree(BUNDLE, tmp_path_factory.mktemp("policy") / "bundle"))
    for name, text in FILES:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return copy


@pytest.fixture(scope="module")
def compiled(opa_binary: Path, folder: Path) -> Bundle:
    return compile_bundle(folder, str(opa_binary))


def plan_change(status: str, revision: str) -> dict[str, Any]:
    """A confirmed change of plan by a signed-in customer whose account has this status."""
    call = {"id": "1", "server": "erp", "tool": "change_plan", "tool_digest": "sha256:0"}
    proof = {
        "at": "2026-03-01T11:59:00Z",
        "by": "C-1",
        "arguments_digest": digest(ARGUMENTS),
        "policy_revision": revision,
        "expires_at": "2026-03-01T12:10:00Z",
    }
    customer: dict[str, Any] = {"id": "C-1", "auth_level": "authenticated", "auth_age_s": 1, "flags": []}
    agent = {"id": "retention", "kind": "specialist", "procedure": "change_plan"}
    return {
        "call": {**call, "arguments": ARGUMENTS, "arguments_digest": digest(ARGUMENTS)},
        "principal": {"tenant": "northwind-fibre", "customer": customer, "agent": agent, "chain": []},
        "conversation": {"id": "k", "channel": "chat", "locale": "en", "sentiment": 0.0, "confidence": 1.0},
        "resource": {
            "account": {"customer_id": "C-1", "status": status, "flags": []},
            "subscriptions": {"items": [{"subscription_id": "SUB-1", "status": status}]},
        },
        "facts": {"canary_bucket": 1},
        "evidence": {"confirmation": proof, "verification": None, "approval": None},
        "now": "2026-03-01T12:00:00Z",
    }


def test_the_page_is_one_folder() -> None:
    assert {Path(name).parent.as_posix() for name, _ in FILES} == {f"contact_centre/rules/{RULE}"}


@pytest.mark.parametrize(
    "command",
    [["fmt", "--list", "contact_centre"], ["check", "--strict", "."], ["test", "."]],
    ids=["form", "strict", "tests"],
)
def test_the_pages_rule_passes_opas_checks(opa_binary: Path, folder: Path, command: list[str]) -> None:
    done = subprocess.run([str(opa_binary), *command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert command[0] != "fmt" or not done.stdout


async def test_the_pages_rule_decides(compiled: Bundle) -> None:
    engine = EmbeddedEngine(compiled)
    stopped = await engine.decide(plan_change("suspended", compiled.revision))
    passed = await engine.decide(plan_change("active", compiled.revision))
    assert (stopped["effect"], passed["effect"]) == ("handoff", "allow")
    assert RULE in {reason["rule"] for reason in stopped["reasons"]}
