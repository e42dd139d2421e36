"""Clusters log everything that their control plane does."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import containing
from policies.subject import Subject
from policies.verdicts import Verdict

KINDS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def check(cluster: Subject) -> Verdict:
    """There are no logs where nobody enables them."""
    return cluster.read("enabledClusterLogTypes").must_contain(*KINDS)


CONTROL = Control(
    id="eks-control-plane-logged",
    title="Clusters log everything that their control plane does",
    severity=Severity.MEDIUM,
    rationale="Nobody can say who did what to the cluster.",
    remediation=Remediation(
        summary="Enable all five kinds",
        snippet=(
            "eks.Cluster(\n"
            "    name,\n"
            "    enabled_cluster_log_types=[\n"
            '        "api",\n'
            '        "audit",\n'
            '        "authenticator",\n'
            '        "controllerManager",\n'
            '        "scheduler",\n'
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("EKS-04",),
    types=("aws:eks/cluster:Cluster",),
    check=check,
    correct=containing("enabledClusterLogTypes", *KINDS),
)
