"""Keys as they should be."""

from __future__ import annotations

import json

from pulumi_aws import kms

POLICY = {
    "Statement": [
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "ThroughService",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333"}},
        },
    ]
}


def program() -> None:
    """A key of several regions with its replica, and one with a policy of its own."""
    key = kms.Key("key", enable_key_rotation=True, multi_region=True, policy=json.dumps(POLICY))
    kms.ReplicaKey("replica-key", primary_key_arn=key.arn, region="us-west-2")
    plain = kms.Key("plain-key", enable_key_rotation=True)
    kms.KeyPolicy("key-policy", key_id=plain.id, policy=json.dumps(POLICY))
