"""Event rules: pattern, targets, and exactly the permissions they need (EVT-1, EVT-2)."""

from __future__ import annotations

from typing import Any

import pytest

from components.messaging import EventRule, EventRuleArgs, Receivers
from contracts.services.messaging import BusTarget, Rule, RuleTarget
from tests.components.messaging.samples import OTHER_ACCOUNT, arn, document, record, statements
from tests.kit import ACCOUNT, REGION, GraphView

NAME = "test-user-user-registration-rule"
BUS = "test-events-application-events"
RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
PERMISSION = "aws:lambda/permission:Permission"
WELCOME = arn("lambda", "function:test-user-WelcomeEmail")
ANALYTICS, ORDERED, DEAD = arn("sqs", "analytics"), arn("sqs", "ordered.fifo"), arn("sqs", "dead")
AUDIT = arn("sns", "audit")
WORKFLOW = arn("states", "stateMachine:test-order-OrderProcessingWorkflow")
RECEIVERS = Receivers(
    functions={"WelcomeEmail": WELCOME},
    queues={"UserAnalytics": ANALYTICS, "Ordered": ORDERED, "Dead": DEAD, "DeadFifo": ORDERED},
    topics={"AuditLog": AUDIT, "Strict": arn("sns", "strict.fifo")},
    workflows={"Order": WORKFLOW},
    fifo={"Ordered", "DeadFifo", "Strict"},
)


def clause(targets: dict[str, RuleTarget], **changes: Any) -> Rule:
    values: dict[str, Any] = {
        "bus": "platform/events#application-events",
        "sources": ("user-service",),
        "detail_types": ("User Registered",),
        "targets": targets,
    }
    return Rule(**(values | changes))


def build(targets: dict[str, RuleTarget], *, name: str = NAME, bus_name: str = BUS, **changes: Any) -> GraphView:
    foreign = changes.pop("foreign_bus_names", {})
    args = EventRuleArgs(
        rule=clause(targets, **changes),
        bus_name=bus_name,
        region=REGION,
        account_id=ACCOUNT,
        description="New users",
        receivers=RECEIVERS,
        foreign_bus_names=foreign,
    )
    return record(lambda: EventRule(name, args=args))


def test_user_registration_rule_has_the_documents_parameters_when_made() -> None:
    view = build(
        {
            "welcome": RuleTarget(function="WelcomeEmail", dead_letter="Dead"),
            "analytics": RuleTarget(queue="UserAnalytics"),
            "audit": RuleTarget(topic="AuditLog"),
        }
    )
    view.assert_children(
        NAME,
        [
            (RULE, f"{NAME}-rule"),
            (PERMISSION, f"{NAME}-permission-welcome"),
            *((TARGET, f"{NAME}-target-{key}") for key in ("welcome", "analytics", "audit")),
        ],
    )
    assert view.value(f"{NAME}-rule", "name") == NAME
    assert view.value(f"{NAME}-rule", "eventBusName") == BUS
    assert document(view, f"{NAME}-rule", "eventPattern") == {
        "source": ["user-service"],
        "detail-type": ["User Registered"],
    }
    arns = {key: view.value(f"{NAME}-target-{key}", "arn") for key in ("welcome", "analytics", "audit")}
    assert arns == {"welcome": WELCOME, "analytics": ANALYTICS, "audit": AUDIT}
    assert view.value(f"{NAME}-target-welcome", "deadLetterConfig") == {"arn": DEAD}


@pytest.mark.parametrize(
    ("rule", "bus", "source", "detail_type"),
    [
        ("deployment-events", "platform-events", "jenkins.platform", "Jenkins Pipeline Execution State Change"),
        ("build-events", "default", "aws.codebuild", "CodeBuild Build State Change"),
    ],
)
def test_platform_rules_have_the_documents_patterns_when_made(
    rule: str, bus: str, source: str, detail_type: str
) -> None:
    name = f"test-events-{rule}"
    targets = {"function": RuleTarget(function="WelcomeEmail"), "topic": RuleTarget(topic="AuditLog")}
    view = build(targets, name=name, bus_name=bus, sources=(source,), detail_types=(detail_type,))
    assert document(view, f"{name}-rule", "eventPattern") == {"source": [source], "detail-type": [detail_type]}
    assert view.value(f"{name}-rule", "eventBusName") == bus
    assert {view.value(f"{name}-target-{key}", "arn") for key in targets} == {WELCOME, AUDIT}


def test_pattern_has_what_the_clause_says_and_no_empty_part_when_made() -> None:
    view = build(
        {"audit": RuleTarget(topic="AuditLog")}, sources=(), detail={"build-status": ["FAILED", {"prefix": "STOP"}]}
    )
    assert document(view, f"{NAME}-rule", "eventPattern") == {
        "detail-type": ["User Registered"],
        "detail": {"build-status": ["FAILED", {"prefix": "STOP"}]},
    }


def test_every_target_is_tried_as_long_as_its_clause_says_when_made() -> None:
    view = build(
        {
            "patient": RuleTarget(topic="AuditLog"),
            "hasty": RuleTarget(topic="AuditLog", retry_attempts=3, maximum_age_seconds=3600),
        }
    )
    retries = {key: view.value(f"{NAME}-target-{key}", "retryPolicy") for key in ("patient", "hasty")}
    assert retries == {
        "patient": {"maximumRetryAttempts": 185, "maximumEventAgeInSeconds": 86400},
        "hasty": {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 3600},
    }
    assert "deadLetterConfig" not in view.node(f"{NAME}-target-hasty").inputs


def test_function_is_invoked_by_this_rule_alone_when_it_is_a_target() -> None:
    view = build({"welcome": RuleTarget(function="WelcomeEmail")})
    permission = f"{NAME}-permission-welcome"
    inputs = view.node(permission).inputs
    assert (inputs["action"], inputs["function"]) == ("lambda:InvokeFunction", WELCOME)
    assert inputs["principal"] == "events.amazonaws.com"
    view.assert_wired(permission, "sourceArn", f"{NAME}-rule.arn")


def test_events_keep_their_order_in_one_group_when_the_queue_is_fifo() -> None:
    view = build({"ordered": RuleTarget(queue="Ordered"), "plain": RuleTarget(queue="UserAnalytics")})
    assert view.value(f"{NAME}-target-ordered", "sqsTarget") == {"messageGroupId": NAME}
    assert "sqsTarget" not in view.node(f"{NAME}-target-plain").inputs


def test_role_does_exactly_what_its_targets_need_when_there_are_workflows_and_buses() -> None:
    view = build(
        {
            "order": RuleTarget(workflow="Order"),
            "audit": RuleTarget(bus=BusTarget(account=OTHER_ACCOUNT, region="eu-west-1", bus="infrastructure-events")),
            "topic": RuleTarget(topic="AuditLog"),
        },
        foreign_bus_names={"audit": "prod-events-infrastructure-events"},
    )
    foreign = f"arn:aws:events:eu-west-1:{OTHER_ACCOUNT}:event-bus/prod-events-infrastructure-events"
    assert statements(view, f"{NAME}-role-policy") == {
        "StartWorkflows": {
            "Sid": "StartWorkflows",
            "Effect": "Allow",
            "Action": ["states:StartExecution"],
            "Resource": [WORKFLOW],
        },
        "PutEventsOnForeignBuses": {
            "Sid": "PutEventsOnForeignBuses",
            "Effect": "Allow",
            "Action": ["events:PutEvents"],
            "Resource": [foreign],
        },
    }
    for key, target in (("order", WORKFLOW), ("audit", foreign)):
        assert view.value(f"{NAME}-target-{key}", "arn") == target
        view.assert_wired(f"{NAME}-target-{key}", "roleArn", f"{NAME}-role.arn")
        view.assert_depends(f"{NAME}-target-{key}", f"{NAME}-role-policy")
    assert "roleArn" not in view.node(f"{NAME}-target-topic").inputs


@pytest.mark.parametrize(("bus", "middle"), [(BUS, f"{BUS}/"), ("default", "")])
def test_role_is_taken_for_this_rule_alone_when_made(bus: str, middle: str) -> None:
    view = build({"order": RuleTarget(workflow="Order")}, bus_name=bus)
    [statement] = document(view, f"{NAME}-role", "assumeRolePolicy")["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnEquals": {"aws:SourceArn": arn("events", f"rule/{middle}{NAME}")},
    }
    assert len(str(view.value(f"{NAME}-role", "name"))) <= 64


def test_everything_wrong_is_told_at_once_when_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be made") as refused:
        build(
            {
                "gone": RuleTarget(function="Gone", dead_letter="DeadFifo"),
                "none": RuleTarget(),
                "strict": RuleTarget(topic="Strict", dead_letter="Lost"),
            }
        )
    assert str(refused.value).splitlines() == [
        f"event rule {NAME} cannot be made:",
        "  target gone: the function Gone is not given; there are WelcomeEmail",
        "  target gone: the dead-letter queue DeadFifo is FIFO; EventBridge takes standard queues alone",
        "  target none: it names 0 receivers; name exactly one of function, queue, topic, workflow, bus",
        "  target strict: the topic Strict is FIFO, which EventBridge does not deliver to; name a FIFO queue instead",
        "  target strict: the dead-letter queue Lost is not given; there are Dead, DeadFifo, Ordered, UserAnalytics",
    ]


def test_rule_is_refused_when_its_name_is_too_long() -> None:
    with pytest.raises(ValueError, match=r"event rule .* has 65 characters and AWS takes 64"):
        build({"audit": RuleTarget(topic="AuditLog")}, name="t" * 65)
