"""The public zone: signed, and with a log of what is asked (EDGE-1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, kms, route53

from contracts.settings.global_layer import DnsSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:edge:HostedZone"
QUERY_LOG_PREFIX = "/aws/route53/"
"""Prefix of the log groups that Route 53 may write to."""
DELETION_DAYS = 30
"""Days in which a deleted signing key can be had back: the chain of trust breaks without it."""
SIGNING_KEYS = "platform"
"""Name of the key-signing key within the zone."""
PERIOD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class HostedZoneArgs:
    """Wiring of a zone."""

    settings: DnsSettings
    protection: ProtectionSettings
    account_id: str
    region: str
    """Region of the stack: us-east-1, where Route 53 takes keys and log groups from."""
    log_key_arn: pulumi.Input[str]
    """Key of the query log."""
    topic_arn: pulumi.Input[str] | None
    """Who is told when the signature is in danger; None for nobody."""


class HostedZone(pulumi.ComponentResource):
    """A public zone, its signature (DNSSEC) and its query log; or the zone that is there already.

    Makes: the zone; the log group `/aws/route53/<zone>` and what lets Route 53 write to it; by settings the signing
    key (KMS, ECC P-256, multi-use by Route 53 alone), the key-signing key, the signature, and two alarms on it.
    Costs: USD 0.50 a month, USD 1 for the key, USD 0.40 per million questions, USD 0.50 a GB of log.
    Does not: tell the registrar. The name servers, and then `ds_record`, are entered there by hand; until the second
    the zone is signed and nobody checks it, which is safe.
    Errors: with `zone_id` of a zone that is not `zone`, records are made with names outside of it, which Route 53
    refuses.
    Source: EDGE-1; https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
    """

    zone_id: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]
    """Servers for the registrar; empty for a zone that was there already."""
    ds_record: pulumi.Output[str] | None
    """Record for the registrar; None where this does not sign."""

    def __init__(self, name: str, *, args: HostedZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-zone` and what belongs to it, or take the one that is there."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        settings, self.ds_record = args.settings, None
        if settings.zone_id is not None:
            self.zone_id = pulumi.Output.from_input(settings.zone_id)
            self.name_servers = pulumi.Output[Sequence[str]].from_input(list[str]())
        else:
            zone = route53.Zone(
                f"{name}-zone",
                name=settings.zone,
                comment="Leads to the regions of the platform",
                force_destroy=args.protection.force_destroy,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
            )
            self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
            self._log()
            if settings.dnssec:
                self._sign()
        self.register_outputs({"zone_id": self.zone_id, "name_servers": self.name_servers, "ds_record": self.ds_record})

    def _log(self) -> None:
        args, group_name = self._args, f"{QUERY_LOG_PREFIX}{self._args.settings.zone}"
        group = cloudwatch.LogGroup(
            f"{self._name}-queries",
            name=group_name,
            retention_in_days=args.settings.query_log_retention_days,
            kms_key_id=args.log_key_arn,
            opts=self._child,
        )
        policy = cloudwatch.LogResourcePolicy(
            f"{self._name}-queries-written",
            policy_name=f"route53-{args.settings.zone}",
            policy_document=json.dumps(log_policy(group_name, args.region, args.account_id)),
            opts=self._child,
        )
        route53.QueryLog(
            f"{self._name}-query-log",
            zone_id=self.zone_id,
            cloudwatch_log_group_arn=group.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _sign(self) -> None:
        args = self._args
        key = kms.Key(
            f"{self._name}-signing",
            description=f"Signs the zone {args.settings.zone}",
            # Route 53 takes no other kind, and KMS rotates none of this kind.
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=DELETION_DAYS,
            policy=json.dumps(signing_policy(args.account_id)),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        signing = route53.KeySigningKey(
            f"{self._name}-signing-key",
            hosted_zone_id=self.zone_id,
            key_management_service_arn=key.arn,
            name=SIGNING_KEYS,
            status="ACTIVE",
            opts=self._child,
        )
        # A zone without an active key cannot be signed, and a key of a signed zone cannot be deleted.
        route53.HostedZoneDnsSec(
            f"{self._name}-dnssec",
            hosted_zone_id=self.zone_id,
            signing_status="SIGNING",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[signing]),
        )
        self.ds_record = signing.ds_record
        for metric, text in (
            ("DNSSECInternalFailure", "An object of the zone cannot be signed: answers stop when signatures expire."),
            ("DNSSECKeySigningKeysNeedingAction", "A key-signing key cannot be used: look at its KMS key."),
        ):
            cloudwatch.MetricAlarm(
                f"{self._name}-alarm-{metric.lower()}",
                alarm_description=text,
                namespace="AWS/Route53",
                metric_name=metric,
                dimensions={"HostedZoneId": self.zone_id},
                statistic="Sum",
                period=PERIOD_SECONDS,
                evaluation_periods=1,
                threshold=0,
                comparison_operator="GreaterThanThreshold",
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn] if args.topic_arn is not None else [],
                opts=self._child,
            )


def log_policy(group: str, region: str, account_id: str) -> dict[str, Any]:
    """What lets Route 53 write questions to the group, for zones of this account.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Route53Writes",
                "Effect": "Allow",
                "Principal": {"Service": "route53.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:{region}:{account_id}:log-group:{group}:*",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
                },
            }
        ],
    }


def signing_policy(account_id: str) -> dict[str, Any]:
    """The policy of the signing key: the account administers, Route 53 signs for zones of the account alone.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/access-control-managing-permissions.html#KMS-key-policy-for-DNSSEC
    """
    for_our_zones = {
        "StringEquals": {"aws:SourceAccount": account_id},
        "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
    }
    service = {"Service": "dnssec-route53.amazonaws.com"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AdministerByAccount",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                "Action": [
                    "kms:CancelKeyDeletion",
                    "kms:CreateGrant",
                    "kms:DescribeKey",
                    "kms:DisableKey",
                    "kms:EnableKey",
                    "kms:GetKeyPolicy",
                    "kms:GetKeyRotationStatus",
                    "kms:GetPublicKey",
                    "kms:ListGrants",
                    "kms:ListKeyPolicies",
                    "kms:ListResourceTags",
                    "kms:PutKeyPolicy",
                    "kms:RevokeGrant",
                    "kms:ScheduleKeyDeletion",
                    "kms:TagResource",
                    "kms:UntagResource",
                    "kms:UpdateKeyDescription",
                ],
                "Resource": "*",
            },
            {
                "Sid": "Route53Signs",
                "Effect": "Allow",
                "Principal": service,
                "Action": ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
                "Resource": "*",
                "Condition": for_our_zones,
            },
            {
                "Sid": "Route53Grants",
                "Effect": "Allow",
                "Principal": service,
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": {**for_our_zones, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
        ],
    }
