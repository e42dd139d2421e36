"""What a service stack exports, and its record in the registry: the very last thing that is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.registry import DeploymentRecord, DeploymentRecordArgs
from contracts.outputs.service import ServiceOutputs, record_path
from stacks.service.containers import Containers
from stacks.service.functions import Code
from stacks.service.interfaces import Interfaces
from stacks.service.network import Network
from stacks.service.order import after
from stacks.service.plan import Plan


def export(
    plan: Plan,
    code: Code,
    containers: Containers,
    network: Network,
    interfaces: Interfaces,
    endpoint_services: Mapping[str, pulumi.Output[str]],
    everything: list[pulumi.Resource],
) -> None:
    """Export `ServiceOutputs`, and write the same to the registry once everything stands."""
    place, contract = plan.service.place, plan.contract
    outputs: dict[str, Any] = {
        "schema_version": ServiceOutputs.VERSION,
        "contract": contract.id,
        "version": contract.version,
        "environment": place.environment,
        "region": place.region,
        "account_id": place.account,
        "security_group_id": network.security.id if network.security else None,
        "http": {
            key: {"id": api.api_id, "endpoint": api.endpoint}
            for key, api in {**interfaces.http, **interfaces.rest}.items()
        },
        "websocket": {key: {"id": api.api_id, "endpoint": api.endpoint} for key, api in interfaces.websocket.items()},
        "graphql": {key: {"id": api.api_id, "endpoint": api.endpoint} for key, api in interfaces.graphql.items()},
        "containers": containers.addresses,
        "endpoint_services": dict(endpoint_services),
        "user_pools": {
            key: {"id": pool.id, "clients": dict(pool.client_ids)} for key, pool in interfaces.user_pools.items()
        },
        "functions": {key: function.called_arn for key, function in code.functions.items()},
        "workflows": {key: workflow.arn for key, workflow in code.workflows.items()},
    }
    for name, value in outputs.items():
        pulumi.export(name, value)
    DeploymentRecord(
        plan.names.prefix,
        args=DeploymentRecordArgs(
            parameter=record_path(place.environment, place.region, contract.id), contract=contract.id, outputs=outputs
        ),
        opts=after(pulumi.ResourceOptions(providers=[plan.registry.publisher()]), everything),
    )
