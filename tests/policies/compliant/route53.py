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
