"""The address plan: no overlaps, exact presets, room that is counted and given out in order."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import addresses
from contracts.addresses import ADDRESS_PLAN, AddressPlanError, SubnetPreset, Tier

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
NAMES = (*ADDRESS_PLAN, *addresses.on_demand_names())
blocks = st.sampled_from(NAMES)


def test_no_two_blocks_of_the_estate_overlap() -> None:
    every = {name: addresses.block(name) for name in NAMES}
    every |= {f"pods of {name}": pods for name in NAMES if (pods := addresses.pod_block(name))}
    every |= addresses.RESERVED
    nets = sorted(every.values())
    assert all(before.broadcast_address < after.network_address for before, after in pairwise(nets))


def test_prod_has_exactly_the_block_of_document_002() -> None:
    assert ADDRESS_PLAN["prod"] == IPv4Network("10.0.0.0/16")


def test_three_zone_preset_lays_out_document_002() -> None:
    found = {
        tier: [s.cidr for s in plan("prod", SubnetPreset.THREE_TIER_3AZ, ZONES) if s.tier == tier] for tier in Tier
    }
    assert found == {
        Tier.PUBLIC: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
        Tier.PRIVATE: ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"],
        Tier.DATABASE: ["10.0.21.0/24", "10.0.22.0/24", "10.0.23.0/24"],
    }


def test_two_zone_preset_lays_out_document_004_in_dev() -> None:
    found = [(s.tier, s.zone, s.cidr) for s in plan("dev", SubnetPreset.THREE_TIER_2AZ, ZONES[:2])]
    assert found == [
        (Tier.PUBLIC, "us-east-1a", "10.3.1.0/24"),
        (Tier.PUBLIC, "us-east-1b", "10.3.2.0/24"),
        (Tier.PRIVATE, "us-east-1a", "10.3.10.0/24"),
        (Tier.PRIVATE, "us-east-1b", "10.3.11.0/24"),
        (Tier.DATABASE, "us-east-1a", "10.3.20.0/24"),
        (Tier.DATABASE, "us-east-1b", "10.3.21.0/24"),
    ]


@given(blocks, st.sampled_from(list(SubnetPreset)))
def test_subnets_lie_in_their_vpc_and_apart_whatever_the_block(name: str, preset: SubnetPreset) -> None:
    made = [IPv4Network(s.cidr) for s in plan(name, preset, ZONES[: addresses.zone_count(preset)])]
    assert all(net.subnet_of(addresses.block(name)) for net in made)
    assert not addresses.overlaps({str(index): net for index, net in enumerate(made)})


@given(st.integers(-5, 300), blocks)
def test_subnet_is_refused_when_it_lies_outside_its_vpc(offset: int, name: str) -> None:
    vpc = addresses.block(name)
    if 0 <= offset < vpc.num_addresses // 256:
        assert addresses.subnet(vpc, offset).subnet_of(vpc)
    else:
        with pytest.raises(AddressPlanError, match=f"lies outside its VPC {vpc}"):
            addresses.subnet(vpc, offset)


def test_every_contradiction_is_told_when_a_plan_overlaps() -> None:
    wrong = {"a": IPv4Network("10.5.0.0/16"), "b": IPv4Network("10.5.0.0/16"), "c": IPv4Network("172.17.0.0/16")}
    with pytest.raises(AddressPlanError) as caught:
        addresses.check_plan(wrong, {"nobody": IPv4Network("100.64.0.0/16")})
    assert str(caught.value).splitlines()[1:] == [
        "  a (10.5.0.0/16) overlaps b (10.5.0.0/16)",
        "  c (172.17.0.0/16) overlaps container bridge networks (172.17.0.0/16)",
        "  c (172.17.0.0/16) is not a /16 of 10.0.0.0/10",
        "  pods are planned for nobody, which has no VPC",
    ]


@given(st.integers(0, 255), st.integers(8, 28), st.integers(0, 255), st.integers(8, 28))
def test_overlap_is_found_exactly_when_an_address_is_shared(a: int, a_bits: int, b: int, b_bits: int) -> None:
    first = IPv4Network((10 << 24 | a << 16, a_bits), strict=False)
    second = IPv4Network((10 << 24 | b << 16, b_bits), strict=False)
    shared = first.network_address <= second.broadcast_address and second.network_address <= first.broadcast_address
    assert bool(addresses.overlaps({"a": first, "b": second})) == shared


def test_blocks_are_given_out_in_order_and_kept_when_environments_come_and_go() -> None:
    taken: dict[str, str] = {}
    for name in ("env-a", "env-b", "env-c"):
        taken[name] = addresses.allocate(name, taken)
    assert list(taken.values()) == ["pool-000", "pool-001", "pool-002"]
    assert addresses.allocate("env-b", taken) == "pool-001"
    del taken["env-b"]
    assert addresses.allocate("env-d", taken) == "pool-001"


def test_allocation_is_refused_when_the_pool_is_empty() -> None:
    taken = {f"env-{index}": name for index, name in enumerate(addresses.on_demand_names())}
    with pytest.raises(AddressPlanError, match="all 512 on-demand blocks are taken: destroy an environment first"):
        addresses.allocate("env-new", taken)


@given(st.sets(st.sampled_from(addresses.on_demand_names()), max_size=20))
def test_capacity_counts_what_is_left(taken: set[str]) -> None:
    assert addresses.capacity(taken).on_demand == 512 - len(taken)
    assert addresses.capacity(taken).long_lived == 64 - len(ADDRESS_PLAN)


def test_known_blocks_are_told_when_a_name_is_not_in_the_plan() -> None:
    with pytest.raises(AddressPlanError, match=r"no block 'qa': it has prod, .* and pool-000 to pool-511"):
        addresses.block("qa")


def test_zone_count_is_told_when_it_does_not_fit_the_preset() -> None:
    with pytest.raises(AddressPlanError, match="three-tier-3az lays out 3 zones, 2 given: us-east-1a, us-east-1b"):
        plan("prod", SubnetPreset.THREE_TIER_3AZ, ZONES[:2])


def plan(name: str, preset: SubnetPreset, zones: tuple[str, ...]) -> tuple[addresses.SubnetPlan, ...]:
    return addresses.subnets(name, preset, zones)
