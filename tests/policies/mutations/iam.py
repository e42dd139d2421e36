"""What must turn the controls of IAM red."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.flips import flips, refused
from tests.policies.kit import DELETE, Mutation

SPELT_OUT = r'{"Statement": [{"Effect": "Allow", "\u0041ction": "\u002a", "Resource": ["arn:aws:s3:::a", "*"]}]}'
EVERYTHING = '{"Statement": {"Sid": "All", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}'

ISSUER = "token.actions.githubusercontent.com"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
NO_GUARD = "takes it without a condition on aws:SourceAccount or aws:SourceArn"
READERS = (
    "service-keeps-to-own-tables",
    "iam-policy-without-full-access",
    "iam-policy-without-service-wildcard",
    "iam-policy-without-escalation",
    "iam-policy-without-decrypt-everywhere",
    "iam-policy-keeps-audit-trail",
)
BREAK_GLASS = "iam-administrator-access-for-break-glass-only"
LESS = "it must be a policy with less"
TRUSTS = ("iam-trust-without-confused-deputy", "iam-trust-not-open")


def _allow(*actions: str, resource: str = "*", **more: Any) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}})


def _trust(principal: Any, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Statement": [statement | ({"Condition": condition} if condition else {})]})


def _policies(control: str, *cases: tuple[str, str]) -> tuple[Mutation, ...]:
    """Wrong documents, in each place that holds one, and one that cannot be read."""
    places = (("policy", "policy"), ("role", "inlinePolicies[0].policy"), ("group-policy", "policy"))
    others = tuple(reader for reader in READERS if reader != control)
    wrong = [
        Mutation(control=control, resource=resource, change={path: document}, says=says)
        for document, says in cases
        for resource, path in places
    ]
    return (
        *wrong,
        Mutation(control=control, resource="role-policy", unknown=("policy",), also=others),
        Mutation(control=control, resource="role", unknown=("inlinePolicies",), also=others),
    )


MUTATIONS = (
    *_policies(
        "iam-policy-without-service-wildcard",
        (_allow("S3:*", resource="arn:aws:s3:::a/*"), "its statement 1 allows s3:*"),
    ),
    Mutation(
        control="iam-policy-without-service-wildcard",
        resource="policy",
        change={"policy": EVERYTHING},
        says="its statement All allows everything but a few actions",
    ),
    *_policies(
        "iam-policy-without-escalation",
        (_allow("iam:Put*Policy"), "it opens a way to more: iam:PutUserPolicy"),
        (
            _allow("IAM:PassRole", "lambda:Create*", "lambda:InvokeFunction"),
            "it opens a way to more: iam:PassRole with lambda:CreateFunction",
        ),
        (
            _allow("iam:AttachRolePolicy", resource="arn:aws:iam::111122223333:role/*"),
            "it opens a way to more: iam:AttachRolePolicy",
        ),
        (
            _allow(
                "iam:AttachRolePolicy",
                Condition={"ArnEquals": {"iam:PolicyARN": ["arn:aws:iam::aws:policy/AWSDenyAll", ADMIN]}},
            ),
            "it opens a way to more: iam:AttachRolePolicy",
        ),
        (
            _allow(
                "iam:AttachRolePolicy",
                Condition={"ArnNotEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll"}},
            ),
            "it opens a way to more: iam:AttachRolePolicy",
        ),
    ),
    Mutation(
        control="iam-policy-without-escalation",
        resource="role",
        of="role-more",
        change={"policy": _allow("iam:UpdateAssumeRolePolicy")},
        says="it opens a way to more: iam:UpdateAssumeRolePolicy",
    ),
    *_policies(
        "iam-policy-without-decrypt-everywhere",
        (_allow("kms:Dec*"), "its statement 1 allows kms:Decrypt with every key"),
        (
            _allow("kms:ReEncrypt*", resource="arn:aws:kms:us-east-1:111122223333:key/*"),
            "its statement 1 allows kms:ReEncryptFrom with every key",
        ),
    ),
    *_policies(
        "iam-policy-keeps-audit-trail",
        (
            _allow("cloudtrail:Stop*", resource="arn:aws:cloudtrail:::trail/a"),
            "its statement 1 allows cloudtrail:StopLogging",
        ),
    ),
    *flips(BREAK_GLASS, "group-attachment", {"policyArn": (ADMIN, f'policyArn is "{ADMIN}", {LESS}')}, "policyArn"),
    *flips(BREAK_GLASS, "attachment", {"policyArn": (ADMIN, f'policyArn is "{ADMIN}", {LESS}')}, "policyArn"),
    *flips(
        BREAK_GLASS,
        "role",
        {"managedPolicyArns": ([ADMIN], f'managedPolicyArns[0] is "{ADMIN}", {LESS}')},
        "managedPolicyArns",
    ),
    refused(BREAK_GLASS, "attachment", "name", "break-glass", "it is for emergencies"),
    refused(BREAK_GLASS, "role", "tags.BreakGlass", "true", "it is for emergencies"),
    *flips(
        "iam-trust-without-confused-deputy",
        "role",
        {
            "assumeRolePolicy": (
                _trust({"Service": ["sns.amazonaws.com"]}),
                f"sns.amazonaws.com {NO_GUARD}",
            ),
        },
        "assumeRolePolicy",
        also=TRUSTS,
    ),
    refused(
        "iam-trust-without-confused-deputy",
        "role",
        "assumeRolePolicy",
        _trust({"AWS": "arn:aws:iam::111122223333:role/pipeline"}),
        "no service takes it",
    ),
    *flips(
        "iam-trust-not-open",
        "role",
        {"assumeRolePolicy": (_trust("*"), "it trusts everybody")},
        "assumeRolePolicy",
        also=TRUSTS,
    ),
    Mutation(
        control="iam-trust-not-open",
        resource="role",
        change={
            "assumeRolePolicy": _trust(
                {"Federated": "idp"}, StringLike={f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": "*"}
            )
        },
        says='it does not pin sub of "idp"',
    ),
    *(
        Mutation(
            control="iam-without-users",
            resource="compliant",
            of="node-route",
            retype=kind,
            says="node-route is a user or a long-lived key",
        )
        for kind in ("aws:iam/user:User", "aws:iam/accessKey:AccessKey")
    ),
    Mutation(
        control="iam-without-user-policies",
        resource="compliant",
        of="node-route",
        retype="aws:iam/userPolicyAttachment:UserPolicyAttachment",
        says="node-route gives a policy to a user",
    ),
    *flips(
        "iam-without-user-policies",
        "compliant",
        {"users": (["jane"], 'users is ["jane"], it must not be set')},
        "users",
        of="attachment",
    ),
    Mutation(
        control="iam-policy-without-full-access",
        resource="policy",
        change={"policy": EVERYTHING},
        says="its statement All allows every action on every resource",
    ),
    Mutation(
        control="iam-policy-without-full-access",
        resource="policy",
        change={"policy": SPELT_OUT},
        says="its statement 1 allows every action on every resource",
    ),
    Mutation(
        control="iam-policy-without-full-access",
        resource="policy",
        change={"policy": "{"},
        says="policy is no policy document",
        also=READERS,
    ),
    Mutation(control="iam-policy-without-full-access", resource="policy", unknown=("policy",), also=READERS),
    Mutation(
        control="iam-policy-without-full-access",
        resource="policy",
        change={"policy": DELETE},
        says="policy is not set",
        not_applicable=True,
    ),
)
