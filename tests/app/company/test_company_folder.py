"""A company's folder: one that is written fits, and each kind of mistake is named with file, line and expectation."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.company.build import write_bundle
from app.company.check import check_company
from app.company.profile import REFERENCE
from app.company.template import write_company
from app.main import cli
from app.policy_bundle import read_bundle
from app.settings import load_settings
from domain.errors import BadRequest, Misconfigured
from policy.engines.bundle import BUNDLE, load_bundle
from policy.engines.company_policy import compose_bundle

ROOT = Path(__file__).parents[3]


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    return write_company("acme", tmp_path)


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    def mistake(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    return mistake


def write(file: str, text: str) -> Callable[[Path], None]:
    def mistake(folder: Path) -> None:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, "utf-8")

    return mistake


def remove(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


PROCEDURE = "def greet(case):\n    yield\n"
EXAMPLES = "intent: billing.greet\nexamples:\n  en: [hello there]\n"
STEPS = """about: Tell what is in stock.
steps:
  - ask: item
  - look_up: shop.get_item
    facts: {item: item}
    keep: stock
  - call: shop.order
    facts: {item: item, place: stock.place}
    confirm: shall_we
  - say: ordered
"""
WORDS = """title: {en: "our stock"}
ask_item: {en: "Which item?"}
shall_we: {en: "Shall we order {{ item }} from {{ stock.place }}?"}
ordered: {en: "Done."}
"""
TOOL = '''"""A server."""

from mcp_servers.crm.models import FoundCustomer
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work

tools = Toolset("waves", title="Waves", instructions="Waves.")


@tools.write()
def send_wave(work: Work) -> FoundCustomer:
    """Send a wave."""
    return FoundCustomer(found=False, customer_id=None)
'''


def steps(old: str = "", new: str = "", *, words: tuple[str, str] = ("", "")) -> Callable[[Path], None]:
    """A procedure in YAML with its words, one of them changed."""

    def written(folder: Path) -> None:
        place = "procedures/billing/tell_stock"
        assert old in STEPS
        assert words[0] in WORDS
        write(f"{place}/procedure.yaml", STEPS.replace(old, new, 1) if old else STEPS)(folder)
        write(f"{place}/replies.yaml", WORDS.replace(*words, 1) if words[0] else WORDS)(folder)
        write(f"{place}/examples.yaml", EXAMPLES.replace("greet", "tell_stock"))(folder)

    return written


MISTAKES = {
    "no company.toml": (remove("company.toml"), r"company\.toml: is not there"),
    "no TOML": (change("company.toml", "[tenants", "[[tenants"), r"company\.toml:\d+: is no TOML"),
    "an unknown key": (change("company.toml", "currency =", "curency ="), r"company\.toml:\d+: tenants\.acme\.cur"),
    "no such currency": (change("company.toml", '"EUR"', '"EURO"'), r"company\.toml:8: .*no currency of ISO 4217"),
    "no such zone": (change("company.toml", "Europe/Berlin", "Europe/Berlino"), r":10: .*did you mean Europe/Berlin"),
    "no such language": (change("company.toml", '["en"]', '["it"]'), r"company\.toml:11: .*there are en, es"),
    "a tenant's name": (change("company.toml", "[tenants.acme]", "[tenants.ACME]"), r"'ACME' is no tenant's name"),
    "opening hours": (change("company.toml", "mon-fri 09:00", "weekdays 9"), r"company\.toml:15: .*mon-fri 08:00-18"),
    "a target of no queue": (
        change("company.toml", "[assistant]", "[tenants.acme.desk.targets]\nbiling = 5\n\n[assistant]"),
        r"company\.toml:1[89]: .*did you mean billing",
    ),
    "no such procedure": (
        change("company.toml", '["retention"', '["billing.pay_bil"'),
        r"company\.toml:19: .*did you mean billing\.pay_bill",
    ),
    "without people": (change("company.toml", '["retention"', '["handoff"'), r":19: .*cannot be done without"),
    "no such backend": (
        change("company.toml", 'crm = "sandbox"', 'crm = "sap"'),
        r"company\.toml:24: .*there are sand",
    ),
    "a limit that no rule reads": (
        change("limits.toml", "automatic_minor", "automatic_minr"),
        r"limits\.toml:5: money_back\.automatic_minr: no rule reads .*did you mean automatic_minor",
    ),
    "a limit in words": (change("limits.toml", "5000\n", '"fifty"\n'), r"limits\.toml:5: .*whole number"),
    "limits of nobody": (write("limits.toml", "[tenants.acne]\n"), r"limits\.toml:1: .*did you mean acme"),
    "a procedure nobody can ask for": (
        write("procedures/billing/greet/procedure.py", PROCEDURE),
        r"greet/examples\.yaml: is not there",
    ),
    "a step that is none": (steps("ask: item", "aks: item"), r"procedure\.yaml:3: steps\.1 is no step: .*ask, look_up"),
    "a field that is none": (
        steps("keep:", "kep:"),
        r"procedure\.yaml:6: steps\.2\.kep is no .*look_up; did you mean keep",
    ),
    "a tool's name": (
        steps("shop.get_item", "get_item"),
        r"procedure\.yaml:4: steps\.2\.look_up is no name.*server\.tool",
    ),
    "no steps": (steps("steps:", "step:"), r"procedure\.yaml:2: step is no field here; did you mean steps"),
    "steps that are no YAML": (steps("facts: {item: item}", "facts: {item"), r"procedure\.yaml:\d+: is no YAML"),
    "a kind that is none": (steps("ask: item", "ask: item\n    kind: nubmer"), r"procedure\.yaml:4: steps\.1\.kind "),
    "a fact that is not known": (
        steps("stock.place", "stok.place"),
        r"yaml:8: .*no fact stok by then; did you mean stock",
    ),
    "a fact that is taken": (steps("keep: stock", "keep: words"), r"procedure\.yaml:4: steps\.2: words is taken"),
    "an end that says nothing": (steps("  - say: ordered\n"), r"procedure\.yaml:7: the last step must be `say`"),
    "a reply that is not there": (steps("say: ordered", "say: order"), r"yaml:10: there is no reply order .*ordered"),
    "a journey without a name": (steps(words=("title:", "titel:")), r"replies\.yaml: has no title"),
    "a fact that no reply has": (steps(words=("Done.", "{{ made.id }}")), r"replies\.yaml:4: .*no fact made by then"),
    "a reply that is no template": (steps(words=("Done.", "{{ made")), r"replies\.yaml:4: ordered, en: is no template"),
    "a yes to what is not said": (steps(words=("{{ item }}", "it")), r"replies\.yaml:3: .*does not name item"),
    "a seed that cannot be imported": (change("seed/__init__.py", "_fill(rows", "_fill[rows"), r"seed/__init__\.py: "),
    "a seed in another currency": (change("seed/__init__.py", '"EUR"', '"USD"'), r"pays in USD here and in EUR"),
    "a seed in another country": (change("seed/__init__.py", '"DE"', '"US"'), r"is in US here and in DE"),
    "a seed of nobody": (change("seed/__init__.py", 'TenantSeed("acme"', 'TenantSeed("acne"'), r"did you mean acme"),
    "an article without a title": (change("articles/en/opening-hours.md", "# ", ""), r"opening-hours\.md:1: "),
    "an article without words": (change("articles/en/opening-hours.md", "Keywords", "Words"), r"opening-hours\.md:2: "),
    "an article in another language only": (
        change("company.toml", '["en"]', '["es"]'),
        r"articles/es/opening-hours\.md: is not there, in en it is",
    ),
    "a scene that is none": (change("demo.yaml", "opening:", "say:"), r"demo\.yaml"),
    "words for nothing": (write("voice/billing.pay_bil.yaml", "a: {en: b}\n"), r"did you mean billing\.pay_bill"),
    "words that are no YAML": (write("voice/tools.yaml", "a: {en: b\n"), r"voice/tools\.yaml:\d+: is no YAML"),
    "words without a language": (write("voice/tools.yaml", "x.y: {de: b}\n"), r"voice/tools\.yaml:1: x\.y has no en"),
    "policy data that is no JSON": (write("policy/data/roles.json", "{"), r"roles\.json: is no JSON"),
    "rules that were not compiled": (
        write("policy/rules/a/b/rule.rego", "package contact_centre.rules.a.b\n"),
        r"policy\.wasm: was not compiled .*switchboard company build",
    ),
    "a server that cannot be imported": (
        write("mcp_servers/waves/server.py", TOOL + "\nnobody_knows\n"),
        r"waves/server\.py: cannot be imported \(line 15\): name 'nobody_knows'",
    ),
    "tables that nothing makes": (
        write("mcp_servers/waves/server.py", TOOL + '\nSCHEMA = "CREATE TABLE waves (number INTEGER)"\n'),
        r"waves/server\.py:15: nothing makes these tables: give them to `Toolset\('waves', .*schema",
    ),
    "a tool without group and words": (
        write("mcp_servers/waves/server.py", TOOL),
        r"server\.py:11: waves\.send_wave has no policy group(.|\n)*will do(.|\n)*what it did",
    ),
}


def test_a_new_company_fits_and_is_never_overwritten(acme: Path) -> None:
    assert check_company(acme) == []
    with pytest.raises(Misconfigured, match="there already"):
        write_company("acme", acme.parent)
    with pytest.raises(BadRequest, match="small letters"):
        write_company("Acme Ltd", acme.parent)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_is_expected(acme: Path, mistake: str) -> None:
    make, said = MISTAKES[mistake]
    make(acme)
    told = "\n".join(map(str, check_company(acme)))
    assert re.search(said, told), told


def test_a_procedure_in_yaml_fits_and_is_one_of_its_specialist(acme: Path) -> None:
    steps()(acme)
    assert check_company(acme) == []
    shown = CliRunner().invoke(cli, ["company", "show", str(acme), "--json"])
    assert json.loads(shown.stdout)["own procedures"] == ["billing.tell_stock"]


def test_an_intent_of_another_name_and_a_missing_language_are_named(acme: Path) -> None:
    write("procedures/billing/greet/procedure.py", PROCEDURE)(acme)
    write("procedures/billing/greet/examples.yaml", EXAMPLES.replace("greet", "grete"))(acme)
    change("company.toml", '["en"]', '["en", "de"]')(acme)
    told = "\n".join(map(str, check_company(acme)))
    assert "examples.yaml:1: intent must be billing.greet" in told
    assert "examples.yaml:2: examples has no de" in told


def test_the_command_exits_with_1_on_a_mistake_and_tells_programs_where(acme: Path) -> None:
    change("company.toml", '"EUR"', '"EURO"')(acme)
    done = CliRunner().invoke(cli, ["company", "check", str(acme), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["problems"][0]["line"] == 8


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"group": "chagne", "kind": "write"},
            "roles.json: waves.send_wave: nobody has the group chagne; did you mean ",
        ),
        ({"group": "change", "kind": "read"}, "waves.send_wave changes something, policy data has it as a read"),
    ],
)
def test_a_companys_own_tool_that_nobody_can_call_or_of_another_kind_is_named(
    acme: Path, entry: dict[str, str], said: str
) -> None:
    write("mcp_servers/waves/server.py", TOOL)(acme)
    write("policy/data/tools.json", json.dumps({"tools": {"waves.send_wave": {**entry, "reads": {}}}}))(acme)
    told = "\n".join(map(str, check_company(acme)))
    assert said in told, told


def test_the_check_needs_no_data_folder(acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_COMPANY", str(acme))
    monkeypatch.setenv("SWITCHBOARD_DATA", str(tmp_path / "not_yet_there"))
    checked = CliRunner().invoke(cli, ["company", "check"])
    assert (checked.exit_code, "everything fits" in checked.output) == (0, True), checked.output


def test_the_command_names_a_tool_that_the_specialist_was_not_granted(acme: Path) -> None:
    tool = '{"tools": {"crm.get_customer": {"group": "gardening"}}}'
    write("policy/data/tools.json", tool)(acme)
    steps("shop.get_item", "crm.get_customer")(acme)
    done = CliRunner().invoke(cli, ["company", "check", str(acme)])
    assert done.exit_code == 1
    assert "procedure.yaml:4: billing.tell_stock calls crm.get_customer: billing does not have" in done.stdout
    assert "there is no server shop" in done.stdout


def test_a_company_that_is_not_there_is_refused_with_the_nearest() -> None:
    done = CliRunner().invoke(cli, ["company", "show", "northwind_fiber"])
    assert done.exit_code == 2


def test_the_reference_companys_policy_is_the_bundle_that_ships(tmp_path: Path) -> None:
    assert read_bundle(load_settings()).revision == load_bundle().revision
    copy = shutil.copytree(REFERENCE, tmp_path / "northwind_fibre")
    change("limits.toml", "automatic_minor = 5000", "automatic_minor = 6000")(copy)
    changed = read_bundle(load_settings(company=copy))
    assert changed.revision != load_bundle().revision
    assert changed.data["limits"]["default"]["money_back"]["automatic_minor"] == 6000


def test_another_companys_policy_knows_no_tenant_of_the_reference_company(acme: Path) -> None:
    limits = read_bundle(load_settings(company=acme)).data
    assert "northwind" not in json.dumps(dict(limits))
    assert limits["limits"]["default"]["currency"] == "EUR"


def test_the_platform_names_no_company_plan_or_customer() -> None:
    """Everything that ships outside `companies/`, but for sentences that customers are understood by."""
    rooms = ("agents", "app", "channels", "desk", "domain", "jobs", "mcp_servers", "policy", "router", "storage")
    named = re.compile(r"northwind|amira|haddad|\bfibre[- ]?(100|300|500|1000)\b|essential.50|broadband", re.IGNORECASE)
    exempt = {"examples.yaml", "specimens.py", "data.json", "limits.json", "roles.json"}
    guilty = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".md", ".yaml", ".json", ".rego", ".html", ".js", ".toml"}
        and path.name not in exempt
        and not path.name.endswith("_test.rego")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line.replace('"northwind_fibre"', ""))
    ]
    assert guilty == []


def test_a_sidecars_bundle_has_the_companys_data_and_rules_and_replaces_an_older_one(tmp_path: Path) -> None:
    company, output = ROOT / "companies" / "lumen_dental", tmp_path / "bundle"
    for _ in range(2):
        written = write_bundle(company, {"lumen-dental": "EUR"}, output)
    data = json.loads((output / "data.json").read_text("utf-8"))
    assert data["limits"]["default"]["currency"] == "EUR"
    assert data["revision"] == written.revision == compose_bundle(company, {"lumen-dental": "EUR"}).revision
    assert (output / "contact_centre" / "rules" / "scheduling" / "guardian" / "rule.rego").is_file()
    assert not list(output.glob("*.wasm"))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Misconfigured, match=r"holds bundle, which is no policy bundle"):
        write_bundle(company, {"lumen-dental": "EUR"}, tmp_path)


def test_broken_data_of_the_platforms_bundle_is_named_with_its_file(acme: Path, tmp_path: Path) -> None:
    platform = shutil.copytree(BUNDLE, tmp_path / "bundle")
    (platform / "data" / "tools.json").write_text("{,}", "utf-8")
    with pytest.raises(Misconfigured, match=r"bundle/data/tools\.json cannot be read"):
        compose_bundle(acme, {"acme": "EUR"}, platform)
