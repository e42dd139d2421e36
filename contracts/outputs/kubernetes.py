"""What a Kubernetes stack exports: where ArgoCD is found."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.outputs.base import Name, StackOutputs


class KubernetesLayerOutputs(StackOutputs):
    """Everything a Kubernetes stack exports; every field is one stack output of the same name."""

    VERSION: ClassVar[int] = 1
    environment: Name
    """Environment of the stack."""
    region: Name
    """Its region."""
    cluster: Name
    """Name of the cluster it runs on."""
    argocd_namespace: Name
    """Namespace of ArgoCD."""
    argocd_url: Annotated[str, Field(pattern="^https://")]
    """Where its pages are."""
