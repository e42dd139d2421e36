"""What the Kubernetes cluster must be to its region, its network and itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contracts import catalogue
from contracts.settings.base import NatMode
from contracts.settings.kind import near
from contracts.settings.kubernetes import CapacityType, KubernetesSettings, NodeGroupSettings
from contracts.settings.network import NetworkSettings
from contracts.settings.rules.engine import Finding, Path, rule
from contracts.settings.security import KeySettings
from contracts.versions import Engine, newest, supported, version_problem
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity

LEAST_SPOT_TYPES = 3
"""With fewer, one shortage takes most of the nodes at once."""

NEEDED_ENDPOINTS = (
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "autoscaling",
    "logs",
    "sts",
)
"""What a cluster without a way to the internet calls.

https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
"""

NEEDED_KEYS = ("secrets", "storage", "logs")
"""Keys of Kubernetes secrets, of nodes' volumes, and of the control plane's logs."""


@rule("kubernetes", "today")
def _version_support(kubernetes: KubernetesSettings, today: date) -> Iterator[Finding]:
    problem = version_problem(Engine.EKS, kubernetes.version, today)
    if problem and not kubernetes.extended_support:
        allowed = f"a version in standard support: {', '.join(supported(Engine.EKS, today))}"
        fix = f"{problem}: move to {newest(Engine.EKS)}"
        yield Finding(("kubernetes", "version"), kubernetes.version, allowed, fix)


@rule("region", "kubernetes")
def _node_groups(region: str, kubernetes: KubernetesSettings) -> Iterator[Finding]:
    path: Path = ("kubernetes", "node_groups")
    on_demand = [group for group in kubernetes.node_groups.values() if group.capacity is CapacityType.ON_DEMAND]
    if not any(group.minimum for group in on_demand):
        fix = "give one ON_DEMAND group a minimum of at least 1: the platform's own pods need nodes that stay"
        yield Finding(path, ", ".join(kubernetes.node_groups), "a group of nodes that stay", fix)
    for name, group in kubernetes.node_groups.items():
        for found in (*_sizes(group), *_types(region, group)):
            yield Finding((*path, name, *found.path), found.value, found.allowed, found.fix)


def _sizes(group: NodeGroupSettings) -> Iterator[Finding]:
    if group.minimum > group.maximum:
        allowed = f"at least minimum ({group.minimum})"
        yield Finding(("maximum",), group.maximum, allowed, "raise it, or lower the minimum")
    elif not group.minimum <= group.desired <= group.maximum:
        allowed = f"minimum to maximum ({group.minimum} to {group.maximum})"
        yield Finding(("desired",), group.desired, allowed, "choose a number between them")


def _types(region: str, group: NodeGroupSettings) -> Iterator[Finding]:
    table, types = catalogue.ec2_instance_types(), group.instance_types
    least = LEAST_SPOT_TYPES if group.capacity is CapacityType.SPOT else 1
    if len(types) < least:
        allowed = f"at least {least} instance types" if least > 1 else "at least one instance type"
        fix = "add types of the same size" + ("; AWS takes back one type at a time" if least > 1 else "")
        yield Finding(("instance_types",), ", ".join(types) or "nothing", allowed, fix)
    for index, name in enumerate(types):
        if region in table.regions and not table.in_region(name, region):
            here = [known for known in table.classes if table.in_region(known, region)]
            fix = near(name, here) or "choose another type or region"
            yield Finding(("instance_types", index), name, f"a type that {region} has", fix)


@rule("kubernetes", "network")
def _nodes_reach_aws(kubernetes: KubernetesSettings, network: NetworkSettings) -> Iterator[Finding]:
    missing = [name for name in NEEDED_ENDPOINTS if name not in network.interface_endpoints]
    if network.nat is NatMode.NONE and missing:
        allowed = f"with nat: none, all of {', '.join(NEEDED_ENDPOINTS)}"
        fix = f"add {', '.join(missing)}, or choose nat: single"
        yield Finding(("network", "interface_endpoints"), ", ".join(network.interface_endpoints), allowed, fix)


@rule("kubernetes", "network")
def _control_plane_has_two_zones(kubernetes: KubernetesSettings, network: NetworkSettings) -> Iterator[Finding]:
    if len(network.workload_zones) < 2:
        fix = "EKS puts the control plane into two zones at least: add one, or leave kubernetes out"
        yield Finding(("network", "workload_zones"), network.workload_zones, "two zones or more", fix)


@rule("kubernetes", "keys")
def _keys(kubernetes: KubernetesSettings, keys: KeySettings) -> Iterator[Finding]:
    if missing := [purpose for purpose in NEEDED_KEYS if purpose not in keys.purposes]:
        allowed = f"with a cluster, {', '.join(NEEDED_KEYS)} among them"
        yield Finding(("keys", "purposes"), ", ".join(keys.purposes), allowed, f"add {', '.join(missing)}")
    if kubernetes.karpenter and "messaging" not in keys.purposes:
        fix = "add messaging, which encrypts Karpenter's queue"
        yield Finding(("keys", "purposes"), ", ".join(keys.purposes), "with karpenter, messaging among them", fix)


_SWITCHES = {
    PodIdentity.CLUSTER_AUTOSCALER: "cluster_autoscaler",
    PodIdentity.KARPENTER: "karpenter",
    PodIdentity.CLOUDWATCH_AGENT: "cloudwatch_observability",
}
"""Identity → the setting without which it has no pods."""


@rule("kubernetes")
def _identities(kubernetes: KubernetesSettings) -> Iterator[Finding]:
    for field in ("identities", "irsa_identities"):
        named: tuple[PodIdentity, ...] = getattr(kubernetes, field)
        for index, identity in enumerate(named):
            path: Path = ("kubernetes", field, index)
            switch = _SWITCHES.get(identity)
            if switch and not getattr(kubernetes, switch):
                yield Finding(path, identity.value, f"no {identity} where {switch} is false", f"write {switch}: true")
            if field == "irsa_identities" and identity in kubernetes.identities:
                fix = "remove it from one of the two lists"
                yield Finding(path, identity.value, "an identity that is not in identities", fix)


@rule("kubernetes")
def _no_agent_on_fargate(kubernetes: KubernetesSettings) -> Iterator[Finding]:
    whole = {profile.namespace: name for name, profile in kubernetes.fargate_profiles.items() if not profile.labels}
    for index, identity in enumerate(kubernetes.identities):
        profile = whole.get(SERVICE_ACCOUNTS[identity].namespace)
        if profile is not None:
            fix = f"move it to irsa_identities: the profile {profile} puts its pods on Fargate, where no agent runs"
            path = ("kubernetes", "identities", index)
            yield Finding(path, identity.value, "an identity whose pods run on nodes", fix)


@rule("kubernetes")
def _teams_have_namespaces(kubernetes: KubernetesSettings) -> Iterator[Finding]:
    for name, team in kubernetes.access.teams.items():
        if not team.namespaces:
            path = ("kubernetes", "access", "teams", name, "namespaces")
            yield Finding(path, "nothing", "at least one namespace", "name those that it may edit, or remove the team")
