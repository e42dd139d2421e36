"""Settings of what runs on a cluster: each part says at load what it needs of another, in the exact words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.settings import KubernetesStackSettings, SettingsError, load_any

PROJECT = Path(__file__).parents[3]
FILE = PROJECT / "Pulumi.staging-kubernetes.yaml"


def changed(folder: Path, name: str = FILE.name, **changes: Any) -> Path:
    """The stack file with other sections; `None` leaves one out."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    config = {**content["config"], **{f"atoll:{key}": value for key, value in changes.items()}}
    path = folder / name
    kept = {key: value for key, value in config.items() if value is not None}
    path.write_text(yaml.safe_dump({"config": kept}), encoding="utf-8")
    return path


def section(name: str) -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["config"][f"atoll:{name}"]


def problems(path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(SettingsError) as caught:
        load_any(path)
    return [(each.path, each.allowed, each.fix) for each in caught.value.problems]


def test_file_of_the_stack_is_fine() -> None:
    settings = load_any(FILE)
    assert isinstance(settings, KubernetesStackSettings)
    assert settings.cluster == "staging"


def test_log_in_and_jenkins_need_the_mesh(tmp_path: Path) -> None:
    assert problems(changed(tmp_path, mesh=None)) == [
        (
            "atoll:argocd.sso",
            "null where there is no mesh",
            "set mesh, whose gateway leads to the page where people log in, or write sso: null",
        ),
        (
            "atoll:jenkins.domain",
            "no jenkins where there is no mesh",
            "set mesh, whose gateway leads there, or leave jenkins out",
        ),
    ]


def test_what_reads_the_vault_needs_external_secrets(tmp_path: Path) -> None:
    fix = "set foundation.external_secrets: true, for nothing else copies secrets of the vault into the cluster"
    assert problems(changed(tmp_path, foundation={**section("foundation"), "external_secrets": False})) == [
        ("atoll:argocd.sso.vault_entry", "no sso where foundation.external_secrets is false", fix),
        ("atoll:git.vault_entry", "null where foundation.external_secrets is false", fix),
        ("atoll:jenkins", "no jenkins where foundation.external_secrets is false", fix),
    ]


def test_tracing_mesh_needs_collectors(tmp_path: Path) -> None:
    assert problems(changed(tmp_path, traces=None)) == [
        (
            "atoll:mesh.tracing_percent",
            "0 where there are no collectors",
            "set traces, whose collectors take them, or write tracing_percent: 0",
        )
    ]


def test_mesh_over_clusters_needs_certificates_of_one_root(tmp_path: Path) -> None:
    mesh = {**section("mesh"), "multi_cluster": True}
    assert problems(changed(tmp_path, mesh=mesh, foundation={**section("foundation"), "certificates": False})) == [
        (
            "atoll:mesh.multi_cluster",
            "false where foundation.certificates is false",
            "set foundation.certificates: true, for clusters of one mesh need certificates of one root",
        )
    ]


def test_own_cluster_is_not_another_one(tmp_path: Path) -> None:
    other = {"region_stack": "staging", "role": "arn:aws:iam::333333333333:role/argocd"}
    assert problems(changed(tmp_path, clusters={"east": other})) == [
        (
            "atoll:clusters.east",
            "other clusters than the stack's own",
            "remove it: it is looked after anyway",
        )
    ]


def test_domains_of_argocd_and_jenkins_differ(tmp_path: Path) -> None:
    jenkins = {**section("jenkins"), "domain": section("argocd")["domain"]}
    assert problems(changed(tmp_path, jenkins=jenkins)) == [
        ("atoll:jenkins.domain", "another domain than argocd.domain", "give Jenkins a name of its own")
    ]


def test_name_of_the_stack_says_whose_cluster_it_is(tmp_path: Path) -> None:
    [(path, allowed, fix)] = problems(changed(tmp_path, "Pulumi.prod-kubernetes.yaml"))
    assert (path, allowed) == ("atoll:region_stack", "the region stack of prod-kubernetes")
    assert fix == "name the stack staging-kubernetes, or write the region stack before -kubernetes"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"velero": {"schedule": "daily", "kept_days": 30}}, "atoll:velero.schedule"),
        ({"metrics": {"scrape_seconds": 45}}, "atoll:metrics.scrape_seconds"),
        ({"git": {"repository": "git@host:a/b", "revision": "main", "vault_entry": None}}, "atoll:git.repository"),
        ({"logs": {"index": "Has Spaces"}}, "atoll:logs.index"),
        ({"autoscaling": {"karpenter": True, "karpenter_cpu_limit": 0, "cluster_autoscaler": False}},
         "atoll:autoscaling.karpenter_cpu_limit"),
    ],
)  # fmt: skip
def test_place_is_told_when_a_value_is_wrong(tmp_path: Path, change: dict[str, Any], path: str) -> None:
    assert [each[0] for each in problems(changed(tmp_path, **change))] == [path]
