"""What a Kubernetes cluster's settings must be to one another, in the exact words of each refusal."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any

import pytest

from contracts.settings import SettingsError, parse
from contracts.settings.kubernetes import KubernetesSettings
from contracts.workload_identities import IdentityMode, PodIdentity
from tests.kit.settings import stack_values, to_config

TODAY = date(2026, 11, 21)
GROUP = "kubernetes.node_groups.general-purpose"
SPOT = "kubernetes.node_groups.spot-workloads"

CASES: dict[str, tuple[dict[str, Any], str]] = {
    "the version is out of support": (
        {"kubernetes.version": "1.34"},
        """atoll:kubernetes.version
    found    "1.34"
    allowed  a version in standard support: 1.35
    fix      …: move to 1.35
""",
    ),
    "nobody knows the version's add-ons": (
        {"kubernetes.version": "1.28"},
        """atoll:kubernetes.version
    found    "1.28"
    allowed  a version whose add-ons are in contracts/catalogue.py: 1.34, 1.35
    fix      it is not a version whose add-ons are in contracts/catalogue.py; use one of these
""",
    ),
    "the minimum is above the maximum": (
        {f"{GROUP}.minimum": 5, f"{GROUP}.maximum": 4},
        """atoll:kubernetes.node_groups.general-purpose.maximum
    found    4
    allowed  at least minimum (5)
    fix      raise it, or lower the minimum
""",
    ),
    "the desired number is out of bounds": (
        {f"{GROUP}.desired": 9},
        """atoll:kubernetes.node_groups.general-purpose.desired
    found    9
    allowed  minimum to maximum (1 to 4)
    fix      choose a number between them
""",
    ),
    "a spot group has two types": (
        {f"{SPOT}.instance_types": ["m5.large", "c5.large"]},
        """atoll:kubernetes.node_groups.spot-workloads.instance_types
    found    "m5.large, c5.large"
    allowed  at least 3 instance types
    fix      add types of the same size; AWS takes back one type at a time
""",
    ),
    "a type does not exist": (
        {f"{GROUP}.instance_types": ["m5.largge"]},
        """atoll:kubernetes.node_groups.general-purpose.instance_types[0]
    found    "m5.largge"
    allowed  a type that us-west-2 has
    fix      did you mean m5.large?
""",
    ),
    "no node stays": (
        {f"{GROUP}.minimum": 0},
        """atoll:kubernetes.node_groups
    found    "general-purpose, spot-workloads"
    allowed  a group of nodes that stay
    fix      give one ON_DEMAND group a minimum of at least 1: the platform's own pods need nodes that stay
""",
    ),
    "nothing leads to AWS": (
        {"network.nat": "none"},
        """atoll:network.interface_endpoints
    found    "…"
    allowed  with nat: none, all of ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, autoscaling, logs, sts
    fix      add …, or choose nat: single
""",
    ),
    "the cluster has no key for secrets": (
        {"keys.purposes": ["database", "storage", "logs", "messaging", "audit"]},
        """atoll:keys.purposes
    found    "database, storage, logs, messaging, audit"
    allowed  with a cluster, secrets, storage, logs among them
    fix      add secrets
""",
    ),
    "an identity belongs to what is switched off": (
        {"kubernetes.karpenter": False, "kubernetes.identities": ["karpenter"]},
        """atoll:kubernetes.identities[0]
    found    "karpenter"
    allowed  no karpenter where karpenter is false
    fix      write karpenter: true
""",
    ),
    "an identity is in both lists": (
        {"kubernetes.identities": ["velero"], "kubernetes.irsa_identities": ["velero"]},
        """atoll:kubernetes.irsa_identities[0]
    found    "velero"
    allowed  an identity that is not in identities
    fix      remove it from one of the two lists
""",
    ),
    "pods on Fargate shall use an agent": (
        {
            "kubernetes.fargate_profiles": {"backups": {"namespace": "velero", "labels": {}}},
            "kubernetes.identities": ["velero"],
        },
        """atoll:kubernetes.identities[0]
    found    "velero"
    allowed  an identity whose pods run on nodes
    fix      move it to irsa_identities: the profile backups puts its pods on Fargate, where no agent runs
""",
    ),
    "a team has no namespace": (
        {"kubernetes.access.teams": {"commerce": {"role": "CommerceDeveloper", "namespaces": []}}},
        """atoll:kubernetes.access.teams.commerce.namespaces
    found    "nothing"
    allowed  at least one namespace
    fix      name those that it may edit, or remove the team
""",
    ),
}


def said(change: dict[str, Any], today: date) -> list[str]:
    values = copy.deepcopy(stack_values("Pulumi.staging.yaml"))
    for path, value in change.items():
        *holders, last = path.split(".")
        holder = values
        for part in holders:
            holder = holder[part]
        holder[last] = value
    values = {name: value for name, value in values.items() if value is not None}
    with pytest.raises(SettingsError) as caught:
        parse(to_config(values), stack="staging", today=today)
    return [f"{problem}\n" for problem in caught.value.problems]


@pytest.mark.parametrize("when", CASES)
def test_cluster_is_refused_in_these_words_when(when: str) -> None:
    change, words = CASES[when]
    found = said(change, date(2026, 12, 24) if when == "the version is out of support" else TODAY)
    wanted = ".*".join(map(re.escape, words.split("…")))
    assert [problem for problem in found if re.fullmatch(wanted, problem)], found
    assert len(found) == 1 or when == "nothing leads to AWS", "other settings rely on NAT, too"


def test_identities_of_switches_come_by_themselves_when_modes_are_asked() -> None:
    kubernetes = KubernetesSettings.model_validate(stack_values("Pulumi.staging.yaml")["kubernetes"])
    assert kubernetes.modes[PodIdentity.KARPENTER] is IdentityMode.POD_IDENTITY
    assert PodIdentity.CLOUDWATCH_AGENT not in kubernetes.modes
    assert list(kubernetes.modes) == [identity for identity in PodIdentity if identity in kubernetes.modes]
