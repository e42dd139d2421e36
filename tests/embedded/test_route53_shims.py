"""DNS in the embedded cloud: signed zones, checks of alarms and query logs, as AWS answers about them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

PROGRAM = """
import json, boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from embedded.emulators import shims

shims.repair()
said = {}

def refusal(call, **inputs):
    try:
        call(**inputs)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None

with mock_aws():
    keys = dict(region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    dns, logs = boto3.client("route53", **keys), boto3.client("logs", **keys)
    zone = dns.create_hosted_zone(Name="atoll.example", CallerReference="1")["HostedZone"]["Id"]
    one = {"HostedZoneId": zone, "Name": "platform"}
    said["unsigned"] = dns.get_dnssec(HostedZoneId=zone)["Status"]["ServeSignature"]
    said["without a key"] = refusal(dns.enable_hosted_zone_dnssec, HostedZoneId=zone)
    made = dns.create_key_signing_key(CallerReference="2", KeyManagementServiceArn="arn:k", Status="ACTIVE", **one)
    dns.get_change(Id=made["ChangeInfo"]["Id"])
    dns.enable_hosted_zone_dnssec(HostedZoneId=zone)
    found = dns.get_dnssec(HostedZoneId=zone)
    said["signed"] = found["Status"]["ServeSignature"]
    said["same record"] = found["KeySigningKeys"][0]["DSRecord"] == made["KeySigningKey"]["DSRecord"]
    said["deactivated while signed"] = refusal(dns.deactivate_key_signing_key, **one)
    said["deleted while active"] = refusal(dns.delete_key_signing_key, **one)
    dns.disable_hosted_zone_dnssec(HostedZoneId=zone)
    dns.deactivate_key_signing_key(**one)
    dns.delete_key_signing_key(**one)
    said["left"] = dns.get_dnssec(HostedZoneId=zone)["KeySigningKeys"]
    alarm = {"Region": "us-west-2", "Name": "evacuated"}
    config = {"Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": alarm, "InsufficientDataHealthStatus": "LastKnownStatus"}
    check = dns.create_health_check(CallerReference="3", HealthCheckConfig=config)["HealthCheck"]["Id"]
    dns.update_health_check(HealthCheckId=check, InsufficientDataHealthStatus="Unhealthy")
    said["check"] = dns.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    logs.create_log_group(logGroupName="/aws/route53/atoll.example")
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/atoll.example"
    dns.create_query_logging_config(HostedZoneId=zone.rpartition("/")[2], CloudWatchLogsLogGroupArn=arn)
    said["log group"] = dns.list_query_logging_configs()["QueryLoggingConfigs"][0]["CloudWatchLogsLogGroupArn"]
    other = dns.create_hosted_zone(Name="b.example", CallerReference="4")["HostedZone"]["Id"].rpartition("/")[2]
    said["no such group"] = refusal(
        dns.create_query_logging_config, HostedZoneId=other, CloudWatchLogsLogGroupArn=arn + "-2"
    )
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What moto answers once it is repaired; a process of its own, for the repair is for good."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_zone_is_signed_only_while_it_has_an_active_key(said: dict[str, Any]) -> None:
    assert said["unsigned"] == "NOT_SIGNING"
    assert said["without a key"] == "KeySigningKeyWithActiveStatusNotFound"
    assert said["signed"] == "SIGNING"
    assert said["same record"]


def test_key_goes_only_after_the_signature(said: dict[str, Any]) -> None:
    assert said["deactivated while signed"] == "KeySigningKeyInParentDSRecord"
    assert said["deleted while active"] == "InvalidKeySigningKeyStatus"
    assert said["left"] == []


def test_check_of_an_alarm_shows_what_it_was_told_and_nothing_of_an_endpoint(said: dict[str, Any]) -> None:
    check = said["check"]
    assert check["AlarmIdentifier"] == {"Region": "us-west-2", "Name": "evacuated"}
    assert check["InsufficientDataHealthStatus"] == "Unhealthy"
    assert not {"Port", "RequestInterval", "FailureThreshold", "IPAddress"} & set(check)


def test_query_log_names_its_group_as_cloudwatch_does(said: dict[str, Any]) -> None:
    assert said["log group"] == "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/atoll.example"
    assert said["no such group"] == "NoSuchCloudWatchLogsLogGroup"
