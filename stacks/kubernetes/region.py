"""What a Kubernetes stack reads of a region's stack, and what it needs of it."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi

from contracts.outputs.reading import Reading
from contracts.outputs.region import RegionOutputs
from contracts.settings import KubernetesStackSettings
from contracts.workload_identities import PodIdentity
from stacks.peers import Peer, read_peers

VERSION = 1
"""Version of a region's outputs for which this layer was written."""


class ClusterRegion(Peer):
    """The outputs of a region's stack."""

    def check(self, settings: KubernetesStackSettings) -> None:
        """Refuse settings that ask for more than the region has.

        Raises:
            pulumi.RunError: with every problem.
        """
        problems = list(self._lacks(settings))
        if problems:
            raise pulumi.RunError(
                f"{self.stack}-kubernetes is refused:\n" + "\n".join(f"  {line}" for line in problems)
            )

    def _lacks(self, settings: KubernetesStackSettings) -> Iterator[str]:
        file = f"Pulumi.{self.stack}.yaml"
        if settings.autoscaling and settings.autoscaling.karpenter and not self.has("kubernetes", "karpenter"):
            yield (
                f"atoll:autoscaling.karpenter: the cluster of {self.stack} has no queue and no role for Karpenter; "
                f"set karpenter: true in atoll:kubernetes of {file}, or write karpenter: false"
            )
        if settings.jenkins and not self.has("kubernetes", "file_system_id"):
            yield (
                f"atoll:jenkins: keeps its home on EFS, and {self.stack} has no file system; set atoll:files in "
                f"{file}, or leave jenkins out"
            )
        if settings.velero and not self.has("buckets", "backups"):
            yield f"atoll:velero: needs the bucket of backups, and {self.stack} has none; leave velero out"
        for setting, identity in _identities(settings):
            if not self.has("kubernetes", "role_arns", identity.value):
                yield (
                    f"atoll:{setting}: its pods call AWS, and the cluster of {self.stack} has no identity {identity} "
                    f"for them; add {identity} to atoll:kubernetes.identities of {file}, or switch {setting} off"
                )
        for setting, output, what, where in _outlets(settings):
            if not self.has(*output):
                yield (
                    f"atoll:{setting}: writes to {what}, and {self.stack} has none; set {where} in {file}, or leave "
                    f"{setting} out"
                )


def _identities(settings: KubernetesStackSettings) -> Iterator[tuple[str, PodIdentity]]:
    """Setting → identity without which its pods may do nothing."""
    if settings.foundation.external_secrets:
        yield "foundation.external_secrets", PodIdentity.EXTERNAL_SECRETS
    if settings.autoscaling and settings.autoscaling.karpenter:
        yield "autoscaling.karpenter", PodIdentity.KARPENTER
    if settings.autoscaling and settings.autoscaling.cluster_autoscaler:
        yield "autoscaling.cluster_autoscaler", PodIdentity.CLUSTER_AUTOSCALER
    if settings.velero:
        yield "velero", PodIdentity.VELERO
    if settings.jenkins:
        yield "jenkins", PodIdentity.JENKINS_AGENT
    if settings.metrics:
        yield "metrics", PodIdentity.METRICS_WRITER
    if settings.logs:
        yield "logs", PodIdentity.FLUENT_BIT
    if settings.traces:
        yield "traces", PodIdentity.TRACE_COLLECTOR
    if settings.clusters:
        yield "clusters", PodIdentity.ARGOCD


def _outlets(settings: KubernetesStackSettings) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Setting, output it writes to, what that is, and where it is switched on."""
    if settings.metrics:
        yield "metrics", ("prometheus",), "a workspace of Managed Prometheus", "atoll:monitoring.prometheus"
    if settings.logs:
        yield "logs", ("log_analytics",), "a search domain or an archive of logs", "atoll:log_analytics"


def regions_of(settings: KubernetesStackSettings) -> dict[str, ClusterRegion]:
    """Stack of each region that is read → its outputs: the stack's own, and those of the other clusters.

    Raises:
        pulumi.RunError: one is not deployed, has no cluster, or the own one is of another environment or region than
            the settings say; with every problem of all of them.
    """
    others = {
        one.region_stack: Reading(
            stack=one.region_stack,
            setting=f"atoll:clusters.{name}.region_stack",
            record=RegionOutputs,
            version=VERSION,
            needs={**_cluster(one.region_stack), **dict(_needs(settings))},
        )
        for name, one in settings.clusters.items()
    }
    own = Reading(
        stack=settings.region_stack,
        setting="atoll:region_stack",
        record=RegionOutputs,
        version=VERSION,
        needs=_cluster(settings.region_stack),  # what else it needs depends on switches, which `check` names
        place={"environment": settings.environment, "region": settings.region},
    )
    return read_peers({**others, settings.region_stack: own}.values(), ClusterRegion)


def _cluster(stack: str) -> dict[str, str]:
    return {"kubernetes": f"the cluster: set atoll:kubernetes in Pulumi.{stack}.yaml"}


def _needs(settings: KubernetesStackSettings) -> Iterator[tuple[str, str]]:
    """Output of another cluster's region → what for."""
    if settings.autoscaling and settings.autoscaling.karpenter:
        yield "kubernetes.karpenter", "Karpenter (atoll:autoscaling.karpenter)"
    if settings.velero:
        yield "buckets.backups.name", "Velero (atoll:velero)"
        yield "key_arns.storage", "Velero (atoll:velero)"
    if settings.metrics:
        yield "prometheus.remote_write_url", "Prometheus (atoll:metrics)"
