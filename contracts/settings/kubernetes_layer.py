"""Settings of what runs on a Kubernetes cluster beside the teams' own services; the whole is in `kubernetes_stack`."""

from __future__ import annotations

import re
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching, one_of
from contracts.settings.kinds import Domain, LogicalName

_REPOSITORY = r"https://[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)+"
_REVISION = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}"
_SECRET = r"[A-Za-z0-9/_+=.@-]{1,200}"
_FIVE_FIELDS = r"(\S+ ){4}\S+"

SecretName = Annotated[
    str,
    matching(
        _SECRET,
        "the name of a secret in Secrets Manager",
        lambda text: None if re.fullmatch(_SECRET, text) else "it is no such name",
        "copy it from `aws secretsmanager list-secrets`",
    ),
]
Group = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9 ._:@-]{0,127}",
        "a group as the identity provider writes it in the token",
        lambda text: None if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._:@-]{0,127}", text) else "it is no such group",
    ),
]
Crontab = Annotated[
    str,
    matching(
        _FIVE_FIELDS,
        "a cron of five fields in UTC, such as 0 3 * * *",
        lambda text: None if re.fullmatch(_FIVE_FIELDS, text) else "it has not five fields",
        "correct the expression",
    ),
]


class GitSettings(Settings):
    """Where the cluster's declared state lies."""

    repository: Annotated[
        str,
        matching(
            _REPOSITORY,
            "the HTTPS address of a Git repository",
            lambda text: None if re.fullmatch(_REPOSITORY, text) else "it is no such address",
            "write it like https://git.example.org/platform/atoll",
        ),
    ]
    """HTTPS address of the repository with the folder `gitops/`."""
    revision: Annotated[
        str,
        matching(
            _REVISION,
            "a branch, tag or commit",
            lambda text: None if re.fullmatch(_REVISION, text) else "it is no name of a revision",
        ),
    ]
    """Branch, tag or commit that is followed."""
    vault_entry: SecretName | None
    """Secret with `username` and `password` (a read-only token); null for a repository that anyone may read."""


class SingleSignOnSettings(Settings):
    """Log in with the company's identity provider (OpenID Connect)."""

    issuer: Annotated[
        str,
        matching(
            _REPOSITORY + "|https://[A-Za-z0-9.-]+",
            "the HTTPS address of an OpenID Connect issuer",
            lambda text: None if text.startswith("https://") else "it does not begin with https://",
            "copy `issuer` from its /.well-known/openid-configuration",
        ),
    ]
    """Issuer, as in its discovery document."""
    client_id: Annotated[str, matching(r"[A-Za-z0-9._:/-]{1,200}", "a client id", lambda text: None if text else "")]
    """Client that is registered there for ArgoCD."""
    vault_entry: SecretName
    """Secret of the vault with that client's `client_secret`; the program never reads it."""


class ArgoCdSettings(Settings):
    """ArgoCD: brings what Git says into the clusters, and keeps it so."""

    domain: Domain
    """Name under which people reach it, through the mesh's gateway."""
    replicas: Annotated[int, between(1, 5, "copies")]
    """Copies of its API and of the part that reads repositories; at least 2 outlive the loss of a node."""
    controllers: Annotated[int, between(1, 10, "controllers")]
    """Controllers, among which clusters are divided; each takes about half a CPU and 1 GiB."""
    sso: SingleSignOnSettings | None
    """How people log in; null lets nobody in but who may forward a port and read the initial password."""
    admin_groups: tuple[Group, ...]
    """Groups that may do everything; others see what their team owns."""
    cascade: bool
    """Whether destroying the stack lets ArgoCD first remove all that it brought in, for which it has to be running.
    With false, delete its Applications before the stack, or go on with the cluster alone."""


class FoundationSettings(Settings):
    """Small parts that others build on: each takes about 0.1 CPU and 300 MiB."""

    external_secrets: bool
    """Copy secrets of the vault into the namespaces that may have them (External Secrets)."""
    certificates: bool
    """Issue and renew certificates inside the cluster (cert-manager)."""
    pod_metrics: bool
    """CPU and memory of pods for autoscalers (metrics-server)."""
    rollouts: bool
    """Blue/green and canary releases with analysis (Argo Rollouts)."""


class ManagedClusterSettings(Settings):
    """Another cluster that this one's ArgoCD looks after."""

    region_stack: LogicalName
    """Region stack whose cluster it is."""
    role: Annotated[
        str,
        matching(
            r"arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,128}",
            "the ARN of a role",
            lambda text: None if text.startswith("arn:aws:iam::") else "it is no ARN of a role",
            "copy it from `aws iam get-role`",
        ),
    ]
    """Role that ArgoCD assumes to enter it; an access entry of that cluster admits the role."""


class MeshSettings(Settings):
    """Istio: about 1.5 CPU and 3 GiB for control plane and gateways, and 50 MiB beside every pod."""

    trust_domain: Domain
    """Domain of the workloads' certificates; the same in all clusters of one mesh."""
    network: LogicalName
    """Name of this cluster's network; clusters of different networks meet at east-west gateways."""
    tracing_percent: Annotated[int, between(0, 100, "percent")]
    """Share of requests that are traced."""
    multi_cluster: bool
    """Open the east-west gateway to the mesh's other clusters (a network load balancer, about $17 a month)."""


class AutoscalingSettings(Settings):
    """Who makes nodes for pods that find no place."""

    karpenter: bool
    """Karpenter makes the nodes that fit waiting pods; the region's cluster must have it switched on."""
    karpenter_cpu_limit: Annotated[int, between(1, 10_000, "CPUs")]
    """CPUs that Karpenter's nodes may have together, on demand and on spot each: what a runaway team costs at most."""
    cluster_autoscaler: bool
    """Cluster Autoscaler resizes the managed node groups."""


class VeleroSettings(Settings):
    """Velero: objects and volumes of namespaces go into the region's bucket of backups; paid by what is stored."""

    schedule: Crontab
    """When every namespace is backed up, in UTC."""
    kept_days: Annotated[int, between(1, 365, "days")]
    """Days that a backup is kept."""


class JenkinsSettings(Settings):
    """Jenkins with agents as pods: about 1 CPU and 3 GiB, and agents while they build."""

    domain: Domain
    """Name under which people reach it, through the mesh's gateway."""
    storage_gib: Annotated[int, between(8, 1024, "GiB")]
    """Size that its volume on EFS asks for; EFS itself charges what is used."""
    agents: Annotated[int, between(1, 100, "agents")]
    """Agents at once."""


class MetricsSettings(Settings):
    """Prometheus in the cluster, which keeps two hours and writes to the region's managed workspace: about 1 CPU and
    4 GiB, and what the workspace charges for samples."""

    scrape_seconds: Annotated[int, one_of((15, 30, 60), "seconds")]
    """Seconds between two scrapes; half of it is twice the samples, which AMP charges for."""


class LogSettings(Settings):
    """Fluent Bit on every node: containers' logs to OpenSearch and, by Firehose, its archive, as the region has."""

    index: LogicalName
    """Beginning of the indices' names; the region's lifecycle keeps them hot 30 days and warm a year."""


class TraceSettings(Settings):
    """OpenTelemetry collectors: traces to X-Ray, metrics that applications push to Prometheus."""

    replicas: Annotated[int, between(1, 10, "copies")]
    """Copies of the collector."""
