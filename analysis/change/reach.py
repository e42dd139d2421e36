"""Ways through the network that open or close, and what the internet newly reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from analysis.change.sentences import origins
from analysis.reach.answers import Partly, Reachable
from analysis.reach.check import example, parties_of
from analysis.reach.evaluate import Evaluator, Place
from analysis.reach.extract import network_of
from analysis.reach.intents import INTERNET, Intents, Role
from analysis.reach.network import Network
from analysis.reach.places import Places, internet
from analysis.reach.spaces import EVERY_PORT, Range, common, merged, ranges_without, told
from contracts.change import Effect, Origin, OriginKind, ReachDelta, ReachKind
from contracts.change.deltas import Part
from graph.resource_graph import ResourceGraph

PROTOCOLS = ("tcp", "udp")
Ranges: TypeAlias = "tuple[Range, ...]"


class Opening(Part):
    """Ports that are open from one party to another."""

    source: str
    target: str
    protocol: str
    ports: tuple[tuple[int, int], ...]
    sure: bool
    """False where it hangs on what is known after deployment; the ports are then an upper bound."""
    by: tuple[Origin, ...] = ()
    """The rules that let it through, on one way of those that are open."""


class Meant(Part):
    """What a matrix says of a pair."""

    source: str
    target: str
    must: tuple[int, ...]
    allowed: tuple[tuple[int, int], ...]
    anything: bool
    why: str = ""
    """What needs it."""


class Exposed(Part):
    """An interface that the internet reaches."""

    interface: str
    urn: str
    protocol: str
    ports: tuple[tuple[int, int], ...]
    sure: bool
    role: str | None
    """Role of the matrix that it is in."""


class ReachFacts(Part):
    """The network of a stack in one revision."""

    parties: tuple[str, ...]
    openings: tuple[Opening, ...]
    exposed: tuple[Exposed, ...]
    meant: tuple[Meant, ...]


def reach_facts(graphs: Sequence[ResourceGraph], intents: Intents, own: str | None = None) -> ReachFacts:
    """Ask every pair of parties, and the internet about every interface.

    Args:
        graphs: the stack's, with those that it is joined with.
        intents: matrix of the stack, or of the region's stack of a service.
        own: name of a service's stack: its interfaces are parties of their own, and only pairs with them are asked.
    """
    network = network_of(*graphs)
    evaluator = Evaluator(network)
    added = tuple(_roles(network, own)) if own else ()
    parties = parties_of(network, Intents((*intents.roles, *added), ()))
    mine = {role.name for role in added}
    openings: list[Opening] = []
    rules = _rules(graphs)
    for source, one in parties.items():
        for target, other in parties.items():
            if source == target == INTERNET or (own and not {source, target} & mine):
                continue
            for protocol in PROTOCOLS:
                ports, sure = evaluator.open_ports(one, other, protocol)
                if ports or not sure:
                    by = _by(evaluator, one, other, ports, protocol, rules)
                    openings.append(
                        Opening(source=source, target=target, protocol=protocol, ports=ports, sure=sure, by=by)
                    )
    return ReachFacts(
        parties=tuple(parties),
        openings=tuple(openings),
        exposed=tuple(_exposed(network, evaluator, intents, own)),
        meant=tuple(_meant(intents)),
    )


def _roles(network: Network, stack: str) -> Iterator[Role]:
    for one in network.interfaces.values():
        if one.stack == stack:
            yield Role(one.name, stack, (one.kind,), (one.name,))


def _exposed(network: Network, evaluator: Evaluator, intents: Intents, own: str | None) -> Iterator[Exposed]:
    places, outside = Places(network), internet(network)
    for key, one in network.interfaces.items():
        if one.kind == "nat gateway" or (own and one.stack != own):
            continue
        role = next((role.name for role in intents.roles if role.has(one)), None)
        for protocol in PROTOCOLS:
            ports, sure = evaluator.open_ports(outside, places.interface(one), protocol)
            if ports:
                yield Exposed(interface=one.name, urn=key, protocol=protocol, ports=ports, sure=sure, role=role)


def _meant(intents: Intents) -> Iterator[Meant]:
    for edge in intents.edges:
        yield Meant(
            source=edge.source,
            target=edge.target,
            must=edge.must,
            allowed=tuple(merged(edge.allowed)),
            anything=edge.anything,
            why=edge.why,
        )


def _rules(graphs: Sequence[ResourceGraph]) -> Mapping[str, tuple[Origin, ...]]:
    """Logical name → where the resource is declared, and which it is: filters are called like their resources."""
    return {node.name: origins(node) for graph in graphs for node in graph if node.custom}


def _by(
    evaluator: Evaluator,
    source: Place,
    target: Place,
    ports: Ranges,
    protocol: str,
    rules: Mapping[str, tuple[Origin, ...]],
) -> tuple[Origin, ...]:
    answer = example(evaluator, source, target, ports[0], protocol) if ports else None
    opened = answer.open if isinstance(answer, Partly) else answer
    hops = opened.path if isinstance(opened, Reachable) else ()
    return tuple(dict.fromkeys(origin for hop in hops for origin in rules.get(hop.rule, ())))


# -- differences --------------------------------------------------------------------------------------------------


def reach_deltas(before: ReachFacts | None, after: ReachFacts | None, stack: str) -> Iterator[ReachDelta]:
    """Compare the network of one stack; None where the stack is not there."""
    yield from _ways(before, after, stack)
    yield from _exposure(before, after, stack)


def _ways(before: ReachFacts | None, after: ReachFacts | None, stack: str) -> Iterator[ReachDelta]:
    was, now = _openings(before), _openings(after)
    for key in sorted(was.keys() | now.keys()):
        source, target, protocol = key
        old, new = was.get(key), now.get(key)
        if (new is not None and not new.sure) != (old is not None and not old.sure):
            yield _from(_unsure(stack, source, target, new or old), new or old)
            continue
        had, has = (old.ports if old else ()), (new.ports if new else ())
        if opened := ranges_without(has, had):
            yield _from(_opened(stack, source, target, protocol, opened, after), new)
        if closed := ranges_without(had, has):
            yield _from(_closed(stack, source, target, protocol, closed, before, after), old)


def _from(delta: ReachDelta, opening: Opening | None) -> ReachDelta:
    """With the rules that open the way, or that opened it before."""
    return delta.model_copy(update={"origins": opening.by}) if opening is not None else delta


def _openings(facts: ReachFacts | None) -> dict[tuple[str, str, str], Opening]:
    return {(each.source, each.target, each.protocol): each for each in (facts.openings if facts else ())}


def _unsure(stack: str, source: str, target: str, opening: Opening | None) -> ReachDelta:
    ports = told(opening.ports) if opening else ""
    sentence = f"Whether {source} reaches {target} at {ports or 'any port'} can be told in one revision alone."
    return _delta(stack, ReachKind.UNDECIDED, Effect.UNKNOWN, source, target, ports, sentence, None)


def _opened(
    stack: str, source: str, target: str, protocol: str, ports: Iterable[Range], after: ReachFacts | None
) -> ReachDelta:
    shown = f"{protocol} {told(ports)}"
    allowed = _allowed(after, source, target, protocol)
    intended = None if allowed is None else not ranges_without(list(ports), allowed)
    effect = Effect.INFORMS if intended else Effect.WARNS
    how = "as the matrix means it" if intended else "and no edge of the matrix means it"
    sentence = f"{source} newly reaches {target} at {shown}" + ("" if intended is None else f", {how}") + "."
    return _delta(stack, ReachKind.OPENED, effect, source, target, shown, sentence, intended)


def _closed(
    stack: str,
    source: str,
    target: str,
    protocol: str,
    ports: Iterable[Range],
    before: ReachFacts | None,
    after: ReachFacts | None,
) -> ReachDelta:
    shown = f"{protocol} {told(ports)}"
    here = set(after.parties) if after else set[str]()
    if not {source, target} <= here:
        sentence = f"{source} no longer reaches {target} at {shown}: one of them is gone."
        return _delta(stack, ReachKind.CLOSED, Effect.INFORMS, source, target, shown, sentence, None)
    needed = _needed(after, source, target, protocol, ports)
    if needed:
        why = (
            next((f" ({each.why})" for each in after.meant if (each.source, each.target) == (source, target)), "")
            if after
            else ""
        )
        sentence = (
            f"{source} no longer reaches {target} at {shown}, and it has to at {', '.join(map(str, needed))}{why}."
        )
        return _delta(stack, ReachKind.CLOSED, Effect.BREAKS, source, target, shown, sentence, True)
    allowed = _allowed(before, source, target, protocol)
    intended = None if allowed is None else not ranges_without(list(ports), allowed)
    effect = Effect.IMPROVES if intended is False else Effect.INFORMS
    sentence = f"{source} no longer reaches {target} at {shown}" + (", as it should be" if intended is False else "")
    return _delta(stack, ReachKind.CLOSED, effect, source, target, shown, f"{sentence}.", intended)


def _allowed(facts: ReachFacts | None, source: str, target: str, protocol: str) -> Ranges | None:
    """Ports that the matrix allows; None where it does not know one of the two."""
    if facts is None:
        return None
    roles = {each.source for each in facts.meant} | {each.target for each in facts.meant}
    if not {source, target} <= roles:
        return None
    edges = [each for each in facts.meant if (each.source, each.target) == (source, target)]
    if any(each.anything for each in edges):
        return (EVERY_PORT,)
    return merged(one for each in edges for one in each.allowed) if protocol == "tcp" else ()


def _needed(facts: ReachFacts | None, source: str, target: str, protocol: str, closed: Iterable[Range]) -> list[int]:
    if facts is None or protocol != "tcp":
        return []
    must = {port for each in facts.meant if (each.source, each.target) == (source, target) for port in each.must}
    return sorted(port for port in must if common(list(closed), [(port, port)]))


def _exposure(before: ReachFacts | None, after: ReachFacts | None, stack: str) -> Iterator[ReachDelta]:
    was = {(each.urn, each.protocol): each for each in (before.exposed if before else ())}
    now = {(each.urn, each.protocol): each for each in (after.exposed if after else ())}
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key), now.get(key)
        one = new or old
        assert one is not None, "one of the two has the key"
        had, has = (old.ports if old else ()), (new.ports if new else ())
        if opened := ranges_without(has, had):
            shown = f"{key[1]} {told(opened)}"
            allowed = _allowed(after, INTERNET, one.role, key[1]) if one.role else None
            intended = allowed is not None and not ranges_without(opened, allowed)
            how = "as the matrix means it" if intended else "and nothing means it"
            surely = "" if one.sure else ", unless what is known after deployment says otherwise"
            sentence = f"The internet newly reaches {one.interface} at {shown}, {how}{surely}."
            effect = Effect.INFORMS if intended else Effect.WARNS
            yield _delta(stack, ReachKind.PUBLIC, effect, INTERNET, one.interface, shown, sentence, intended, one.urn)
        if closed := ranges_without(had, has):
            shown = f"{key[1]} {told(closed)}"
            sentence = f"The internet no longer reaches {one.interface} at {shown}."
            effect = Effect.INFORMS if one.role else Effect.IMPROVES
            yield _delta(stack, ReachKind.PRIVATE, effect, INTERNET, one.interface, shown, sentence, None, one.urn)


def _delta(
    stack: str,
    kind: ReachKind,
    effect: Effect,
    source: str,
    target: str,
    ports: str,
    sentence: str,
    intended: bool | None,
    urn: str | None = None,
) -> ReachDelta:
    return ReachDelta(
        effect=effect,
        stack=stack,
        subject=f"{source} → {target}",
        sentence=sentence,
        origins=(Origin(kind=OriginKind.URN, at=urn),) if urn and urn.startswith("urn:") else (),
        kind=kind,
        source=source,
        target=target,
        ports=ports,
        intended=intended,
    )
