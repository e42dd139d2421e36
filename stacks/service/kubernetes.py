"""Deployments of a contract on Kubernetes: refused, as long as no region has a cluster.

Their manifests are compiled (`contracts.services.manifests`); the Kubernetes layer will apply them.
"""

from __future__ import annotations

import pulumi

from stacks.service.plan import Plan


def refuse_without_cluster(plan: Plan) -> None:
    """Refuse deployments on Kubernetes.

    Raises:
        pulumi.RunError: naming them, and what to do.
    """
    if deployments := plan.contract.compute.eks:
        raise pulumi.RunError(
            f"{plan.contract.id}: {', '.join(deployments)} run on Kubernetes, and the stack "
            f"{plan.settings.region_stack} exports no cluster. Move them to compute.ecs, or deploy {plan.contract.id} "
            "to an environment with a Kubernetes layer"
        )
