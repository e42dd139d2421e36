"""Which ports a service's security group has to open, from its edges and stores alone (CON-4, NET-4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from contracts.services.bindings import Service
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
    """Containers of the environment that are called over HTTP."""
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
            handler = use.endpoint.handler
            if handler is not None and handler.kind is RunnerKind.CONTAINER and not use.foreign:
                provider = use.provider.contract.compute
                clause = provider.ecs.get(handler.key) or provider.eks.get(handler.key)
                if clause is not None:
                    found.add(Opening(Peer.CONTAINERS, clause.port))
    for container in contract.compute.ecs.values():
        found.add(Opening(Peer.BALANCER, container.port, inbound=True))
    return tuple(sorted(found))
