"""What a Kubernetes stack reads of a region's stack, and what it needs of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pulumi

from contracts.outputs.region import OutputsError, RegionOutputs
from contracts.settings import KubernetesStackSettings
from contracts.workload_identities import PodIdentity
from stacks.service.region import settled


class ClusterRegion:
    """The outputs of a region's stack, by StackReference."""

    def __init__(self, stack: str, outputs: pulumi.Output[Mapping[str, Any]], facts: Mapping[str, Any]) -> None:
        """Keep the outputs.

        Args:
            stack: of the region.
            outputs: for wiring.
            facts: the same, as far as it is known, on which composition depends.
        """
        self.stack = stack
        self._outputs = outputs
        self._facts = facts

    def has(self, *path: str) -> bool:
        """Whether the region has such a thing; what is not known yet is there."""
        found: Any = self._facts
        for key in path:
            if isinstance(found, pulumi.output.Unknown):
                return True
            found = cast("Mapping[str, Any]", found).get(key) if isinstance(found, Mapping) else None
        return found is not None

    def value(self, *path: str) -> pulumi.Output[str]:
        """An output, or a field of one."""
        found: Any = self._outputs
        for key in path:
            found = found[key]
        return found

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


def region_of(settings: KubernetesStackSettings, stack: str) -> ClusterRegion:
    """The outputs of a region's stack.

    Raises:
        pulumi.RunError: it is not deployed, has no cluster, or is of another environment or region than the settings
            say.
    """
    own = stack == settings.region_stack
    outputs = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}").outputs
    exports, known = settled(outputs)
    facts: Mapping[str, Any] = exports or {}
    if not facts:
        raise pulumi.RunError(
            f"the stack {stack}, on whose cluster {settings.region_stack}-kubernetes runs, exports nothing: "
            f"deploy it first\n  atoll stack up {stack}"
        )
    if facts.get("kubernetes") is None:
        raise pulumi.RunError(
            f"atoll:region_stack: the stack {stack} exports no cluster; set atoll:kubernetes in Pulumi.{stack}.yaml "
            f"and deploy it first\n  atoll stack up {stack}"
        )
    if known:
        try:
            RegionOutputs.from_exports(facts, stack=stack)
        except OutputsError as error:
            raise pulumi.RunError(str(error)) from None
    for fact, wanted in (("environment", settings.environment), ("region", settings.region)):
        if own and isinstance(found := facts.get(fact), str) and found != wanted:
            raise pulumi.RunError(
                f"atoll:region_stack: the stack {stack} is of {fact} {found}, and this one of {wanted}"
            )
    return ClusterRegion(stack, cast("pulumi.Output[Mapping[str, Any]]", outputs), facts)
