"""What must turn the platform's own controls red."""

from __future__ import annotations

import json
from typing import Any

from graph.values import UNKNOWN
from tests.policies.compliant.ecs import CONTAINER
from tests.policies.kit import DELETE, TAGS, Mutation

CLEAR_TASK = json.dumps(
    [
        {
            **CONTAINER,
            "environment": [
                {"name": "ORDERS_URL", "value": "HTTP://orders.internal"},
                {"name": "CACHE_URL", "value": "redis://cache:6379"},
                {"name": "LOCAL", "value": "http://127.0.0.1:8080"},
            ],
        }
    ]
)

TABLES = "arn:aws:dynamodb:us-east-1:111122223333"
PAYMENTS = "prod-payment-payments"
FOREIGN = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": f"{TABLES}:table/{PAYMENTS}"}
ELSEWHERE = "${urn:pulumi:compliant::atoll::pulumi:pulumi:StackReference::organization/atoll/other#outputs.table}"
"""What another stack exports, as a document names it."""
FOREIGN_TABLES: dict[str, dict[str, Any]] = {
    PAYMENTS: {"Action": "dynamodb:GetItem", "Resource": f"{TABLES}:table/{PAYMENTS}/index/*"},
    f"{PAYMENTS}-2": {"Action": "DYNAMO*:G*", "Resource": f"{TABLES}:table/{PAYMENTS}-2"},
    f"{TABLES}:*": {"Action": "dynamodb:GetItem", "Resource": f"{TABLES}:*"},
    f"{TABLES}:table/prod-*": {"Action": ["s3:GetObject", "dynamodb:Query"], "Resource": f"{TABLES}:table/prod-*"},
    "arn:aws:d*": {"Action": "dynamodb:Scan", "Resource": "arn:aws:d*"},
    "arn:*": {"Action": "dynamodb:Scan", "Resource": "arn:*"},
    f"all but {TABLES}:table/a": {"Action": "dynamodb:Scan", "NotResource": f"{TABLES}:table/a"},
    "*": {"NotAction": "dynamodb:DeleteTable", "Resource": "*"},
}
"""What is reached → the statement that reaches it."""
READERS = (
    "iam-policy-keeps-audit-trail",
    "iam-policy-without-decrypt-everywhere",
    "iam-policy-without-escalation",
    "iam-policy-without-full-access",
    "iam-policy-without-service-wildcard",
)
"""Controls of documents that a statement as wide as these turns red, too."""

MUTATIONS = (
    Mutation(
        control="program-known-providers-only",
        resource="bucket",
        retype="command:local:Command",
        says="no control knows the provider command",
        also=("s3-bucket-public-access-blocked",),
    ),
    Mutation(
        control="program-known-providers-only",
        resource="instance",
        retype="pulumi-python:dynamic:Resource",
        says="pulumi-python:dynamic:Resource is a dynamic provider: what it does is code, which no control can read",
    ),
    Mutation(
        control="program-without-hidden-resources",
        resource="area",
        retype="awsx:ec2:Vpc",
        also=("program-known-providers-only",),
        undecided=True,
    ),
    Mutation(
        control="program-without-hidden-resources",
        resource="bucket",
        change={"bucket": "reports"},
        says="it is no component",
        not_applicable=True,
    ),
    Mutation(
        control="program-without-ignored-properties",
        resource="instance",
        ignore=("storage_encrypted",),
        says="it ignores changes of storageEncrypted",
    ),
    Mutation(
        control="program-without-ignored-properties",
        resource="instance",
        ignore=('tags["a.b"]', "allocatedStorage"),
        says="it ignores changes of allocatedStorage, tags",
    ),
    Mutation(
        control="resource-in-approved-region",
        resource="bucket",
        region="eu-central-1",
        says="it is in eu-central-1; approved are us-east-1, us-west-2",
    ),
    Mutation(control="resource-in-approved-region", resource="bucket", region=None, undecided=True),
    Mutation(
        control="resource-in-approved-region",
        resource="policy",
        region="eu-central-1",
        says="the service has no region",
        not_applicable=True,
    ),
    Mutation(
        control="resource-tagged",
        resource="bucket",
        change={"tags": {**TAGS, "Owner": ""}},
        says="it has no tag Owner",
    ),
    Mutation(
        control="resource-tagged",
        resource="bucket",
        change={"tags": {**TAGS, "DataClassification": "secret"}},
        says="its tag DataClassification is 'secret'; it may be one of public, internal, confidential, restricted",
    ),
    Mutation(
        control="resource-tagged",
        resource="bucket",
        provider=None,
        also=("on-demand-environment-leased",),
        change={"tags": DELETE},
        says=("it has no tag CostCenter, DataClassification, Environment, ManagedBy, Owner, Platform"),
    ),
    Mutation(control="resource-tagged", resource="bucket", provider=None, unknown=("tags",)),
    Mutation(
        control="resource-tagged",
        resource="bucket-public-access",
        change={"tags": {}},
        says="it takes no tags",
        not_applicable=True,
    ),
    Mutation(
        control="versions-in-support",
        resource="instance",
        change={"engineVersion": "13.14"},
        says="standard support of RDS for PostgreSQL 13 ended on 2026-02-28; the newest is 18",
    ),
    Mutation(
        control="versions-in-support",
        resource="instance",
        change={"engineVersion": DELETE},
        says="engineVersion is not set, so that AWS chooses one",
    ),
    Mutation(
        control="versions-in-support",
        resource="instance",
        change={"engine": "mysql"},
        says='the platform has no table for the engine "mysql"',
        not_applicable=True,
        also=("rds-logs-exported", "rds-tls-forced"),
    ),
    Mutation(control="versions-in-support", resource="instance", unknown=("engineVersion",)),
    Mutation(
        control="versions-in-support",
        resource="instance",
        unknown=("engine",),
        also=("rds-logs-exported", "rds-tls-forced"),
    ),
    Mutation(
        control="budget-within-ceiling",
        resource="compliant",
        remove=("budget",),
        says="the stack has no budget: nobody would be told of what it costs",
    ),
    Mutation(
        control="budget-within-ceiling",
        resource="compliant",
        of="budget",
        change={"limitAmount": "20001"},
        says='limitAmount is "20001", it must be at most 20000 USD a month',
    ),
    Mutation(
        control="budget-within-ceiling",
        resource="compliant",
        of="budget",
        change={"timeUnit": "ANNUALLY"},
        says='timeUnit is "ANNUALLY", it must be "MONTHLY"',
    ),
    Mutation(control="budget-within-ceiling", resource="compliant", of="budget", unknown=("limitAmount",)),
    Mutation(
        control="on-demand-environment-leased",
        resource="compliant",
        of="bucket",
        change={"tags": {"ExpiresAt": "2026-11-20"}},
        says="its lease ended on 2026-11-20",
    ),
    Mutation(
        control="on-demand-environment-leased",
        resource="compliant",
        of="bucket",
        change={"tags": {"ExpiresAt": "2027-01-01"}},
        says="its lease lasts until 2027-01-01; it may last 30 days",
    ),
    Mutation(
        control="on-demand-environment-leased",
        resource="compliant",
        of="bucket",
        change={"tags": {"ExpiresAt": "never"}},
        says="its tag ExpiresAt is 'never', which is no date such as 2026-12-31",
    ),
    Mutation(
        control="on-demand-environment-leased",
        resource="compliant",
        of="bucket",
        change={"tags": {"ExpiresAt": UNKNOWN}},
        undecided=True,
    ),
    Mutation(
        control="service-addresses-encrypted",
        resource="function",
        change={"environment": {"variables": {"ORDERS_URL": "http://orders.internal", "NAME": "x"}}},
        says="ORDERS_URL is an address without encryption",
    ),
    Mutation(
        control="service-addresses-encrypted",
        resource="task",
        change={"containerDefinitions": CLEAR_TASK},
        says="CACHE_URL, ORDERS_URL are addresses without encryption",
    ),
    Mutation(
        control="service-addresses-encrypted",
        resource="function",
        change={"environment": DELETE},
        says="it has no variables",
        not_applicable=True,
    ),
    Mutation(
        control="service-addresses-encrypted",
        resource="function",
        unknown=("environment.variables.A",),
    ),
    *(
        Mutation(
            control="service-keeps-to-own-tables",
            resource="policy",
            change={"policy": json.dumps({"Statement": {"Effect": "Allow", **statement}})},
            says=f"it reaches tables of another service: {table}",
            also=READERS,
        )
        for table, statement in FOREIGN_TABLES.items()
    ),
    Mutation(
        control="service-keeps-to-own-tables",
        resource="role",
        change={"inlinePolicies": [{"name": "tables", "policy": json.dumps({"Statement": [FOREIGN]})}]},
        says="it reaches tables of another service: prod-payment-payments",
    ),
    *(
        Mutation(
            control="service-keeps-to-own-tables",
            resource="attachment",
            change={"policyArn": f"arn:aws:iam::aws:policy/{name}"},
            says=f"it reaches tables of another service: arn:aws:iam::aws:policy/{name}",
        )
        for name in ("AmazonDynamoDBReadOnlyAccess", "ReadOnlyAccess", "job-function/DataScientist")
    ),
    Mutation(
        control="service-keeps-to-own-tables",
        resource="policy",
        change={"policy": json.dumps({"Statement": [{**FOREIGN, "Resource": ELSEWHERE}]})},
        undecided=True,
    ),
    Mutation(control="service-keeps-to-own-tables", resource="policy", unknown=("policy",)),
    Mutation(control="service-keeps-to-own-tables", resource="attachment", unknown=("policyArn",)),
    Mutation(control="service-keeps-to-own-tables", resource="role", unknown=("inlinePolicies",)),
)
