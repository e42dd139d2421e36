from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_aws import appautoscaling

from components.intelligence import (
    DevOpsGuru,
    DevOpsGuruArgs,
    HealedService,
    PredictiveScaling,
    PredictiveScalingArgs,
    RiskEndpoint,
    RiskEndpointArgs,
    SelfHealing,
    SelfHealingArgs,
)
from components.intelligence.healing_plan import FIRST_STATES, RULE_INPUTS, HealingPlan, definition
from contracts.settings.intelligence import (
    DevOpsGuruSettings,
    ForecastMode,
    PredictiveScalingSettings,
    Remedy,
    RiskScoringSettings,
    SelfHealingSettings,
)
from tests.components.telemetry.samples import KEY, SCOPE, TOPIC
from tests.kit import GraphView, record_component
from tests.kit.plain import plain

RULE = "aws:cloudwatch/eventRule:EventRule"
PLAN = HealingPlan(
    maintenance_parameter="/m", claims_path="/c", topic_arn=TOPIC, cool_down_seconds=1800, queue_arn_prefix="arn:sqs:"
)


def healing(remedies: tuple[Remedy, ...] = tuple(Remedy)) -> GraphView:
    args = SelfHealingArgs(
        scope=SCOPE,
        settings=SelfHealingSettings(remedies=remedies, cool_down_minutes=30, failed_logins=50, log_retention_days=30),
        cluster_name="atoll-test",
        cluster_arn="arn:cluster",
        services={
            "user": HealedService(
                name="user-1",
                arn="arn:service",
                maximum=5,
                unhealthy_alarm="atoll-test-alb-user-UnhealthyHosts",
                cpu_alarm="atoll-test-ecs-user-HighCPUUtilization",
            ),
            "jobs": HealedService(
                name="jobs-1", arn="arn:jobs", maximum=5, unhealthy_alarm=None, cpu_alarm="atoll-test-ecs-jobs-HighCPU"
            ),
        },
        database="atoll-test",
        database_arn="arn:database",
        database_is_cluster=False,
        database_log_group="/aws/rds/instance/atoll-test/postgresql",
        topic_arn=TOPIC,
        messaging_key_arn=KEY,
        logs_key_arn=KEY,
    )
    return record_component(lambda: SelfHealing("test", args=args))


def actions(view: GraphView) -> set[str]:
    document = json.loads(plain(view.value("test-self-healing-states-permissions", "policy")))
    return {action for each in document["Statement"] for action in each["Action"]}


def test_each_alarm_has_a_rule_with_what_its_remedy_needs_when_all_are_on() -> None:
    view = healing()
    assert {node.name for node in view.graph.of_type(RULE)} == {
        f"test-self-healing-{key}" for key in ("restart-user", "scale-out-user", "scale-out-jobs", "redrive", "rotate")
    }
    target = view.graph.of_type("aws:cloudwatch/eventTarget:EventTarget")
    told = {node.name: json.loads(plain(node.inputs["input"])) for node in target if node.inputs.get("input")}
    assert told["test-self-healing-scale-out-user"] == {
        "remedy": "scale-out",
        "subject": "user",
        "cluster": "atoll-test",
        "service": "user-1",
        "maximum": 5,
    }
    for inputs in told.values():
        assert set(RULE_INPUTS[Remedy(inputs["remedy"])]) <= set(inputs)


def test_rule_listens_to_its_alarm_going_off_alone_when_made() -> None:
    rule = healing().node("test-self-healing-restart-user", type_pattern=RULE)
    pattern = json.loads(plain(rule.inputs["eventPattern"]))
    assert pattern == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": ["atoll-test-alb-user-UnhealthyHosts"], "state": {"value": ["ALARM"]}},
    }


@pytest.mark.parametrize(
    ("remedy", "action"),
    [
        (Remedy.RESTART_SERVICE, "ecs:StopTask"),
        (Remedy.SCALE_OUT, "ecs:UpdateService"),
        (Remedy.REDRIVE_DEAD_LETTERS, "sqs:StartMessageMoveTask"),
        (Remedy.ROTATE_CREDENTIALS, "rds:ModifyDBInstance"),
    ],
)
def test_role_may_do_a_remedy_when_it_is_chosen_alone(remedy: Remedy, action: str) -> None:
    others = tuple(each for each in Remedy if each is not remedy)
    assert action in actions(healing((remedy,)))
    if remedy is not Remedy.SCALE_OUT:  # a restart changes the service, too
        assert action not in actions(healing(others))


def test_failed_log_ins_are_counted_when_credentials_are_rotated() -> None:
    view = healing((Remedy.ROTATE_CREDENTIALS,))
    assert view.node("test-failed-logins", type_pattern="*logMetricFilter*").inputs["pattern"] == (
        '"password authentication failed"'
    )


def states_of(machine: dict[str, Any]) -> dict[str, Any]:
    found = dict(machine["States"])
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            found |= states_of(state["ItemProcessor"])
    return found


def test_every_state_is_reached_and_every_way_ends_when_followed() -> None:
    machine = definition(PLAN)
    states, reached, waiting = machine["States"], set[str](), [machine["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        state = states[name]
        ways = [state.get("Next"), state.get("Default")]
        ways += [each["Next"] for key in ("Choices", "Catch") for each in state.get(key, [])]
        assert state.get("End") or any(ways), name
        waiting += [way for way in ways if way]
    assert reached == set(states)
    assert set(FIRST_STATES) == set(Remedy)


def test_no_remedy_begins_without_a_claim_when_followed() -> None:
    states = definition(PLAN)["States"]
    assert [name for name, state in states.items() if "WhichRemedy" in json.dumps(state)] == ["Claim"]
    assert states["CoolDown"]["Seconds"] == 1800
    for remedy in FIRST_STATES.values():
        assert states[remedy]["Catch"][-1]["Next"] == "Failed"


def test_forecast_is_of_cpu_and_honours_the_maximum_when_services_scale() -> None:
    def build() -> None:
        target = appautoscaling.Target(
            "user",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id="service/c/user",
            min_capacity=1,
            max_capacity=5,
        )
        settings = PredictiveScalingSettings(
            mode=ForecastMode.FORECAST_AND_SCALE, target_cpu_percent=60, buffer_seconds=300
        )
        args = PredictiveScalingArgs(settings=settings, services={"user": target}, groups={"general": "asg-1"})
        PredictiveScaling("test", args=args)

    view = record_component(build)
    ecs = plain(view.value("test-forecast-user", "predictiveScalingPolicyConfiguration"))
    assert (ecs["mode"], ecs["maxCapacityBreachBehavior"]) == ("ForecastAndScale", "HonorMaxCapacity")
    [metric] = ecs["metricSpecifications"]
    assert metric["predefinedMetricPairSpecification"]["predefinedMetricType"] == "ECSServiceCPUUtilization"
    nodes = plain(view.value("test-forecast-general", "predictiveScalingConfiguration"))
    assert nodes["metricSpecification"]["targetValue"] == 60


@pytest.mark.parametrize(("least", "told"), [("HIGH", ["HIGH"]), ("LOW", ["HIGH", "MEDIUM", "LOW"])])
def test_insights_are_told_from_a_severity_on_when_devops_guru_is_on(least: str, told: list[str]) -> None:
    args = DevOpsGuruArgs(
        environment="test", settings=DevOpsGuruSettings(least_severity=least), topic_arn=TOPIC, key_arn=KEY
    )
    view = record_component(lambda: DevOpsGuru("test", args=args))
    assert plain(view.value("test-devops-guru-topic", "filters"))["severities"] == told
    assert view.value("test-devops-guru", "tags") == {"appBoundaryKey": "DevOps-Guru-Atoll", "tagValues": ["test"]}


def test_model_is_isolated_encrypted_and_captured_when_risk_is_scored() -> None:
    args = RiskEndpointArgs(
        scope=SCOPE,
        settings=RiskScoringSettings(
            image="0.1.0", model_key="models/risk.tar.gz", instance_type="ml.t2.medium", capture_percent=10
        ),
        model_key="models/risk.tar.gz",
        image="registry/change-risk:0.1.0",
        repository_arn="arn:repository",
        bucket="telemetry",
        bucket_arn="arn:aws:s3:::telemetry",
        bucket_key_arn=KEY,
        vpc_id="vpc-1",
        vpc_cidr="10.9.0.0/16",
        subnet_ids=["subnet-1"],
    )
    view = record_component(lambda: RiskEndpoint("test", args=args))
    model = plain(view.node("test-risk-model").inputs)
    assert model["enableNetworkIsolation"] is True
    assert model["primaryContainer"]["modelDataUrl"] == "s3://telemetry/models/risk.tar.gz"
    configuration = plain(view.node("test-risk-configuration").inputs)
    assert configuration["kmsKeyArn"] == KEY
    assert configuration["dataCaptureConfig"]["initialSamplingPercentage"] == 10
    view.assert_depends("test-risk-model", "test-risk-permissions")
