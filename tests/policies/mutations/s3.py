"""What must turn the controls of S3 red."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.kit import DELETE, Mutation

SOURCE_IP = "aws:SourceIp"
OTHER_READERS = ("s3-bucket-policy-without-public-grant", "s3-bucket-policy-kept-by-owner")
HALVES = ["0.0.0.0/1", "128.0.0.0/1"]


def _policy(**statement: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", **statement}]})


def _tls(**changes: Any) -> str:
    whole = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return _policy(**{**whole, **changes})


def _companion(control: str, name: str, missing: str, changes: dict[str, tuple[Any, str]]) -> tuple[Mutation, ...]:
    """Without the companion, with it belonging to nobody knows which bucket, and with wrong values."""
    resource = name.rsplit("-", 1)[0]
    return (
        Mutation(control=control, resource="bucket", remove=(name,), says=missing),
        Mutation(control=control, resource=resource, of=name, unknown=("bucket",)),
        *(
            Mutation(control=control, resource=resource, of=name, change={path: value}, says=says)
            for path, (value, says) in changes.items()
        ),
    )


MUTATIONS = (
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        remove=("bucket-public-access",),
        says="it has no public access block",
    ),
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        of="bucket-public-access",
        change={"restrictPublicBuckets": False},
        says="restrictPublicBuckets is false, it must be true",
    ),
    Mutation(
        control="s3-bucket-public-access-blocked",
        resource="bucket",
        of="bucket-public-access",
        unknown=("blockPublicAcls",),
    ),
    Mutation(
        control="s3-bucket-public-access-blocked", resource="bucket", of="bucket-public-access", unknown=("bucket",)
    ),
    Mutation(
        control="s3-account-public-access-blocked",
        resource="compliant",
        remove=("account-public-access",),
        says="the stack has no block of public access for the account",
    ),
    Mutation(
        control="s3-account-public-access-blocked",
        resource="compliant",
        of="account-public-access",
        change={"ignorePublicAcls": DELETE},
        says="ignorePublicAcls is false, it must be true",
    ),
    Mutation(
        control="s3-account-public-access-blocked",
        resource="compliant",
        of="account-public-access",
        unknown=("blockPublicPolicy",),
    ),
    *_companion(
        "s3-bucket-tls-required",
        "bucket-policy",
        "it has no bucket policy",
        {
            "policy": (
                _tls(Resource="arn:aws:s3:::another/*"),
                "its policy does not deny requests without TLS to the bucket and its objects",
            ),
        },
    ),
    *(
        Mutation(
            control="s3-bucket-tls-required",
            resource="bucket",
            of="bucket-policy",
            change={"policy": policy},
            says=says,
            also=OTHER_READERS if policy == "{" else (),
        )
        for policy, says in (
            (
                _tls(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
                "its policy does not deny requests without TLS to the bucket and its objects",
            ),
            (
                _tls(Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {SOURCE_IP: "1.2.3.4"}}),
                "its policy does not deny requests without TLS to the bucket and its objects",
            ),
            ("{", "policy is no policy document"),
            (None, "its policy is not set"),
        )
    ),
    Mutation(
        control="s3-bucket-tls-required",
        resource="bucket",
        of="bucket-policy",
        unknown=("policy",),
        also=("s3-bucket-policy-without-public-grant", "s3-bucket-policy-kept-by-owner"),
    ),
    *_companion(
        "s3-bucket-encrypted-with-customer-key",
        "bucket-encryption",
        "it is encrypted with the key of AWS",
        {
            "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm": (
                "AES256",
                'rules[0].applyServerSideEncryptionByDefault.sseAlgorithm is "AES256", '
                'it must be one of "aws:kms", "aws:kms:dsse"',
            ),
            "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId": (
                DELETE,
                "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId is not set",
            ),
            "rules[0].bucketKeyEnabled": (DELETE, "rules[0].bucketKeyEnabled is false, it must be true"),
            "rules": ([], "it has no encryption rule"),
        },
    ),
    Mutation(
        control="s3-bucket-encrypted-with-customer-key", resource="bucket", of="bucket-encryption", unknown=("rules",)
    ),
    Mutation(
        control="s3-bucket-encrypted-with-customer-key",
        resource="older-bucket",
        remove=("older-bucket-encryption",),
        change={"serverSideEncryptionConfigurations": [{"rules": []}]},
        says="it has no encryption rule",
    ),
    Mutation(
        control="s3-bucket-encrypted-with-customer-key",
        resource="log-bucket",
        change={"bucket": "logs"},
        says="logs that are delivered to it can only be encrypted with SSE-S3",
        not_applicable=True,
    ),
    *_companion(
        "s3-bucket-versioned",
        "bucket-versioning",
        "it has no versioning",
        {
            "versioningConfiguration.status": (
                "Suspended",
                'versioningConfiguration.status is "Suspended", it must be "Enabled"',
            )
        },
    ),
    Mutation(
        control="s3-bucket-versioned",
        resource="bucket",
        remove=("bucket-versioning",),
        change={"versioning": {"enabled": False}},
        says="versioning.enabled is false, it must be true",
    ),
    Mutation(
        control="s3-bucket-versioned",
        resource="older-bucket",
        unknown=("versionings",),
        remove=("older-bucket-versioning",),
    ),
    *_companion(
        "s3-bucket-access-logged",
        "bucket-logging",
        "it has no access logs",
        {"targetBucket": (DELETE, "targetBucket is not set")},
    ),
    Mutation(
        control="s3-bucket-access-logged",
        resource="older-bucket",
        remove=("older-bucket-logging",),
        change={"bucket": "itself", "loggings": [{"targetBucket": "itself"}]},
        says="loggings[0].targetBucket is the bucket itself",
    ),
    Mutation(
        control="s3-bucket-access-logged",
        resource="log-bucket",
        change={"bucket": "logs"},
        says="it holds logs of others: logging it would log the logging",
        not_applicable=True,
    ),
    *_companion(
        "s3-bucket-lifecycle-configured",
        "bucket-lifecycle",
        "it has no lifecycle",
        {
            "rules": ([], "its lifecycle has no rule"),
            "rules[0].status": ("Disabled", 'rules[0].status is "Disabled", it must be "Enabled"'),
            "rules[0].abortIncompleteMultipartUpload": (
                DELETE,
                "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation is not set",
            ),
        },
    ),
    Mutation(control="s3-bucket-lifecycle-configured", resource="bucket", of="bucket-lifecycle", unknown=("rules",)),
    Mutation(
        control="s3-bucket-lifecycle-configured",
        resource="bucket",
        remove=("bucket-lifecycle",),
        change={"lifecycleRules": [{"enabled": "false", "abortIncompleteMultipartUploadDays": 7}]},
        says='lifecycleRules[0].enabled is "false", it must be true',
    ),
    *_companion(
        "s3-bucket-acls-disabled",
        "bucket-ownership",
        "it has no ownership controls",
        {
            "rule.objectOwnership": (
                "ObjectWriter",
                'rule.objectOwnership is "ObjectWriter", it must be "BucketOwnerEnforced"',
            )
        },
    ),
    *_companion(
        "s3-bucket-replicated",
        "bucket-replication",
        "it has no replication",
        {
            "rules": ([], "its replication has no rule"),
            "rules[0].status": ("Disabled", 'rules[0].status is "Disabled", it must be "Enabled"'),
            "rules[0].destination.replicationTime": (
                DELETE,
                'rules[0].destination.replicationTime.status is not set, it must be "Enabled"',
            ),
            "rules[0].destination.metrics.status": (
                "Disabled",
                'rules[0].destination.metrics.status is "Disabled", it must be "Enabled"',
            ),
            "rules[0].sourceSelectionCriteria": (
                DELETE,
                'rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status is not set, it must be "Enabled"',
            ),
        },
    ),
    Mutation(control="s3-bucket-replicated", resource="bucket", of="bucket-replication", unknown=("rules",)),
    Mutation(
        control="s3-bucket-replicated",
        resource="log-bucket",
        change={"bucket": "logs"},
        says="it holds logs, which stay in their region",
        not_applicable=True,
    ),
    Mutation(
        control="s3-bucket-write-once",
        resource="backup-bucket",
        remove=("backup-bucket-lock",),
        says="it has no object lock",
    ),
    *(
        Mutation(
            control="s3-bucket-write-once",
            resource="backup-bucket",
            of="backup-bucket-lock",
            change={"rule": {"defaultRetention": retention}},
            says=says,
        )
        for retention, says in (
            (
                {"mode": "GOVERNANCE", "days": 35},
                'rule.defaultRetention.mode is "GOVERNANCE", it must be "COMPLIANCE"',
            ),
            ({"mode": "COMPLIANCE", "days": "34"}, 'rule.defaultRetention.days is "34", it must be at least 35'),
            ({"mode": "COMPLIANCE", "years": 0}, "rule.defaultRetention.years is 0, it must be at least 0.0958904"),
        )
    ),
    Mutation(control="s3-bucket-write-once", resource="backup-bucket", of="backup-bucket-lock", unknown=("rule",)),
    Mutation(
        control="s3-bucket-write-once", resource="bucket", change={"bucket": "app-audit"}, says="it has no object lock"
    ),
    Mutation(
        control="s3-bucket-write-once",
        resource="bucket",
        change={"bucket": "app-assets"},
        says="it holds neither backups nor audit trails",
        not_applicable=True,
    ),
    *(
        Mutation(
            control="s3-bucket-policy-without-public-grant",
            resource="older-bucket-policy",
            change={"policy": policy},
            says=f"its statement {sid} allows everyone",
            also=("s3-bucket-tls-required",),
        )
        for policy, sid in (
            (_policy(Sid="Open", Resource="*"), "Open"),
            (_policy(Principal={"AWS": ["*"]}), "1"),
            (_policy(Condition={"Null": {"aws:PrincipalOrgID": "false"}}), "1"),
            (_policy(Condition={"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "1"),
            (_policy(Condition={"IpAddress": {SOURCE_IP: HALVES}}), "1"),
            (_policy(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}}), "1"),
            ('{"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "s3:PutObject"}}', "1"),
        )
    ),
    Mutation(
        control="s3-bucket-policy-without-public-grant",
        resource="older-bucket-policy",
        unknown=("policy",),
        also=("s3-bucket-tls-required", "s3-bucket-policy-kept-by-owner"),
    ),
    *(
        Mutation(
            control="s3-bucket-policy-kept-by-owner",
            resource="older-bucket-policy",
            change={"policy": policy},
            says=says,
            also=("s3-bucket-tls-required",),
        )
        for policy, says in (
            (
                _policy(Principal={"AWS": "999999999999"}, Action="S3:PutBucket*"),
                "it allows account 999999999999 s3:PutBucketPolicy",
            ),
            (
                _policy(Principal={"AWS": "arn:aws:iam::999999999999:root"}, Action=["s3:putbucketacl"]),
                "it allows account 999999999999 s3:PutBucketAcl",
            ),
            (_policy(Action="*"), "it allows everyone s3:DeleteBucketPolicy"),
        )
    ),
    Mutation(
        control="s3-bucket-policy-kept-by-owner",
        resource="older-bucket-policy",
        unknown=("policy",),
        also=("s3-bucket-tls-required", "s3-bucket-policy-without-public-grant"),
    ),
    *_companion(
        "s3-bucket-events-notified",
        "bucket-events",
        "it has no notifications",
        {
            "eventbridge": (
                False,
                "eventbridge is false, it must be true; lambdaFunctions is not set; queues is not set; "
                "topics is not set",
            )
        },
    ),
    Mutation(
        control="s3-bucket-events-notified",
        resource="log-bucket",
        change={"bucket": "logs"},
        says="it holds logs, which change all the time",
        not_applicable=True,
    ),
    Mutation(
        control="s3-access-point-public-access-blocked",
        resource="access-point",
        change={"publicAccessBlockConfiguration": {"blockPublicPolicy": "false"}},
        says='publicAccessBlockConfiguration.blockPublicPolicy is "false", it must be true',
    ),
    Mutation(
        control="s3-access-point-public-access-blocked",
        resource="access-point",
        unknown=("publicAccessBlockConfiguration",),
    ),
)
