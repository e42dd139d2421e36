"""The first Applications of a cluster: what brings in everything that stands in Git."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components.kubernetes.argocd_config import SSO_SECRET
from components.kubernetes.cluster_entry import OWN_CLUSTER
from components.kubernetes.shapes import NAMESPACE, Manifest, Spec
from contracts.kubernetes.applications import FINALIZER, PROJECT, chart_source, git_source, metadata, sync_policy
from contracts.kubernetes.charts.platform import external_secrets
from contracts.kubernetes.components import components
from contracts.kubernetes.network import platform_policies
from contracts.settings.kubernetes_layer import ArgoCdSettings, GitSettings

TOKEN = "atoll:kubernetes:RootApplication"
BOOTSTRAP = "gitops/bootstrap"
"""Folder of the ApplicationSets."""
ROOT = "root"
"""Name of the first Application."""
STORE = "vault"
"""Name of the ClusterSecretStore: the account's Secrets Manager."""


@dataclass(frozen=True, kw_only=True)
class RootApplicationArgs:
    """What the root depends on."""

    git: GitSettings
    argocd: ArgoCdSettings
    external_secrets: bool
    region: str
    namespace: pulumi.Input[str]
    """Namespace of ArgoCD, once its kinds are there."""


class RootApplication(pulumi.ComponentResource):
    """Projects, the root Application, and External Secrets before everything else.

    ArgoCD reads the repository with a credential of the vault, and External Secrets, which copies it, cannot come from
    that repository: so its chart, which anyone may read, is the one Application besides the root that is made here; the
    objects that use its kinds go along as the chart's extra objects. The project `default`, which everyone could
    otherwise use, allows nothing. Costs nothing by itself.
    https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
    """

    def __init__(self, name: str, *, args: RootApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        closed: Manifest = {"sourceRepos": [], "destinations": [], "description": "Allows nothing; name a project."}
        platform = _platform_project(args.git.repository)
        self._object(f"{name}-project-default", "AppProject", "default", args.namespace, closed, own)
        project = self._object(f"{name}-project-{PROJECT}", "AppProject", PROJECT, args.namespace, platform, own)
        after, cascade = pulumi.ResourceOptions(parent=self, depends_on=[project]), args.argocd.cascade
        if args.external_secrets:
            secrets = _secrets(args)
            self._object(
                f"{name}-external-secrets",
                "Application",
                "external-secrets",
                args.namespace,
                secrets,
                after,
                cascade=cascade,
            )
        spec: Manifest = {
            "project": PROJECT,
            "destination": {"server": OWN_CLUSTER, "namespace": NAMESPACE},
            "sources": [git_source(BOOTSTRAP, args.git.repository, args.git.revision)],
            "syncPolicy": sync_policy(),
        }
        self._object(f"{name}-root", "Application", ROOT, args.namespace, spec, after, cascade=cascade)
        self.register_outputs({})

    @staticmethod
    def _object(
        name: str,
        kind: str,
        physical: str,
        namespace: pulumi.Input[str],
        spec: Manifest,
        opts: pulumi.ResourceOptions,
        *,
        cascade: bool = False,
    ) -> CustomResource:
        found: Spec = {**metadata(physical), "namespace": namespace}
        if cascade:
            found["finalizers"] = [FINALIZER]
        return CustomResource(name, api_version="argoproj.io/v1alpha1", kind=kind, metadata=found, spec=spec, opts=opts)


def _platform_project(repository: str) -> Manifest:
    """Only our own repository and the charts that are known may bring something in; team projects allow less."""
    charts = {chart.repository for component in components() for chart in component.charts}
    return {
        "description": "What the platform team brings to every cluster.",
        "sourceRepos": [repository, *sorted(charts)],
        "destinations": [{"server": "*", "namespace": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
        "orphanedResources": {"warn": False},
    }


def _secrets(args: RootApplicationArgs) -> Manifest:
    """External Secrets, its store, and the secrets that ArgoCD itself needs."""
    chart = chart_source(external_secrets())
    chart["helm"]["valuesObject"] = {**chart["helm"]["valuesObject"], "extraObjects": extra_objects(args)}
    labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    return {
        "project": PROJECT,
        "destination": {"server": OWN_CLUSTER, "namespace": "external-secrets"},
        "sources": [chart],
        "syncPolicy": sync_policy({**labels, "istio-injection": "disabled"}),
    }


def extra_objects(args: RootApplicationArgs) -> Sequence[Manifest]:
    """Edges of its network, the store of the vault, and the secrets of the repository and of the log-in."""
    found = [*platform_policies("external-secrets"), store(args.region)]
    if args.git.vault_entry is not None:
        template = {
            "type": "git",
            "url": args.git.repository,
            "username": "{{ .username }}",
            "password": "{{ .password }}",
        }
        label = {"argocd.argoproj.io/secret-type": "repository"}
        entries = {key: (args.git.vault_entry, key) for key in ("username", "password")}
        found.append(_external_secret("argocd-repository", label, entries, template))
    if args.argocd.sso is not None:
        label = {"app.kubernetes.io/part-of": "argocd"}
        entries = {"clientSecret": (args.argocd.sso.vault_entry, "client_secret")}
        found.append(_external_secret(SSO_SECRET, label, entries, None))
    return found


def store(region: str) -> Manifest:
    """The account's Secrets Manager, read with External Secrets' own identity."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterSecretStore",
        "metadata": {"name": STORE, "annotations": {"argocd.argoproj.io/sync-wave": "10"}},
        "spec": {"provider": {"aws": {"service": "SecretsManager", "region": region}}},
    }


def _external_secret(
    name: str, labels: Manifest, entries: dict[str, tuple[str, str]], template: Manifest | None
) -> Manifest:
    target: Manifest = {
        "name": name,
        "creationPolicy": "Owner",
        "template": {"engineVersion": "v2", "metadata": {"labels": labels}, **({"data": template} if template else {})},
    }
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {**metadata(name, 20)},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
            "target": target,
            "data": [
                {"secretKey": key, "remoteRef": {"key": entry, "property": field}}
                for key, (entry, field) in entries.items()
            ],
        },
    }
