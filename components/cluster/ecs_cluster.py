"""The Fargate cluster of an environment and what all its services share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ecs, servicediscovery

from components.cluster.blue_green_application import BlueGreenApplication, BlueGreenApplicationArgs
from components.cluster.capacity import ON_DEMAND, SPOT, capacity_shares
from contracts.settings.base import DeploymentStrategy
from contracts.settings.compute import EcsSettings

TOKEN = "atoll:cluster:EcsCluster"


@dataclass(frozen=True, kw_only=True)
class EcsClusterArgs:
    """Wiring of a cluster."""

    environment: str
    region: str
    account_id: str
    settings: EcsSettings
    vpc_id: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    """KMS key of the log groups and of execute-command sessions; its policy must allow CloudWatch Logs of the
    region."""
    task_role_arns: Sequence[pulumi.Input[str]]
    """Every execution and task role the services use; CodeDeploy may pass these and no other."""


class EcsCluster(pulumi.ComponentResource):
    """A Fargate cluster with capacity providers, one log group and a private DNS namespace (ECS-1, ECS-3).

    Makes: the cluster; FARGATE and FARGATE_SPOT with a default strategy from `spot_percent` (`capacity_shares`); log
    group `/aws/ecs/app-service-<environment>` (a stream prefix for each service) and one for execute-command sessions;
    Cloud Map namespace `<environment>.atoll.internal`; with blue/green or canary deployments also a CodeDeploy
    application. With Container Insights on, also the group that ECS writes its metrics to, so that it has a retention.
    Costs: $0.50 a month for the namespace's zone, $0.50 per GB of logs; Container Insights adds metrics for the
    cluster and each service at $0.30 a month each.
    Does not: run anything (`EcsService` does), or encrypt Fargate's ephemeral storage with a customer key (AWS's key
    does). Service discovery is Cloud Map's DNS, not Service Connect: CodeDeploy's blue/green does not work with that
    one, DNS needs no proxy in each task, and Lambda and EKS resolve it too.
    Units: retention in days. Errors: AWS refuses a log group whose key policy does not name CloudWatch Logs.
    Source: ECS-1, document 004 "Log Groups";
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html
    """

    environment: str
    region: str
    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    log_group_arn: pulumi.Output[str]
    namespace_id: pulumi.Output[str]
    namespace_name: str
    capacity_providers: ecs.ClusterCapacityProviders
    """Services are made after it and deleted before it: ECS does not let go of a provider that is in use."""
    blue_green: BlueGreenApplication | None

    def __init__(self, name: str, *, args: EcsClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        self.environment = args.environment
        self.region = args.region
        self.namespace_name = f"{args.environment}.atoll.internal"
        logs = self._log_group(f"{name}-app-service-logs", args, f"/aws/ecs/app-service-{args.environment}")
        sessions = self._log_group(f"{name}-execute-command-logs", args, f"/aws/ecs/execute-command-{args.environment}")
        cluster = ecs.Cluster(
            f"{name}-cluster",
            settings=[
                ecs.ClusterSettingArgs(
                    name="containerInsights", value="enabled" if settings.container_insights else "disabled"
                )
            ],
            configuration=ecs.ClusterConfigurationArgs(
                execute_command_configuration=ecs.ClusterConfigurationExecuteCommandConfigurationArgs(
                    kms_key_id=args.log_key_arn,
                    logging="OVERRIDE",
                    log_configuration=ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs(
                        cloud_watch_encryption_enabled=True, cloud_watch_log_group_name=sessions.name
                    ),
                )
            ),
            opts=child,
        )
        if settings.container_insights:
            self._log_group(
                f"{name}-container-insights-logs",
                args,
                pulumi.Output.concat("/aws/ecs/containerinsights/", cluster.name, "/performance"),
            )
        self.capacity_providers = ecs.ClusterCapacityProviders(
            f"{name}-cluster-capacity",
            cluster_name=cluster.name,
            capacity_providers=[ON_DEMAND, SPOT],
            default_capacity_provider_strategies=[
                ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider=share.provider, weight=share.weight, base=share.base
                )
                for share in capacity_shares(settings.spot_percent)
            ],
            opts=child,
        )
        namespace = servicediscovery.PrivateDnsNamespace(
            f"{name}-namespace",
            name=self.namespace_name,
            description=f"Services of {args.environment}",
            vpc=args.vpc_id,
            opts=child,
        )
        self.name, self.arn = cluster.name, cluster.arn
        self.log_group_name, self.log_group_arn = logs.name, logs.arn
        self.namespace_id = namespace.id
        self.blue_green = self._blue_green(name, args, cluster)
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "log_group_name": self.log_group_name,
                "namespace_id": self.namespace_id,
                "namespace_name": self.namespace_name,
            }
        )

    def _log_group(self, name: str, args: EcsClusterArgs, group: pulumi.Input[str]) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            name,
            name=group,
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.log_key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _blue_green(self, name: str, args: EcsClusterArgs, cluster: ecs.Cluster) -> BlueGreenApplication | None:
        if args.settings.deployment is DeploymentStrategy.ROLLING:
            return None
        return BlueGreenApplication(
            f"{name}-blue-green",
            args=BlueGreenApplicationArgs(
                cluster_name=cluster.name,
                account_id=args.account_id,
                region=args.region,
                task_role_arns=args.task_role_arns,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
