"""DNS as it should be."""

from __future__ import annotations

from pulumi_aws import route53


def program() -> None:
    """A public zone, and a record that fails over in time."""
    zone = route53.Zone("zone", name="atoll.example")
    route53.QueryLog(
        "zone-queries",
        zone_id=zone.zone_id,
        cloudwatch_log_group_arn="arn:aws:logs:us-east-1:111122223333:log-group:/aws/route53/atoll.example",
    )
    health = route53.HealthCheck(
        "health", type="HTTPS", fqdn="a.atoll.example", port=443, request_interval=10, failure_threshold=2
    )
    route53.Record(
        "failover-record",
        zone_id=zone.zone_id,
        name="a",
        type="A",
        ttl=10,
        records=["192.0.2.1"],
        set_identifier="first",
        failover_routing_policies=[{"type": "PRIMARY"}],
        health_check_id=health.id,
    )
    behind = route53.HealthCheck(
        "health-behind", type="HTTPS", fqdn="b.atoll.example", port=443, request_interval=10, failure_threshold=2
    )
    both = route53.HealthCheck(
        "health-of-both", type="CALCULATED", child_healthchecks=[behind.id], child_health_threshold=1
    )
    route53.Record(
        "calculated-record",
        zone_id=zone.zone_id,
        name="a",
        type="A",
        ttl=10,
        records=["192.0.2.2"],
        set_identifier="second",
        failover_routing_policies=[{"type": "SECONDARY"}],
        health_check_id=both.id,
    )
