from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws
import pytest

from components.edge import LoadBalancer, LoadBalancerArgs
from contracts.settings.edge import EdgeSettings
from contracts.settings.security import ProtectionSettings
from graph.values import MISSING
from tests.kit import GraphView, record_component

ALB = ("aws:lb/loadBalancer:LoadBalancer", "test-alb")
HTTPS = ("aws:lb/listener:Listener", "test-alb-https")
HTTP = ("aws:lb/listener:Listener", "test-alb-http")
CERTIFICATE = ("atoll:edge:Certificate", "test-tls")
ALIAS = ("aws:route53/record:Record", "test-alb-alias")
WAF = ("atoll:edge:RegionalWebAcl", "test-waf")


def edge(**changes: Any) -> EdgeSettings:
    values: dict[str, Any] = {
        "domain": "test.atoll.example",
        "tls_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "idle_timeout_seconds": 75,
        "access_logs": True,
        "access_log_retention_days": 30,
        "web_acl": False,
        "web_acl_rate_limit": 2000,
    }
    return EdgeSettings(**(values | changes))


def record(settings: EdgeSettings | None = None, *, deletion_protection: bool = True, **changes: Any) -> GraphView:
    protection = ProtectionSettings(
        protect=True, deletion_protection=deletion_protection, final_snapshot=True, force_destroy=False
    )

    def build() -> None:
        values: dict[str, Any] = {
            "settings": settings or edge(),
            "protection": protection,
            "subnet_ids": ["subnet-a", "subnet-b"],
            "security_group_id": "sg-alb",
            "access_log_bucket": "logs-bucket",
        }
        opts = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region="us-east-1")])
        LoadBalancer("test", args=LoadBalancerArgs(**(values | changes)), opts=opts)

    return record_component(build)


def test_children_are_exactly_these_when_dns_is_elsewhere() -> None:
    view = record()

    view.assert_children("test", [ALB, HTTPS, HTTP, CERTIFICATE])
    view.assert_children("test-tls", [("aws:acm/certificate:Certificate", "test-tls-certificate")])


def test_children_include_alias_validation_and_web_acl_when_all_is_on() -> None:
    view = record(edge(web_acl=True), hosted_zone_id="Z1")

    view.assert_children("test", [ALB, HTTPS, HTTP, CERTIFICATE, ALIAS, WAF])
    view.assert_children(
        "test-tls",
        [
            ("aws:acm/certificate:Certificate", "test-tls-certificate"),
            ("aws:route53/record:Record", "test-tls-validation"),
            ("aws:acm/certificateValidation:CertificateValidation", "test-tls-issued"),
        ],
    )
    for node in view.graph:
        if node.type.startswith("aws:"):
            view.assert_provider(node.name, "aws")


@pytest.mark.parametrize("deletion_protection", [True, False])
def test_balancer_is_public_and_strict_when_made(deletion_protection: bool) -> None:
    assert record(deletion_protection=deletion_protection).node("test-alb").inputs == {
        "loadBalancerType": "application",
        "internal": False,
        "ipAddressType": "ipv4",
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": ["sg-alb"],
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "defensive",
        "enableDeletionProtection": deletion_protection,
        "idleTimeout": 75,
        "accessLogs": {"bucket": "logs-bucket", "prefix": "alb", "enabled": True},
    }


def test_tls_ends_here_and_the_rest_is_not_found_when_https_is_asked() -> None:
    view = record()

    assert view.value("test-alb-https", "port") == 443
    assert view.value("test-alb-https", "protocol") == "HTTPS"
    assert view.value("test-alb-https", "sslPolicy") == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    view.assert_wired("test-alb-https", "certificateArn", "test-tls-certificate.arn")
    view.assert_wired("test-alb-https", "loadBalancerArn", "test-alb.arn")
    assert view.value("test-alb-https", "defaultActions[0].type") == "fixed-response"
    path = "defaultActions[0].fixedResponse"
    assert view.value("test-alb-https", f"{path}.statusCode") == "404"
    assert view.value("test-alb-https", f"{path}.contentType") == "application/json"
    body = view.value("test-alb-https", f"{path}.messageBody")
    assert isinstance(body, str)
    assert json.loads(body) == {"error": "not found"}


def test_plain_http_is_redirected_for_good_when_asked() -> None:
    view = record()

    assert view.value("test-alb-http", "port") == 80
    assert view.value("test-alb-http", "protocol") == "HTTP"
    assert view.value("test-alb-http", "defaultActions") == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]
    view.assert_wired("test-alb-http", "loadBalancerArn", "test-alb.arn")


def test_https_waits_for_the_issued_certificate_when_the_zone_is_known() -> None:
    view = record(hosted_zone_id="Z1")

    assert view.value("test-tls-certificate", "domainName") == "test.atoll.example"
    assert view.value("test-tls-certificate", "subjectAlternativeNames") == ["*.test.atoll.example"]
    assert view.value("test-tls-certificate", "validationMethod") == "DNS"
    assert view.value("test-tls-validation", "zoneId") == "Z1"
    view.assert_depends("test-tls-validation", "test-tls-certificate")
    view.assert_depends("test-alb-https", "test-tls-issued", "test-tls-validation")
    view.assert_wired("test-tls-issued", "validationRecordFqdns", "test-tls-validation.fqdn")


def test_domain_leads_to_the_balancer_when_the_zone_is_known() -> None:
    view = record(hosted_zone_id="Z1")

    assert view.value("test-alb-alias", "zoneId") == "Z1"
    assert view.value("test-alb-alias", "name") == "test.atoll.example"
    assert view.value("test-alb-alias", "type") == "A"
    assert view.value("test-alb-alias", "aliases[0].evaluateTargetHealth") is True
    view.assert_wired("test-alb-alias", "aliases[0].name", "test-alb.dnsName")
    view.assert_wired("test-alb-alias", "aliases[0].zoneId", "test-alb.zoneId")


def test_nothing_is_logged_when_access_logs_are_off() -> None:
    view = record(edge(access_logs=False), connection_logs=True, access_log_bucket=None)

    assert view.value("test-alb", "accessLogs") is MISSING
    assert view.value("test-alb", "connectionLogs") is MISSING


def test_handshakes_are_logged_beside_requests_when_asked() -> None:
    view = record(access_log_prefix="edge", connection_logs=True)

    assert view.value("test-alb", "accessLogs.prefix") == "edge"
    assert view.value("test-alb", "connectionLogs") == {
        "bucket": "logs-bucket",
        "prefix": "edge",
        "enabled": True,
    }


def test_logs_without_a_bucket_are_refused_when_they_are_on() -> None:
    with pytest.raises(
        ValueError, match=r"edge\.access_logs is on, but the load balancer was given no access_log_bucket"
    ):
        record(access_log_bucket=None)


def test_outputs_are_the_balancers_when_registered() -> None:
    outputs = record().node("test", "atoll:edge:LoadBalancer").outputs

    assert set(outputs) == {"arn", "arn_suffix", "dns_name", "zone_id", "https_listener_arn", "certificate_arn"}
