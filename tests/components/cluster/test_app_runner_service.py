from __future__ import annotations

import json
from typing import Any

import pytest

from components.cluster import AppRunnerService, AppRunnerServiceArgs
from contracts.services.compute import AppRunnerService as AppRunnerClause
from graph.values import MISSING
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-web"
SERVICE = f"{NAME}-service"
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/dev/web"
CLAUSE: dict[str, Any] = {
    "image": "v1",
    "cpu": 256,
    "memory_mib": 512,
    "port": 9000,
    "requests_per_instance": 50,
    "scaling": {"minimum": 0, "maximum": 5},
}


def record(clause: dict[str, Any] | None = None, **changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "service": AppRunnerClause.model_validate(CLAUSE | (clause or {})),
        "region": "us-east-1",
        "account_id": ACCOUNT,
        "repository_url": "111122223333.dkr.ecr.us-east-1.amazonaws.com/dev/web",
        "repository_arn": REPOSITORY,
        "instance_role_arn": "arn:aws:iam::111122223333:role/web",
        "subnet_ids": ["subnet-a"],
        "security_group_ids": ["sg-1"],
        "environment": {"ENVIRONMENT": "dev"},
        "secrets": {"TOKEN": "arn:aws:ssm:us-east-1:111122223333:parameter/x"},
    }
    return record_component(lambda: AppRunnerService(NAME, args=AppRunnerServiceArgs(**(values | changes))))


def test_children_are_exactly_these_when_public_and_traced() -> None:
    record().assert_children(
        NAME,
        [
            ("aws:iam/role:Role", f"{NAME}-access"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-access-policy"),
            ("aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion", f"{NAME}-scaling"),
            ("aws:apprunner/vpcConnector:VpcConnector", f"{NAME}-connector"),
            ("aws:apprunner/observabilityConfiguration:ObservabilityConfiguration", f"{NAME}-tracing"),
            ("aws:apprunner/service:Service", SERVICE),
        ],
    )


def test_service_runs_the_image_when_made() -> None:
    view = record()

    assert view.value(SERVICE, "serviceName") == NAME
    assert view.value(SERVICE, "sourceConfiguration.autoDeploymentsEnabled") is False
    assert view.value(SERVICE, "sourceConfiguration.imageRepository") == {
        "imageIdentifier": "111122223333.dkr.ecr.us-east-1.amazonaws.com/dev/web:v1",
        "imageRepositoryType": "ECR",
        "imageConfiguration": {
            "port": "9000",
            "runtimeEnvironmentVariables": {"ENVIRONMENT": "dev"},
            "runtimeEnvironmentSecrets": {"TOKEN": "arn:aws:ssm:us-east-1:111122223333:parameter/x"},
        },
    }
    assert view.value(SERVICE, "instanceConfiguration") == {
        "cpu": "256",
        "memory": "512",
        "instanceRoleArn": "arn:aws:iam::111122223333:role/web",
    }
    assert view.value(SERVICE, "networkConfiguration.ingressConfiguration.isPubliclyAccessible") is True
    assert view.value(SERVICE, "networkConfiguration.egressConfiguration.egressType") == "VPC"
    view.assert_wired(SERVICE, "networkConfiguration.egressConfiguration.vpcConnectorArn", f"{NAME}-connector.arn")
    view.assert_depends(SERVICE, f"{NAME}-access-policy")
    assert view.value(f"{NAME}-connector", "subnets") == ["subnet-a"]
    assert view.value(f"{NAME}-connector", "securityGroups") == ["sg-1"]


def test_one_instance_stays_when_the_contract_allows_none() -> None:
    view = record()

    scaling = f"{NAME}-scaling"
    assert [view.value(scaling, key) for key in ("minSize", "maxSize", "maxConcurrency")] == [1, 5, 50]
    view.assert_wired(SERVICE, "autoScalingConfigurationArn", f"{scaling}.arn")


def test_role_pulls_that_image_only_when_made() -> None:
    view = record()

    statements = json.loads(str(view.value(f"{NAME}-access-policy", "policy")))["Statement"]
    assert [(s["Sid"], s["Resource"]) for s in statements] == [("LogInToRegistry", "*"), ("PullImage", REPOSITORY)]
    [trust] = json.loads(str(view.value(f"{NAME}-access", "assumeRolePolicy")))["Statement"]
    assert trust["Principal"] == {"Service": "build.apprunner.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    view.assert_wired(SERVICE, "sourceConfiguration.authenticationConfiguration.accessRoleArn", f"{NAME}-access.arn")


def test_traces_go_to_xray_when_asked_for() -> None:
    view = record()

    assert view.value(f"{NAME}-tracing", "traceConfiguration") == {"vendor": "AWSXRAY"}
    view.assert_wired(SERVICE, "observabilityConfiguration.observabilityConfigurationArn", f"{NAME}-tracing.arn")
    assert record(tracing=False).value(SERVICE, "observabilityConfiguration") is MISSING


def test_only_the_vpc_gets_in_when_private() -> None:
    view = record(private_vpc_id="vpc-1", private_endpoint_id="vpce-1", key_arn="arn:aws:kms:us-east-1:1:key/k")

    assert view.value(SERVICE, "networkConfiguration.ingressConfiguration.isPubliclyAccessible") is False
    assert view.value(SERVICE, "encryptionConfiguration") == {"kmsKey": "arn:aws:kms:us-east-1:1:key/k"}
    ingress = f"{NAME}-ingress"
    assert view.value(ingress, "ingressVpcConfiguration") == {"vpcId": "vpc-1", "vpcEndpointId": "vpce-1"}
    view.assert_wired(ingress, "serviceArn", f"{SERVICE}.arn")


def test_service_is_refused_when_app_runner_cannot_run_it() -> None:
    with pytest.raises(ValueError, match="App Runner runs 25 at most"):
        record({"scaling": {"minimum": 1, "maximum": 26}})
    with pytest.raises(ValueError, match="needs both the VPC and its endpoint"):
        record(private_vpc_id="vpc-1")
