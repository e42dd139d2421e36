"""Which outputs of its region's stack a contract needs, of those that not every region has."""

from __future__ import annotations

from collections.abc import Iterator

from components.network import Group
from contracts.services.bindings import Service
from contracts.services.contract import ServiceContract


def needs(service: Service) -> dict[str, str]:
    """Path of an output → what for; what every region stack promises (`RegionOutputs`) need not be said."""
    return dict(_needs(service.loaded.contract, runs=bool(service.workers)))


def _needs(contract: ServiceContract, *, runs: bool) -> Iterator[tuple[str, str]]:
    compute, stores, provides = contract.compute, contract.stores, contract.provides
    functions = compute.functions or stores.postgresql or stores.shared
    if runs:
        yield "subnet_ids.private", "the network of its functions and containers"
        for group in (Group.DATABASE, Group.CACHE):
            yield f"security_group_ids.{group.value}", f"the way to the {group.value}"
    if functions or provides.workflows or stores.opensearch or provides.http or provides.websocket or provides.graphql:
        yield "key_arns.logs", "its logs"
    if functions or contract.messaging.queues or contract.messaging.topics or contract.messaging.buses:
        yield "key_arns.messaging", "its messages"
    if functions:
        yield "key_arns.secrets", "the variables of its functions"
    if functions or stores.dynamodb or stores.opensearch:
        yield "key_arns.database", "its tables and indexes"
    if compute.ecs or compute.app_runner or compute.eks:
        yield "key_arns.storage", "its images"
    for function in compute.functions.values():
        for store in function.triggers.objects:
            yield f"buckets.{stores.s3[store].bucket}.name", f"what its functions are told of objects in {store}"
