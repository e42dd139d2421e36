"""Who may take the roles of user pools and identity pools."""

from __future__ import annotations

from typing import Any

import pulumi

from components.identity.statements import Statement, allow

VERSION = "2012-10-17"


def sms_trust(account_id: str, region: str, external_id: str) -> dict[str, Any]:
    """Cognito may send for user pools of this account and region that were given the external id.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-email-phone-verification.html
    """
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "SendForUserPool",
                "Effect": "Allow",
                "Principal": {"Service": "cognito-idp.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": external_id, "aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:cognito-idp:{region}:{account_id}:userpool/*"},
                },
            }
        ],
    }


def sms_statements() -> list[Statement]:
    """Send text messages, and publish to no topic: a phone number is no resource, so that only `*` allows it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html
    """
    return [
        allow("SendTextMessages", ["sns:Publish"], "*"),
        {"Sid": "PublishToNoTopic", "Effect": "Deny", "Action": ["sns:Publish"], "Resource": "arn:aws:sns:*:*:*"},
    ]


def identity_trust(identity_pool_id: pulumi.Input[str], *, authenticated: bool) -> dict[str, Any]:
    """Users of one identity pool may take the role: those who signed in, or the others.

    https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "UsersOfPool",
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {"cognito-identity.amazonaws.com:aud": identity_pool_id},
                    "ForAnyValue:StringLike": {
                        "cognito-identity.amazonaws.com:amr": "authenticated" if authenticated else "unauthenticated"
                    },
                },
            }
        ],
    }
