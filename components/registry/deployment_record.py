"""The record in the contract registry that a service is deployed, and where (CON-2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ssm

TOKEN = "atoll:registry:DeploymentRecord"


@dataclass(frozen=True, kw_only=True)
class DeploymentRecordArgs:
    """What the record says."""

    parameter: str
    """`/atoll/deployments/<environment>/<region>/<domain>/<service>`."""
    contract: str
    outputs: Mapping[str, Any]
    """Fields of `contracts.outputs.service.ServiceOutputs`; addresses and ids, nothing secret."""


class DeploymentRecord(pulumi.ComponentResource):
    """One parameter, JSON, written by the stack as its very last resource: it is there only after success.

    Made with the registry's provider (`providers` of `opts`), after whatever the stack names. Deleted first when the
    stack is destroyed. Costs nothing up to 4 KB, then USD 0.05 a month (intelligent tiering).
    Source: CON-2; https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
    """

    name: pulumi.Output[str]

    def __init__(self, name: str, *, args: DeploymentRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        parameter = ssm.Parameter(
            f"{name}-record",
            name=args.parameter,
            type="String",
            tier="Intelligent-Tiering",
            description=f"Where {args.contract} is deployed",
            value=pulumi.Output.json_dumps(dict(args.outputs)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = parameter.name
        self.register_outputs({"name": self.name})
