"""Who is meant to reach whom: the matrix of a region's stack, and the edges of a service's contract (NET-4, CON-4).

Roles are parties of a matrix; what is in none of them is a finding, so that nothing new stands beside the matrix.
What no edge allows must be blocked, for every port of TCP and UDP and for ICMP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from analysis.reach.network import Group, Interface
from analysis.reach.spaces import EVERY_PORT, Range
from contracts.services.bindings import Service
from contracts.services.naming import Runner, RunnerKind
from contracts.services.reach import Peer, container_port, openings
from contracts.services.stores import DynamoStore, ObjectStore, PostgresStore, RedisStore, SearchStore

INTERNET = "internet"
SHARED = ("monitoring", "delivery", "security")
"""Tiers of a shared-services VPC that have a group for their services."""
SHARED_ENDPOINTS = "*-shared-endpoint-*"
BALANCERS = ("load balancer", "unjudged load balancer")


@dataclass(frozen=True, slots=True)
class Role:
    """A party: interfaces of some kinds in one stack, or everything that would have a group."""

    name: str
    stack: str
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ("*",)
    """Logical names, as shell patterns."""
    without: tuple[str, ...] = ()
    """Logical names that belong to another role, as shell patterns."""
    group: str | None = None
    """Logical name, a shell pattern, of a group: the party is whatever has it."""

    def has(self, one: Interface) -> bool:
        """Whether an interface belongs to it."""
        return (
            self.group is None
            and one.stack == self.stack
            and one.kind in self.kinds
            and any(fnmatchcase(one.name, name) for name in self.names)
            and not any(fnmatchcase(one.name, name) for name in self.without)
        )

    def is_of(self, group: Group) -> bool:
        """Whether it is whatever has a group."""
        return self.group is not None and fnmatchcase(group.name, self.group)


@dataclass(frozen=True, slots=True)
class Edge:
    """What one role is meant to reach at another."""

    source: str
    target: str
    """A role, `internet`, or an AWS service such as `aws:s3`."""
    why: str
    must: tuple[int, ...] = ()
    """TCP ports that have to be reachable."""
    may: tuple[Range, ...] = ()
    """TCP ports that may be reachable besides."""
    anything: bool = False
    """Whether every port of every protocol may be."""
    needed: bool = False
    """Whether the target has to be there: without it the edge is unknown, rather than none."""

    @property
    def allowed(self) -> tuple[Range, ...]:
        """Every TCP port that may be reachable."""
        return (EVERY_PORT,) if self.anything else (*((port, port) for port in self.must), *self.may)


@dataclass(frozen=True, slots=True)
class Intents:
    """A matrix."""

    roles: tuple[Role, ...]
    edges: tuple[Edge, ...]

    def __add__(self, other: Intents) -> Intents:
        """Both, for stacks that are joined."""
        return Intents((*self.roles, *other.roles), (*self.edges, *other.edges))


def region_intents(stack: str) -> Intents:
    """Document 004's matrix, with the correction that services reach each other, for one region's stack."""
    roles = (
        Role("alb", stack, BALANCERS),
        Role("ecs", stack, ("ecs service",)),
        Role("database", stack, ("database",)),
        Role("cache", stack, ("cache",)),
        Role("endpoints", stack, ("endpoint",), without=(SHARED_ENDPOINTS,)),
        Role("shared endpoints", stack, ("endpoint",), (SHARED_ENDPOINTS,)),
        *(Role(f"shared {tier}", stack, group=f"*-shared-security-group-{tier}") for tier in SHARED),
        Role("bastion", stack, group="*-security-group-bastion"),
        Role("files", stack, ("mount target",)),
        Role("log search", stack, ("search domain",)),
        Role(SEARCH_SETUP, stack, ("function",), ("*-log-search-setup-*",)),
        Role("warehouse", stack, ("warehouse",)),
        *(Role(name, stack, kinds, names) for name, (kinds, names, _) in _CALLERS.items()),
    )
    https = ((443, 443),)
    edges = (
        Edge(INTERNET, "alb", "clients", must=(80, 443)),
        Edge("alb", "ecs", "requests and health checks", must=(8080,)),
        Edge("ecs", "ecs", "service to service", must=(8080,), anything=True),
        Edge("ecs", "database", "PostgreSQL", must=(5432,)),
        Edge("ecs", "cache", "Redis", must=(6379,)),
        Edge("ecs", INTERNET, "external APIs", must=(443,)),
        Edge("ecs", "aws:secretsmanager", "AWS services", must=(443,)),
        Edge("ecs", "aws:logs", "AWS services", must=(443,)),
        Edge("ecs", "endpoints", "AWS services", must=(443,)),
        Edge("ecs", "alb", "HTTPS anywhere meets HTTPS from anywhere", may=https),
        Edge("bastion", "database", "database work", must=(5432,)),
        Edge("bastion", INTERNET, "Session Manager", must=(443,)),
        Edge("bastion", "endpoints", "Session Manager", must=(443,)),
        Edge("bastion", "alb", "HTTPS anywhere meets HTTPS from anywhere", may=https),
        Edge("ecs", "files", "shared files", must=(2049,)),
        *_shared_edges(),
        *_caller_edges(),
        *_analytics_edges(),
    )
    return Intents(roles, edges)


SEARCH_SETUP = "setup of the log search"
"""The function that gives the domain its rules; one security group is around both."""


_CALLERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "incident response": (("function",), ("*-incidents-*",), ()),
    "rotation of the cache's token": (("function",), ("*-rotate-cache-token-*",), (("cache", 6379),)),
    "rotation of logins": (("function",), ("*-rotate-logins-*", "*-rotate-master-*"), (("database", 5432),)),
    "dashboards of Grafana": (("function",), ("*-grafana-fill-*",), ()),
    "calls to PagerDuty": (("function",), ("*-pager-duty-*",), ()),
    "builds": (("build",), ("*-build-*",), ()),
    "sanitised copies": (("build",), ("*-copy-*",), (("database", 5432),)),
}
"""What calls and is never called: kinds, names, and the stores that it opens besides HTTPS."""


def _caller_edges() -> Iterator[Edge]:
    for name, (_, _, stores) in _CALLERS.items():
        yield Edge(name, "aws:secretsmanager" if stores else INTERNET, "AWS services", must=(443,))
        for target in (INTERNET, "alb", "endpoints", *(f"shared {tier}" for tier in SHARED)):
            yield Edge(name, target, "HTTPS anywhere", may=((443, 443),))
        for store, port in stores:
            yield Edge(name, store, "what it works on", must=(port,))


def _analytics_edges() -> Iterator[Edge]:
    """The domain is asked over HTTPS from inside the VPC; the warehouse by tasks, and asks AWS itself."""
    https = ((443, 443),)
    yield Edge(SEARCH_SETUP, "log search", "its rules", must=(443,))
    for source in ("ecs", "bastion", "warehouse", "log search", SEARCH_SETUP, *_CALLERS):
        for target in ("log search", SEARCH_SETUP):
            if (source, target) != (SEARCH_SETUP, "log search"):
                yield Edge(source, target, "HTTPS of the VPC, and one group around both", may=https)
    yield Edge("ecs", "warehouse", "queries", must=(5439,))
    yield Edge("warehouse", INTERNET, "AWS services", must=(443,))
    for target in ("alb", "endpoints", *(f"shared {tier}" for tier in SHARED)):
        yield Edge("warehouse", target, "HTTPS anywhere", may=https)


def _shared_edges() -> Iterator[Edge]:
    """Shared services are asked by tasks over the transit gateway, and ask nobody but the internet and each other."""
    https = ((443, 443),)
    for tier in SHARED:
        one = f"shared {tier}"
        yield Edge("ecs", one, "shared services", must=(443,))
        yield Edge(one, INTERNET, "what it watches, builds and asks", must=(443,))
        yield Edge(one, "shared endpoints", "AWS services", must=(443,))
        yield Edge("bastion", one, "HTTPS anywhere meets HTTPS of the platform", may=https)
        for other in SHARED:
            yield Edge(one, f"shared {other}", "shared services ask each other", must=(443,))


# -- a service's contract --------------------------------------------------------------------------------------

LISTENER_PORT = 80
"""Of the internal load balancer in front of containers."""


def service_intents(service: Service, stack: str) -> Intents:
    """What the contract of a service says, for the service's stack joined with its region's.

    Each function and container must reach the stores that it uses itself, the endpoints it calls, and AWS. It may
    also reach what others of the same service use: one security group is around all of them.
    """
    runners = {runner: _role(service, runner, stack) for runner in service.workers}
    wanted = openings(service)
    peers = {opening.peer for opening in wanted if not opening.inbound}
    inbound = [opening for opening in wanted if opening.inbound]
    own = service.loaded.contract.id
    fronts = (f"{own} balancer", f"{own} link")
    (balancer, link), search = fronts, f"{own} search"
    setup = Role(f"{own} database setup", stack, ("function",), ("*-databases-setup-function",))
    roles = [
        *runners.values(),
        setup,
        Role(link, stack, ("vpc link",)),
        Role(balancer, stack, BALANCERS),
        Role(search, stack, ("search domain",)),
        Role(f"{own} private endpoints", stack, ("endpoint",)),
    ]
    listening = ((LISTENER_PORT, LISTENER_PORT),)
    edges: list[Edge] = [Edge(link, balancer, "requests", must=(LISTENER_PORT,))]
    for source, target in ((balancer, balancer), (balancer, link), (link, link)):
        edges.append(Edge(source, target, "one group is around both", may=listening))
    for runner, role in runners.items():
        edges += _edges_of(service, runner, role.name, peers)
        for opening in inbound:
            if opening.peer is Peer.BALANCER:
                must = (opening.port,) if _listens(service, runner, opening.port) else ()
                edges.append(Edge(balancer, role.name, "requests", must, ((opening.port, opening.port),)))
                edges.append(Edge(link, role.name, "one group", may=((opening.port, opening.port),)))
                edges += [Edge(front, setup.name, "one group", may=((opening.port, opening.port),)) for front in fronts]
    if Peer.DATABASE in peers:
        edges.append(Edge(setup.name, "database", "makes databases and roles", must=(5432,)))
        edges += _shared(setup.name, peers - {Peer.DATABASE})
        edges.append(Edge(setup.name, "aws:secretsmanager", "the master's password", must=(443,)))
    everyone = [*(role.name for role in runners.values()), setup.name]
    called = tuple((o.port, o.port) for o in inbound if o.peer is Peer.CONTAINERS)
    if called and Peer.CONTAINERS in peers:  # both call and are called: the VPC's addresses are their own, too
        edges += [Edge(one, other, "the service's group", may=called) for one in everyone for other in everyone]
    if any(opening.peer is Peer.SEARCH for opening in inbound):
        # The domain is in the service's own group, which opens 443 to itself.
        for one in (*everyone, search):
            edges += [Edge(one, other, "one group is around both", may=((443, 443),)) for other in (*everyone, search)]
        edges += _shared(search, peers)
    return Intents(tuple(roles), tuple(edges))


def _role(service: Service, runner: Runner, stack: str) -> Role:
    kind, suffix = ("function", "function") if runner.kind is RunnerKind.FUNCTION else ("ecs service", "service")
    kinds = (kind,) if kind == "function" else (kind, "vpc connector")
    names = (f"{service.names.name(runner.key)}-{suffix}", f"{service.names.name(runner.key)}-connector")
    return Role(f"{service.loaded.contract.id} {runner}", stack, kinds, names)


def _edges_of(service: Service, runner: Runner, name: str, peers: set[Peer]) -> Iterator[Edge]:
    yield from _shared(name, peers)
    yield Edge(name, INTERNET, "AWS services and callers' callbacks", must=(443,))
    for use in service.stores(runner):
        match use.store:
            case PostgresStore():
                yield Edge(name, "database", f"store {use.key}", must=(5432,), needed=True)
            case RedisStore():
                yield Edge(name, "cache", f"store {use.key}", must=(6379,), needed=True)
            case DynamoStore():
                yield Edge(name, "aws:dynamodb", f"store {use.key}", must=(443,))
            case ObjectStore():
                yield Edge(name, "aws:s3", f"store {use.key}", must=(443,))
            case SearchStore():
                yield Edge(name, f"{service.loaded.contract.id} search", f"store {use.key}", must=(443,), needed=True)
    for use in service.uses_of(runner):
        if (port := container_port(use)) is not None:
            handler = use.endpoint.handler
            target = (
                f"{service.loaded.contract.id} private endpoints"
                if use.foreign
                else f"{use.provider.contract.id} {handler}"
            )
            # PrivateLink leads to the listener in front of the container.
            asked = LISTENER_PORT if use.foreign else port
            yield Edge(name, target, f"calls {use.endpoint.operation}", must=(asked,), needed=True)


def _shared(name: str, peers: set[Peer]) -> Iterator[Edge]:
    """What the group around all of a service opens."""
    ports = {Peer.DATABASE: ("database", 5432), Peer.CACHE: ("cache", 6379)}
    for peer in sorted(peers & set(ports)):
        target, port = ports[peer]
        yield Edge(name, target, "the service's group", may=((port, port),))
    if Peer.AWS in peers:
        for target in (INTERNET, "endpoints", "alb"):
            yield Edge(name, target, "HTTPS anywhere", may=((443, 443),))


def _listens(service: Service, runner: Runner, port: int) -> bool:
    clause = service.loaded.contract.compute.ecs.get(runner.key) if runner.kind is RunnerKind.CONTAINER else None
    return clause is not None and clause.port == port
