"""The Helm chart: right by helm's word and Kubernetes' schemas, and what it says about probes, keys and secrets."""

import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml

from app.settings import Settings
from tests.deployment.composed import read_compose
from tests.deployment.tools import DEPLOY, judge, require_tool

Json = dict[str, Any]
CHART = DEPLOY / "helm" / "switchboard"
KUBERNETES = "1.31"
NEEDED = (
    "--kube-version",
    f"{KUBERNETES}.0",
    "--set",
    "auth.issuer=https://id.example,auth.jwksUrl=https://id.example/k",
)
EVERYTHING = (
    *NEEDED,
    "--set",
    "ingress.enabled=true,ingress.host=contact.example,ingress.tlsSecret=tls,metrics.serviceMonitor.enabled=true,"
    "publicUrl=https://contact.example,telemetry.endpoint=http://collector:4318,secrets.telemetryHeaders.name=collector,"
    "model.baseUrl=http://model/v1,model.name=m,secrets.model.name=model,secrets.dataKeys.name=keys,servers.crm.url=https://crm.example/mcp,"
    "image.digest=sha256:0,replicas=3,anchor.existingClaim=worm",
    "--set-string",
    "settings.SWITCHBOARD_LIMITS__REQUESTS_PER_MINUTE=6000",
)


def render(*values: str) -> list[Json]:
    """What helm makes of the chart with these values; each of it as Kubernetes' own schema wants it."""
    found = [each for each in yaml.safe_load_all(judge("helm", "template", "demo", CHART, *values)) if each]
    for each in found:
        if not each["apiVersion"].startswith("monitoring.coreos.com/"):
            kubernetes_validate.validate(each, KUBERNETES, strict=True)
    return found


def only(found: list[Json], kind: str, name: str = "") -> Json:
    (one,) = [each for each in found if each["kind"] == kind and each["metadata"]["name"].endswith(name)]
    return one


def container(workload: Json, name: str) -> Json:
    spec = workload["spec"]["template"]["spec"]
    return next(each for each in (*spec["containers"], *spec.get("initContainers", ())) if each["name"] == name)


def test_helm_finds_no_fault_in_the_chart() -> None:
    judge("helm", "lint", "--strict", CHART, *NEEDED)
    judge("helm", "lint", "--strict", CHART, *EVERYTHING)


def test_the_router_is_rolled_without_a_gap_and_probed_by_what_tells_the_truth() -> None:
    found = render(*NEEDED)
    router, budget = only(found, "Deployment"), only(found, "PodDisruptionBudget")
    main, opa = container(router, "router"), container(router, "opa")

    assert router["spec"]["replicas"] >= 2
    assert router["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert main["readinessProbe"]["httpGet"]["path"] == main["startupProbe"]["httpGet"]["path"] == "/readyz"
    assert main["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert main["lifecycle"]["preStop"]
    assert budget["spec"]["selector"]["matchLabels"].items() <= router["spec"]["template"]["metadata"]["labels"].items()
    assert opa["restartPolicy"] == "Always"
    assert "--addr=127.0.0.1:8181" in opa["args"]
    bundle = container(router, "bundle")
    assert bundle["command"] == ["switchboard", "company", "bundle", "/bundle"]
    assert bundle["env"][0]["name"] == "SWITCHBOARD_COMPANY"


def test_a_companys_folder_on_a_volume_is_read_by_all_who_need_it_and_written_by_nobody() -> None:
    claim = ("--set", "company=/company", "--set", "companyVolume.persistentVolumeClaim.claimName=acme-company")
    found = render(*NEEDED, *claim)
    mount = {"name": "company", "mountPath": "/company", "readOnly": True}
    router = only(found, "Deployment")
    servers = [each for each in found if each["kind"] == "StatefulSet"]
    places = [(router, "router"), (router, "bundle")]
    places += [(each, each["spec"]["template"]["spec"]["containers"][0]["name"]) for each in servers]
    assert len(places) > 2
    for workload, name in places:
        assert mount in container(workload, name)["volumeMounts"], name
        volumes = workload["spec"]["template"]["spec"]["volumes"]
        assert {"name": "company", "persistentVolumeClaim": {"claimName": "acme-company"}} in volumes
    assert "acme-company" not in str(render(*NEEDED))


def test_everything_that_can_be_asked_for_is_there() -> None:
    found = render(*EVERYTHING)
    kinds = {each["kind"] for each in found}
    systems = only(found, "ConfigMap")["data"]["switchboard.toml"]

    assert {"Ingress", "ServiceMonitor", "NetworkPolicy", "Job"} <= kinds
    assert "PersistentVolumeClaim" not in kinds
    assert 'url = "https://crm.example/mcp"' in systems
    assert not [each for each in found if each["metadata"]["name"].endswith("-crm")]
    assert container(only(found, "Deployment"), "router")["image"] == "switchboard@sha256:0"


def test_nothing_secret_is_in_the_chart_and_servers_hold_no_private_key() -> None:
    found = render(*EVERYTHING)
    for workload in [each for each in found if each["kind"] in ("Deployment", "StatefulSet", "Job")]:
        for each in workload["spec"]["template"]["spec"]["containers"]:
            for setting in each["env"]:
                secret = setting["name"].endswith(
                    ("DATABASE_URL", "ENCRYPTION__KEY", "DATA_KEYS", "API_KEY", "HEADERS")
                )
                assert secret == ("valueFrom" in setting), setting["name"]
    servers = [each for each in found if each["kind"] == "StatefulSet"]
    mounted = [
        volume["secret"]
        for each in servers
        for volume in each["spec"]["template"]["spec"]["volumes"]
        if "secret" in volume
    ]

    assert "Secret" not in {each["kind"] for each in found}
    assert len(mounted) == len(servers) == 4
    assert [item["key"] for secret in mounted for item in secret["items"]] == ["grant_key.pub.pem"] * 4


def test_the_chart_and_compose_start_the_same_commands_with_settings_that_exist() -> None:
    found, file = render(*EVERYTHING), read_compose()["services"]
    router, migrate = container(only(found, "Deployment"), "router"), container(only(found, "Job"), "migrate")
    payments = container(only(found, "StatefulSet", "-payments"), "payments")
    names = [setting["name"] for each in (router, migrate, payments) for setting in each["env"]]

    assert router["args"] == file["router-1"]["command"]
    assert migrate["args"] == file["migrate"]["command"]
    assert payments["args"] == file["payments"]["command"]
    assert not [name for name in names if not _is_setting(name)]
    missing = set(file["router-1"]["environment"]) - {setting["name"] for setting in router["env"]}
    assert not missing


@pytest.mark.parametrize(
    "wrong",
    [
        ("--set", "replicaCount=3"),
        ("--set", "auth.jwksUrl="),
        ("--set", "settings.OTHER=1"),
        ("--set", "secrets.database.password=x"),
    ],
    ids=lambda value: value[1].partition("=")[0],
)
def test_values_that_mean_nothing_are_refused(wrong: tuple[str, str]) -> None:
    command = [require_tool("helm"), "template", "demo", str(CHART), *NEEDED, *wrong]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert wrong[1].partition("=")[0].rpartition(".")[2] in done.stderr


def _is_setting(name: str) -> bool:
    """Whether the program reads a setting of that name."""
    first, _, rest = name.removeprefix("SWITCHBOARD_").lower().partition("__")
    if name == "SWITCHBOARD_CONFIG":
        return True
    section = Settings.model_fields.get(first)
    return section is not None and (not rest or rest in getattr(section.annotation, "model_fields", {}))
