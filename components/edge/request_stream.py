"""Requests to CloudFront as a stream, seconds after they were made (EDGE-2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudfront, iam, kinesis

from components.identity.service_trust import service_trust
from contracts.settings.global_layer import RealTimeLogSettings

TOKEN = "atoll:edge:RequestStream"
FIELDS = (
    "timestamp",
    "c-country",
    "sc-status",
    "cs-method",
    "cs-protocol",
    "cs-host",
    "cs-uri-stem",
    "x-edge-location",
    "x-edge-request-id",
    "x-host-header",
    "time-taken",
    "time-to-first-byte",
    "cs-protocol-version",
    "x-edge-response-result-type",
    "x-edge-detailed-result-type",
    "ssl-protocol",
    "ssl-cipher",
    "origin-fbl",
    "origin-lbl",
    "asn",
)
"""What is told of a request. No address, no query, no cookie, no header of the viewer: they are personal."""


@dataclass(frozen=True, kw_only=True)
class RequestStreamArgs:
    """Wiring of the stream."""

    settings: RealTimeLogSettings
    key_arn: pulumi.Input[str]
    """Key of the stream: the region's `logs` key."""
    account_id: str


class RequestStream(pulumi.ComponentResource):
    """A Kinesis stream of a sample of the requests, and what lets CloudFront write to it.

    Makes: the stream (on demand, encrypted), the role that CloudFront writes under, the real-time log configuration.
    Costs: USD 29 a month for the stream, USD 0.08 a GB written, USD 0.01 per million log lines.
    Does not: read it, keep it, or tell who asked: addresses, queries and cookies are left out.
    Units: percent, hours. Source: EDGE-2;
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html
    """

    config_arn: pulumi.Output[str]
    """Configuration that behaviours of a distribution name."""

    def __init__(self, name: str, *, args: RequestStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-stream`, its role and its configuration."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        stream = kinesis.Stream(
            f"{name}-stream",
            stream_mode_details=kinesis.StreamStreamModeDetailsArgs(stream_mode="ON_DEMAND"),
            retention_period=args.settings.retention_hours,
            encryption_type="KMS",
            kms_key_id=args.key_arn,
            opts=child,
        )
        role = iam.Role(
            f"{name}-writer",
            description="CloudFront writes its real-time log",
            assume_role_policy=json.dumps(trust(args.account_id)),
            opts=child,
        )
        policy = iam.RolePolicy(
            f"{name}-writer-permissions",
            role=role.id,
            policy=pulumi.Output.json_dumps(permissions(stream.arn, args.key_arn)),
            opts=child,
        )
        self.config_arn = cloudfront.RealtimeLogConfig(
            f"{name}-config",
            name=name,
            sampling_rate=args.settings.sampling_percent,
            fields=list(FIELDS),
            endpoint=cloudfront.RealtimeLogConfigEndpointArgs(
                stream_type="Kinesis",
                kinesis_stream_config=cloudfront.RealtimeLogConfigEndpointKinesisStreamConfigArgs(
                    role_arn=role.arn, stream_arn=stream.arn
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        ).arn
        self.register_outputs({"config_arn": self.config_arn})


def trust(account_id: str) -> dict[str, Any]:
    """CloudFront, for distributions of this account."""
    return service_trust("CloudFront", "cloudfront.amazonaws.com", account_id)


def permissions(stream_arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> dict[str, Any]:
    """Write to the stream, and nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Write",
                "Effect": "Allow",
                "Action": [
                    "kinesis:DescribeStreamSummary",
                    "kinesis:DescribeStream",
                    "kinesis:PutRecord",
                    "kinesis:PutRecords",
                ],
                "Resource": stream_arn,
            },
            {"Sid": "Encrypt", "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": key_arn},
        ],
    }
