"""What the parts of a cluster need of one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.settings.kubernetes_layer import (
    ArgoCdSettings,
    FoundationSettings,
    GitSettings,
    JenkinsSettings,
    ManagedClusterSettings,
    MeshSettings,
    TraceSettings,
)
from contracts.settings.rules.engine import Finding, rule

_SWITCH_ON_SECRETS = (
    "set foundation.external_secrets: true, for nothing else copies secrets of the vault into the cluster"
)


@rule("foundation", "git")
def _credential_is_copied(foundation: FoundationSettings, git: GitSettings) -> Iterator[Finding]:
    if git.vault_entry is not None and not foundation.external_secrets:
        path = ("git", "vault_entry")
        yield Finding(path, git.vault_entry, "null where foundation.external_secrets is false", _SWITCH_ON_SECRETS)


@rule("foundation", "argocd")
def _client_secret_is_copied(foundation: FoundationSettings, argocd: ArgoCdSettings) -> Iterator[Finding]:
    if argocd.sso is not None and not foundation.external_secrets:
        path = ("argocd", "sso", "vault_entry")
        yield Finding(
            path, argocd.sso.vault_entry, "no sso where foundation.external_secrets is false", _SWITCH_ON_SECRETS
        )


@rule("foundation", "jenkins")
def _credentials_of_jenkins_are_copied(foundation: FoundationSettings, jenkins: JenkinsSettings) -> Iterator[Finding]:
    if not foundation.external_secrets:
        yield Finding(
            ("jenkins",), jenkins.domain, "no jenkins where foundation.external_secrets is false", _SWITCH_ON_SECRETS
        )


@rule("jenkins", "mesh?")
def _jenkins_is_reached_through_the_mesh(jenkins: JenkinsSettings, mesh: MeshSettings | None) -> Iterator[Finding]:
    if mesh is None:
        fix = "set mesh, whose gateway leads there, or leave jenkins out"
        yield Finding(("jenkins", "domain"), jenkins.domain, "no jenkins where there is no mesh", fix)


@rule("argocd", "mesh?")
def _log_in_is_reached_through_the_mesh(argocd: ArgoCdSettings, mesh: MeshSettings | None) -> Iterator[Finding]:
    if mesh is None and argocd.sso is not None:
        fix = "set mesh, whose gateway leads to the page where people log in, or write sso: null"
        yield Finding(("argocd", "sso"), argocd.sso.issuer, "null where there is no mesh", fix)


@rule("argocd", "jenkins")
def _domains_differ(argocd: ArgoCdSettings, jenkins: JenkinsSettings) -> Iterator[Finding]:
    if argocd.domain == jenkins.domain:
        path = ("jenkins", "domain")
        yield Finding(path, jenkins.domain, "another domain than argocd.domain", "give Jenkins a name of its own")


@rule("mesh", "traces?")
def _traces_are_collected(mesh: MeshSettings, traces: TraceSettings | None) -> Iterator[Finding]:
    if mesh.tracing_percent > 0 and traces is None:
        fix = "set traces, whose collectors take them, or write tracing_percent: 0"
        yield Finding(("mesh", "tracing_percent"), mesh.tracing_percent, "0 where there are no collectors", fix)


@rule("mesh", "foundation")
def _clusters_trust_one_root(mesh: MeshSettings, foundation: FoundationSettings) -> Iterator[Finding]:
    if mesh.multi_cluster and not foundation.certificates:
        fix = "set foundation.certificates: true, for clusters of one mesh need certificates of one root"
        yield Finding(("mesh", "multi_cluster"), True, "false where foundation.certificates is false", fix)


@rule("clusters", "region_stack")
def _other_clusters_are_others(clusters: Mapping[str, ManagedClusterSettings], region_stack: str) -> Iterator[Finding]:
    for name, cluster in clusters.items():
        if region_stack in (name, cluster.region_stack):
            path = ("clusters", name)
            yield Finding(path, name, "other clusters than the stack's own", "remove it: it is looked after anyway")


@rule("stack", "region_stack", "git")
def _name_says_whose_cluster_it_is(stack: str, region_stack: str, git: GitSettings) -> Iterator[Finding]:
    if stack != f"{region_stack}-kubernetes":
        fix = f"name the stack {region_stack}-kubernetes, or write the region stack before -kubernetes"
        yield Finding(("region_stack",), region_stack, f"the region stack of {stack}", fix)
