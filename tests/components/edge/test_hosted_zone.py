"""The public zone: what is signed, what is logged, and what the registrar is told (EDGE-1)."""

from __future__ import annotations

import json
from typing import Any

from components.edge.hosted_zone import HostedZone, HostedZoneArgs
from contracts.settings.global_layer import DnsSettings
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

VALUES: dict[str, Any] = {
    "zone": "atoll.example",
    "record": "api",
    "policy": "weighted",
    "ttl_seconds": 10,
    "health": {
        "path": "/health",
        "interval_seconds": 10,
        "threshold": 1,
        "regions": ["us-east-1", "eu-west-1", "sa-east-1"],
    },
    "dnssec": True,
    "query_log_retention_days": 90,
}


def dns(**changes: Any) -> DnsSettings:
    return DnsSettings.model_validate(VALUES | changes)


def record(*, protect: bool = True, **changes: Any) -> GraphView:
    protection = ProtectionSettings(
        protect=protect, deletion_protection=protect, final_snapshot=protect, force_destroy=not protect
    )
    args = HostedZoneArgs(
        settings=dns(**changes),
        protection=protection,
        account_id=ACCOUNT,
        region=REGION,
        log_key_arn="arn:logs",
        topic_arn="arn:topic",
    )
    return record_component(lambda: HostedZone("test", args=args))


def statements(view: GraphView, name: str, path: str) -> dict[str, dict[str, Any]]:
    return {one["Sid"]: one for one in json.loads(str(view.value(name, path)))["Statement"]}


def test_zone_is_signed_by_a_key_of_its_own_when_asked() -> None:
    view = record()
    assert view.value("test-signing", "customerMasterKeySpec") == "ECC_NIST_P256"
    assert view.value("test-signing", "keyUsage") == "SIGN_VERIFY"
    view.assert_wired("test-signing-key", "keyManagementServiceArn", "test-signing.arn")
    view.assert_wired("test-signing-key", "hostedZoneId", "test-zone.zoneId")
    assert view.value("test-signing-key", "status") == "ACTIVE"
    assert view.value("test-dnssec", "signingStatus") == "SIGNING"
    view.assert_depends("test-dnssec", "test-signing-key")


def test_nobody_but_route_53_signs_with_the_key_when_made() -> None:
    found = statements(record(), "test-signing", "policy")
    assert set(found) == {"AdministerByAccount", "Route53Signs", "Route53Grants"}
    assert not {"kms:Sign", "kms:*"} & set(found["AdministerByAccount"]["Action"])
    for sid in ("Route53Signs", "Route53Grants"):
        assert found[sid]["Principal"] == {"Service": "dnssec-route53.amazonaws.com"}
        assert found[sid]["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert found["Route53Signs"]["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]


def test_somebody_is_told_when_the_signature_is_in_danger() -> None:
    view = record()
    for metric in ("DNSSECInternalFailure", "DNSSECKeySigningKeysNeedingAction"):
        alarm = f"test-alarm-{metric.lower()}"
        assert view.value(alarm, "metricName") == metric
        assert view.value(alarm, "alarmActions") == ("arn:topic",)
        view.assert_wired(alarm, "dimensions", "test-zone.zoneId")


def test_questions_are_logged_where_route_53_may_write_when_made() -> None:
    view = record()
    assert view.value("test-queries", "name") == "/aws/route53/atoll.example"
    assert view.value("test-queries", "retentionInDays") == 90
    assert view.value("test-queries", "kmsKeyId") == "arn:logs"
    view.assert_wired("test-query-log", "cloudwatchLogGroupArn", "test-queries.arn")
    view.assert_depends("test-query-log", "test-queries-written")
    (writes,) = statements(view, "test-queries-written", "policyDocument").values()
    assert writes["Resource"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/route53/atoll.example:*"


def test_nothing_is_signed_when_not_asked() -> None:
    kinds = {node.type for node in record(dnssec=False).graph}
    assert "aws:kms/key:Key" not in kinds
    assert "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec" not in kinds


def test_zone_and_key_are_protected_when_the_settings_say_so() -> None:
    for protect in (True, False):
        view = record(protect=protect)
        assert [view.node(name).protect for name in ("test-zone", "test-signing")] == [protect, protect]
        assert view.value("test-zone", "forceDestroy") is not protect


def test_nothing_is_made_when_the_zone_is_there_already() -> None:
    view = record(zone_id="Z0123456789", dnssec=False)
    view.assert_children("test", set())
