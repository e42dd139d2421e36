"""The OpenSearch domain of one service (DB-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, opensearch

from components.identity.roles import Scope
from contracts.settings.security import ProtectionSettings
from contracts.settings.service import SearchSettings

TOKEN = "atoll:data:SearchDomain"
ENGINE = "OpenSearch_2.19"
"""Newest that the AWS provider and the SDKs agree on; https://docs.aws.amazon.com/opensearch-service/latest/developerguide/release-notes.html"""


@dataclass(frozen=True, kw_only=True)
class SearchDomainArgs:
    """Wiring of a domain."""

    settings: SearchSettings
    protection: ProtectionSettings
    scope: Scope
    domain: str
    """Physical name, 3 to 28 characters."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one for each zone that the nodes are spread over."""
    security_group_ids: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    """Encrypts indexes and snapshots."""
    logs_key_arn: pulumi.Input[str]
    grants: Mapping[str, Sequence[tuple[list[str], list[str]]]]
    """Role ARN → (actions, ARNs of its indexes): who may do what; nobody else may do anything."""


class SearchDomain(pulumi.ComponentResource):
    """A domain in the VPC, encrypted at rest and between nodes, reached over TLS 1.2 and with signed requests alone.

    Makes the domain, its access policy (exactly the roles that the contract names) and the log group of its errors.
    Costs: `t3.small.search` USD 26.28 a month and node, and USD 0.122 per GiB of gp3 (us-east-1): the dearest thing of
    a small environment, so `search` is null where no contract keeps an index. A t3 node is for development; three
    nodes or more get their own zones. Indexes, shards and replicas are the service's own calls.
    Errors: AWS makes one service-linked role for OpenSearch in an account, before the first domain in a VPC.
    Source: DB-4; https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
    """

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`https://…`, without a slash at its end."""

    def __init__(self, name: str, *, args: SearchDomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        zones = min(settings.instances, 3)
        log = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/opensearch/{args.domain}",
            retention_in_days=30,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        writing = cloudwatch.LogResourcePolicy(
            f"{name}-logs-policy",
            policy_name=args.domain,
            policy_document=pulumi.Output.json_dumps(_log_policy(args.scope, log.arn)),
            opts=child,
        )
        domain = opensearch.Domain(
            f"{name}-domain",
            domain_name=args.domain,
            engine_version=ENGINE,
            cluster_config=opensearch.DomainClusterConfigArgs(
                instance_type=settings.instance_type,
                instance_count=settings.instances,
                zone_awareness_enabled=zones > 1,
                zone_awareness_config=(
                    opensearch.DomainClusterConfigZoneAwarenessConfigArgs(availability_zone_count=zones)
                    if zones > 1
                    else None
                ),
            ),
            ebs_options=opensearch.DomainEbsOptionsArgs(
                ebs_enabled=True, volume_type="gp3", volume_size=settings.volume_gib
            ),
            encrypt_at_rest=opensearch.DomainEncryptAtRestArgs(enabled=True, kms_key_id=args.key_arn),
            node_to_node_encryption=opensearch.DomainNodeToNodeEncryptionArgs(enabled=True),
            domain_endpoint_options=opensearch.DomainDomainEndpointOptionsArgs(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            vpc_options=opensearch.DomainVpcOptionsArgs(
                subnet_ids=list(args.subnet_ids)[:zones], security_group_ids=list(args.security_group_ids)
            ),
            access_policies=pulumi.Output.json_dumps(access_policy(args.scope.account_id, args.grants)),
            log_publishing_options=[
                opensearch.DomainLogPublishingOptionArgs(
                    log_type="ES_APPLICATION_LOGS", cloudwatch_log_group_arn=log.arn
                )
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect, depends_on=[writing]),
        )
        self.arn = domain.arn
        self.endpoint = pulumi.Output.concat("https://", domain.endpoint)
        self.register_outputs({"arn": self.arn, "endpoint": self.endpoint})


def access_policy(account: str, grants: Mapping[str, Sequence[tuple[list[str], list[str]]]]) -> dict[str, Any]:
    """The domain's policy: each role its own indexes.

    Roles are told by a condition, for the domain stands before the functions whose roles they are.
    """
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": actions,
            "Resource": resources,
            "Condition": {"ArnEquals": {"aws:PrincipalArn": role}},
        }
        for role, given in grants.items()
        for actions, resources in given
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _log_policy(scope: Scope, group_arn: pulumi.Input[str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "WriteErrors",
                "Effect": "Allow",
                "Principal": {"Service": "es.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": pulumi.Output.concat(group_arn, ":*"),
                "Condition": {"StringEquals": {"aws:SourceAccount": scope.account_id}},
            }
        ],
    }
