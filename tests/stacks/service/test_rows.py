"""The application layer of document 002 falls out of the sample contracts, with exactly its parameters."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from graph.values import Unknown
from tests.stacks.service.kit import ACCOUNT, REGION, SERVICES, contract, recorded

QUEUE, TOPIC = "aws:sqs/queue:Queue", "aws:sns/topic:Topic"


def inputs(service: str, name: str) -> dict[str, Any]:
    return dict(recorded(service).node(name, "aws:*").inputs)


def pattern(service: str, rule: str) -> Any:
    return json.loads(inputs(service, f"dev-{service}-{rule}-rule")["eventPattern"])


def test_order_processing_is_hidden_for_300_s_kept_for_14_days_and_given_up_after_3_receives() -> None:
    """MSG-1."""
    queue = inputs("order", "dev-order-OrderProcessing-queue")
    assert (queue["visibilityTimeoutSeconds"], queue["messageRetentionSeconds"]) == (300, 1_209_600)
    assert queue["receiveWaitTimeSeconds"] == 20
    assert isinstance(queue["kmsMasterKeyId"], Unknown)
    assert '"maxReceiveCount": 3' in str(queue["redrivePolicy"])
    view = recorded("order")
    view.assert_wired("dev-order-OrderProcessing-queue", "redrivePolicy", "dev-order-OrderProcessing-dlq.arn")


def test_user_notifications_is_fifo_by_content_and_message_group() -> None:
    """MSG-1."""
    queue = inputs("user", "dev-user-UserNotifications-queue")
    assert queue["name"] == "dev-user-UserNotifications.fifo"
    assert (queue["fifoQueue"], queue["contentBasedDeduplication"]) == (True, True)
    assert (queue["deduplicationScope"], queue["fifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")
    assert queue["receiveWaitTimeSeconds"] == 20
    assert isinstance(queue["kmsMasterKeyId"], Unknown)


def test_user_events_reaches_a_queue_a_function_and_people_when_severe() -> None:
    """MSG-2."""
    assert inputs("user", "dev-user-UserEvents-topic")["displayName"] == "User Events Topic"
    receivers = {
        role: inputs("user", f"dev-user-UserEvents-{role}-subscription") for role in ("queue", "function", "email")
    }
    assert {role: receiver["protocol"] for role, receiver in receivers.items()} == {
        "queue": "sqs",
        "function": "lambda",
        "email": "email",
    }
    assert receivers["queue"]["endpoint"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:dev-user-UserEventProcessing"
    assert (
        receivers["function"]["endpoint"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dev-user-UserEventProcessor"
    )
    assert receivers["email"]["endpoint"] == "alerts@company.com"
    assert json.loads(receivers["email"]["filterPolicy"]) == {"severity": ["CRITICAL", "HIGH"]}
    assert [role for role, receiver in receivers.items() if "filterPolicy" in receiver] == ["email"]


def test_order_notifications_is_fifo_and_fills_a_fifo_queue() -> None:
    """MSG-2."""
    topic = inputs("order", "dev-order-OrderNotifications-topic")
    assert (topic["fifoTopic"], topic["contentBasedDeduplication"]) == (True, True)
    subscription = inputs("order", "dev-order-OrderNotifications-queue-subscription")
    assert (subscription["protocol"], subscription["endpoint"]) == (
        "sqs",
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:dev-order-OrderNotificationQueue.fifo",
    )
    assert inputs("order", "dev-order-OrderNotificationQueue-queue")["fifoQueue"] is True


def test_buses_and_rules_are_those_of_the_document() -> None:
    """EVT-1."""
    made = [node.inputs for node in recorded("events").graph.of_type("aws:cloudwatch/eventBus:EventBus")]
    assert {bus["name"]: bus["description"] for bus in made} == {
        "dev-events-platform-events": "Deployments and builds",
        "dev-events-application-events": "Application domain events",
        "dev-events-infrastructure-events": "Infrastructure and system events",
    }
    assert pattern("events", "deployment-events") == {
        "source": ["jenkins.platform"],
        "detail-type": ["Jenkins Pipeline Execution State Change"],
    }
    builds = pattern("events", "build-events")
    assert (builds["source"], builds["detail-type"]) == (["aws.codebuild"], ["CodeBuild Build State Change"])
    assert pattern("user", "user-registration-rule") == {
        "source": ["user-service"],
        "detail-type": ["User Registered"],
    }


@pytest.mark.parametrize(
    ("service", "rule", "bus"),
    [
        ("events", "deployment-events", "dev-events-platform-events"),
        ("events", "build-events", "default"),  # where AWS itself puts events; it puts them on no other bus
        ("user", "user-registration-rule", "dev-events-application-events"),
    ],
)
def test_rule_hears_the_bus_of_the_document(service: str, rule: str, bus: str) -> None:
    """EVT-1."""
    assert inputs(service, f"dev-{service}-{rule}-rule")["eventBusName"] == bus


@pytest.mark.parametrize(
    ("service", "rule", "targets"),
    [
        ("events", "deployment-events", {"lambda:notify-teams", "sns:deployment-notifications"}),
        ("events", "build-events", {"lambda:build-notifications"}),
        ("user", "user-registration-rule", {"lambda:welcome-email", "sqs:UserAnalytics", "sns:AuditLog"}),
    ],
)
def test_rule_leads_to_the_targets_of_the_document(service: str, rule: str, targets: set[str]) -> None:
    """EVT-1."""
    view, found = recorded(service), set[str]()
    prefix = f"dev-{service}-{rule}-target-"
    for node in view.graph.of_type("aws:cloudwatch/eventTarget:EventTarget"):
        if node.name.startswith(prefix):
            arn = str(node.inputs["arn"]).split(":")
            found.add(f"{arn[2]}:{arn[-1].removeprefix(f'dev-{service}-')}")
    assert found == targets


def test_failed_events_land_in_a_dead_letter_queue() -> None:
    """EVT-1: whatever a rule of the document leads to."""
    for service in ("events", "user"):
        rules = ("deployment-events", "build-events", "user-registration-rule")
        prefixes = tuple(f"dev-{service}-{rule}-target-" for rule in rules)
        for node in recorded(service).graph.of_type("aws:cloudwatch/eventTarget:EventTarget"):
            if node.name.startswith(prefixes):
                queue = {"arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dev-{service}-RuleDLQ"}
                assert node.inputs.get("deadLetterConfig") == queue, node.name


def test_application_events_are_archived_discovered_and_described() -> None:
    """EVT-2."""
    archive = inputs("events", "dev-events-application-events-archive")
    assert archive["retentionDays"] == 30
    view = recorded("events")
    view.assert_wired("dev-events-application-events-discoverer", "sourceArn", "dev-events-application-events-bus.arn")
    schemas = recorded("order").graph.of_type("aws:schemas/schema:Schema")
    assert {node.inputs["name"] for node in schemas} >= {"order-service@OrderPlaced"}


def test_events_go_to_the_audit_account() -> None:
    """EVT-2."""
    target = inputs("events", "dev-events-to-the-audit-account-target-audit")
    assert target["arn"] == "arn:aws:events:us-east-1:333333333333:event-bus/infrastructure-events"


def test_http_api_has_the_documents_cors_throttling_domain_and_log() -> None:
    """API-1."""
    api, stage = inputs("order", "dev-order-orders-api"), inputs("order", "dev-order-orders-stage")
    assert api["protocolType"] == "HTTP"
    assert api["corsConfiguration"] == {
        "allowOrigins": ["https://platform.company.com"],
        "allowMethods": ["GET", "POST", "PUT", "DELETE"],
    }
    assert stage["defaultRouteSettings"] == {"throttlingBurstLimit": 5000, "throttlingRateLimit": 10000}
    assert inputs("order", "dev-order-orders-domain-name")["domainName"] == "api.company.com"
    assert inputs("order", "dev-order-orders-access-log")["retentionInDays"] == 30


def test_http_api_lets_in_tokens_of_the_platforms_users() -> None:
    """API-1."""
    authorizer = inputs("order", "dev-order-orders-authorizer")
    assert (authorizer["name"], authorizer["authorizerType"]) == ("jwt-authorizer", "JWT")
    assert authorizer["identitySources"] == ("$request.header.Authorization",)
    view = recorded("order")
    routes = view.graph.of_type("aws:apigatewayv2/route:Route")
    asked = [node.name for node in routes if node.inputs.get("authorizationType") == "JWT"]
    assert sorted(asked) == [
        "dev-order-orders-route-ANY/api/v1/{proxy+}",
        "dev-order-orders-route-POST/api/v1/orders/{id}/decision",
        "dev-order-orders-route-POST/api/v1/process",
    ]
    for name in asked:
        view.assert_wired(name, "authorizerId", "dev-order-orders-authorizer.id")


def test_http_api_reaches_containers_through_a_vpc_link_to_the_internal_load_balancer() -> None:
    """API-1."""
    view, route = recorded("order"), "dev-order-orders-route-ANY/api/v1/{proxy+}"
    assert view.value(route, "routeKey") == "ANY /api/v1/{proxy+}"
    integration = "dev-order-orders-integration-container-order-api-proxy"
    assert (view.value(integration, "integrationType"), view.value(integration, "connectionType")) == (
        "HTTP_PROXY",
        "VPC_LINK",
    )
    assert view.value(integration, "requestParameters") == {"overwrite:path": "/$request.path.proxy"}
    view.assert_wired(integration, "connectionId", "dev-order-link.id")
    view.assert_wired(integration, "integrationUri", "dev-order-listener.arn")
    assert view.value("dev-order-alb", "internal") is True


def test_websocket_graphql_and_rest_apis_are_there_because_contracts_ask_for_them() -> None:
    """API-2."""
    assert inputs("order", "dev-order-order-status-api")["protocolType"] == "WEBSOCKET"
    assert inputs("order", "dev-order-order-graph-cache")["ttl"] == 60
    plan = inputs("payment", "dev-payment-payments-plan-partners")
    assert (plan["quotaSettings"]["limit"], plan["quotaSettings"]["period"]) == (100_000, "MONTH")
    assert plan["throttleSettings"] == {"burstLimit": 100, "rateLimit": 50}
    assert recorded("payment").node("dev-payment-payments-key-marketplace").type == "aws:apigateway/apiKey:ApiKey"


@pytest.mark.parametrize(
    ("service", "function", "timeout", "memory"),
    [
        ("order", "APIProcessing", 30, 512),
        ("analytics", "DataProcessing", 900, 3008),
        ("analytics", "EventProcessor", 60, 256),
    ],
)
def test_function_has_the_documents_size_and_everything_around_it(
    service: str, function: str, timeout: int, memory: int
) -> None:
    """FN-1."""
    found = inputs(service, f"dev-{service}-{function}-function")
    assert (found["timeout"], found["memorySize"]) == (timeout, memory)
    assert found["tracingConfig"] == {"mode": "Active"}
    assert "deadLetterConfig" in found
    view = recorded(service)
    view.assert_wired(
        f"dev-{service}-{function}-function", "vpcConfig.securityGroupIds", f"dev-{service}-security-group.id"
    )


def test_functions_are_called_by_what_the_document_says() -> None:
    """FN-1."""
    view = recorded("analytics")
    view.assert_wired(
        "dev-analytics-DataProcessing-queue-processing-queue",
        "eventSourceArn",
        "dev-analytics-processing-queue-queue.arn",
    )
    view.assert_wired(
        "dev-analytics-EventProcessor-stream-user-table", "eventSourceArn", "dev-analytics-user-table-table.streamArn"
    )
    objects = view.node("dev-analytics-DataProcessing-objects-data-bucket", "aws:cloudwatch/eventRule:EventRule")
    assert '"Object Created"' in str(objects.inputs["eventPattern"])
    heard = pattern("analytics", "UserRegistered")
    assert heard == {"source": ["user-service"], "detail-type": ["User Registered"]}


def test_workflow_retries_catches_and_compensates_as_the_document_says() -> None:
    """WF-1."""
    machine = inputs("order", "dev-order-OrderProcessingWorkflow-machine")
    definition = json.loads(machine["definition"])
    states = definition["States"]
    assert (machine["type"], definition["StartAt"]) == ("STANDARD", "ValidateOrder")
    assert definition["Comment"] == "Order processing workflow"
    tasks = {"ValidateOrder": "order-ValidateOrder", "CheckInventory": "inventory-Reserve"}
    tasks |= {"ProcessPayment": "payment-CapturePayment", "FulfillOrder": "order-FulfillOrder"}
    for name, function in tasks.items():
        assert states[name]["Type"] == "Task"
        assert states[name]["Resource"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dev-{function}"
    retry = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}
    assert states["ValidateOrder"]["Retry"] == [retry]
    assert states["ValidateOrder"]["Next"] == "CheckInventory"
    # Large orders wait for a person in between; the others go on to their payment.
    assert (states["CheckInventory"]["Next"], states["Large"]["Default"]) == ("Large", "ProcessPayment")
    assert states["Approve"]["Next"] == "ProcessPayment"
    [caught] = [c for c in states["ProcessPayment"]["Catch"] if "PaymentFailedException" in c["ErrorEquals"]]
    assert states[caught["Next"]]["Resource"].endswith(":function:dev-inventory-Release")
    assert states[caught["Next"]]["Next"] == "PaymentFailed"
    assert states["ProcessPayment"]["Next"] == "FulfillOrder"
    assert states["FulfillOrder"]["End"] is True
    assert states["Approve"]["Resource"].endswith(".waitForTaskToken")
    assert inputs("order", "dev-order-QuoteWorkflow-machine")["type"] == "EXPRESS"


def test_user_pool_has_the_documents_passwords_factors_client_and_providers() -> None:
    """AUTH-1."""
    pool = inputs("user", "dev-user-platform-users-pool")
    policy = {key: value for key, value in pool["passwordPolicy"].items() if key != "temporaryPasswordValidityDays"}
    assert policy == {
        "minimumLength": 8,
        "requireUppercase": True,
        "requireLowercase": True,
        "requireNumbers": True,
        "requireSymbols": True,
    }
    assert (pool["name"], pool["mfaConfiguration"]) == ("platform-users", "OPTIONAL")
    assert pool["softwareTokenMfaConfiguration"] == {"enabled": True}
    assert "snsCallerArn" in pool["smsConfiguration"]
    client = inputs("user", "dev-user-platform-users-client-web-app-client")
    assert (client["name"], client["generateSecret"]) == ("web-app-client", False)
    assert client["explicitAuthFlows"] == (
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
    )
    assert client["readAttributes"] == client["writeAttributes"] == ("email", "name", "phone_number")
    identity = inputs("user", "dev-user-platform-identity-pool-pool")
    assert (identity["identityPoolName"], identity["allowUnauthenticatedIdentities"]) == (
        "platform-identity-pool",
        False,
    )
    [vouched] = identity["cognitoIdentityProviders"]
    assert set(vouched) >= {"clientId", "providerName"}
    view = recorded("user")
    drawn = ("dev-user-platform-users-client-web-app-client.id", "dev-user-platform-users-pool.endpoint")
    view.assert_wired("dev-user-platform-identity-pool-pool", "cognitoIdentityProviders", *drawn)
    kinds = {node.inputs["providerType"] for node in recorded("user").graph.of_type("aws:cognito/identityProvider:*")}
    assert kinds == {"SAML", "Google"}


def test_each_domain_has_the_stores_of_the_document() -> None:
    """DB-4: databases for users; PostgreSQL and Redis for orders; DynamoDB and OpenSearch for analytics."""

    def databases(service: str) -> list[str]:
        wanted = json.loads(inputs(service, f"dev-{service}-databases-invocation")["input"])
        return [database["name"] for database in wanted["databases"]]

    assert databases("user") == ["users", "preferences"]
    assert (databases("order"), databases("payment"), databases("inventory")) == (["orders"], ["payments"], ["stock"])
    openings = {node.inputs.get("fromPort") for node in recorded("order").graph.of_type("aws:vpc/*")}
    assert {5432, 6379} <= openings
    tables = {node.inputs["name"] for node in recorded("analytics").graph.of_type("aws:dynamodb/table:Table")}
    assert "dev-analytics-user-table" in tables
    assert recorded("analytics").node("dev-analytics-search-domain").type == "aws:opensearch/domain:Domain"


PLATFORM = {
    "aws", "registry-publisher", "registry-reader", "link", "alb", "listener", "group", "record", "slo",
    "security-group", "databases", "search", "schemas", "egress", "ingress",
}  # fmt: skip
"""What a stack has once, for the whole of its contract: its providers, its network, its group of schedules …"""


@pytest.mark.parametrize("service", SERVICES)
def test_every_resource_comes_from_a_key_of_the_contract(service: str) -> None:
    view, made = recorded(service), contract(service)
    clauses = (
        made.provides.http, made.provides.websocket, made.provides.graphql, made.provides.workflows,
        made.stores.dynamodb, made.compute.functions, made.compute.ecs, made.messaging.queues, made.messaging.topics,
        made.messaging.buses, made.messaging.rules, made.schedules, made.identity.user_pools,
        made.identity.identity_pools, *(used.events for used in made.consumes.values()),
    )  # fmt: skip
    keys = {key for clause in clauses for key in clause} | PLATFORM
    prefix = f"dev-{service}-"
    strangers = [
        node.name
        for node in view.graph
        if node.name.startswith(prefix)
        and not any(
            re.sub("^(function|http|workflow)-", "", node.name.removeprefix(prefix)).startswith(k) for k in keys
        )
    ]
    assert strangers == []
    others = {node.name for node in view.graph if not node.name.startswith(prefix) and node.name != prefix[:-1]}
    assert others == {f"atoll-{service}-dev", "dev-aws", "organization/atoll/dev"}
