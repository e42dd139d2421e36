"""Is the network as it is meant: every intended edge reachable, every other one blocked (NET-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from analysis.reach.answers import Answer, Blocked, Reachable, Undecided, lines
from analysis.reach.evaluate import Evaluator, Place
from analysis.reach.extract import network_of
from analysis.reach.intents import INTERNET, Edge, Intents, Role
from analysis.reach.network import Network
from analysis.reach.places import AWS, Places, aws_service, internet
from analysis.reach.spaces import Range, merged, ranges_without, told
from graph import ResourceGraph

PROTOCOLS = ("tcp", "udp", "icmp")


@unique
class Problem(StrEnum):
    """What is wrong with a pair of roles."""

    MISSING = "missing"
    """An intended edge is not reachable."""
    OPEN = "open"
    """Something is reachable that no edge intends."""
    UNKNOWN = "unknown"
    """It depends on what is known after deployment only."""
    UNNAMED = "unnamed"
    """Something has an address and is in no role."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, with the path or the wall that shows it."""

    problem: Problem
    source: str
    target: str
    ports: str
    why: str
    answer: Answer | None = None

    def __str__(self) -> str:
        head = f"{self.problem}: {self.source} → {self.target} {self.ports}".rstrip()
        shown = [f"  {line}" for line in lines(self.answer)] if self.answer is not None else []
        return "\n".join([f"{head} ({self.why})", *shown])


def check(graphs: ResourceGraph | Sequence[ResourceGraph], intents: Intents) -> list[Finding]:
    """Everything in which the network of one graph, or of several joined ones, differs from a matrix."""
    some = (graphs,) if isinstance(graphs, ResourceGraph) else graphs
    return list(differences(network_of(*some), intents))


def differences(network: Network, intents: Intents) -> Iterator[Finding]:
    """The same for a network."""
    evaluator, parties = Evaluator(network), parties_of(network, intents)
    allowed: dict[tuple[str, str], list[Edge]] = {}
    for edge in intents.edges:
        allowed.setdefault((edge.source, edge.target), []).append(edge)
        if edge.must:
            yield from _missing(evaluator, parties, edge)
    for source, one in parties.items():
        for target, other in parties.items():
            edges = allowed.get((source, target), [])
            if not (source == target == INTERNET) and not any(edge.anything for edge in edges):
                yield from _open(evaluator, one, other, edges)
    yield from _unnamed(network, intents)


def parties_of(network: Network, intents: Intents) -> dict[str, Place]:
    """Role → where it is, for roles that have anything in the network; and the internet."""
    places = Places(network)
    found = {INTERNET: internet(network)}
    for role in intents.roles:
        members = [one for one in network.interfaces.values() if role.has(one)]
        groups = [group for group in network.groups.values() if role.is_of(group)]
        if members:
            found[role.name] = places.interfaces(role.name, members)
        elif groups:
            found[role.name] = places.group(groups[0])
    return found


def _missing(evaluator: Evaluator, parties: dict[str, Place], edge: Edge) -> Iterator[Finding]:
    source = parties.get(edge.source)
    service = edge.target.removeprefix(AWS)
    target = aws_service(evaluator.network, service) if edge.target.startswith(AWS) else parties.get(edge.target)
    if source is None:
        return
    if target is None:
        if edge.needed:
            yield Finding(Problem.UNKNOWN, edge.source, edge.target, "", f"{edge.why}: it is in none of the graphs")
        return
    for port in edge.must:
        answer = evaluator.ask(source, target, port)
        if not isinstance(answer, Reachable):
            problem = Problem.UNKNOWN if isinstance(answer, Undecided) else Problem.MISSING
            yield Finding(problem, edge.source, edge.target, str(port), edge.why, answer)


def _open(evaluator: Evaluator, source: Place, target: Place, edges: Sequence[Edge]) -> Iterator[Finding]:
    allowed = merged(one for edge in edges for one in edge.allowed)
    for protocol in PROTOCOLS:
        ports, sure = evaluator.open_ports(source, target, protocol)
        extra = ranges_without(ports, allowed if protocol == "tcp" else ())
        if not extra:
            continue
        answer = example(evaluator, source, target, extra[0], protocol)
        problem = Problem.OPEN if sure and not isinstance(answer, Undecided) else Problem.UNKNOWN
        shown = "" if protocol == "icmp" else f" {told(extra)}"
        yield Finding(problem, source.name, target.name, f"{protocol}{shown}", "no edge intends it", answer)


def example(evaluator: Evaluator, source: Place, target: Place, ports: Range, protocol: str) -> Answer:
    """What to show: a pair of places between which it is open, else whatever the whole answer is."""
    for one in source.spots:
        for other in target.spots:
            answer = evaluator.ask(Place(source.name, (one,)), Place(target.name, (other,)), ports[0], protocol)
            if not isinstance(answer, Blocked):
                return answer
    return evaluator.ask(source, target, ports[0], protocol)


def _unnamed(network: Network, intents: Intents) -> Iterator[Finding]:
    for one in network.interfaces.values():
        if one.kind != "nat gateway" and not any(role.has(one) for role in intents.roles):
            yield Finding(Problem.UNNAMED, one.name, "anything", "", f"this {one.kind} is in no role of the matrix")


def matrix(network: Network, roles: Sequence[Role] = ()) -> dict[tuple[str, str], tuple[str, bool]]:
    """(source, target) → open TCP ports, and whether that is sure; pairs that are shut are left out.

    Without roles every interface stands for itself.
    """
    evaluator, places = Evaluator(network), Places(network)
    parties = (
        parties_of(network, Intents(tuple(roles), ()))
        if roles
        else {INTERNET: internet(network), **{one.name: places.interface(one) for one in network.interfaces.values()}}
    )
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for source, one in parties.items():
        for target, other in parties.items():
            if source == target == INTERNET:
                continue
            ports, sure = evaluator.open_ports(one, other)
            if ports or not sure:
                found[source, target] = (told(ports), sure)
    return found
