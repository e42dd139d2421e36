"""What must turn the controls of SNS, SQS, EventBridge, Secrets Manager and Systems Manager red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

EVERYONE = (
    '{"Statement": {"Sid": "All", "Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "*", "Resource": "*"}}'
)
BUT_ONE = {
    "Statement": [{"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::1:root"}, "Action": "*", "Resource": "*"}]
}
OPEN = (
    ("sns-topic-without-public-grant", "topic-policy"),
    ("sns-topic-without-public-grant", "topic"),
    ("sqs-queue-without-public-grant", "queue-policy"),
    ("sqs-queue-without-public-grant", "queue"),
    ("secret-policy-without-public-grant", "secret-policy"),
    ("secret-policy-without-public-grant", "secret"),
    ("ecr-repository-without-public-grant", "repository-policy"),
)
"""Control → everything that carries such a policy."""
BUS = "event-bus-without-public-grant"
ROTATED = "secrets-rotated"

MUTATIONS = (
    *(
        Mutation(
            control=control,
            resource=resource,
            change={"policy": EVERYONE},
            says="statement All of its policy allows everyone",
        )
        for control, resource in OPEN
    ),
    *(
        Mutation(
            control=control,
            resource=resource,
            change={"policy": BUT_ONE},
            says="statement 1 of its policy allows everyone",
        )
        for control, resource in OPEN
    ),
    *(Mutation(control=control, resource=resource, unknown=("policy",)) for control, resource in OPEN),
    Mutation(
        control="sqs-queue-without-public-grant",
        resource="queue",
        change={"policy": DELETE},
        says="policy is not set",
        not_applicable=True,
    ),
    Mutation(
        control=BUS,
        resource="bus",
        of="bus-policy",
        change={"policy": EVERYONE},
        says="statement All of its policy allows everyone",
    ),
    Mutation(
        control=BUS,
        resource="bus",
        of="bus-permission",
        change={"principal": "*"},
        says="bus-permission allows everyone",
    ),
    Mutation(control=BUS, resource="bus", remove=("bus-policy", "bus-permission"), says="it has no resource policy"),
    Mutation(control=BUS, resource="bus", of="bus-policy", unknown=("policy",)),
    Mutation(control=BUS, resource="bus", of="bus-permission", unknown=("principal",)),
    Mutation(
        control="sns-topic-encrypted",
        resource="topic",
        change={"kmsMasterKeyId": DELETE},
        says="kmsMasterKeyId is not set",
    ),
    Mutation(control="sns-topic-encrypted", resource="topic", unknown=("kmsMasterKeyId",)),
    Mutation(
        control="sns-subscription-without-plain-http",
        resource="subscription",
        change={"protocol": "http"},
        says='protocol is "http", it must be anything but "http"',
    ),
    Mutation(control="sns-subscription-without-plain-http", resource="subscription", unknown=("protocol",)),
    Mutation(
        control="sqs-queue-encrypted",
        resource="queue",
        change={"sqsManagedSseEnabled": "false"},
        says='sqsManagedSseEnabled is "false", it must be true; kmsMasterKeyId is not set',
    ),
    Mutation(control="sqs-queue-encrypted", resource="queue", unknown=("sqsManagedSseEnabled",)),
    Mutation(control=ROTATED, resource="secret", remove=("secret-rotation",), says="nothing rotates it"),
    Mutation(
        control=ROTATED,
        resource="secret",
        of="secret-rotation",
        change={"rotationRules.automaticallyAfterDays": 365},
        says="rotationRules.automaticallyAfterDays is 365, it must be at most 90 days",
    ),
    Mutation(
        control=ROTATED,
        resource="secret",
        of="secret-rotation",
        change={"rotationRules": {"scheduleExpression": "rate(200 days)"}},
        says=('rotationRules.scheduleExpression is "rate(200 days)", it must be a schedule that comes every 90 days'),
    ),
    Mutation(
        control=ROTATED,
        resource="secret",
        of="secret-rotation",
        change={"rotationRules": {"scheduleExpression": "cron(0 4 1 1 ? *)"}},
        says=(
            'rotationRules.scheduleExpression is "cron(0 4 1 1 ? *)", it must be a schedule that comes every 90 days'
        ),
    ),
    Mutation(
        control=ROTATED,
        resource="secret",
        of="secret-rotation",
        change={"rotationEnabled": False},
        says="rotationEnabled is false, it must be true",
    ),
    Mutation(control=ROTATED, resource="secret", of="secret-rotation", unknown=("rotationRules",)),
    Mutation(control=ROTATED, resource="secret", of="secret-rotation", unknown=("secretId",)),
    Mutation(
        control="secrets-replicated",
        resource="secret",
        change={"replicas": DELETE},
        says="it has 0 replicas, it must have at least 1",
    ),
    Mutation(
        control="secrets-replicated",
        resource="secret",
        change={"replicas[0].kmsKeyId": DELETE},
        says="replicas[0].kmsKeyId is not set",
    ),
    Mutation(control="secrets-replicated", resource="secret", unknown=("replicas",)),
    Mutation(
        control="ssm-document-not-public",
        resource="document",
        change={"permissions.account_ids": "444455556666,All"},
        says='permissions.account_ids is "444455556666,All", it must be without All',
    ),
    Mutation(control="ssm-document-not-public", resource="document", unknown=("permissions",)),
)
