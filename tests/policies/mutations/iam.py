"""What must turn the controls of IAM red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

SPELT_OUT = r'{"Statement": [{"Effect": "Allow", "\u0041ction": "\u002a", "Resource": ["arn:aws:s3:::a", "*"]}]}'
EVERYTHING = '{"Statement": {"Sid": "All", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}'

MUTATIONS = (
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
    ),
    Mutation(control="iam-policy-without-full-access", resource="policy", unknown=("policy",)),
    Mutation(
        control="iam-policy-without-full-access",
        resource="policy",
        change={"policy": DELETE},
        says="policy is not set",
        not_applicable=True,
    ),
)
