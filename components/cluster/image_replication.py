"""Replication of an environment's images to another region (ECS-1, DR-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.ecr.replication_configuration import ReplicationConfiguration

TOKEN = "atoll:cluster:ImageReplication"


@dataclass(frozen=True, kw_only=True)
class ImageReplicationArgs:
    """What is replicated where."""

    environment: str
    """Repositories `<environment>/…` are replicated."""
    account_id: str
    region: str
    """Region that the images go to."""


class ImageReplication(pulumi.ComponentResource):
    """Every image that is pushed to the environment's repositories arrives in another region, usually in minutes.

    Repositories keep their names. The other region's stack makes them with their own key and rules; ECR makes one
    without, where an image comes first: deploy both stacks before the first image is pushed.

    Costs USD 0.02 a GB on the way and USD 0.10 a GB and month there. The configuration is the registry's: one stack
    of an account and region has it. Images from before it are not replicated; push them again.

    Source: ECS-1, DR-1; https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
    """

    registry_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: ImageReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-image-replication`."""
        super().__init__(TOKEN, name, None, opts)
        configuration = ReplicationConfiguration(
            f"{name}-image-replication",
            replication_configuration={
                "rules": [
                    {
                        "destinations": [{"region": args.region, "registry_id": args.account_id}],
                        "repository_filters": [{"filter": f"{args.environment}/", "filter_type": "PREFIX_MATCH"}],
                    }
                ]
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.registry_id = configuration.registry_id
        self.register_outputs({"registry_id": self.registry_id})
