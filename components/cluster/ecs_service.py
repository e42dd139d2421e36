"""One Fargate service of the cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import ecs, servicediscovery

from components.cluster.blue_green_deployment import BlueGreenDeployment, BlueGreenDeploymentArgs
from components.cluster.capacity import capacity_shares
from components.cluster.containers import (
    SCRATCH_VOLUME,
    SERVICE_PORT,
    ContainerDefinition,
    LogTarget,
    application_container,
    collector_container,
    image_reference,
)
from components.cluster.ecs_cluster import EcsCluster
from components.cluster.existing_cluster import ExistingCluster
from components.cluster.service_route import ServiceRoute, ServiceRouteArgs
from components.cluster.step_scaling import StepScaling, StepScalingArgs
from contracts.settings.compute import EcsServiceSettings, EcsSettings

TOKEN = "atoll:cluster:EcsService"
GRACE_PERIOD_SECONDS = 60
"""Time a new task has before the load balancer's health checks count."""

OWNED_BY_CODEDEPLOY = ("task_definition", "load_balancers", "network_configuration", "capacity_provider_strategies")
"""What only a deployment can change once CodeDeploy is the controller: UpdateService refuses these."""


@dataclass(frozen=True, kw_only=True)
class EcsServiceArgs:
    """Wiring of a service."""

    service: str
    """Name of the service: container, ECS service, DNS label, log stream prefix and deployment group."""
    settings: EcsServiceSettings
    ecs: EcsSettings
    cluster: EcsCluster | ExistingCluster
    repository_url: pulumi.Input[str]
    """Repository of the image when `settings.image` is a tag."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets of the workload zones."""
    security_group_id: pulumi.Input[str]
    execution_role_arn: pulumi.Input[str]
    """Pulls the image, writes the logs, reads the secrets."""
    task_role_arn: pulumi.Input[str]
    """What the service's own code may do."""
    listener_arn: pulumi.Input[str]
    """HTTPS listener that gets the service's rule, if it has a path."""
    load_balancer_arn_suffix: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Plain variables of the container; nothing secret."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Variable → ARN of a Secrets Manager secret (with `:json-key::` for one key of it) or of an SSM parameter."""
    deployment_alarm_names: Sequence[pulumi.Input[str]] = ()
    """Further alarms that stop and roll back a blue/green deployment."""
    recovery_scales: bool = False
    """See `StepScalingArgs.recovery_scales`."""


class EcsService(pulumi.ComponentResource):
    """A Fargate service on port 8080, found by DNS, scaled by CPU, deployed by strategy (ECS-1, ECS-2, ECS-3).

    Makes: the task definition (with the ADOT sidecar when tracing), a Cloud Map entry
    `<service>.<environment>.atoll.internal`, for a service with a path its route (target groups, listener rule), the
    ECS service, its step scaling, and:

    * rolling: ECS replaces tasks itself, 100 to 200 % of them, and its circuit breaker goes back by itself;
    * blue/green, canary: CodeDeploy does (`BlueGreenDeployment`). A service without a path has no traffic to shift,
      which CodeDeploy demands, so it stays rolling.

    Costs: the task's vCPU and GB hours (256/512 on ARM64: $7.21 a month on demand, about a third of it on spot).
    Does not: put a public address on a task, allow `exec` (it needs a writable root file system), build images, or
    wait for tasks to be healthy. It leaves alone what others own after creation: the desired count (autoscaling,
    off-hours scheduler) and, under CodeDeploy, task definition, load balancer, network and capacity strategy, which
    only a deployment can change. Old task definition revisions stay active (`skip_destroy`): a rollback cannot start
    tasks of a deregistered one.
    While a blue/green deployment runs, callers by DNS name reach both task sets; only the listener's traffic is
    shifted. A change between rolling and CodeDeploy replaces the service: it is down until the new one's tasks are
    healthy.
    Units: CPU units (1024 = 1 vCPU), MiB, seconds.
    Errors: ValueError for a path without a priority.
    Source: ECS-1, ECS-2, ECS-3; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    dns_name: str
    route: ServiceRoute | None
    scaling: StepScaling
    deployment: BlueGreenDeployment | None

    def __init__(self, name: str, *, args: EcsServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        application = args.cluster.blue_green if args.settings.path is not None else None
        self.cluster_name = args.cluster.name
        self.dns_name = f"{args.service}.{args.cluster.namespace_name}"
        self.route = self._route(name, args, blue_green=application is not None)
        task = self._task_definition(name, args)
        registry = self._registry(name, args)
        service = self._service(name, args, task, registry, self.route, blue_green=application is not None)
        self.name, self.arn, self.task_definition_arn = service.name, service.arn, task.arn
        self.scaling = StepScaling(
            f"{name}-scaling",
            args=StepScalingArgs(
                settings=args.ecs.scaling,
                cluster_name=args.cluster.name,
                service_name=service.name,
                recovery_scales=args.recovery_scales,
            ),
            opts=child,
        )
        self.deployment = None
        if application is not None and self.route is not None and self.route.green is not None:
            self.deployment = BlueGreenDeployment(
                f"{name}-deployment",
                args=BlueGreenDeploymentArgs(
                    strategy=args.ecs.deployment,
                    service=args.service,
                    application=application,
                    cluster_name=args.cluster.name,
                    service_name=service.name,
                    listener_arn=args.listener_arn,
                    load_balancer_arn_suffix=args.load_balancer_arn_suffix,
                    target_groups=[(group.name, group.arn_suffix) for group in (self.route.blue, self.route.green)],
                    alarm_names=args.deployment_alarm_names,
                ),
                opts=child,
            )
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "task_definition_arn": self.task_definition_arn,
                "dns_name": self.dns_name,
                "resource_id": self.scaling.resource_id,
            }
        )

    def _route(self, name: str, args: EcsServiceArgs, *, blue_green: bool) -> ServiceRoute | None:
        settings = args.settings
        if settings.path is None:
            return None
        if settings.priority is None:
            raise ValueError(f"ecs.services.{args.service}: path {settings.path!r} needs a priority, 1 to 50000")
        return ServiceRoute(
            f"{name}-route",
            args=ServiceRouteArgs(
                environment=args.cluster.environment,
                service=args.service,
                path=settings.path,
                priority=settings.priority,
                health_path=settings.health_path,
                vpc_id=args.vpc_id,
                listener_arn=args.listener_arn,
                blue_green=blue_green,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _task_definition(self, name: str, args: EcsServiceArgs) -> ecs.TaskDefinition:
        return ecs.TaskDefinition(
            f"{name}-task",
            family=f"{args.cluster.environment}-{args.service}",
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.settings.cpu),
            memory=str(args.settings.memory),
            runtime_platform=ecs.TaskDefinitionRuntimePlatformArgs(
                cpu_architecture=args.ecs.architecture, operating_system_family="LINUX"
            ),
            execution_role_arn=args.execution_role_arn,
            task_role_arn=args.task_role_arn,
            volumes=[ecs.TaskDefinitionVolumeArgs(name=SCRATCH_VOLUME)],
            container_definitions=pulumi.Output.json_dumps(_containers(args)),
            skip_destroy=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _registry(self, name: str, args: EcsServiceArgs) -> servicediscovery.Service:
        return servicediscovery.Service(
            f"{name}-registry",
            name=args.service,
            namespace_id=args.cluster.namespace_id,
            dns_config=servicediscovery.ServiceDnsConfigArgs(
                namespace_id=args.cluster.namespace_id,
                routing_policy="MULTIVALUE",
                dns_records=[servicediscovery.ServiceDnsConfigDnsRecordArgs(type="A", ttl=10)],
            ),
            # ECS reports the health of its tasks itself; Route 53 cannot reach private addresses. The threshold is
            # always 1 and deprecated, but the provider drops a block without it and then replaces the entry at every
            # update (pulumi-aws issue 6289). As a dictionary it says so without the SDK's warning.
            health_check_custom_config={"failure_threshold": 1},
            # Its instances are tasks that ECS registers and takes out a little after the service is gone.
            force_destroy=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _service(
        self,
        name: str,
        args: EcsServiceArgs,
        task: ecs.TaskDefinition,
        registry: servicediscovery.Service,
        route: ServiceRoute | None,
        *,
        blue_green: bool,
    ) -> ecs.Service:
        balancers = [
            ecs.ServiceLoadBalancerArgs(
                target_group_arn=group.arn, container_name=args.service, container_port=SERVICE_PORT
            )
            for group in ([route.blue] if route else [])
        ]
        return ecs.Service(
            f"{name}-service",
            name=args.service,
            cluster=args.cluster.arn,
            task_definition=task.arn,
            desired_count=args.ecs.scaling.minimum,
            capacity_provider_strategies=[
                ecs.ServiceCapacityProviderStrategyArgs(
                    capacity_provider=share.provider, weight=share.weight, base=share.base
                )
                for share in capacity_shares(args.ecs.spot_percent)
            ],
            network_configuration=ecs.ServiceNetworkConfigurationArgs(
                subnets=list(args.subnet_ids), security_groups=[args.security_group_id], assign_public_ip=False
            ),
            load_balancers=balancers,
            health_check_grace_period_seconds=GRACE_PERIOD_SECONDS if balancers else None,
            service_registries=ecs.ServiceServiceRegistriesArgs(registry_arn=registry.arn),
            deployment_controller=ecs.ServiceDeploymentControllerArgs(type="CODE_DEPLOY" if blue_green else "ECS"),
            deployment_circuit_breaker=None
            if blue_green
            else ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            deployment_minimum_healthy_percent=None if blue_green else 100,
            deployment_maximum_percent=None if blue_green else 200,
            # Without it a new capacity strategy would replace the service. CodeDeploy knows no forced deployment.
            force_new_deployment=None if blue_green else True,
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            wait_for_steady_state=False,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[
                    *([args.cluster.capacity_providers] if args.cluster.capacity_providers else []),
                    *([route.rule] if route else []),
                ],
                ignore_changes=["desired_count", *(OWNED_BY_CODEDEPLOY if blue_green else ())],
            ),
        )


def _containers(args: EcsServiceArgs) -> list[ContainerDefinition]:
    """Return the container definitions of the task: the service and, when traced, the collector beside it."""
    cluster = args.cluster
    log = LogTarget(group=cluster.log_group_name, region=cluster.region, prefix=args.service)
    service = application_container(
        name=args.service,
        image=image_reference(args.repository_url, args.settings.image),
        health_path=args.settings.health_path,
        environment={"PORT": str(SERVICE_PORT), **args.environment},
        secrets=args.secrets,
        log=log,
        traced=args.ecs.tracing,
    )
    return [service, collector_container(log=log)] if args.ecs.tracing else [service]
