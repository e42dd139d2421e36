"""Everything below gitops/: current, one of its kind, pinned, and held to the real schemas."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from console.gitops import GitopsError, generated, objects, rendered, sources
from contracts.kubernetes.components import components
from contracts.kubernetes.network import PLATFORM
from contracts.kubernetes.versions import APPLICATIONS, CHARTS
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity
from tests.stacks.kubernetes.kit import PROJECT

EVERY = list(objects(PROJECT))
CLUSTERS = ("prod", "prod-west", "staging")


def cluster_of(path: Path) -> str | None:
    """The cluster that a file is for; None where it is for all of them."""
    return next((part for part in path.parts if part in CLUSTERS), None)


def of_kind(kind: str, cluster: str = "staging") -> list[dict[str, Any]]:
    """The objects that one cluster has."""
    return [each for path, _, each in EVERY if each["kind"] == kind and cluster_of(path) in (None, cluster)]


def containers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in [*of_kind("Deployment"), *of_kind("StatefulSet"), *of_kind("Rollout")]:
        found += each["spec"]["template"]["spec"]["containers"]
    return found


def test_generated_files_are_current() -> None:
    wanted = rendered(PROJECT)
    there = {path: (PROJECT / path).read_text(encoding="utf-8") for path in generated(PROJECT)}
    assert there == wanted, "run `atoll gitops render --write`"


def test_no_object_is_declared_twice() -> None:
    names = [
        (
            path.parts[1:3],
            cluster_of(path),
            each["apiVersion"],
            each["kind"],
            each["metadata"].get("namespace"),
            each["metadata"]["name"],
        )
        for path, _, each in EVERY
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_cluster_has_the_same_parts(cluster: str) -> None:
    def parts(wanted: str) -> set[tuple[str, ...]]:
        found = (path.parts for path, _, _ in EVERY if cluster_of(path) == wanted)
        return {tuple(part for part in each if part != wanted) for each in found}

    assert parts(cluster) == parts("staging") != set()


def test_no_image_is_taken_by_a_tag_that_moves() -> None:
    images = [container["image"] for container in containers()]
    assert images
    assert [image for image in images if not re.search(r":v?\d+\.\d+|@sha256:", image)] == []


def test_every_chart_is_pinned_to_one_version() -> None:
    charts = [chart for component in components() for chart in component.charts]
    assert {chart.version for chart in charts} == set(CHARTS.values())
    assert all(re.fullmatch(r"v?\d+\.\d+\.\d+", version) for version in CHARTS.values())


def test_definitions_are_of_the_releases_that_charts_install() -> None:
    from embedded.definitions import pinned

    modules = {
        "argo-rollouts": "github.com/argoproj/argo-rollouts",
        "cert-manager": "github.com/cert-manager/cert-manager",
        "external-secrets": "github.com/external-secrets/external-secrets",
        "istio": "istio.io/api",
        "karpenter": "github.com/aws/karpenter-provider-aws",
        "kube-prometheus-stack": "github.com/prometheus-operator/prometheus-operator",
    }
    versions = {module.path: module.version for module in pinned()}
    assert {chart: versions[module] for chart, module in modules.items()} == APPLICATIONS


def test_every_application_set_prunes_heals_and_tries_again() -> None:
    found = of_kind("ApplicationSet")
    assert len(found) == len(components()) + 1
    for each in found:
        policy = each["spec"]["template"]["spec"]["syncPolicy"]
        assert policy["automated"] == {"prune": True, "selfHeal": True, "allowEmpty": False}
        assert policy["retry"]["limit"] == 10
        assert "ServerSideApply=true" in policy["syncOptions"]
        generators = yaml.safe_dump(each["spec"]["generators"])
        assert "clusters:" in generators  # one Application a cluster, wherever ArgoCD looks after one


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_folders_of_application_sets_are_there(cluster: str) -> None:
    paths = [
        source["path"].replace("{{ .name }}", cluster)
        for each in of_kind("ApplicationSet")
        if each["metadata"]["name"] != "teams"
        for source in each["spec"]["template"]["spec"]["sources"]
        if "path" in source
    ]
    assert [path for path in paths if not any((PROJECT / path).glob("*.yaml"))] == []


def test_service_accounts_are_those_that_have_an_identity() -> None:
    """IAM-3: a role is bound to one service account, so a chart or manifest with another name would have no rights."""
    by_component = {component.name: component for component in components()}
    expected = {
        "cluster-autoscaler": PodIdentity.CLUSTER_AUTOSCALER,
        "karpenter": PodIdentity.KARPENTER,
        "external-secrets": PodIdentity.EXTERNAL_SECRETS,
        "logging": PodIdentity.FLUENT_BIT,
        "velero": PodIdentity.VELERO,
        "cert-manager": PodIdentity.CERT_MANAGER,
        "monitoring": PodIdentity.METRICS_WRITER,
        "jenkins": PodIdentity.JENKINS_AGENT,
        "tracing": PodIdentity.TRACE_COLLECTOR,
    }
    for name, identity in expected.items():
        assert by_component[name].namespace == SERVICE_ACCOUNTS[identity].namespace
    collector = next(each for each in of_kind("Deployment") if each["metadata"]["name"] == "collector")
    assert collector["spec"]["template"]["spec"]["serviceAccountName"] == "otel-collector"


def test_mesh_is_strict_and_lets_nobody_call_by_default() -> None:
    whole = [each for each in of_kind("PeerAuthentication") if each["metadata"]["namespace"] == "istio-system"]
    assert [each["spec"] for each in whole] == [{"mtls": {"mode": "STRICT"}}]
    assert {each["spec"]["mtls"]["mode"] for each in of_kind("PeerAuthentication")} == {"STRICT"}
    assert [each["spec"] for each in of_kind("AuthorizationPolicy") if each["metadata"]["name"] == "allow-nothing"] == [
        {}
    ] * 5


def test_mesh_breaks_circuits_for_every_service() -> None:
    [rule] = [each for each in of_kind("DestinationRule") if each["metadata"]["name"] == "circuit-breaking"]
    policy = rule["spec"]["trafficPolicy"]
    assert rule["spec"]["host"] == "*.svc.cluster.local"
    assert policy["outlierDetection"]["consecutive5xxErrors"] == 5
    assert policy["tls"] == {"mode": "ISTIO_MUTUAL"}


def test_every_namespace_denies_what_nobody_allowed() -> None:
    denied = {
        each["metadata"]["namespace"] for each in of_kind("NetworkPolicy") if each["metadata"]["name"] == "default-deny"
    }
    teams = {each["metadata"]["name"] for each in of_kind("Namespace")}
    assert denied == set(PLATFORM) | teams


def test_namespaces_of_teams_are_restricted_and_in_the_mesh() -> None:
    found = of_kind("Namespace")
    assert {each["metadata"]["name"] for each in found} == {
        "staging-analytics", "staging-order", "staging-platform", "staging-user"
    }  # fmt: skip
    for each in found:
        assert each["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        assert each["metadata"]["labels"]["istio-injection"] == "enabled"


def test_teams_may_bring_in_only_what_is_theirs() -> None:
    projects = {each["metadata"]["name"]: each["spec"] for each in of_kind("AppProject")}
    assert {place["namespace"] for place in projects["payment-team"]["destinations"]} == {"prod-order", "staging-order"}
    for team, spec in projects.items():
        assert "*" not in {place["namespace"] for place in spec["destinations"]}
        assert spec["roles"][0]["policies"][0] == f"p, proj:{team}:developer, applications, get, {team}/*, allow"


def test_karpenter_has_nodes_on_demand_and_on_spot_with_a_limit() -> None:
    pools = {each["metadata"]["name"]: each["spec"] for each in of_kind("NodePool")}
    assert set(pools) == {"on-demand", "spot"}
    assert {pool["limits"]["cpu"] for pool in pools.values()} == {"64"}
    [node] = of_kind("EC2NodeClass")
    assert node["spec"]["metadataOptions"]["httpTokens"] == "required"
    assert all(device["ebs"]["encrypted"] for device in node["spec"]["blockDeviceMappings"])


def test_every_namespace_is_backed_up_for_thirty_days() -> None:
    [schedule] = of_kind("Schedule")
    assert schedule["spec"]["schedule"] == "0 3 * * *"
    assert schedule["spec"]["template"]["includedNamespaces"] == ["*"]
    assert schedule["spec"]["template"]["ttl"] == "720h0m0s"


def test_default_volume_is_gp3_and_encrypted() -> None:
    [found] = of_kind("StorageClass")
    assert found["parameters"]["type"] == "gp3"
    assert found["parameters"]["encrypted"] == "true"
    assert found["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"


def test_jenkins_is_configured_as_code_with_agents_that_have_an_identity() -> None:
    [code] = [each for each in of_kind("ConfigMap") if each["metadata"]["name"] == "jenkins-as-code"]
    settings = yaml.safe_load(code["data"]["atoll.yaml"])
    [cloud] = settings["jenkins"]["clouds"]
    [template] = cloud["kubernetes"]["templates"]
    assert (template["namespace"], template["serviceAccount"]) == ("jenkins", "jenkins-agent")
    assert settings["jenkins"]["numExecutors"] == 0
    assert settings["aws"]["s3"]["container"] == "app-artifacts-staging-333333333333"
    assert "multibranchPipelineJob('atoll')" in settings["jobs"][0]["script"]
    [claim] = of_kind("PersistentVolumeClaim")
    assert (claim["spec"]["storageClassName"], claim["spec"]["accessModes"]) == ("efs", ["ReadWriteMany"])


def test_traces_go_to_x_ray_and_pushed_metrics_to_prometheus() -> None:
    [found] = [each for each in of_kind("ConfigMap") if each["metadata"]["name"] == "collector"]
    pipelines = yaml.safe_load(found["data"]["collector.yaml"])["service"]["pipelines"]
    assert pipelines["traces"]["exporters"] == ["awsxray"]
    assert pipelines["metrics"]["exporters"] == ["prometheus"]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The teams' file and the contracts, to be spoilt."""
    shutil.copytree(PROJECT / "services", tmp_path / "services", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "gitops", tmp_path / "gitops")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{team: order-team,", "{team: other-team,", "domains.order.team: there is no team other-team; teams are"),
        ("works_in: [order]", "works_in: [orders]", "teams.payment-team.works_in: there is no domain orders"),
        (", works_in: [order]", "", "teams.payment-team.works_in: order/payment belongs to payment-team; add order"),
        ("cpu: 16, memory_gib: 32", "cpu: 0, memory_gib: 32", "domains.order.cpu: found 0; allowed: 1 to 1000 CPUs"),
        ("  user: {", "  users: {", "domains: user/user is of the domain user, which is not here; add it"),
        ("pods: 60", "pod: 60", "domains.analytics.pod: found 60; allowed: one of the keys"),
    ],
)
def test_reason_is_told_when_the_teams_file_is_wrong(copied: Path, old: str, new: str, sentence: str) -> None:
    file = copied / "gitops" / "teams.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GitopsError) as caught:
        sources(copied)
    assert sentence in str(caught.value)


@pytest.mark.embedded
def test_every_object_follows_the_real_schema_of_its_kind() -> None:
    from embedded.definitions import obtain
    from embedded.home import cache_dir

    schemas = obtain(cache_dir())
    found = [
        f"{path} document {index + 1}: {problem}" for path, index, each in EVERY for problem in schemas.problems(each)
    ]
    assert found == []
    assert len(EVERY) > 100
