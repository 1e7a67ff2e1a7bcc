"""The dashboard and the alert rules: right by their own tools' word, and about measurements that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from prometheus_client.parser import text_string_to_metric_families

from tests.deployment.tools import DEPLOY, judge
from tests.house_guest import Guest

RULES = DEPLOY / "prometheus" / "rules.yaml"
DASHBOARD = DEPLOY / "grafana" / "switchboard.json"
VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$instance": "a"}


def dashboard() -> dict[str, Any]:
    return json.loads(DASHBOARD.read_text("utf-8"))


def questions() -> list[str]:
    """What the dashboard asks Prometheus, its variables filled in."""
    found = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", ())]
    for name, value in VARIABLES.items():
        found = [each.replace(name, value) for each in found]
    return found


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


def lost(given: Any, known: Any, path: str = "") -> Iterator[str]:
    """Where what was given is not in what is known of it."""
    if isinstance(given, dict):
        for name, value in given.items():
            if name in known:
                yield from lost(value, known[name], f"{path}/{name}")
            else:
                yield f"{path}/{name}"
    elif isinstance(given, list):
        for index, (value, other) in enumerate(zip(given, known, strict=True)):
            yield from lost(value, other, f"{path}/{index}")
    elif given != known:
        yield path


def test_the_alert_rules_are_sound_and_fire_when_they_should() -> None:
    judge("promtool", "check", "rules", RULES)
    judge("promtool", "test", "rules", RULES.with_name("rules_test.yaml"))


def test_whatever_the_dashboard_asks_is_a_question_that_prometheus_understands(tmp_path: Path) -> None:
    file = tmp_path / "questions.yaml"
    recorded = [{"record": f"question:{number}", "expr": expr} for number, expr in enumerate(questions())]
    file.write_text(yaml.safe_dump({"groups": [{"name": "questions", "rules": recorded}]}), "utf-8")
    assert len(recorded) > 20
    judge("promtool", "check", "rules", file)


def test_grafana_knows_every_field_of_the_dashboard() -> None:
    given = dashboard()
    known = json.loads(json.dumps(Dashboard.from_json(given), cls=JSONEncoder))
    assert not list(lost(given, known))
    assert len({panel["id"] for panel in given["panels"]}) == len(given["panels"])
    assert [panel["title"] for panel in given["panels"] if panel["type"] != "row" and not panel["description"]] == []


async def test_every_measurement_that_is_asked_for_exists(house: Guest) -> None:
    text = (await house.http.get("/metrics")).text
    families = {family.name: family.type for family in text_string_to_metric_families(text)}
    kinds = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    there = {name + ending for name, kind in families.items() for ending in kinds.get(kind, ())}
    asked = " ".join((*questions(), *(rule["expr"] for rule in rules())))
    named = set(re.findall(r"\bswitchboard_\w+", asked))

    assert len(named) > 20
    assert named <= there, named - there


def test_every_alert_says_what_it_means_and_is_explained_in_the_manual() -> None:
    manual = (DEPLOY.parent / "docs" / "operations.md").read_text("utf-8")
    for rule in rules():
        assert {"summary", "description"} <= set(rule["annotations"]), rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert rule["alert"] in manual, rule["alert"]
