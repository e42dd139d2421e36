"""Which ports a service's security group has to open, from its edges and stores alone (CON-4, NET-4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

from contracts.services.bindings import Service, Use
from contracts.services.naming import RunnerKind
from contracts.services.stores import PostgresStore, RedisStore


@unique
class Peer(StrEnum):
    """The other end of a connection."""

    DATABASE = "database"
    """The region's database group."""
    CACHE = "cache"
    """The region's cache group."""
    CONTAINERS = "containers"
    """Containers of the environment that are called over HTTP; inbound, those of other services that call."""
    AWS = "aws"
    """AWS's own endpoints, and the trace collector's: HTTPS anywhere."""
    SEARCH = "search"
    """The service's own OpenSearch domain, in its own group."""
    BALANCER = "balancer"
    """The VPC link or load balancer in front of the service's containers; it comes in."""


@dataclass(frozen=True, order=True)
class Opening:
    """One port that has to be open."""

    peer: Peer
    port: int
    """TCP."""
    inbound: bool = False
    """Whether the peer connects, rather than the service."""


def openings(service: Service) -> tuple[Opening, ...]:
    """Every port that the service needs, sorted."""
    contract = service.loaded.contract
    found: set[Opening] = set()
    if service.workers:
        found.add(Opening(Peer.AWS, 443))
    if contract.stores.opensearch:
        found.add(Opening(Peer.SEARCH, 443, inbound=True))
    for runner in service.workers:
        for use in service.stores(runner):
            if isinstance(use.store, PostgresStore):
                found.add(Opening(Peer.DATABASE, 5432))
            elif isinstance(use.store, RedisStore):
                found.add(Opening(Peer.CACHE, 6379))
        for use in service.uses_of(runner):
            if not use.foreign and (port := container_port(use)) is not None:
                found.add(Opening(Peer.CONTAINERS, port))
    for use in _callers(service):
        if (port := container_port(use)) is not None:
            found.add(Opening(Peer.CONTAINERS, port, inbound=True))
    for container in contract.compute.ecs.values():
        found.add(Opening(Peer.BALANCER, container.port, inbound=True))
    return tuple(sorted(found))


def container_port(use: Use) -> int | None:
    """TCP port of the container that a call asks; None where something else answers."""
    handler = use.endpoint.handler
    if handler is None or handler.kind is not RunnerKind.CONTAINER:
        return None
    compute = use.provider.contract.compute
    clause = compute.ecs.get(handler.key) or compute.eks.get(handler.key)
    return clause.port if clause is not None else None


def _callers(service: Service) -> Iterator[Use]:
    """Calls of this service by functions and containers of others in its account."""
    for other in service.others:
        for use in other.uses:
            ours = use.provider.contract.id == service.loaded.contract.id
            if ours and not use.foreign and use.runner.kind is not RunnerKind.WORKFLOW:
                yield use
