"""What the program itself declares on a cluster: ArgoCD and its first Applications; the rest is in `gitops/`."""

from components.kubernetes.argo_cd import ArgoCd, ArgoCdArgs
from components.kubernetes.cluster_entry import ClusterEntry, ClusterEntryArgs, Reach
from components.kubernetes.root_application import RootApplication, RootApplicationArgs
from components.kubernetes.shared_storage import SharedStorage, SharedStorageArgs

__all__ = [
    "ArgoCd",
    "ArgoCdArgs",
    "ClusterEntry",
    "ClusterEntryArgs",
    "Reach",
    "RootApplication",
    "RootApplicationArgs",
    "SharedStorage",
    "SharedStorageArgs",
]
