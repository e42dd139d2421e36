"""A service's stack: conventions, what crosses accounts, and what is refused before anything is declared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pulumi
import pytest

from contracts.outputs.service import ServiceOutputs, record_path
from contracts.services import read
from contracts.services.bindings import Service
from contracts.services.naming import Place
from contracts.settings import ServiceStackSettings, load_any
from stacks.service.plan import unsupported
from tests.contracts.services.kit import edit
from tests.kit import GraphView
from tests.kit.conventions import orphans, silent_components, untagged
from tests.stacks.service.kit import ACCOUNT, FIXTURE, OTHER, PROJECT, REGION, SERVICES, composed, recorded, region

REQUIRED_TAGS = ("Environment", "Owner", "CostCenter", "DataClassification")
USER_RECORD = {
    record_path("dev", REGION, "user/user"): json.dumps(
        {
            "schema_version": 1,
            "contract": "user/user",
            "version": "1.0.3",
            "environment": "dev",
            "region": REGION,
            "account_id": ACCOUNT,
            "user_pools": {"platform-users": {"id": "us-east-1_abc", "clients": {"web-app-client": "client1"}}},
        }
    )
}


def inputs(view: GraphView, name: str) -> dict[str, Any]:
    return dict(view.node(name).inputs)


def refusal(service: str, **how: Any) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        composed(service, **how)
    return str(caught.value)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the sample estate, to be spoilt."""
    left_out = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PROJECT / "services", tmp_path / "services", ignore=left_out))


@pytest.mark.parametrize("service", SERVICES)
def test_stack_keeps_the_conventions(service: str) -> None:
    graph = recorded(service).graph
    assert orphans(graph) == []
    assert silent_components(graph) == []
    assert untagged(graph, REQUIRED_TAGS) == []
    assert [str(node) for node in graph if node.custom and not node.is_provider and node.provider is None] in (
        [],
        [str(node) for node in graph.of_type("pulumi:pulumi:StackReference")],
    )


@pytest.mark.parametrize("service", SERVICES)
def test_record_is_written_last_by_the_publisher(service: str) -> None:
    view = recorded(service)
    record = view.node(f"dev-{service}-record", "aws:ssm/parameter:Parameter")
    view.assert_provider(record.name, f"dev-{service}-registry-publisher")
    made = {node.urn for node in view.graph if node.custom and not node.external and not node.is_provider}
    rules = {node.urn for node in view.graph.of_type("aws:vpc/*")}  # nothing waits for rules of groups
    before = {node.urn for node in view.graph.dependencies(record.urn)}
    missing = {urn.rsplit("::", 1)[-1] for urn in made - before - rules - {record.urn}}
    assert {name for name in missing if "security-group" not in name and "-schemas-" not in name} <= allowed(view)


def allowed(view: GraphView) -> set[str]:
    """What may still be under way when the record is written: nobody calls it."""
    kinds = ("aws:scheduler/*", "aws:cloudwatch/eventBus*", "aws:cloudwatch/eventArchive*", "aws:schemas/*")
    kinds = (*kinds, "aws:cognito/identityPool*", "aws:ecr/*", "aws:apigatewayv2/vpcLink:*", "aws:iam/*", "aws:lb/*")
    return {node.name for kind in kinds for node in view.graph.of_type(kind)}


def test_ids_of_the_other_stack_are_taken_from_its_record() -> None:
    view = composed("order", records=USER_RECORD)
    jwt = view.value("dev-order-orders-authorizer", "jwtConfiguration")
    assert jwt == {
        "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/us-east-1_abc",
        "audiences": ("client1",),
    }


def test_both_stacks_and_the_command_are_named_when_the_provider_is_not_deployed() -> None:
    message = refusal("order", records={})
    assert "order-dev needs the user pool platform-users of user/user" in message
    assert message.endswith("atoll stack up user-dev")


def test_entry_and_the_command_are_named_when_the_vault_has_no_credentials_of_a_provider() -> None:
    message = refusal("user", vault=["atoll/google-of-others"])
    assert message.startswith("identity.user_pools.platform-users.providers.")
    assert f"Secrets Manager of account {ACCOUNT} ({REGION}) has no entry atoll/google," in message
    assert "aws secretsmanager create-secret --region us-east-1 --name atoll/google" in message


def test_nothing_is_missed_when_the_vault_has_the_credentials() -> None:
    assert composed("user", vault=["atoll/google"]).graph.of_type("aws:cognito/identityProvider:IdentityProvider")


def test_record_is_tagged_by_the_provider_of_the_registry() -> None:
    view = composed("user")
    [publisher] = [
        node for node in view.graph.of_type("pulumi:providers:aws") if node.name == "dev-user-registry-publisher"
    ]
    assert set(REQUIRED_TAGS) <= set(json.loads(str(publisher.inputs["defaultTags"]))["tags"])


def test_record_that_is_none_is_refused_with_the_command() -> None:
    spoilt = dict.fromkeys(USER_RECORD, "{}")
    assert "atoll stack up user-dev" in refusal("order", records=spoilt)


def test_consumer_of_another_account_gets_a_role_that_only_its_own_roles_may_take() -> None:
    accounts = {"order/order": OTHER}
    view = composed("payment", accounts=accounts)
    role = inputs(view, "dev-payment-for-order-role")
    assert role["name"] == "dev-payment-for-order-us-east-1"
    code, workflows = json.loads(role["assumeRolePolicy"])["Statement"]
    assert code["Principal"] == workflows["Principal"] == {"AWS": f"arn:aws:iam::{OTHER}:root"}
    assert code["Condition"]["StringEquals"] == {"sts:ExternalId": "order/order"}
    assert code["Condition"]["ArnEquals"]["aws:PrincipalArn"] == [
        f"arn:aws:iam::{OTHER}:role/dev-order-APIProcessing-function-us-east-1",
        f"arn:aws:iam::{OTHER}:role/dev-order-DeliverOutbox-function-us-east-1",
        f"arn:aws:iam::{OTHER}:role/dev-order-order-api-task-us-east-1",
    ]
    assert workflows["Condition"] == {
        "ArnEquals": {
            "aws:PrincipalArn": [f"arn:aws:iam::{OTHER}:role/dev-order-OrderProcessingWorkflow-workflow-us-east-1"]
        }
    }
    policy = json.loads(inputs(view, "dev-payment-for-order-permissions")["policy"])
    [statement] = policy["Statement"]
    assert statement["Action"] == ["lambda:InvokeFunction"]


def test_no_role_for_others_is_there_when_all_are_in_one_account() -> None:
    names = {node.name for node in composed("payment").graph}
    assert not [name for name in names if "-for-" in name]


def test_events_of_another_account_arrive_in_an_inbox_and_are_forwarded_there() -> None:
    accounts = {"platform/events": OTHER}
    listener = composed("analytics", accounts=accounts)
    inbox = listener.node("dev-analytics-inbox-bus")
    policy = listener.node("dev-analytics-inbox-policy")
    assert inbox.inputs["name"] == "dev-analytics-inbox"
    assert OTHER in str(policy.inputs["policy"])
    assert listener.value("dev-analytics-OrderPlaced-rule", "eventBusName") == "dev-analytics-inbox"
    carrier = composed("events", accounts={"analytics/analytics": OTHER})
    target = carrier.node("dev-events-OrderPlaced-to-analytics-target-analytics")
    assert target.inputs["arn"] == f"arn:aws:events:{REGION}:{OTHER}:event-bus/dev-analytics-inbox"


def test_security_group_is_open_for_its_edges_alone() -> None:
    view = recorded("events")
    ports = {(node.type.rpartition(":")[2], node.inputs["fromPort"]) for node in view.graph.of_type("aws:vpc/*")}
    assert ports == {("SecurityGroupEgressRule", 443)}
    ingress = composed("inventory").node("dev-inventory-ingress-database-5432")
    assert (ingress.inputs["securityGroupId"], ingress.inputs["fromPort"]) == ("sg-0d", 5432)


def test_alarms_follow_from_the_slo() -> None:
    view = recorded("order")
    rate = inputs(view, "dev-order-function-APIProcessing-error-rate")
    assert rate["threshold"] == 0.5
    latency = inputs(view, "dev-order-http-orders-latency")
    assert latency["threshold"] == 300
    [query] = latency["metricQueries"]
    assert query["metric"]["stat"] == "p95"
    assert not [node for node in view.graph if node.name == "dev-order-workflow-OrderProcessingWorkflow-latency"]


def test_every_problem_is_told_and_nothing_declared_when_the_contract_is_wrong(copied: Path) -> None:
    edit(copied, "order/order/contract.yaml", "version: ~1.4", "version: ~9.9")
    edit(copied, "order/payment/openapi.json", '"/payments": {', '"/paiements": {')
    message = refusal("order", services=copied)
    assert "consumes.order/inventory.version" in message
    assert "consumes.order/payment.calls.capturePayment" in message


def test_nothing_is_declared_when_a_document_is_malformed(copied: Path) -> None:
    edit(copied, "order/order/orders.graphql", "type Query {", "type Query { gone: Gone")
    message = refusal("order", services=copied)
    assert "order/order/orders.graphql" in message
    assert "Unknown type 'Gone'" in message


def test_unknown_contract_is_refused_with_those_there_are() -> None:
    message = refusal("order", contract="order/refunds")
    assert "there is no contract order/refunds" in message
    assert "order/payment" in message


def test_index_is_refused_when_the_environment_has_no_domain() -> None:
    settings = load_any(PROJECT / "Pulumi.analytics-dev.yaml")
    assert isinstance(settings, ServiceStackSettings)
    estate = read(PROJECT / "services")
    loaded = next(each for each in estate.contracts if each.contract.id == "analytics/analytics")
    service = Service(loaded, estate, Place("dev", REGION, ACCOUNT), {})
    [problem] = unsupported(service, settings.model_copy(update={"search": None}))
    assert problem.path == "stores.opensearch"
    assert "set atoll:search in Pulumi.analytics-dev.yaml" in problem.fix


def test_kubernetes_deployment_is_refused_when_the_region_has_no_cluster() -> None:
    message = refusal("inventory", services=FIXTURE)
    assert "order/inventory: inventory run on Kubernetes, and the stack dev exports no cluster" in message


def test_containers_are_refused_when_the_region_has_no_ecs_cluster() -> None:
    message = refusal("order", exports=region(cluster=None))
    assert "order-api run on ECS" in message
    assert "atoll:ecs.enabled in Pulumi.dev.yaml" in message


def test_region_of_another_environment_is_refused() -> None:
    message = refusal("events", exports=region(environment="staging"))
    assert "environment: staging, and events-dev is of dev" in message


def test_region_that_exports_too_little_is_refused_with_the_command() -> None:
    exports = region()
    del exports["database"]
    message = refusal("events", exports=exports)
    assert "    database: is not exported\n    next: atoll stack up dev" in message


def test_exports_are_what_readers_were_promised() -> None:
    assert {name for name, field in ServiceOutputs.model_fields.items() if field.is_required()} == {
        "schema_version", "contract", "version", "environment", "region", "account_id"
    }  # fmt: skip
