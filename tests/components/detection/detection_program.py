"""The program that test_detection_engine.py deploys: everything that watches an account, switched on, and the edge."""

import json

import pulumi
import pulumi_aws
from pulumi_aws import ec2, s3, sns

from components.detection import (
    AccountScanners,
    AccountScannersArgs,
    AccountTrail,
    AccountTrailArgs,
    AuditArchive,
    AuditArchiveArgs,
    ConfigRecorder,
    ConfigRecorderArgs,
    FindingNotices,
    FindingNoticesArgs,
    GuardDuty,
    GuardDutyArgs,
    Macie,
    MacieArgs,
    Remediation,
    RemediationArgs,
    SecurityHub,
    SecurityHubArgs,
    TrailAlarms,
    TrailAlarmsArgs,
)
from components.edge import LoadBalancer, LoadBalancerArgs
from components.identity.roles import Scope
from components.security import ConformancePack, ConformancePackArgs, Keys, KeysArgs
from components.storage import policies
from components.storage.app_buckets import audit_bucket_name
from contracts.settings.detection import SecuritySettings
from contracts.settings.edge import EdgeSettings
from contracts.settings.security import KeySettings, ProtectionSettings
from stacks.region.security import documents_of, pack_templates

ACCOUNT, REGION = "111111111111", "us-east-1"
SCOPE = Scope(environment="test", region=REGION, account_id=ACCOUNT)
LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
SETTINGS = SecuritySettings.model_validate(
    {
        "delegated": False,
        "archive": {"lock_days": 35, "glacier_after_days": 30, "retention_days": 90},
        "guardduty": {
            "publishing_frequency": "FIFTEEN_MINUTES",
            "archive_below_severity": 2,
            "threat_lists": {"botnets": "https://s3.us-east-1.amazonaws.com/atoll-threats/botnets.txt"},
            "trusted_list": "https://s3.us-east-1.amazonaws.com/atoll-threats/offices.txt",
        },
        "security_hub": {
            "standards": [
                "aws-foundational-security-best-practices/v/1.0.0",
                "cis-aws-foundations-benchmark/v/5.0.0",
                "pci-dss/v/4.0.1",
                "nist-800-53/v/5.0.0",
            ],
            "aggregate": True,
        },
        "macie": {"jobs": {"uploads": "DAILY", "backups": "ONCE"}},
        "inspector": {"resource_types": ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]},
        "access_analysis": {"unused_access_days": 90},
        "detective": True,
        "findings": {"severities": ["CRITICAL", "HIGH"], "emails": []},
        "trail": {"log_retention_days": 14, "data_events": True, "insights": True},
        "recorder": {
            "global_resources": True,
            "delivery_hours": 6,
            "aggregate": True,
            "frameworks": ["gdpr"],
            "automatic_remediation": True,
        },
        "break_glass_role": "AdminRole",
    }
)
EDGE = EdgeSettings.model_validate(
    {
        "domain": "test.atoll.example",
        "tls_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "idle_timeout_seconds": 60,
        "access_logs": False,
        "access_log_retention_days": 30,
        "web_acl": True,
        "web_acl_rate_limit": 2000,
        "web_acl_rules": {
            "managed_rules": ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"],
            "blocked_countries": ["KP"],
            "always_allowed": ["203.0.113.0/24"],
            "always_blocked": ["198.51.100.7/32"],
            "longest_body_bytes": 8192,
            "log_retention_days": 30,
        },
        "shield": {
            "subscribe": True,
            "automatic_response": True,
            "contacts": [{"email": "security@atoll.example", "phone": "+12025550123"}],
        },
    }
)
assert SETTINGS.archive
assert SETTINGS.guardduty
assert SETTINGS.security_hub
assert SETTINGS.macie
assert SETTINGS.findings
assert SETTINGS.trail
assert SETTINGS.recorder

provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])
keys = Keys(
    "test",
    args=KeysArgs(
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        settings=KeySettings(
            purposes=("logs", "messaging", "audit"),
            rotation_period_days=365,
            deletion_window_days=7,
            multi_region=False,
        ),
        protection=LOOSE,
    ),
    opts=options,
)
logs = s3.Bucket("logs", bucket="test-logs", force_destroy=True, opts=mine)
admitted = s3.BucketPolicy(
    "logs-policy",
    bucket=logs.bucket,
    policy=json.dumps(
        policies.policy(
            [
                policies.allow_server_access_logs(
                    "test-logs", sources=[audit_bucket_name("test", ACCOUNT)], account_id=ACCOUNT
                )
            ]
        )
    ),
    opts=mine,
)
uploads = s3.Bucket("uploads", bucket="test-uploads", force_destroy=True, opts=mine)
topic = sns.Topic("alarms", name="test-alarms", opts=mine)
archive = AuditArchive(
    "test",
    args=AuditArchiveArgs(
        settings=SETTINGS.archive,
        protection=LOOSE,
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        key_arn=keys.arns["audit"],
        log_bucket=admitted.bucket,
    ),
    opts=options,
)
GuardDuty(
    "test",
    args=GuardDutyArgs(settings=SETTINGS.guardduty, archive_arn=archive.arn, key_arn=keys.arns["audit"]),
    opts=options,
)
SecurityHub("test", args=SecurityHubArgs(settings=SETTINGS.security_hub, region=REGION), opts=options)
Macie(
    "test",
    args=MacieArgs(
        settings=SETTINGS.macie,
        account_id=ACCOUNT,
        buckets={"uploads": uploads.bucket, "backups": logs.bucket},
        archive_bucket=archive.bucket_name,
        key_arn=keys.arns["audit"],
    ),
    opts=options,
)
AccountScanners(
    "test",
    args=AccountScannersArgs(
        environment="test",
        account_id=ACCOUNT,
        inspector=SETTINGS.inspector,
        access_analysis=SETTINGS.access_analysis,
        detective=True,
    ),
    opts=options,
)
FindingNotices(
    "test",
    args=FindingNoticesArgs(
        settings=SETTINGS.findings,
        environment="test",
        account_id=ACCOUNT,
        region=REGION,
        key_arn=keys.arns["messaging"],
    ),
    opts=options,
)
trail = AccountTrail(
    "test",
    args=AccountTrailArgs(
        settings=SETTINGS.trail,
        scope=SCOPE,
        bucket=archive.bucket_name,
        key_arn=keys.arns["audit"],
        log_key_arn=keys.arns["logs"],
    ),
    opts=options,
)
TrailAlarms(
    "test",
    args=TrailAlarmsArgs(
        environment="test",
        log_group_name=trail.log_group_name,
        topic_arn=topic.arn,
        break_glass_role=SETTINGS.break_glass_role,
    ),
    opts=options,
)
recorder = ConfigRecorder(
    "test",
    args=ConfigRecorderArgs(
        settings=SETTINGS.recorder,
        scope=SCOPE,
        bucket=archive.bucket_name,
        key_arn=keys.arns["audit"],
        retention_days=90,
    ),
    opts=options,
)
packs = pack_templates("gdpr")
remediation = Remediation(
    "test",
    args=RemediationArgs(
        scope=SCOPE,
        recorder=recorder.started,
        documents={document for template in packs.values() for document in documents_of(template)},
        automatic=True,
    ),
    opts=options,
)
ConformancePack(
    "test-gdpr",
    args=ConformancePackArgs(templates=packs, automation_role_arn=remediation.role_arn),
    opts=pulumi.ResourceOptions(providers=[provider], depends_on=[recorder.started]),
)

vpc = ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=mine)
subnets = [
    ec2.Subnet(
        f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.9.{i}.0/24", availability_zone=f"{REGION}{zone}", opts=mine
    ).id
    for i, zone in enumerate("ab")
]
group = ec2.SecurityGroup("group", vpc_id=vpc.id, description="Everything of this test", opts=mine)
balancer = LoadBalancer(
    "test",
    args=LoadBalancerArgs(
        settings=EDGE,
        protection=LOOSE,
        subnet_ids=subnets,
        security_group_id=group.id,
        log_key_arn=keys.arns["logs"],
        account_id=ACCOUNT,
        region=REGION,
    ),
    opts=options,
)
pulumi.export("load_balancer", balancer.arn)
