"""What must turn the controls of KMS red."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.kit import DELETE, Mutation


def _policy(**condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition}
    return json.dumps({"Statement": statement})


MUTATIONS = (
    *(
        Mutation(control="kms-key-rotated", resource="key", change=change, says=says)
        for change, says in (
            ({"enableKeyRotation": DELETE}, "enableKeyRotation is false, it must be true"),
            ({"enableKeyRotation": "false"}, 'enableKeyRotation is "false", it must be true'),
            ({"rotationPeriodInDays": 400}, "rotationPeriodInDays is 400, it must be at most 365"),
        )
    ),
    Mutation(control="kms-key-rotated", resource="key", unknown=("enableKeyRotation",)),
    Mutation(control="kms-key-rotated", resource="key", unknown=("customerMasterKeySpec",)),
    Mutation(
        control="kms-key-rotated",
        resource="key",
        change={"customerMasterKeySpec": "RSA_2048"},
        says="AWS cannot rotate keys of kind RSA_2048",
        not_applicable=True,
    ),
    Mutation(
        control="kms-key-rotated",
        resource="key",
        change={"customKeyStoreId": "cks-1"},
        says="AWS cannot rotate keys of a custom key store",
        not_applicable=True,
    ),
    *(
        Mutation(
            control="kms-key-policy-without-public-grant",
            resource=resource,
            change={"policy": _policy(**condition)},
            says="its statement 1 allows everyone",
        )
        for resource, condition in (
            ("key", {}),
            ("key-policy", {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
            ("replica-key", {"StringLike": {"kms:CallerAccount": "*"}}),
            ("key", {"StringEqualsIfExists": {"kms:CallerAccount": "111122223333"}}),
        )
    ),
    Mutation(
        control="kms-key-policy-without-public-grant",
        resource="key",
        change={"policy": "{"},
        says="policy is no policy document",
    ),
    Mutation(control="kms-key-policy-without-public-grant", resource="key", unknown=("policy",)),
    Mutation(
        control="kms-key-deletion-window-long",
        resource="replica-key",
        change={"deletionWindowInDays": "7"},
        says='deletionWindowInDays is "7", it must be at least 30',
    ),
    Mutation(control="kms-key-deletion-window-long", resource="key", unknown=("deletionWindowInDays",)),
    Mutation(
        control="kms-multi-region-key-replicated",
        resource="key",
        remove=("replica-key",),
        says="it has no replica in another region",
    ),
    Mutation(control="kms-multi-region-key-replicated", resource="key", of="replica-key", unknown=("primaryKeyArn",)),
    Mutation(
        control="kms-multi-region-key-replicated",
        resource="key",
        change={"multiRegion": "false"},
        says="it is a key of one region",
        not_applicable=True,
    ),
)
