"""How one service is deployed blue/green: its deployment group and the alarms that stop it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, codedeploy

from components.cluster.blue_green_application import BlueGreenApplication
from contracts.settings.base import DeploymentStrategy

TOKEN = "atoll:cluster:BlueGreenDeployment"

TRAFFIC_CONFIGURATIONS = {
    DeploymentStrategy.BLUE_GREEN: "CodeDeployDefault.ECSAllAtOnce",
    DeploymentStrategy.CANARY: "CodeDeployDefault.ECSCanary10Percent5Minutes",
}
"""How traffic moves: all of it at once, or a tenth for five minutes and then the rest."""

ROLLBACK_WINDOW_MINUTES = 15
"""How long the old task set keeps running after all traffic has left it: a rollback within it takes seconds."""

ERROR_PERCENT = 5
ALARM_PERIOD_SECONDS = 60
ALARM_PERIODS = 2


@dataclass(frozen=True, kw_only=True)
class BlueGreenDeploymentArgs:
    """Wiring of a deployment group."""

    strategy: DeploymentStrategy
    """BLUE_GREEN or CANARY."""
    service: str
    """Name of the deployment group: the service's own."""
    application: BlueGreenApplication
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    load_balancer_arn_suffix: pulumi.Input[str]
    target_groups: Sequence[tuple[pulumi.Input[str], pulumi.Input[str]]]
    """Name and ARN suffix of the blue and of the green target group."""
    alarm_names: Sequence[pulumi.Input[str]]
    """Further alarms that stop a deployment, such as an SLO's."""


class BlueGreenDeployment(pulumi.ComponentResource):
    """A CodeDeploy deployment group that moves one service blue/green or by canary and goes back by itself (ECS-3).

    Makes: the deployment group and two alarms over both target groups: more than 5 % of the answers are 5xx, or a
    target is unhealthy, for two minutes. Either one stops the deployment and rolls it back, and so does a deployment
    that fails.
    Costs: an alarm is billed by the metrics it reads, $0.10 each: six, so $0.60 a month for each service.
    Does not: start deployments (the pipeline does, with an AppSpec that names the new task definition), or open a test
    listener: health checks of the green target group come before any traffic, and the canary takes the first real
    tenth. An alarm that already fires stops every deployment, the one with the fix included: override the alarms in the
    call that starts that one (`overrideAlarmConfiguration`).
    Errors: KeyError for a strategy that CodeDeploy has no part in (ROLLING).
    Source: ECS-3, document 004 "Deployment Strategies";
    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """

    deployment_group_name: pulumi.Output[str]
    alarm_names: tuple[pulumi.Output[str], ...]

    def __init__(self, name: str, *, args: BlueGreenDeploymentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self.alarm_names = (self._errors_alarm(name, args), self._unhealthy_alarm(name, args))
        group = codedeploy.DeploymentGroup(
            f"{name}-group",
            app_name=args.application.application_name,
            deployment_group_name=args.service,
            deployment_config_name=TRAFFIC_CONFIGURATIONS[args.strategy],
            service_role_arn=args.application.role_arn,
            deployment_style=codedeploy.DeploymentGroupDeploymentStyleArgs(
                deployment_type="BLUE_GREEN", deployment_option="WITH_TRAFFIC_CONTROL"
            ),
            ecs_service=codedeploy.DeploymentGroupEcsServiceArgs(
                cluster_name=args.cluster_name, service_name=args.service_name
            ),
            load_balancer_info=_traffic(args),
            blue_green_deployment_config=_release(),
            auto_rollback_configuration=codedeploy.DeploymentGroupAutoRollbackConfigurationArgs(
                enabled=True, events=["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
            ),
            alarm_configuration=codedeploy.DeploymentGroupAlarmConfigurationArgs(
                enabled=True,
                alarms=[*self.alarm_names, *args.alarm_names],
                ignore_poll_alarm_failure=False,
            ),
            # CodeDeploy tries the role when a group is made, so the role's policy must be there: the whole application.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.application]),
        )
        self.deployment_group_name = group.deployment_group_name
        self.register_outputs(
            {"deployment_group_name": self.deployment_group_name, "alarm_names": list(self.alarm_names)}
        )

    def _errors_alarm(self, name: str, args: BlueGreenDeploymentArgs) -> pulumi.Output[str]:
        queries = [
            *(_query(args, suffix, f"e{i}", "HTTPCode_Target_5XX_Count", "Sum") for i, suffix in _suffixes(args)),
            *(_query(args, suffix, f"r{i}", "RequestCount", "Sum") for i, suffix in _suffixes(args)),
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="percent",
                label="5xx answers in percent",
                # A target group without traffic reports nothing; FILL keeps the other one's numbers.
                expression="IF(FILL(r0,0)+FILL(r1,0) > 0, 100*(FILL(e0,0)+FILL(e1,0))/(FILL(r0,0)+FILL(r1,0)), 0)",
                return_data=True,
            ),
        ]
        return self._alarm(f"{name}-errors", f"{args.service}: 5xx > {ERROR_PERCENT} %", ERROR_PERCENT, queries)

    def _unhealthy_alarm(self, name: str, args: BlueGreenDeploymentArgs) -> pulumi.Output[str]:
        queries = [
            *(_query(args, suffix, f"u{i}", "UnHealthyHostCount", "Maximum") for i, suffix in _suffixes(args)),
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="unhealthy",
                label="Unhealthy targets",
                expression="FILL(u0,0) + FILL(u1,0)",
                return_data=True,
            ),
        ]
        return self._alarm(f"{name}-unhealthy", f"{args.service}: a target is unhealthy", 0, queries)

    def _alarm(
        self, name: str, description: str, threshold: int, queries: Sequence[cloudwatch.MetricAlarmMetricQueryArgs]
    ) -> pulumi.Output[str]:
        alarm = cloudwatch.MetricAlarm(
            name,
            alarm_description=f"{description} for {ALARM_PERIODS} min: a deployment in progress is rolled back",
            metric_queries=list(queries),
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=ALARM_PERIODS,
            datapoints_to_alarm=ALARM_PERIODS,
            treat_missing_data="notBreaching",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return alarm.name


def _suffixes(args: BlueGreenDeploymentArgs) -> list[tuple[int, pulumi.Input[str]]]:
    return [(index, suffix) for index, (_, suffix) in enumerate(args.target_groups)]


def _query(
    args: BlueGreenDeploymentArgs, target_group: pulumi.Input[str], query: str, metric: str, stat: str
) -> cloudwatch.MetricAlarmMetricQueryArgs:
    return cloudwatch.MetricAlarmMetricQueryArgs(
        id=query,
        metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace="AWS/ApplicationELB",
            metric_name=metric,
            dimensions={"LoadBalancer": args.load_balancer_arn_suffix, "TargetGroup": target_group},
            period=ALARM_PERIOD_SECONDS,
            stat=stat,
        ),
        return_data=False,
    )


def _traffic(args: BlueGreenDeploymentArgs) -> codedeploy.DeploymentGroupLoadBalancerInfoArgs:
    return codedeploy.DeploymentGroupLoadBalancerInfoArgs(
        target_group_pair_info=codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoArgs(
            prod_traffic_route=codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoProdTrafficRouteArgs(
                listener_arns=[args.listener_arn]
            ),
            target_groups=[
                codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTargetGroupArgs(name=target_group)
                for target_group, _ in args.target_groups
            ],
        )
    )


def _release() -> codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgs:
    config = codedeploy
    return config.DeploymentGroupBlueGreenDeploymentConfigArgs(
        deployment_ready_option=config.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOptionArgs(
            action_on_timeout="CONTINUE_DEPLOYMENT"
        ),
        terminate_blue_instances_on_deployment_success=(
            config.DeploymentGroupBlueGreenDeploymentConfigTerminateBlueInstancesOnDeploymentSuccessArgs(
                action="TERMINATE", termination_wait_time_in_minutes=ROLLBACK_WINDOW_MINUTES
            )
        ),
    )
