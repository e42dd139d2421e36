"""The NACL table: quotas, order and what it must not contain (NET-4)."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.nacls import NaclRule, nacl_rules, numbered, summary
from contracts.addresses import ADDRESS_PLAN, SubnetPlan, SubnetPreset, Tier, subnets, zone_count
from tests.components.network.samples import dev, inputs_of, record_network

RULES_PER_DIRECTION = 20
"""AWS's default quota of a network ACL."""

plans = st.builds(
    lambda name, preset: subnets(name, preset, tuple("abc"[: zone_count(preset)])),
    st.sampled_from(sorted(ADDRESS_PLAN)),
    st.sampled_from(SubnetPreset),
)


@given(plan=plans, tier=st.sampled_from(Tier))
def test_rules_stay_within_awss_quota_when_any_preset_is_laid_out(plan: tuple[SubnetPlan, ...], tier: Tier) -> None:
    rules = nacl_rules(plan, tier)
    assert 0 < len(rules.ingress) <= RULES_PER_DIRECTION
    assert 0 < len(rules.egress) <= RULES_PER_DIRECTION


@given(plan=plans)
def test_database_tier_names_only_private_subnets_when_any_preset_is_laid_out(plan: tuple[SubnetPlan, ...]) -> None:
    private = {subnet.cidr for subnet in plan if subnet.tier is Tier.PRIVATE}
    rules = nacl_rules(plan, Tier.DATABASE)
    assert {(rule.protocol, rule.ports) for rule in rules.ingress} == {("tcp", (5432, 5432)), ("tcp", (6379, 6379))}
    assert {(rule.protocol, rule.ports) for rule in rules.egress} == {("tcp", (1024, 65535))}
    assert {rule.cidr for rule in rules.ingress + rules.egress} == private


@given(plan=plans, tier=st.sampled_from(Tier), port=st.sampled_from([22, 3389]))
def test_no_tier_admits_remote_administration_when_it_comes_from_anywhere(
    plan: tuple[SubnetPlan, ...], tier: Tier, port: int
) -> None:
    open_to_all = [rule for rule in nacl_rules(plan, tier).ingress if rule.cidr == "0.0.0.0/0"]
    assert not [rule for rule in open_to_all if rule.protocol == "-1" or rule.ports[0] <= port <= rule.ports[1]]


@pytest.mark.parametrize("tier", [Tier.PUBLIC, Tier.PRIVATE])
@pytest.mark.parametrize("side", ["ingress", "egress"])
def test_path_mtu_discovery_works_when_a_tier_talks_to_the_internet(tier: Tier, side: str) -> None:
    entries = inputs_of(record_network(dev()), f"test-nacl-{tier}")[side]
    icmp = [entry for entry in entries if entry["protocol"] == "icmp"]
    assert [(entry["icmpType"], entry["icmpCode"], entry["cidrBlock"]) for entry in icmp] == [(3, 4, "0.0.0.0/0")]


def test_entries_carry_the_table_when_recorded() -> None:
    plan = subnets("dev", SubnetPreset.THREE_TIER_2AZ, ("us-east-1a", "us-east-1b"))
    view = record_network(dev())
    for tier in Tier:
        rules = nacl_rules(plan, tier)
        for side, expected in (("ingress", rules.ingress), ("egress", rules.egress)):
            entries = inputs_of(view, f"test-nacl-{tier}")[side]
            assert [entry["ruleNo"] for entry in entries] == [100 + 10 * index for index in range(len(expected))]
            assert [
                (entry["cidrBlock"], entry["protocol"], (entry["fromPort"], entry["toPort"]), entry["action"])
                for entry in entries
            ] == [(rule.cidr, rule.protocol, rule.ports, "allow") for rule in expected]


def test_numbers_leave_room_between_when_rules_are_numbered() -> None:
    rule = NaclRule("10.0.0.0/8")
    assert numbered([rule, rule]) == [(100, rule), (110, rule)]


@given(
    st.lists(st.integers(0, 2**24 - 1).map(lambda n: str(IPv4Network((n << 8, 24)))), max_size=12), st.integers(1, 6)
)
def test_summary_holds_every_network_in_few_whatever_they_are(networks: list[str], most: int) -> None:
    found = summary(networks, most)
    assert len(found) <= max(most, 0)
    assert all(any(IPv4Network(one).subnet_of(IPv4Network(other)) for other in found) for one in networks)
    if len(set(networks)) <= most:
        assert set(found) == set(networks)


def test_summary_joins_the_nearest_when_there_are_too_many() -> None:
    assert summary(["10.0.0.0/16", "10.1.0.0/16", "192.168.10.0/24"], 2) == ["10.0.0.0/15", "192.168.10.0/24"]


@pytest.mark.parametrize("tier", Tier)
def test_tier_is_as_before_when_nothing_is_joined(tier: Tier) -> None:
    plan = subnets("dev", SubnetPreset.THREE_TIER_2AZ, ("us-east-1a", "us-east-1b"))
    assert nacl_rules(plan, tier, ()) == nacl_rules(plan, tier)


def test_private_tier_speaks_https_with_networks_that_are_joined() -> None:
    plan = subnets("dev", SubnetPreset.THREE_TIER_2AZ, ("us-east-1a", "us-east-1b"))
    alone, together = nacl_rules(plan, Tier.PRIVATE), nacl_rules(plan, Tier.PRIVATE, ("10.11.0.0/16",))
    assert set(together.ingress) - set(alone.ingress) == {NaclRule("10.11.0.0/16", ports=(443, 443))}
    assert set(together.egress) - set(alone.egress) == {NaclRule("10.11.0.0/16", ports=(1024, 65535))}
    for tier in (Tier.PUBLIC, Tier.DATABASE):
        assert nacl_rules(plan, tier, ("10.11.0.0/16",)) == nacl_rules(plan, tier)
