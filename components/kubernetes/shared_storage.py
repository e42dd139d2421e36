"""Volumes that several pods write to, on the region's EFS file system."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.storage.v1 import StorageClass

from components.kubernetes.shapes import MANAGED

TOKEN = "atoll:kubernetes:SharedStorage"
CLASS = "efs"
"""Name of the storage class."""


@dataclass(frozen=True, kw_only=True)
class SharedStorageArgs:
    """Where volumes lie."""

    file_system_id: pulumi.Input[str]


class SharedStorage(pulumi.ComponentResource):
    """The storage class `efs`: each volume is a directory behind an access point of its own, encrypted on its way.

    Here and not in Git, for AWS drew the file system's id. gp3, the default class for one pod's volume, is in
    `gitops/platform/storage`. Costs what EFS charges for what is stored.
    https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html
    """

    name: pulumi.Output[str]

    def __init__(self, name: str, *, args: SharedStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        made = StorageClass(
            f"{name}-storage-{CLASS}",
            metadata={"name": CLASS, "labels": dict(MANAGED)},
            provisioner="efs.csi.aws.com",
            parameters={
                "provisioningMode": "efs-ap",
                "fileSystemId": args.file_system_id,
                "directoryPerms": "700",
                "basePath": "/volumes",
                "reuseAccessPoint": "false",
            },
            mount_options=["tls"],
            reclaim_policy="Retain",
            volume_binding_mode="Immediate",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = made.metadata["name"]
        self.register_outputs({"name": self.name})
