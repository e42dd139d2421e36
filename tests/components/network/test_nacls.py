"""The NACL table: quotas, order and what it must not contain (NET-4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.nacls import NaclRule, nacl_rules, numbered
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
