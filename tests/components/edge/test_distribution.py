"""CloudFront before both regions: three ways, TLS, headers, log and stream (EDGE-2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.edge.distribution import Distribution, DistributionArgs, Origin
from components.edge.distribution_logs import DistributionLogs, DistributionLogsArgs
from components.edge.request_stream import FIELDS, RequestStream, RequestStreamArgs
from contracts.regions import REGION_ZONES
from contracts.settings.global_layer import CdnSettings, RealTimeLogSettings
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component
from tests.kit.plain import plain

VALUES: dict[str, Any] = {
    "domain": "atoll.example",
    "tls": "TLSv1.2_2021",
    "price_class": "PriceClass_100",
    "write_paths": ["/api/*"],
}
DISTRIBUTION = "test-distribution"


def record(**changes: Any) -> GraphView:
    args = DistributionArgs(
        settings=CdnSettings.model_validate(VALUES | changes),
        zone_id="Z1",
        certificate_arn="arn:certificate",
        web_acl_arn="arn:acl",
        traffic_host="api.atoll.example",
        origins={
            "prod": Origin(host="origin-prod.atoll.example", region="us-east-1", assets_bucket="assets-east"),
            "prod-west": Origin(host="origin-prod-west.atoll.example", region="us-west-2", assets_bucket="assets-west"),
        },
        stream_config_arn="arn:stream",
    )
    return record_component(lambda: Distribution("test", args=args))


def inputs(view: GraphView, path: str) -> Any:
    return plain(view.value(DISTRIBUTION, path))


def test_reads_go_to_the_other_region_when_the_first_fails() -> None:
    view = record()
    groups = {group["originId"]: group for group in inputs(view, "originGroups")}
    assert groups["application"] == {
        "originId": "application",
        "failoverCriteria": {"statusCodes": [500, 502, 503, 504]},
        "members": [{"originId": "application-prod"}, {"originId": "application-prod-west"}],
    }
    default = inputs(view, "defaultCacheBehavior")
    assert default["targetOriginId"] == "application"
    assert default["allowedMethods"] == ["GET", "HEAD", "OPTIONS"]


def test_assets_come_from_the_other_bucket_when_one_has_not_got_them_yet() -> None:
    view = record()
    groups = {group["originId"]: group for group in inputs(view, "originGroups")}
    assert groups["assets"]["failoverCriteria"]["statusCodes"] == [403, 404, 500, 502, 503, 504]
    origins = {origin["originId"]: origin for origin in inputs(view, "origins")}
    assert origins["assets-prod"]["domainName"] == "assets-east.s3.us-east-1.amazonaws.com"
    assert origins["assets-prod-west"]["domainName"] == "assets-west.s3.us-west-2.amazonaws.com"
    assert view.value("test-access", "signingBehavior") == "always"
    view.assert_wired(DISTRIBUTION, "origins[2].originAccessControlId", "test-access.id")


def test_writes_are_led_by_dns_and_never_cached() -> None:
    paths = {one["pathPattern"]: one for one in inputs(record(), "orderedCacheBehaviors")}
    assert list(paths) == ["/api/*", "/assets/*", "/index.html"]
    writes = paths["/api/*"]
    assert writes["targetOriginId"] == "traffic"
    assert {"POST", "PUT", "PATCH", "DELETE"} < set(writes["allowedMethods"])
    assert writes["cachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert paths["/assets/*"]["targetOriginId"] == paths["/index.html"]["targetOriginId"] == "assets"


def test_origins_are_asked_briefly_over_tls_by_the_shield_of_their_region() -> None:
    for origin in inputs(record(connection_attempts=1, connection_timeout_seconds=2), "origins"):
        assert (origin["connectionAttempts"], origin["connectionTimeout"]) == (1, 2)
        if origin["originId"].startswith("assets"):
            continue
        assert origin["customOriginConfig"]["originProtocolPolicy"] == "https-only"
        assert origin["customOriginConfig"]["originSslProtocols"] == ["TLSv1.2"]
    shields = {origin["originId"]: origin.get("originShield") for origin in inputs(record(), "origins")}
    assert shields["application-prod-west"] == {"enabled": True, "originShieldRegion": "us-west-2"}
    assert shields["assets-prod"] == {"enabled": True, "originShieldRegion": "us-east-1"}
    assert shields["traffic"] is None  # it leads to either region


def test_every_behaviour_demands_tls_sends_headers_and_is_told_of() -> None:
    view = record()
    certificate = inputs(view, "viewerCertificate")
    assert certificate["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert certificate["sslSupportMethod"] == "sni-only"
    assert view.value(DISTRIBUTION, "webAclId") == "arn:acl"
    for behaviour in (inputs(view, "defaultCacheBehavior"), *inputs(view, "orderedCacheBehaviors")):
        assert behaviour["viewerProtocolPolicy"] == "redirect-to-https"
        assert behaviour["realtimeLogConfigArn"] == "arn:stream"
    count = len(inputs(view, "orderedCacheBehaviors"))
    for path in ("defaultCacheBehavior", *(f"orderedCacheBehaviors[{index}]" for index in range(count))):
        view.assert_wired(DISTRIBUTION, f"{path}.responseHeadersPolicyId", "test-headers.id")
    security = plain(view.value("test-headers", "securityHeadersConfig"))
    assert security["strictTransportSecurity"]["accessControlMaxAgeSec"] == 63_072_000
    assert security["frameOptions"] == {"frameOption": "DENY", "override": True}


def test_viewers_find_it_by_name_over_both_protocols() -> None:
    view = record()
    assert view.value(DISTRIBUTION, "aliases") == ("atoll.example",)
    for kind in ("A", "AAAA"):
        name = f"test-record-{kind.lower()}"
        assert view.value(name, "type") == kind
        view.assert_wired(name, "aliases[0].name", f"{DISTRIBUTION}.domainName")


@pytest.mark.parametrize("region", sorted(REGION_ZONES))
def test_every_region_of_the_platform_has_a_shield(region: str) -> None:
    from components.edge.distribution import SHIELDS

    assert SHIELDS[region]


def test_log_is_delivered_to_an_encrypted_bucket_that_lets_it_in() -> None:
    protection = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)
    args = DistributionLogsArgs(
        distribution_arn="arn:distribution",
        environment="prod",
        account_id=ACCOUNT,
        region=REGION,
        retention_days=365,
        protection=protection,
        key_arn="arn:key",
        log_bucket="logs",
    )
    view = record_component(lambda: DistributionLogs("test", args=args))
    bucket = f"app-cdn-logs-prod-{ACCOUNT}"
    assert view.value("test-bucket", "bucket", "aws:s3/bucket:Bucket") == bucket
    policy = json.loads(str(view.value("test-bucket-policy", "policy")))
    (delivers,) = [one for one in policy["Statement"] if one["Sid"] == "LogsAreDelivered"]
    assert delivers["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert delivers["Resource"] == f"arn:aws:s3:::{bucket}/AWSLogs/{ACCOUNT}/CloudFront/*"
    assert delivers["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    assert view.value("test-source", "logType") == "ACCESS_LOGS"
    view.assert_wired("test-delivery", "deliverySourceName", "test-source.name")
    view.assert_wired("test-delivery", "deliveryDestinationArn", "test-destination.arn")
    view.assert_depends("test-destination", "test-bucket-policy")


def test_stream_tells_nothing_of_who_asked() -> None:
    args = RequestStreamArgs(
        settings=RealTimeLogSettings(sampling_percent=10, retention_hours=24), key_arn="arn:key", account_id=ACCOUNT
    )
    view = record_component(lambda: RequestStream("test", args=args))
    assert view.value("test-config", "samplingRate") == 10
    assert not {"c-ip", "cs-uri-query", "cs-cookie", "cs-headers", "cs-user-agent", "x-forwarded-for"} & set(FIELDS)
    assert view.value("test-stream", "kmsKeyId") == "arn:key"
    assert view.value("test-stream", "streamModeDetails.streamMode") == "ON_DEMAND"
    view.assert_wired("test-config", "endpoint.kinesisStreamConfig.streamArn", "test-stream.arn")
    view.assert_wired("test-writer-permissions", "role", "test-writer.id")
    trust = json.loads(str(view.value("test-writer", "assumeRolePolicy")))["Statement"][0]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
