"""What must turn the controls of accounts and organizations red."""

from __future__ import annotations

import json

from tests.policies.compliant.account import REGIONS
from tests.policies.flips import flips
from tests.policies.kit import DELETE, Mutation

STACK = "compliant"
OBJECTS = "advancedEventSelectors[1].fieldSelectors"
NO_OBJECTS = "it records no access to objects"
READ_ONLY = [{"readWriteType": "ReadOnly", "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}]
BASIC = [{"includeManagementEvents": False, "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}]
NO_PAB = "its bucket trail-bucket has no public access block"
NO_LOGS = "its bucket trail-bucket does not log who reads it"
STANDARD = "cis-aws-foundations-benchmark"
EVERYTHING_ELSE = json.dumps({"Statement": [{**REGIONS, "Effect": "Allow"}]})
CLASS = "requireSymbols is false, it must be true"


def _without(control: str, resource: str, says: str) -> Mutation:
    return Mutation(control=control, resource=STACK, remove=(resource,), says=says)


def _watched(control: str, feature: str) -> tuple[Mutation, ...]:
    says = f"the stack does not enable {feature}"
    return (
        _without(control, feature, says),
        *flips(control, STACK, {"status": ("DISABLED", says)}, "status", "name", of=feature),
    )


MUTATIONS = (
    Mutation(
        control="cloudtrail-multi-region-enabled",
        resource=STACK,
        remove=("watched-trail",),
        says="the stack has no trail",
        also=("s3-bucket-replicated",),  # without a trail the bucket is one of data
    ),
    *flips(
        "cloudtrail-multi-region-enabled",
        STACK,
        {
            "isMultiRegionTrail": (DELETE, "isMultiRegionTrail is false, it must be true"),
            "enableLogging": (False, "enableLogging is false, it must be true"),
            "advancedEventSelectors[0]": (DELETE, "it selects no management events"),
        },
        "isMultiRegionTrail",
        "advancedEventSelectors[0].fieldSelectors",
        of="watched-trail",
    ),
    *flips(
        "cloudtrail-encrypted-with-customer-key", "watched-trail", {"kmsKeyId": ("", "kmsKeyId is not set")}, "kmsKeyId"
    ),
    *flips(
        "cloudtrail-log-files-validated",
        "watched-trail",
        {"enableLogFileValidation": (DELETE, "enableLogFileValidation is false, it must be true")},
        "enableLogFileValidation",
    ),
    *flips(
        "cloudtrail-sent-to-log-group",
        "watched-trail",
        {"cloudWatchLogsRoleArn": (DELETE, "cloudWatchLogsRoleArn is not set")},
        "cloudWatchLogsGroupArn",
        also=("trail-changes-alarmed",),
    ),
    *flips(
        "cloudtrail-objects-recorded", "watched-trail", {OBJECTS: ([], NO_OBJECTS)}, OBJECTS, f"{OBJECTS}[1].equals"
    ),
    Mutation(
        control="cloudtrail-objects-recorded",
        resource="watched-trail",
        change={
            "advancedEventSelectors": DELETE,
            "eventSelectors": READ_ONLY,
        },
        says=NO_OBJECTS,
        also=("cloudtrail-multi-region-enabled",),
    ),
    Mutation(
        control="cloudtrail-multi-region-enabled",
        resource=STACK,
        of="watched-trail",
        change={"advancedEventSelectors": DELETE, "eventSelectors": BASIC},
        says="it selects no management events",
    ),
    Mutation(
        control="cloudtrail-bucket-kept-private",
        resource="watched-trail",
        remove=("trail-bucket-public-access", "trail-bucket-logging"),
        says=f"{NO_PAB}; {NO_LOGS}",
    ),
    *flips(
        "cloudtrail-bucket-kept-private",
        "watched-trail",
        {"blockPublicAcls": (False, "blockPublicAcls is false, it must be true")},
        "ignorePublicAcls",
        of="trail-bucket-public-access",
    ),
    Mutation(
        control="cloudtrail-bucket-kept-private",
        resource="watched-trail",
        change={"s3BucketName": "bucket-of-others"},
        undecided=True,
        also=(
            "s3-bucket-access-logged",
            "s3-bucket-replicated",
            "s3-bucket-lifecycle-configured",
            "s3-bucket-write-once",
        ),
    ),
    _without("config-records-everything", "recorder", "the stack has no Config recorder"),
    _without("config-records-everything", "recorder-status", "the stack does not start its Config recorder"),
    *flips(
        "config-records-everything",
        STACK,
        {
            "recordingGroup": (DELETE, "recordingGroup.includeGlobalResourceTypes is false, it must be true"),
            "recordingGroup.allSupported": (False, "recordingGroup.allSupported is false, it must be true"),
        },
        "recordingGroup.allSupported",
        of="recorder",
    ),
    *_watched("guardduty-eks-audit-logs-watched", "EKS_AUDIT_LOGS"),
    *_watched("guardduty-runtime-watched", "RUNTIME_MONITORING"),
    *_watched("guardduty-data-watched", "RDS_LOGIN_EVENTS"),
    *_watched("guardduty-data-watched", "S3_DATA_EVENTS"),
    _without("securityhub-enabled", "security-hub", "the stack does not enable Security Hub"),
    _without("securityhub-enabled", "standard-cis", f"the stack does not subscribe to {STANDARD}"),
    *flips("securityhub-enabled", STACK, {}, "standardsArn", of="standard-pci"),
    _without("inspector-enabled", "inspector", "the stack does not enable Inspector"),
    *flips(
        "inspector-enabled",
        STACK,
        {
            "resourceTypes": (
                ["EC2", "ECR", "LAMBDA"],
                'resourceTypes is ["EC2", "ECR", "LAMBDA"], it must contain "LAMBDA_CODE"',
            )
        },
        "resourceTypes",
        of="inspector",
    ),
    _without("macie-enabled", "macie", "the stack does not enable Macie"),
    *flips(
        "macie-enabled",
        STACK,
        {"status": ("PAUSED", 'status is "PAUSED", it must be "ENABLED"')},
        "status",
        of="macie",
    ),
    _without("access-analyzer-enabled", "analyzer", "the stack has no Access Analyzer"),
    *flips(
        "access-analyzer-enabled",
        STACK,
        {
            "type": (
                "ACCOUNT_UNUSED_ACCESS",
                'type is "ACCOUNT_UNUSED_ACCESS", it must be one of "ACCOUNT", "ORGANIZATION"',
            )
        },
        "type",
        of="analyzer",
    ),
    _without("iam-password-policy-strong", "passwords", "the stack has no password policy"),
    *flips(
        "iam-password-policy-strong",
        STACK,
        {
            "minimumPasswordLength": (DELETE, "minimumPasswordLength is 8, it must be at least 14"),
            "passwordReusePrevention": ("5", 'passwordReusePrevention is "5", it must be at least 24'),
            "requireSymbols": (DELETE, CLASS),
        },
        "minimumPasswordLength",
        of="passwords",
    ),
    Mutation(
        control="iam-support-role-exists",
        resource=STACK,
        of="support",
        change={"policyArn": "arn:aws:iam::aws:policy/SecurityAudit"},
        says='policyArn is "arn:aws:iam::aws:policy/SecurityAudit", '
        'it must be "arn:aws:iam::aws:policy/AWSSupportAccess"',
    ),
    Mutation(
        control="iam-support-role-exists",
        resource=STACK,
        of="support",
        unknown=("policyArn",),
        also=("iam-administrator-access-for-break-glass-only",),
    ),
    Mutation(
        control="organization-denies-other-regions",
        resource=STACK,
        of="policy-regions",
        change={"content": EVERYTHING_ELSE},
        says="policy-regions denies no other regions; policy-tags is no service control policy",
    ),
    Mutation(control="organization-denies-other-regions", resource=STACK, of="policy-regions", unknown=("content",)),
    Mutation(
        control="organization-denies-other-regions", resource=STACK, of="policy-regions-attached", unknown=("policyId",)
    ),
    Mutation(
        control="organization-tag-policy-attached",
        resource=STACK,
        remove=("policy-tags-attached",),
        says='type is "SERVICE_CONTROL_POLICY", it must be "TAG_POLICY"; policy-tags is attached to nothing',
    ),
    Mutation(control="organization-tag-policy-attached", resource=STACK, of="policy-tags", unknown=("type",)),
)
