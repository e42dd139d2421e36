"""Applications and ApplicationSets of ArgoCD, from components."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.kubernetes.parts import PREFIX, Chart, Component, Manifest, Wave, drawn

NAMESPACE = "argocd"
PROJECT = "platform"
FINALIZER = "resources-finalizer.argocd.argoproj.io"
"""Deletes what an Application brought in along with it."""
WAVE = "argocd.argoproj.io/sync-wave"
OCI_REGISTRIES = ("public.ecr.aws/",)
"""Chart repositories without a scheme are of this kind (OCI)."""


def metadata(name: str, wave: int | None = None, labels: Mapping[str, str] | None = None) -> Manifest:
    """Metadata of an object of ArgoCD's namespace."""
    found: Manifest = {"name": name, "namespace": NAMESPACE}
    if labels:
        found["labels"] = dict(labels)
    if wave is not None:
        found["annotations"] = {WAVE: str(int(wave))}
    return found


def sync_policy(labels: Mapping[str, str] | None = None) -> Manifest:
    """Bring in what Git says, remove what it no longer says, undo what is changed by hand, and try again.

    Retrying is what orders components: one whose kinds another brings along fails until they are there.

    Args:
        labels: of the namespace, which is made with them; None for one that is there.
    """
    made: Manifest = {"managedNamespaceMetadata": {"labels": dict(labels)}} if labels is not None else {}
    options = ["ServerSideApply=true", "SkipDryRunOnMissingResource=true", "PruneLast=true"]
    return {
        "automated": {"prune": True, "selfHeal": True, "allowEmpty": False},
        **made,
        "syncOptions": [f"CreateNamespace={'true' if labels is not None else 'false'}", *options],
        "retry": {"limit": 10, "backoff": {"duration": "30s", "factor": 2, "maxDuration": "10m"}},
    }


def chart_source(chart: Chart) -> Manifest:
    """A chart with its values."""
    return {
        "repoURL": chart.repository,
        "chart": chart.name,
        "targetRevision": chart.version,
        "helm": {"releaseName": chart.release or chart.name, "valuesObject": dict(chart.values)},
    }


def git_source(path: str, repository: str | None = None, revision: str | None = None) -> Manifest:
    """A folder of our own repository, with everything below it; as the cluster's entry says where none is named."""
    return {
        "repoURL": repository or drawn("git-repository"),
        "targetRevision": revision or drawn("git-revision"),
        "path": path,
        "directory": {"recurse": True},
    }


def patched_source(path: str, component: Component) -> Manifest:
    """A folder of our own, with what AWS drew written into its objects."""
    operations = [{"op": "replace", "path": place, "value": value} for place, value in component.patches.items()]
    found = {key: value for key, value in git_source(path).items() if key != "directory"}
    patch = {"target": {"kind": component.patched}, "patch": json.dumps(operations)}
    return {**found, "kustomize": {"patches": [patch]}}


def application_set(component: Component, folders: tuple[str, ...]) -> Manifest:
    """The ApplicationSet of a component: an Application for every cluster that asks for it.

    Args:
        component: of the platform.
        folders: of its objects, below the repository.
    """
    levels = ("enforce", "audit", "warn")
    labels = {f"pod-security.kubernetes.io/{level}": component.security for level in levels if component.security}
    if component.security:
        labels |= {"istio-injection": "enabled" if component.injected else "disabled", **component.labels}
    chosen = {"argocd.argoproj.io/secret-type": "cluster", f"{PREFIX}/{component.switch}": "true"}
    sources = [
        *(chart_source(chart) for chart in component.charts),
        *(
            patched_source(folder, component)
            if component.patches and folder.startswith("gitops/platform/")
            else git_source(folder)
            for folder in folders
        ),
    ]
    spec: Manifest = {
        "project": PROJECT,
        "destination": {"server": "{{ .server }}", "namespace": component.namespace},
        "sources": sources,
        "syncPolicy": sync_policy(labels or None),
    }
    if component.injected or component.name in {"mesh", "cert-manager", "velero"}:
        spec["ignoreDifferences"] = _written_by_controllers()
    return _set(
        component.name, component.wave, [{"clusters": {"selector": {"matchLabels": chosen}}}], spec, "{{ .name }}"
    )


_MOVED_BY_RELEASES = [
    {"group": "networking.istio.io", "kind": "VirtualService", "jqPathExpressions": [".spec.http[].route[].weight"]},
    {"group": "argoproj.io", "kind": "Rollout", "jsonPointers": ["/spec/replicas"]},
]
"""What a release and an autoscaler change in the cluster, and Git must not undo."""


def teams_set() -> Manifest:
    """The ApplicationSet of the teams' namespaces: an Application for every team on every cluster it is on."""
    clusters = {"clusters": {"selector": {"matchLabels": {f"{PREFIX}/teams": "true"}}}}
    folders = {
        "git": {
            "repoURL": drawn("git-repository"),
            "revision": drawn("git-revision"),
            "directories": [{"path": "gitops/teams/*/{{ .name }}"}],
        }
    }
    spec: Manifest = {
        "project": "{{ index .path.segments 2 }}",
        "destination": {"server": "{{ .server }}"},
        "sources": [git_source("{{ .path.path }}")],
        "ignoreDifferences": _MOVED_BY_RELEASES,
        "syncPolicy": _respecting(sync_policy()),
    }
    generators = [{"matrix": {"generators": [clusters, folders]}}]
    return _set("teams", Wave.TEAMS, generators, spec, "{{ .name }}-{{ index .path.segments 2 }}", suffix=False)


def _respecting(policy: Manifest) -> Manifest:
    """The policy, which leaves ignored fields alone when it brings the rest in."""
    return {**policy, "syncOptions": [*policy["syncOptions"], "RespectIgnoreDifferences=true"]}


def _set(
    name: str, wave: int, generators: list[Manifest], spec: Manifest, prefix: str, *, suffix: bool = True
) -> Manifest:
    template = {
        "metadata": {
            "name": f"{prefix}-{name}" if suffix else prefix,
            "labels": {f"{PREFIX}/component": name},
            "finalizers": [FINALIZER],
        },
        "spec": spec,
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": metadata(name, wave),
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": generators,
            "syncPolicy": {"preserveResourcesOnDeletion": False, "applicationsSync": "sync"},
            "template": template,
        },
    }


def _written_by_controllers() -> list[Manifest]:
    """Fields that a webhook's own controller fills in."""
    return [
        {
            "group": "admissionregistration.k8s.io",
            "kind": kind,
            "jqPathExpressions": [".webhooks[]?.clientConfig.caBundle"],
        }
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    ]


def project(name: str, spec: Mapping[str, Any]) -> Manifest:
    """An AppProject: what its Applications may bring in, from where and to where."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": metadata(name),
        "spec": dict(spec),
    }
