"""Records and checks as the program's own components make them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pulumi_aws import Provider, route53

from analysis.resolver import Conditions, Routing, UnreadableError, delay, read_zone
from components.edge.global_accelerator import AcceleratedRegion, GlobalAccelerator, GlobalAcceleratorArgs
from components.edge.origin_record import AliasTarget
from components.edge.region_health import RegionHealth, RegionHealthArgs, switch_alarm
from components.edge.traffic_records import Endpoint, TrafficRecords, TrafficRecordsArgs
from contracts.settings.global_layer import AcceleratorSettings, DnsSettings, HealthCheckSettings, RoutingPolicy
from graph.resource_graph import ResourceGraph
from tests.kit import record_program

HEALTH = HealthCheckSettings(
    path="/health", interval_seconds=10, threshold=2, regions=("us-east-1", "eu-west-1", "sa-east-1")
)
SIDES = {"east": ("us-east-1", 70), "west": ("us-west-2", 30)}


def settings(policy: RoutingPolicy) -> DnsSettings:
    return DnsSettings(
        zone="atoll.example",
        record="api",
        policy=policy,
        ttl_seconds=5,
        health=HEALTH,
        dnssec=False,
        query_log_retention_days=30,
    )


def program(policy: RoutingPolicy, *, accelerated: bool = False) -> ResourceGraph:
    def build() -> None:
        elsewhere = Provider("elsewhere", region="us-west-2")
        endpoints: dict[str, Endpoint] = {}
        for side, (region, weight) in SIDES.items():
            args = RegionHealthArgs(
                settings=HEALTH,
                environment="prod",
                stack=side,
                host=f"{side}.atoll.example",
                elsewhere=elsewhere,
                elsewhere_region="us-west-2",
                topic_arn=None,
                elsewhere_topic_arn=None,
            )
            health = RegionHealth(f"health-{side}", args=args)
            endpoints[side] = Endpoint(
                host=f"{side}.atoll.example",
                region=region,
                weight_percent=weight,
                primary=side == "east",
                health_check_id=health.check_id,
            )
        target = None
        if accelerated:
            regions = {
                side: AcceleratedRegion(region=region, balancer_arn=f"arn:{side}", weight_percent=weight)
                for side, (region, weight) in SIDES.items()
            }
            fast = AcceleratorSettings(health_interval_seconds=10, health_threshold=1)
            accelerator = GlobalAccelerator(
                "fast", args=GlobalAcceleratorArgs(settings=fast, health_path="/health", regions=regions)
            )
            target = AliasTarget(dns_name=accelerator.dns_name, zone_id=accelerator.zone_id)
        TrafficRecords(
            "traffic",
            args=TrafficRecordsArgs(settings=settings(policy), zone_id="Z1", endpoints=endpoints, accelerator=target),
        )

    return record_program(build).graph


NAME = "api.atoll.example"
EAST_LOST = Conditions(lost_hosts=frozenset({"east.atoll.example"}))


@pytest.mark.parametrize("policy", list(RoutingPolicy))
def test_records_and_checks_are_read_as_they_are_made(policy: RoutingPolicy) -> None:
    zone = read_zone(program(policy))
    assert [(r.identifier, r.target, r.ttl_seconds, r.routing.value, r.primary) for r in zone.of(NAME)] == [
        ("east", "east.atoll.example", 5, policy.value, policy is RoutingPolicy.FAILOVER),
        ("west", "west.atoll.example", 5, policy.value, False),
    ]
    assert [a.identifier for a in zone.answers(NAME, EAST_LOST)] == ["west"]
    assert delay(zone, NAME, Conditions(), EAST_LOST).total == 25


def test_switch_takes_a_region_out_when_its_alarm_sounds() -> None:
    zone = read_zone(program(RoutingPolicy.WEIGHTED))
    evacuated = Conditions(alarms=frozenset({switch_alarm("prod", "west")}))
    assert [(a.identifier, a.probability) for a in zone.answers(NAME, evacuated)] == [("east", Fraction(1))]


def test_no_answer_is_cached_when_an_accelerator_leads() -> None:
    zone = read_zone(program(RoutingPolicy.WEIGHTED, accelerated=True))
    assert {record.routing for record in zone.of(NAME)} == {Routing.DIAL}
    lost = Conditions(lost_hosts=frozenset({"us-east-1"}))
    assert [a.identifier for a in zone.answers(NAME, lost)] == ["west"]
    assert (delay(zone, NAME, Conditions(), lost).detection, delay(zone, NAME, Conditions(), lost).cached) == (30, 0)


def test_check_is_refused_when_the_model_does_not_know_its_kind() -> None:
    def build() -> None:
        route53.HealthCheck("gated", type="RECOVERY_CONTROL", routing_control_arn="arn:aws:route53-recovery::1:c/1")

    with pytest.raises(UnreadableError, match="gated: the model knows no check of type RECOVERY_CONTROL"):
        read_zone(record_program(build).graph)


def test_check_is_refused_when_its_interval_is_not_known() -> None:
    def build() -> None:
        drawn = route53.Zone("zone", name="atoll.example").zone_id.apply(len)
        route53.HealthCheck("vague", type="TCP", fqdn="a.example", port=1, request_interval=drawn, failure_threshold=1)

    with pytest.raises(UnreadableError, match="vague: requestInterval is not known"):
        read_zone(record_program(build).graph)
