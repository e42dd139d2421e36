"""Containers of a service: on the region's ECS cluster, on App Runner, on Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.cluster import (
    AppRunnerService,
    AppRunnerServiceArgs,
    BlueGreenApplication,
    BlueGreenApplicationArgs,
    EcsService,
    EcsServiceArgs,
    ExistingCluster,
    ImageRepository,
    ImageRepositoryArgs,
)
from components.eks import taken_by_token
from components.identity import ServiceRole, WorkloadRole, WorkloadRoleArgs, taken_by_tasks
from components.identity.service_trust import trust_statement
from components.identity.statements import send_traces
from contracts.kubernetes.teams import namespace_of
from contracts.services.compute import EcsService as EcsClause
from contracts.services.naming import Runner, RunnerKind
from contracts.settings.base import DeploymentStrategy
from contracts.settings.compute import EcsServiceSettings, EcsSettings, StepScalingSettings
from contracts.workload_identities import ServiceAccount
from stacks.service.data import Data, search_endpoint
from stacks.service.kubernetes import refuse_without_cluster
from stacks.service.network import Network
from stacks.service.plan import Plan

SCALE_IN_CPU = 40
"""Document 004's lower bound; the upper one is the contract's."""


@dataclass(frozen=True, kw_only=True)
class Containers:
    """What runs in containers."""

    ecs: dict[str, EcsService] = field(default_factory=dict[str, EcsService])
    app_runner: dict[str, AppRunnerService] = field(default_factory=dict[str, AppRunnerService])
    pods: dict[str, WorkloadRole] = field(default_factory=dict[str, WorkloadRole])
    """Deployment on Kubernetes → role that its service account takes; the deployment itself comes from `gitops/`."""

    @property
    def addresses(self) -> dict[str, pulumi.Input[str]]:
        """Container → address at which services of the environment reach it, without a slash at its end."""
        return {
            **{key: f"http://{service.dns_name}:8080" for key, service in self.ecs.items()},
            **{key: service.url for key, service in self.app_runner.items()},
        }


def check_clusters(plan: Plan) -> None:
    """Refuse containers for which the region has no cluster.

    Raises:
        pulumi.RunError: naming them, and what to switch on.
    """
    compute = plan.contract.compute
    if compute.ecs and not plan.region.has("cluster"):
        raise pulumi.RunError(
            f"{plan.contract.id}: {', '.join(compute.ecs)} run on ECS, and the stack {plan.settings.region_stack} has "
            f"no cluster: set atoll:ecs.enabled in Pulumi.{plan.settings.region_stack}.yaml and deploy it"
        )
    refuse_without_cluster(plan)


def make_containers(plan: Plan, network: Network, data: Data) -> Containers:
    """Each container with its repository and a task role of its own."""
    compute = plan.contract.compute
    ecs = {key: _ecs(plan, key, clause, network, data) for key, clause in compute.ecs.items()}
    runner: dict[str, AppRunnerService] = {}
    for key, clause in compute.app_runner.items():
        assert network.interfaces is not None
        repository = _repository(plan, key)
        taken = trust_statement("Instances", "tasks.apprunner.amazonaws.com", plan.scope.account_id)
        role = _role(plan, key, [taken])
        runner[key] = AppRunnerService(
            plan.names.name(key),
            args=AppRunnerServiceArgs(
                service=clause,
                region=plan.service.place.region,
                account_id=plan.service.place.account,
                repository_url=repository.url,
                repository_arn=repository.arn,
                instance_role_arn=role.arn,
                subnet_ids=network.interfaces.subnet_ids,
                security_group_ids=network.interfaces.security_group_ids,
                environment=plan.variables(Runner(RunnerKind.CONTAINER, key), search_endpoint(data)),
                key_arn=plan.region.key("storage"),
                tracing=plan.settings.workloads.tracing,
            ),
            opts=plan.opts,
        )
    return Containers(ecs=ecs, app_runner=runner, pods={key: _pods(plan, key) for key in compute.eks})


def _pods(plan: Plan, key: str) -> WorkloadRole:
    """What a deployment on Kubernetes needs of AWS: a repository, and a role for its service account alone (IAM-3)."""
    _repository(plan, key)
    provider, issuer = (plan.region.value("kubernetes", field) for field in ("oidc_provider_arn", "oidc_issuer"))
    namespace = namespace_of(plan.settings.environment, plan.contract.domain)
    account = ServiceAccount(namespace, f"{plan.names.service}-{key}")
    return _role(plan, key, taken_by_token(provider, issuer, account))


def _ecs(plan: Plan, key: str, clause: EcsClause, network: Network, data: Data) -> EcsService:
    assert network.interfaces is not None
    entrance = network.entrance
    routed = entrance is not None and _is_routed(plan, key)
    role = _role(plan, key, [taken_by_tasks(plan.scope)])
    service = f"{plan.names.service}-{key}"
    execution = plan.scope.role_arn(ServiceRole.ECS_TASK_EXECUTION)
    return EcsService(
        plan.names.name(key),
        args=EcsServiceArgs(
            service=service,
            settings=EcsServiceSettings(
                image=clause.image,
                cpu=clause.cpu,
                memory=clause.memory_mib,
                path="/*" if routed else None,
                priority=1 if routed else None,
                health_path=clause.health_path,
            ),
            ecs=_ecs_settings(plan, clause),
            cluster=_cluster(plan, key, [role.arn, execution], blue_green=routed),
            repository_url=_repository(plan, key).url,
            vpc_id=plan.region.value("vpc_id"),
            subnet_ids=network.interfaces.subnet_ids,
            security_group_id=network.interfaces.security_group_ids[0],
            execution_role_arn=execution,
            task_role_arn=role.arn,
            listener_arn=entrance.balancer.listener_arn if entrance else "",
            load_balancer_arn_suffix=entrance.balancer.arn_suffix if entrance else "",
            environment={
                **clause.environment,
                **plan.variables(Runner(RunnerKind.CONTAINER, key), search_endpoint(data)),
            },
        ),
        opts=plan.opts,
    )


def _is_routed(plan: Plan, key: str) -> bool:
    routes = (handler for http in plan.contract.provides.http.values() for handler in http.routes.values())
    return any(handler.container == key for handler in routes)


def _ecs_settings(plan: Plan, clause: EcsClause) -> EcsSettings:
    """The contract's scaling and the environment's way of running tasks, as the component wants them."""
    workloads = plan.settings.workloads
    return EcsSettings(
        enabled=True,
        services={},
        scaling=StepScalingSettings(
            minimum=clause.scaling.minimum,
            maximum=clause.scaling.maximum,
            scale_out_cpu=clause.scaling.cpu_percent,
            scale_out_minutes=2,
            scale_in_cpu=min(SCALE_IN_CPU, clause.scaling.cpu_percent - 1),
            scale_in_minutes=5,
        ),
        deployment=_strategy(plan, clause),
        spot_percent=workloads.spot_percent,
        container_insights=False,
        tracing=workloads.tracing,
        architecture=workloads.architecture,
        log_retention_days=workloads.log_retention_days,
        images_kept=workloads.images_kept,
    )


def _strategy(plan: Plan, clause: EcsClause) -> DeploymentStrategy:
    """The contract's strategy, unless the environment says that everything is rolling (ECS-3: dev)."""
    rolling = plan.settings.workloads.deployment is DeploymentStrategy.ROLLING
    return DeploymentStrategy.ROLLING if rolling else clause.deployment


def _cluster(plan: Plan, key: str, roles: list[pulumi.Output[str] | str], *, blue_green: bool) -> ExistingCluster:
    region, environment = plan.region, plan.settings.environment
    application = None
    if blue_green and _strategy(plan, plan.contract.compute.ecs[key]) is not DeploymentStrategy.ROLLING:
        application = BlueGreenApplication(
            f"{plan.names.name(key)}-blue-green",
            args=BlueGreenApplicationArgs(
                cluster_name=region.value("cluster", "name"),
                account_id=plan.service.place.account,
                region=plan.service.place.region,
                task_role_arns=roles,
            ),
            opts=plan.opts,
        )
    return ExistingCluster(
        environment=environment,
        region=plan.service.place.region,
        name=region.value("cluster", "name"),
        arn=region.value("cluster", "arn"),
        log_group_name=region.value("cluster", "log_group"),
        namespace_id=region.value("cluster", "namespace_id"),
        namespace_name=f"{environment}.atoll.internal",
        blue_green=application,
    )


def _repository(plan: Plan, key: str) -> ImageRepository:
    name = plan.names.name(key)
    return ImageRepository(
        name,
        args=ImageRepositoryArgs(
            repository=f"{plan.settings.environment}/{plan.names.service}-{key}",
            images_kept=plan.settings.workloads.images_kept,
            protection=plan.settings.protection,
            key_arn=plan.region.key("storage"),
        ),
        opts=plan.opts,
    )


def _role(plan: Plan, key: str, trust: Sequence[Mapping[str, Any]] | pulumi.Output[str]) -> WorkloadRole:
    """What one container may do, for those whom `trust` names."""
    runner = Runner(RunnerKind.CONTAINER, key)
    tracing = plan.settings.workloads.tracing
    return WorkloadRole(
        f"{plan.names.name(key)}-task",
        args=WorkloadRoleArgs(
            role=plan.names.role(runner),
            description=f"What the container {plan.names.name(key)} may do",
            trust=trust,
            statements=[*plan.statements(runner), *([send_traces()] if tracing else [])],
        ),
        opts=plan.opts,
    )
