from __future__ import annotations

import json
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import pulumi
import pytest
from pulumi_aws.provider import Provider

from components.storage import AppBuckets, AppBucketsArgs, Bucket
from components.storage.bucket import BucketArgs
from contracts.settings.security import ProtectionSettings
from graph.values import MISSING
from tests.components.storage.samples import KEY, LOOSE, TIGHT, bucket_settings, storage_settings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

BUCKET = "aws:s3/bucket:Bucket"
COMPONENT = "atoll:storage:Bucket"
LOGS = f"app-logs-test-{ACCOUNT}"
OTHERS = ("assets", "uploads", "backups")
ROLES = (*OTHERS, "logs")
KINDS = {
    "encryption": "ServerSideEncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "ownership": "OwnershipControls",
    "policy": "Policy",
    "public-access": "PublicAccessBlock",
    "versioning": "Versioning",
}
"""End of a child's logical name → type of the configuration resource every bucket has."""


def args(protection: ProtectionSettings) -> AppBucketsArgs:
    return AppBucketsArgs(
        settings=storage_settings(),
        protection=protection,
        environment="test",
        account_id=ACCOUNT,
        region=REGION,
        key_arn=KEY,
    )


def record(protection: ProtectionSettings) -> GraphView:
    return record_component(lambda: AppBuckets("test", args=args(protection)))


@pytest.fixture(scope="module")
def view() -> GraphView:
    """What the default settings make; recorded once, read by many."""
    return record(LOOSE)


def statements(view: GraphView, role: str) -> dict[str, dict[str, Any]]:
    document = json.loads(str(view.value(f"test-bucket-{role}-policy", "policy")))
    assert document["Version"] == "2012-10-17"
    return {statement["Sid"]: statement for statement in document["Statement"]}


def rules(view: GraphView, role: str) -> dict[str, Any]:
    found = view.value(f"test-bucket-{role}-lifecycle", "rules")
    assert isinstance(found, tuple)
    return {rule["id"]: dict(rule) for rule in found}  # type: ignore[index, call-overload, arg-type]


def test_family_is_the_documents_four_when_recorded(view: GraphView) -> None:
    view.assert_children("test", [(COMPONENT, f"test-bucket-{role}") for role in ROLES])


@pytest.mark.parametrize("role", ROLES)
def test_name_carries_the_account_when_bucket_names_are_global(view: GraphView, role: str) -> None:
    node = view.node(f"test-bucket-{role}", BUCKET)

    assert node.inputs == {"bucket": f"app-{role}-test-{ACCOUNT}", "forceDestroy": True}
    assert not node.protect


@pytest.mark.parametrize(
    ("role", "further"),
    [
        ("assets", {("aws:s3/bucketLogging:BucketLogging", "access-logs")}),
        (
            "uploads",
            {
                ("aws:s3/bucketLogging:BucketLogging", "access-logs"),
                ("aws:s3/bucketNotification:BucketNotification", "events"),
            },
        ),
        ("backups", {("aws:s3/bucketLogging:BucketLogging", "access-logs")}),
        ("logs", set[tuple[str, str]]()),
    ],
)
def test_bucket_has_these_children_when_recorded(view: GraphView, role: str, further: set[tuple[str, str]]) -> None:
    name = f"test-bucket-{role}"
    expected = {(BUCKET, name)}
    expected |= {(f"aws:s3/bucket{kind}:Bucket{kind}", f"{name}-{end}") for end, kind in KINDS.items()}
    expected |= {(token, f"{name}-{end}") for token, end in further}

    view.assert_children(name, expected, type_pattern="atoll:*")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("end", KINDS)
def test_configuration_is_about_its_bucket_when_recorded(view: GraphView, role: str, end: str) -> None:
    view.assert_depends(f"test-bucket-{role}-{end}", f"test-bucket-{role}")
    assert view.value(f"test-bucket-{role}-{end}", "bucket") == f"app-{role}-test-{ACCOUNT}"


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_public_when_recorded(view: GraphView, role: str) -> None:
    assert view.node(f"test-bucket-{role}-public-access").inputs == {
        "bucket": f"app-{role}-test-{ACCOUNT}",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert view.value(f"test-bucket-{role}-ownership", "rule.objectOwnership") == "BucketOwnerEnforced"


@pytest.mark.parametrize("role", ROLES)
def test_versions_are_kept_when_settings_say_so(view: GraphView, role: str) -> None:
    assert view.value(f"test-bucket-{role}-versioning", "versioningConfiguration.status") == "Enabled"


@pytest.mark.parametrize("role", OTHERS)
def test_objects_are_encrypted_by_the_storage_key_when_no_service_delivers_logs(view: GraphView, role: str) -> None:
    assert view.value(f"test-bucket-{role}-encryption", "rules") == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY},
            "bucketKeyEnabled": True,
        }
    ]


def test_logs_use_sse_s3_when_load_balancers_deliver(view: GraphView) -> None:
    assert view.value("test-bucket-logs-encryption", "rules") == [
        {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    ]


@pytest.mark.parametrize("role", ROLES)
def test_plain_http_and_old_tls_are_refused_when_anybody_calls(view: GraphView, role: str) -> None:
    bucket = f"arn:aws:s3:::app-{role}-test-{ACCOUNT}"
    found = statements(view, role)

    assert found["DenyInsecureTransport"] == {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert found["DenyOldTls"] == {
        "Sid": "DenyOldTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    }


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_is_let_in_by_policy_when_bucket_is_not_for_logs(view: GraphView, role: str) -> None:
    assert set(statements(view, role)) == {"DenyInsecureTransport", "DenyOldTls"}


def test_log_bucket_admits_two_log_services_when_they_deliver_for_this_account(view: GraphView) -> None:
    found = statements(view, "logs")

    assert set(found) == {"DenyInsecureTransport", "DenyOldTls", "AllowLoadBalancerLogs", "AllowServerAccessLogs"}
    assert found["AllowLoadBalancerLogs"] == {
        "Sid": "AllowLoadBalancerLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOGS}/alb/AWSLogs/{ACCOUNT}/*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/*"}},
    }
    assert found["AllowServerAccessLogs"] == {
        "Sid": "AllowServerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": [f"arn:aws:s3:::{LOGS}/s3/app-*-test-{ACCOUNT}*/*"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": [f"arn:aws:s3:::app-*-test-{ACCOUNT}*"]},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }


@pytest.mark.parametrize("role", OTHERS)
def test_access_is_logged_below_the_prefix_the_policy_admits_when_recorded(view: GraphView, role: str) -> None:
    name = f"test-bucket-{role}-access-logs"

    view.assert_wired(name, "targetBucket", "test-bucket-logs-policy.bucket")
    assert view.value(name, "targetBucket") == LOGS
    prefix = view.value(name, "targetPrefix")
    assert prefix == f"s3/app-{role}-test-{ACCOUNT}/"
    [admitted] = statements(view, "logs")["AllowServerAccessLogs"]["Resource"]
    assert fnmatchcase(f"arn:aws:s3:::{LOGS}/{prefix}2026-11-21", admitted)


def test_uploads_raise_events_when_objects_change(view: GraphView) -> None:
    assert view.value("test-bucket-uploads-events", "eventbridge") is True


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("assets", {"abort-incomplete-uploads", "intelligent-tiering", "expire-old-versions"}),
        ("uploads", {"abort-incomplete-uploads", "glacier-instant-retrieval", "expire-old-versions"}),
        ("backups", {"abort-incomplete-uploads", "glacier-instant-retrieval", "expire", "expire-old-versions"}),
        ("logs", {"abort-incomplete-uploads", "glacier-instant-retrieval", "expire", "expire-old-versions"}),
    ],
)
def test_lifecycle_has_these_rules_when_settings_ask_for_them(view: GraphView, role: str, expected: set[str]) -> None:
    found = rules(view, role)

    assert set(found) == expected
    assert all(rule["status"] == "Enabled" and rule["filter"] == {"prefix": ""} for rule in found.values())
    assert found["abort-incomplete-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


def test_lifecycle_days_are_the_settings_when_objects_age(view: GraphView) -> None:
    assert rules(view, "assets")["intelligent-tiering"]["transitions"] == [
        {"storageClass": "INTELLIGENT_TIERING", "days": 0}
    ]
    backups = rules(view, "backups")
    assert backups["glacier-instant-retrieval"]["transitions"] == [{"storageClass": "GLACIER_IR", "days": 1}]
    assert backups["expire"]["expiration"] == {"days": 35}
    assert backups["expire-old-versions"]["noncurrentVersionExpiration"] == {"noncurrentDays": 35}


@pytest.mark.parametrize("role", ROLES)
def test_lifecycle_waits_for_versioning_when_created(view: GraphView, role: str) -> None:
    view.assert_depends(f"test-bucket-{role}-lifecycle", f"test-bucket-{role}-versioning")


@pytest.mark.parametrize("role", ROLES)
def test_browsers_of_other_origins_are_kept_out_when_nobody_needs_them(view: GraphView, role: str) -> None:
    assert view.graph.of_type("aws:s3/bucketCors*") == ()
    assert view.value(f"test-bucket-{role}", "corsRules", BUCKET) is MISSING


def test_buckets_are_protected_when_settings_say_so() -> None:
    view = record(TIGHT)

    for role in ROLES:
        node = view.node(f"test-bucket-{role}", BUCKET)
        assert node.protect
        assert node.inputs["forceDestroy"] is False


def test_every_child_uses_the_explicit_provider_when_given() -> None:
    def build() -> None:
        explicit = Provider("explicit", region=REGION)
        AppBuckets("test", args=args(LOOSE), opts=pulumi.ResourceOptions(providers=[explicit]))

    for node in record_component(build).graph:
        if node.package == "aws" and not node.is_provider:
            assert (node.provider or "").endswith("::explicit"), node


def test_versions_are_locked_in_compliance_mode_when_settings_say_so() -> None:
    locked = bucket_settings(locked_days=35)
    made = BucketArgs(settings=locked, protection=TIGHT, bucket="locked", key_arn=KEY)
    view = record_component(lambda: Bucket("test-bucket-locked", args=made))

    assert view.value("test-bucket-locked", "objectLockEnabled", BUCKET) is True
    assert view.value("test-bucket-locked-lock", "rule") == {"defaultRetention": {"mode": "COMPLIANCE", "days": 35}}
    view.assert_depends("test-bucket-locked-lock", "test-bucket-locked-versioning")


def test_backup_writes_its_reports_to_the_logs_when_asked_for() -> None:
    view = record_component(lambda: AppBuckets("test", args=replace(args(LOOSE), backup_reports=True)))

    policy = json.loads(str(view.value("test-bucket-logs-policy", "policy")))
    (statement,) = [item for item in policy["Statement"] if item["Sid"] == "AllowBackupReports"]
    assert statement["Resource"] == f"arn:aws:s3:::{LOGS}/backup/*"
    assert statement["Condition"]["StringEquals"]["aws:PrincipalArn"].endswith("/AWSServiceRoleForBackupReports")


def test_distributions_of_the_account_read_the_assets_alone_when_a_global_stack_leads_here() -> None:
    view = record_component(lambda: AppBuckets("test", args=replace(args(LOOSE), distributions=True)))
    admitted = statements(view, "assets")["AllowDistributions"]
    assert admitted["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert admitted["Action"] == "s3:GetObject"
    assert admitted["Resource"] == f"arn:aws:s3:::app-assets-test-{ACCOUNT}/*"
    assert admitted["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}
    assert all("AllowDistributions" not in statements(view, role) for role in ("uploads", "backups", "logs"))


def test_no_distribution_reads_anything_when_the_environment_has_one_region(view: GraphView) -> None:
    assert all("AllowDistributions" not in statements(view, role) for role in ROLES)
