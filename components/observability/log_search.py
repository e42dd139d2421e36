"""The OpenSearch domain for logs (OBS-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_, opensearch
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.data.search_domain import ENGINE
from components.functions.function import Function, FunctionArgs, FunctionKeys, FunctionNetwork
from components.identity.roles import Scope
from components.identity.statements import allow
from components.observability.log_life import index_template, life_policy
from contracts.services import compute
from contracts.settings.logs import LogSearchSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:observability:LogSearch"
FOLDER = Path(__file__).with_name("log_search_setup")
HTTPS = 443
LOGS = ("AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS")
"""Every log that OpenSearch Service publishes."""
REQUESTS = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
SETUP = compute.Function(
    runtime="python3.13",
    handler="setup_log_search.handler",
    timeout_seconds=300,
    memory_mib=256,
    tracing=False,
    retries=0,
)


@dataclass(frozen=True, kw_only=True)
class LogSearchArgs:
    """Wiring of the domain."""

    settings: LogSearchSettings
    protection: ProtectionSettings
    scope: Scope
    keys: FunctionKeys
    vpc_id: pulumi.Input[str]
    vpc_cidr: pulumi.Input[str]
    """Who may connect; what they may do, their role says."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one a zone."""
    storage_key_arn: pulumi.Input[str]
    """Encrypts indexes and snapshots; its policy must admit use through `es`."""
    log_retention_days: int
    writers: Sequence[str]
    """ARNs of roles that write logs, such as Fluent Bit's; they need not exist yet."""
    readers: Sequence[str]
    """ARNs of roles that search."""


class LogSearch(pulumi.ComponentResource):
    """A private domain for logs whose every request is signed, and every index has an end.

    Makes the domain `<environment>-logs` (KMS, TLS 1.2, encryption between nodes, fine-grained access whose
    master user is an IAM role, automatic updates off peak, its four logs with audits), its security group, and the
    function that then sets it up from inside the VPC: the life cycle of indexes (ISM), their template, the roles
    `atoll_log_writer` and `atoll_log_reader` with who has them. Nobody has a password.

    Costs: data nodes, masters and warm nodes by the hour and gp3 storage (see the settings): from about USD 60 a month
    for two `t3.small.search`. Making or changing a domain takes AWS 15 to 40 minutes.
    Does not do: send logs (Fluent Bit does); auto-tune on t3, which has none.
    Errors: AWS makes one service-linked role for OpenSearch in an account, before the first domain in a VPC. A log of
    the domain that cannot be written fails its creation.
    Source: OBS-4; Amazon OpenSearch Service Developer Guide, "Fine-grained access control", "UltraWarm storage",
    "Index State Management", "Off-peak windows".
    """

    arn: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`https://…`, without a slash at its end."""
    security_group_id: pulumi.Output[str]
    domain: str

    def __init__(self, name: str, *, args: LogSearchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the domain `{name}-log-search` and set it up."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.domain = f"{args.scope.environment}-logs"
        group = self._group(name, args)
        log, writing = self._log(name, args)
        function_name = f"{name}-log-search-setup"
        function = Function(
            function_name,
            args=FunctionArgs(
                function=SETUP,
                scope=args.scope,
                code=pulumi.AssetArchive(
                    {"setup_log_search.py": pulumi.FileAsset(str(FOLDER / "setup_log_search.py"))}
                ),
                keys=args.keys,
                network=FunctionNetwork(subnet_ids=args.subnet_ids, security_group_ids=[group.id]),
                statements=[allow("SetUpDomain", REQUESTS, args.scope.arn("es", f"domain/{self.domain}/*"))],
            ),
            opts=child,
        )
        domain = opensearch.Domain(
            f"{name}-log-search",
            domain_name=self.domain,
            engine_version=ENGINE,
            cluster_config=cluster(args.settings, len(args.subnet_ids)),
            ebs_options=opensearch.DomainEbsOptionsArgs(
                ebs_enabled=True, volume_type="gp3", volume_size=args.settings.volume_gib
            ),
            encrypt_at_rest=opensearch.DomainEncryptAtRestArgs(enabled=True, kms_key_id=args.storage_key_arn),
            node_to_node_encryption=opensearch.DomainNodeToNodeEncryptionArgs(enabled=True),
            domain_endpoint_options=opensearch.DomainDomainEndpointOptionsArgs(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            advanced_security_options=opensearch.DomainAdvancedSecurityOptionsArgs(
                enabled=True,
                internal_user_database_enabled=False,
                master_user_options=opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs(
                    master_user_arn=function.role_arn
                ),
            ),
            vpc_options=opensearch.DomainVpcOptionsArgs(
                subnet_ids=list(args.subnet_ids)[: zones(args.settings, len(args.subnet_ids))],
                security_group_ids=[group.id],
            ),
            access_policies=pulumi.Output.json_dumps(access_policy(args.scope, self.domain)),
            auto_tune_options=opensearch.DomainAutoTuneOptionsArgs(
                desired_state="DISABLED" if args.settings.instance_type.startswith("t3.") else "ENABLED",
                rollback_on_disable="NO_ROLLBACK",
            ),
            off_peak_window_options=opensearch.DomainOffPeakWindowOptionsArgs(
                enabled=True,
                off_peak_window=opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs(
                    window_start_time=opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs(
                        hours=args.settings.off_peak_hour, minutes=0
                    )
                ),
            ),
            software_update_options=opensearch.DomainSoftwareUpdateOptionsArgs(auto_software_update_enabled=True),
            log_publishing_options=[
                opensearch.DomainLogPublishingOptionArgs(log_type=kind, cloudwatch_log_group_arn=log.arn, enabled=True)
                for kind in LOGS
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect, depends_on=[writing]),
        )
        self.arn = domain.arn
        self.endpoint = pulumi.Output.concat("https://", domain.endpoint)
        self.security_group_id = group.id
        lambda_.Invocation(
            f"{name}-log-search-invocation",
            function_name=function.name,
            input=pulumi.Output.json_dumps(
                {
                    "endpoint": self.endpoint,
                    "policy": life_policy(args.settings),
                    "template": index_template(args.settings),
                    "writers": sorted(args.writers),
                    "readers": sorted(args.readers),
                }
            ),
            lifecycle_scope="CRUD",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[function]),
        )
        self.register_outputs({"arn": self.arn, "endpoint": self.endpoint})

    def _log(self, name: str, args: LogSearchArgs) -> tuple[cloudwatch.LogGroup, cloudwatch.LogResourcePolicy]:
        child = pulumi.ResourceOptions(parent=self)
        log = cloudwatch.LogGroup(
            f"{name}-log-search-logs",
            name=f"/aws/opensearch/{self.domain}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.keys.logs,
            opts=child,
        )
        statement = {
            "Sid": "WriteOwnLogs",
            "Effect": "Allow",
            "Principal": {"Service": "es.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(log.arn, ":*"),
            "Condition": {"StringEquals": {"aws:SourceAccount": args.scope.account_id}},
        }
        writing = cloudwatch.LogResourcePolicy(
            f"{name}-log-search-logs-policy",
            policy_name=self.domain,
            policy_document=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=child,
        )
        return log, writing

    def _group(self, name: str, args: LogSearchArgs) -> SecurityGroup:
        """One group around the domain and the function that sets it up."""
        child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-log-search-security-group",
            description="Search domain for logs: HTTPS from the VPC in, HTTPS to itself and AWS out",
            vpc_id=args.vpc_id,
            tags={"Name": f"atoll-{args.scope.environment}-log-search"},
            opts=child,
        )
        SecurityGroupIngressRule(
            f"{name}-log-search-ingress-https",
            security_group_id=group.id,
            cidr_ipv4=args.vpc_cidr,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description="Writers and readers of logs in the VPC",
            opts=child,
        )
        SecurityGroupEgressRule(
            f"{name}-log-search-egress-https",
            security_group_id=group.id,
            referenced_security_group_id=group.id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description="Setting the domain up",
            opts=child,
        )
        return group


def zones(settings: LogSearchSettings, most: int) -> int:
    """Zones that data nodes are spread over: as many as there are nodes and subnets, at most three."""
    return min(settings.instances, most, 3)


def cluster(settings: LogSearchSettings, most_zones: int) -> opensearch.DomainClusterConfigArgs:
    """Data, master and warm nodes."""
    spread, warm = zones(settings, most_zones), settings.warm
    return opensearch.DomainClusterConfigArgs(
        instance_type=settings.instance_type,
        instance_count=settings.instances,
        zone_awareness_enabled=spread > 1,
        zone_awareness_config=(
            opensearch.DomainClusterConfigZoneAwarenessConfigArgs(availability_zone_count=spread)
            if spread > 1
            else None
        ),
        dedicated_master_enabled=settings.masters is not None,
        dedicated_master_type=settings.masters,
        dedicated_master_count=3 if settings.masters else None,
        warm_enabled=warm is not None,
        warm_type=warm.instance_type if warm else None,
        warm_count=warm.nodes if warm else None,
        cold_storage_options=(
            opensearch.DomainClusterConfigColdStorageOptionsArgs(enabled=warm.cold) if warm is not None else None
        ),
    )


def access_policy(scope: Scope, domain: str) -> dict[str, Any]:
    """Only identities of this account may send requests; which of them may do what, fine-grained access decides."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SignedByThisAccount",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{scope.account_id}:root"},
                "Action": REQUESTS,
                "Resource": scope.arn("es", f"domain/{domain}/*"),
            }
        ],
    }
