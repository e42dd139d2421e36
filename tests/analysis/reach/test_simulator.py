"""The evaluator and an independent simulator agree on every packet of random small networks (NET-4)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.reach import Evaluator, Places, network_of
from analysis.reach.spaces import holds
from tests.analysis.reach.simulator import Flight, arrives
from tests.analysis.reach.worlds import OUTSIDE, PORTS, SimHost, World, as_graph, worlds

EXAMPLES = 800
EDGES = sorted({p + d for p in PORTS for d in (-1, 0, 1) if 0 <= p + d <= 65535})


def address(world: World, host: SimHost | None, draw: st.DrawFn) -> IPv4Address:
    if host is None:
        return IPv4Address(draw(st.sampled_from(OUTSIDE)))
    network = IPv4Network(world.subnets[host.subnet].cidr)
    return network[draw(st.integers(0, network.num_addresses - 1))]


@st.composite
def flights(draw: st.DrawFn, world: World) -> Flight:
    ends: list[SimHost | None] = [None, *world.hosts.values()]
    source, target = draw(st.sampled_from(ends)), draw(st.sampled_from(ends))
    return Flight(
        source,
        target,
        address(world, source, draw),
        address(world, target, draw),
        draw(st.sampled_from([p for p in EDGES if 32768 <= p <= 60999] + [32768, 60999])),
        draw(st.sampled_from(EDGES)),
        draw(st.sampled_from([p for p in EDGES if p >= 1024])),
        draw(st.sampled_from(["tcp", "udp"])),
    )


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_evaluator_agrees_with_the_simulator_when_networks_and_packets_are_random(data: st.DataObject) -> None:
    world = data.draw(worlds())
    network = network_of(as_graph(world))
    assert not network.loose
    places, evaluator = Places(network), Evaluator(network)
    for flight in data.draw(st.lists(flights(world), min_size=10, max_size=30)):
        if flight.source is None and flight.target is None:
            continue
        one = places(flight.source.name if flight.source else "internet").spots[0]
        other = places(flight.target.name if flight.target else "internet").spots[0]
        passing = evaluator.passing(one, other, 4, flight.protocol, (0, 65535))
        point = (int(flight.source_ip), int(flight.target_ip), flight.port, flight.from_port, flight.nat_port)
        found = any(holds(box, point) for box in passing.surely)
        assert passing.perhaps == passing.surely
        assert found == arrives(world, flight), (flight, world)
