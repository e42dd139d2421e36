"""Clusters enforce network policies."""

from __future__ import annotations

import json

from policies.control import Control, Remediation, Severity
from policies.related import has_companion
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(cluster: Subject) -> Verdict:
    """The CNI leaves it off where nobody says otherwise."""
    return has_companion(
        cluster, "its CNI is no add-on that enforces them", ("aws:eks/addon:Addon", "clusterName"), check=_enforces
    )


def _enforces(addon: Subject) -> Verdict:
    values = addon.read("configurationValues", default="{}")
    return all_of(addon.read("addonName").must_be("vpc-cni"), values.must(_switched_on, "enableNetworkPolicy true"))


def _switched_on(text: object) -> bool:
    try:
        return json.loads(str(text)).get("enableNetworkPolicy") in {"true", True}
    except (ValueError, AttributeError):
        return False


CONTROL = Control(
    id="eks-network-policy-enforced",
    title="Clusters enforce network policies",
    severity=Severity.HIGH,
    rationale="Every pod reaches every other, so that one taken over takes all.",
    remediation=Remediation(
        summary="Let the CNI enforce them",
        snippet=(
            "eks.Addon(\n"
            "    name,\n"
            "    cluster_name=cluster.name,\n"
            '    addon_name="vpc-cni",\n'
            '    configuration_values=json.dumps({"enableNetworkPolicy": "true"}),\n'
            ")"
        ),
    ),
    catalogue=("EKS-06",),
    types=("aws:eks/cluster:Cluster",),
    check=check,
    looks_around=True,
)
