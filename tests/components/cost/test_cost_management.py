from __future__ import annotations

import json
from functools import cache
from typing import Any

from components.cost import CostManagement, CostManagementArgs
from components.cost.cost_management import COSTLY_ACTIONS
from contracts.settings.operations import CostSettings
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component
from tests.kit.plain import plain

COMMITMENTS = [
    {"year": 1, "kind": "on-demand", "coverage_percent": 0, "utilization_percent": 0},
    {"year": 2, "kind": "compute-savings-plan", "coverage_percent": 50, "utilization_percent": 95},
    {"year": 3, "kind": "reserved-instances", "coverage_percent": 80, "utilization_percent": 90},
]


@cache
def view(year: int = 2, pays: bool = True, automatic: bool = True) -> GraphView:
    settings = CostSettings.model_validate(
        {
            "monthly_budget_usd": 900,
            "alert_percents": [80, 100],
            "alert_emails": ["team@atoll.example"],
            "off_hours": None,
            "management": {
                "pays": pays,
                "anomalies": {"least_impact_usd": 20, "least_impact_percent": 30},
                "team_budgets_usd": {"order-team": 200},
                "limit": {"percent": 120, "roles": ["AtollDeploy"], "automatic": automatic},
                "year": year,
                "commitments": COMMITMENTS,
                "compute_optimizer": True,
            },
        }
    )
    assert settings.management is not None
    args = CostManagementArgs(
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        settings=settings,
        management=settings.management,
        protection=ProtectionSettings(
            protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
        ),
        storage_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0",
        log_bucket="logs",
        budget_name="atoll-test-monthly",
    )
    return record_component(lambda: CostManagement("test", args=args))


def inputs(name: str, **chosen: Any) -> dict[str, Any]:
    return plain(view(**chosen).node(name).inputs)


def document(name: str, path: str) -> list[dict[str, Any]]:
    value = view().value(name, path)
    parts = [part if isinstance(part, str) else "unknown" for part in getattr(value, "parts", (value,))]
    return json.loads("".join(parts))["Statement"]


def test_unexpected_spending_is_mailed_once_a_day_when_both_thresholds_are_passed() -> None:
    assert inputs("test-anomalies")["monitorDimension"] == "SERVICE"
    mail = inputs("test-anomalies-mail")
    assert (mail["frequency"], mail["subscribers"]) == ("DAILY", [{"type": "EMAIL", "address": "team@atoll.example"}])
    assert [each["dimension"]["values"] for each in mail["thresholdExpression"]["ands"]] == [["20"], ["30"]]
    assert {each["dimension"]["key"] for each in mail["thresholdExpression"]["ands"]} == {
        "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        "ANOMALY_TOTAL_IMPACT_PERCENTAGE",
    }


def test_a_team_has_a_budget_of_its_tag_when_it_is_given_one() -> None:
    budget = inputs("test-budget-order-team")
    assert budget["limitAmount"] == "200"
    assert budget["costFilters"] == [
        {"name": "TagKeyValue", "values": ["user:Owner$order-team", "user:Environment$test"]}
    ]
    assert [each["threshold"] for each in budget["notifications"]] == [80, 100]


def test_roles_make_nothing_costly_when_the_budget_is_spent() -> None:
    [deny] = document("test-spending-limit", "policy")
    assert (deny["Effect"], deny["Action"]) == ("Deny", list(COSTLY_ACTIONS))
    action = inputs("test-spending-limit-action")
    assert (action["actionType"], action["approvalModel"]) == ("APPLY_IAM_POLICY", "AUTOMATIC")
    assert action["actionThreshold"] == {"actionThresholdType": "PERCENTAGE", "actionThresholdValue": 120}
    assert action["definition"]["iamActionDefinition"]["roles"] == ["AtollDeploy"]
    assert inputs("test-spending-limit-action", automatic=False)["approvalModel"] == "MANUAL"


def test_budgets_attaches_that_policy_alone_to_those_roles_alone_when_it_acts() -> None:
    [attach] = document("test-spending-limit-role-policy", "policy")
    assert attach["Action"] == ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    assert attach["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/AtollDeploy"]
    view().assert_wired("test-spending-limit-role-policy", "policy", "test-spending-limit.arn")


def test_commitments_are_watched_against_the_plan_of_the_year() -> None:
    plan = inputs("test-commitment-coverage"), inputs("test-commitment-utilization")
    assert [each["budgetType"] for each in plan] == ["SAVINGS_PLANS_COVERAGE", "SAVINGS_PLANS_UTILIZATION"]
    assert [each["notifications"][0]["threshold"] for each in plan] == [50, 95]
    assert {each["notifications"][0]["comparisonOperator"] for each in plan} == {"LESS_THAN"}
    assert inputs("test-commitment-coverage", year=3)["budgetType"] == "RI_COVERAGE"
    assert not [name for _, name in view(year=1).children("test") if "commitment" in name], "on demand in year 1"


def test_costs_are_told_apart_and_reported_when_the_account_pays() -> None:
    tags = {inputs(name)["tagKey"] for kind, name in view().children("test") if kind.endswith(":CostAllocationTag")}
    assert tags == {"Environment", "Owner", "CostCenter", "Stack", "DataClassification"}
    assert inputs("test-teams")["rules"][0]["inheritedValue"] == {"dimensionName": "TAG", "dimensionKey": "Owner"}
    export = inputs("test-cost-report")["export"]
    assert export["dataQueries"][0]["tableConfigurations"]["COST_AND_USAGE_REPORT"]["TIME_GRANULARITY"] == "DAILY"
    assert export["destinationConfigurations"][0]["s3Destinations"][0]["s3Bucket"] == f"app-costs-test-{ACCOUNT}"


def test_another_account_tells_nothing_apart_when_it_does_not_pay() -> None:
    kinds = {kind for kind, _ in view(pays=False).children("test")}
    assert not {kind for kind in kinds if "CostAllocationTag" in kind or "Export" in kind or "CostCategory" in kind}


def test_sizes_are_recommended_when_compute_optimizer_is_on() -> None:
    assert inputs("test-compute-optimizer")["status"] == "Active"
