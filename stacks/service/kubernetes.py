"""Deployments of a contract on Kubernetes need a region with a cluster.

A service's stack makes what they need of AWS: repository, role, stores. The deployments themselves are manifests of the
same contract (`contracts.kubernetes.services`), which ArgoCD brings to the cluster from `gitops/`.
"""

from __future__ import annotations

import pulumi

from stacks.service.plan import Plan


def refuse_without_cluster(plan: Plan) -> None:
    """Refuse deployments on Kubernetes where there is none.

    Raises:
        pulumi.RunError: naming them, and what to do.
    """
    deployments = plan.contract.compute.eks
    if deployments and not plan.region.has("kubernetes"):
        raise pulumi.RunError(
            f"{plan.contract.id}: {', '.join(deployments)} run on Kubernetes, and the stack "
            f"{plan.settings.region_stack} exports no cluster. Move them to compute.ecs, or deploy {plan.contract.id} "
            "to an environment with a Kubernetes layer"
        )
