"""The rules' own checks, and that what is made from them is up to date."""

import json
import subprocess
from pathlib import Path

import pytest

from domain.errors import Misconfigured
from policy.engines.annotations import describe_rules
from policy.engines.bundle import Bundle
from policy.engines.compilation import build_module, compile_bundle
from policy.review.rule_words import read_words

RULES = "contact_centre/rules"


def run(opa: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run([str(opa), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_rule_is_covered_by_its_tests(opa_binary: Path, bundle: Bundle) -> None:
    report = json.loads(run(opa_binary, bundle.folder, "test", "--coverage", "."))
    uncovered = {file: lines["not_covered"] for file, lines in report["files"].items() if lines.get("not_covered")}
    assert uncovered == {}
    assert report["coverage"] == 100


def test_the_rules_pass_the_strict_check(opa_binary: Path, bundle: Bundle) -> None:
    run(opa_binary, bundle.folder, "check", "--strict", ".")


def test_the_rules_have_opas_form(opa_binary: Path, bundle: Bundle) -> None:
    assert run(opa_binary, bundle.folder, "fmt", "--list", "contact_centre") == ""


def test_the_compiled_module_is_what_opa_makes_of_the_rules(opa_binary: Path, bundle: Bundle) -> None:
    version = run(opa_binary, bundle.folder, "version")
    if "1.20.1" not in version:
        pytest.skip("another opa makes other bytes")
    assert build_module(bundle.folder, str(opa_binary)) == (bundle.folder / "policy.wasm").read_bytes()


def test_the_sidecars_data_is_up_to_date(bundle: Bundle) -> None:
    served = json.loads((bundle.folder / "data.json").read_text(encoding="utf-8"))
    assert served == dict(bundle.data), "run `make policy`"


def test_compiling_mends_a_stale_bundle(opa_binary: Path, bundle_copy: Path) -> None:
    rule = bundle_copy / RULES / "money_back/fraud/rule.rego"
    rule.write_text(rule.read_text().replace('"fraud" in', '"theft" in'))
    compiled = compile_bundle(bundle_copy, str(opa_binary))
    assert json.loads((bundle_copy / "data.json").read_text())["revision"] == compiled.revision


def test_rules_that_do_not_compile_are_refused_with_opas_words(opa_binary: Path, bundle_copy: Path) -> None:
    (bundle_copy / RULES / "money_back/fraud/rule.rego").write_text("package x\n\nallow if nonsense(1)\n")
    with pytest.raises(Misconfigured, match="nonsense"):
        compile_bundle(bundle_copy, str(opa_binary))


def test_without_opa_compiling_says_so(bundle_copy: Path) -> None:
    with pytest.raises(Misconfigured, match=r"not to be found.*make opa"):
        compile_bundle(bundle_copy, "no-such-opa")


def test_every_rule_has_its_folder_its_package_and_its_test(bundle: Bundle) -> None:
    rules = sorted((bundle.folder / RULES).glob("*/*/rule.rego"))
    assert len(rules) > 40
    for rule in rules:
        package = ".".join(["contact_centre", "rules", *rule.parent.relative_to(bundle.folder / RULES).parts])
        assert f"package {package}\n" in rule.read_text(), rule
        assert (rule.parent / "rule_test.rego").exists(), rule
        assert len(rule.read_text().splitlines()) <= 60, rule


def test_rules_use_only_what_the_compiled_module_brings_itself(opa_binary: Path, bundle_copy: Path) -> None:
    """A builtin that the host would have to provide would let the engines differ."""
    rule = bundle_copy / RULES / "reading/public/rule.rego"
    rule.write_text(
        rule.read_text() + '\nsecret := crypto.sha256("x")\n\nreport contains {"effect": secret, "message": ""}\n'
    )
    before = (bundle_copy / "policy.wasm").read_bytes()
    with pytest.raises(Misconfigured, match=r"crypto\.sha256, which the embedded engine does not have"):
        compile_bundle(bundle_copy, str(opa_binary))
    assert (bundle_copy / "policy.wasm").read_bytes() == before


def test_every_rule_tells_its_title_and_what_it_looks_at(bundle: Bundle) -> None:
    words = read_words(bundle)
    rules = {"/".join(rule.parent.parts[-2:]) for rule in (bundle.folder / RULES).glob("*/*/rule.rego")}
    assert words.keys() == rules, "run `make policy`"
    assert [name for name, told in words.items() if not told["title"]] == []
    assert [name for name, told in words.items() if not told["looks_at"]] == []


def test_what_a_rule_says_is_read_with_a_gap_for_what_it_puts_in(bundle: Bundle) -> None:
    said = {name: each["messages"] for name, each in read_words(bundle).items()}
    assert said["money_back/strong_amount"] == ["More than {} needs a fresh verification code."]
    assert said["money_back/changed_contact"] == ["Contact details changed within {} days."]
    assert "Customers may be sent a payment link." in said["changes/request"]
    assert "A permission does not hold for so long." in said["agents/consent_request"]
    assert "Only {} of this payment can still go back." in said["money_back/captured"]


def test_what_the_bundle_says_of_its_rules_is_what_they_say_today(bundle: Bundle, opa_binary: Path) -> None:
    assert read_words(bundle) == describe_rules(bundle.folder, list(bundle.sources), str(opa_binary)), (
        "run `make policy`"
    )


def test_what_a_rule_looks_at_is_followed_through_what_it_calls(bundle: Bundle) -> None:
    words = read_words(bundle)
    assert "resource.account.contact_changed_at" in words["money_back/changed_contact"]["looks_at"]
    assert "evidence.approval" in words["money_back/automatic_limit"]["looks_at"]
    assert "money_back.automatic_minor" in words["money_back/automatic_limit"]["limits"]
    assert "identity.strong_max_age_s" in words["identity/strong"]["limits"]
