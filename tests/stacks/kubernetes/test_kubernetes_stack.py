"""The stack of what runs on a cluster: what it declares, what it reads of the region, what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from contracts.kubernetes.components import components
from contracts.kubernetes.parts import PREFIX
from contracts.kubernetes.schemas import Schemas
from stacks.kubernetes.access import as_role
from tests.kit import GraphView
from tests.kit.conventions import orphans, silent_components
from tests.stacks.kubernetes.kit import changed_cluster, recorded, region


@pytest.fixture(scope="module")
def view() -> GraphView:
    return recorded()


def inputs(view: GraphView, name: str) -> dict[str, Any]:
    return dict(view.node(name, "kubernetes:*").inputs)


def refusal(regions: dict[str, Any], **config: str) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        recorded({"staging": regions}, config)
    return str(caught.value)


def test_stack_keeps_the_conventions(view: GraphView) -> None:
    assert orphans(view.graph) == []
    assert silent_components(view.graph) == []
    for node in view.graph.of_type("kubernetes:*"):
        view.assert_provider(node.name, "staging-kubernetes")


def test_provider_enters_the_regions_cluster_and_applies_server_side(view: GraphView) -> None:
    provider = view.node("staging-kubernetes", "pulumi:providers:kubernetes")
    assert provider.inputs["kubeconfig"] == json.dumps({"apiVersion": "v1", "kind": "Config"})
    assert provider.inputs["enableServerSideApply"] == "true"


def test_kinds_and_configuration_come_before_applications(view: GraphView) -> None:
    view.assert_depends(
        "staging-root", "staging-kind-applications", "staging-kind-appprojects", "staging-config-argocd-cm",
        "staging-project-platform",
    )  # fmt: skip


def test_root_application_follows_git_and_repairs_what_is_changed_by_hand(view: GraphView) -> None:
    spec = inputs(view, "staging-root")["spec"]
    [source] = spec["sources"]
    assert (source["repoURL"], source["targetRevision"]) == ("https://git.atoll.example/platform/atoll", "main")
    assert source["path"] == "gitops/bootstrap"
    assert spec["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True, "allowEmpty": False}
    assert spec["syncPolicy"]["retry"]["limit"] == 10


def test_project_that_everyone_could_use_allows_nothing(view: GraphView) -> None:
    spec = inputs(view, "staging-project-default")["spec"]
    assert (spec["sourceRepos"], spec["destinations"]) == ((), ())


def test_platform_project_admits_our_repository_and_known_charts_alone(view: GraphView) -> None:
    repositories = set(inputs(view, "staging-project-platform")["spec"]["sourceRepos"])
    charts = {chart.repository for component in components() for chart in component.charts}
    assert repositories == {"https://git.atoll.example/platform/atoll", *charts}


def test_secrets_of_repository_and_log_in_come_from_the_vault_before_git_is_read(view: GraphView) -> None:
    spec = inputs(view, "staging-external-secrets")["spec"]
    [chart] = spec["sources"]
    assert "charts.external-secrets.io" in chart["repoURL"]
    extra = {each["metadata"]["name"]: each for each in chart["helm"]["valuesObject"]["extraObjects"]}
    assert extra["vault"]["spec"]["provider"]["aws"] == {"service": "SecretsManager", "region": "us-west-2"}
    keys = {entry["remoteRef"]["key"] for entry in extra["argocd-repository"]["spec"]["data"]}
    assert keys == {"staging/argocd/repository"}
    assert extra["argocd-sso"]["spec"]["data"][0]["remoteRef"]["key"] == "staging/argocd/sso"


def test_entry_of_the_cluster_asks_for_the_components_of_the_settings(view: GraphView) -> None:
    labels = inputs(view, "staging-staging-entry")["metadata"]["labels"]
    wanted = {key.removeprefix(f"{PREFIX}/") for key, value in labels.items() if value == "true"}
    known = {component.switch for component in components()} | {"teams"}
    assert wanted == known - {"mesh-multi-cluster", "external-secrets"}


def test_entry_of_the_cluster_tells_what_aws_drew(view: GraphView) -> None:
    told = inputs(view, "staging-staging-entry")["metadata"]["annotations"]
    assert told[f"{PREFIX}/karpenter-queue"] == "staging-karpenter"
    assert told[f"{PREFIX}/backups-bucket"] == "app-backups-staging-333333333333"
    assert told[f"{PREFIX}/logs-host"] == "vpc-logs.us-west-2.es.amazonaws.com"
    assert told[f"{PREFIX}/prometheus-remote-write"].endswith("/api/v1/remote_write")
    assert told[f"{PREFIX}/scrape-interval"] == "60s"


def test_every_value_that_a_chart_asks_for_is_told(view: GraphView) -> None:
    told = {key.removeprefix(f"{PREFIX}/") for key in inputs(view, "staging-staging-entry")["metadata"]["annotations"]}
    text = json.dumps([[chart.values for chart in c.charts] + [c.labels, c.patches] for c in components()])
    asked = {part.split("`")[0] for part in text.split(f"annotations `{PREFIX}/")[1:]}
    assert asked <= told


def test_volumes_that_pods_share_lie_on_the_regions_file_system(view: GraphView) -> None:
    made = inputs(view, "staging-storage-efs")
    assert made["provisioner"] == "efs.csi.aws.com"
    assert made["parameters"]["fileSystemId"] == "fs-0123456789abcdef0"


def test_other_cluster_is_entered_by_its_role_and_has_no_pages_of_the_platform() -> None:
    other = {"region_stack": "west", "role": "arn:aws:iam::333333333333:role/argocd"}
    view = recorded({"staging": region(), "west": region()}, {"atoll:clusters": json.dumps({"west": other})})
    labels = inputs(view, "staging-west-entry")["metadata"]["labels"]
    assert labels[f"{PREFIX}/external-secrets"] == "true"
    assert not {f"{PREFIX}/jenkins", f"{PREFIX}/pages"} & set(labels)


@pytest.mark.parametrize(
    ("regions", "sentence"),
    [
        (
            changed_cluster(file_system_id=None),
            "atoll:jenkins: keeps its home on EFS, and staging has no file system; set atoll:files in "
            "Pulumi.staging.yaml, or leave jenkins out",
        ),
        (
            changed_cluster(karpenter=None),
            "atoll:autoscaling.karpenter: the cluster of staging has no queue and no role for Karpenter; set "
            "karpenter: true in atoll:kubernetes of Pulumi.staging.yaml, or write karpenter: false",
        ),
        (
            region(buckets={}),
            "atoll:velero: needs the bucket of backups, and staging has none; leave velero out",
        ),
        (
            region(prometheus=None),
            "atoll:metrics: writes to a workspace of Managed Prometheus, and staging has none; set "
            "atoll:monitoring.prometheus in Pulumi.staging.yaml, or leave metrics out",
        ),
        (
            region(log_analytics=None),
            "atoll:logs: writes to a search domain or an archive of logs, and staging has none; set "
            "atoll:log_analytics in Pulumi.staging.yaml, or leave logs out",
        ),
    ],
)
def test_exactly_what_is_missing_is_told_when_the_region_lacks_it(regions: dict[str, Any], sentence: str) -> None:
    assert refusal(regions) == f"staging-kubernetes is refused:\n  {sentence}"


def test_every_missing_identity_is_told_at_once() -> None:
    lines = refusal(changed_cluster(role_arns={})).splitlines()
    told = [line.split(":")[1] for line in lines[1:]]
    assert told == [
        "foundation.external_secrets", "autoscaling.karpenter", "autoscaling.cluster_autoscaler", "velero", "jenkins",
        "metrics", "logs", "traces",
    ]  # fmt: skip
    assert (
        "has no identity velero for them; add velero to atoll:kubernetes.identities of Pulumi.staging.yaml" in lines[4]
    )


def test_region_without_a_cluster_is_refused() -> None:
    assert refusal(region(kubernetes=None)) == (
        "staging-kubernetes cannot use what it reads of other stacks; nothing was created:\n"
        "  staging  (atoll:region_stack)\n"
        "    kubernetes: is not exported, and is needed for the cluster: set atoll:kubernetes in Pulumi.staging.yaml\n"
        "    next: atoll stack up staging  # with this version of the program"
    )


def test_region_of_another_environment_is_refused() -> None:
    assert refusal(region(environment="prod")).splitlines()[1:] == [
        "  staging  (atoll:region_stack)",
        "    environment: prod, and staging-kubernetes is of staging",
        "    next: name the stack of the same environment and region in atoll:region_stack of "
        "Pulumi.staging-kubernetes.yaml",
    ]


def test_nothing_is_declared_for_what_is_off() -> None:
    names = ("jenkins", "mesh", "logs", "metrics", "velero", "autoscaling", "traces")
    argocd = {"domain": "argocd.example.org", "replicas": 1, "controllers": 1, "sso": None, "admin_groups": []}
    off = {**{f"atoll:{name}": "" for name in names}, "atoll:argocd": json.dumps({**argocd, "cascade": True})}
    bare = changed_cluster(file_system_id=None, karpenter=None)
    view = recorded({"staging": {**bare, "prometheus": None, "log_analytics": None}}, off)
    assert not view.graph.of_type("kubernetes:storage.k8s.io/v1:StorageClass")
    labels = inputs(view, "staging-staging-entry")["metadata"]["labels"]
    assert {key for key, value in labels.items() if value == "true"} == {
        f"{PREFIX}/{switch}" for switch in ("certificates", "pod-metrics", "rollouts", "storage", "teams")
    }


def plain(value: Any) -> Any:
    """Recorded inputs as JSON; secrets and unknowns stand as what their schema allows."""
    if type(value).__name__ == "Secret":
        return {}
    if type(value).__name__ == "Unknown":
        return "unknown"
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.embedded
def test_every_object_follows_the_real_schema_of_its_kind(view: GraphView) -> None:
    from embedded.definitions import obtain
    from embedded.home import cache_dir

    schemas: Schemas = obtain(cache_dir())
    nodes = list(view.graph.of_type("kubernetes:*"))
    assert len(nodes) > 50
    problems = [f"{node.name} {problem}" for node in nodes for problem in schemas.problems(plain(node.inputs))]
    assert problems == []


def test_argocd_removes_what_it_brought_in_only_when_the_settings_say_so(view: GraphView) -> None:
    assert "finalizers" not in inputs(view, "staging-root")["metadata"]
    argocd = {"domain": "argocd.example.org", "replicas": 1, "controllers": 1, "sso": None, "admin_groups": []}
    cascading = recorded(config={"atoll:argocd": json.dumps({**argocd, "cascade": True})})
    finalizers = inputs(cascading, "staging-root")["metadata"]["finalizers"]
    assert finalizers == ("resources-finalizer.argocd.argoproj.io",)


def test_logs_go_to_the_archive_alone_when_the_region_has_no_search() -> None:
    view = recorded({"staging": region(log_analytics={"delivery_stream": "staging-logs", "search_endpoint": None})})
    told = inputs(view, "staging-staging-entry")["metadata"]["annotations"]
    assert told[f"{PREFIX}/logs-stream"] == "staging-logs"
    assert f"{PREFIX}/logs-host" not in told


def test_tokens_are_those_of_the_deployment_role_when_a_command_draws_them() -> None:
    command = {"command": "aws", "args": ["eks", "get-token", "--cluster-name", "staging"]}
    users = [{"name": "aws", "user": {"exec": command}}, {"name": "admin", "user": {"client-key-data": "x"}}]
    told = json.loads(as_role(json.dumps({"users": users}), "arn:aws:iam::333333333333:role/AtollDeploy"))
    assert told["users"][0]["user"]["exec"]["args"][-2:] == ["--role-arn", "arn:aws:iam::333333333333:role/AtollDeploy"]
    assert told["users"][1] == users[1]
