"""The sample contracts hold the application layer's parameters exactly (MSG, EVT, API, FN, WF, AUTH, DB-4)."""

from __future__ import annotations

import pytest

from contracts.field_docs import field_docs
from contracts.services import ServiceContract, read
from contracts.services.base import Clause
from tests.contracts.services.kit import SAMPLE, TODAY


@pytest.fixture(scope="module")
def contracts() -> dict[str, ServiceContract]:
    return {loaded.contract.id: loaded.contract for loaded in read(SAMPLE, today=TODAY).contracts}


def test_order_queue_is_that_of_msg_1(contracts: dict[str, ServiceContract]) -> None:
    queue = contracts["order/order"].messaging.queues["OrderProcessing"]
    assert (queue.type, queue.visibility_timeout_seconds, queue.retention_seconds) == ("standard", 300, 1_209_600)
    assert queue.dead_letter is not None
    assert queue.dead_letter.after_receives == 3
    assert queue.receive_wait_seconds == 20


def test_notification_queue_is_that_of_msg_1(contracts: dict[str, ServiceContract]) -> None:
    queue = contracts["user/user"].messaging.queues["UserNotifications"]
    assert (queue.type, queue.content_based_deduplication) == ("fifo", True)
    assert (queue.deduplication_scope, queue.throughput_limit) == ("messageGroup", "perMessageGroupId")


def test_topics_are_those_of_msg_2(contracts: dict[str, ServiceContract]) -> None:
    users = contracts["user/user"].messaging.topics["UserEvents"]
    assert users.display_name == "User Events Topic"
    assert users.subscriptions["queue"].queue == "UserEventProcessing"
    assert users.subscriptions["function"].function == "UserEventProcessor"
    assert users.subscriptions["email"].filter_policy == {"severity": ["CRITICAL", "HIGH"]}
    orders = contracts["order/order"].messaging.topics["OrderNotifications"]
    assert (orders.type, orders.content_based_deduplication) == ("fifo", True)
    assert orders.subscriptions["queue"].queue == "OrderNotificationQueue"


def test_buses_and_rules_are_those_of_evt_1(contracts: dict[str, ServiceContract]) -> None:
    platform = contracts["platform/events"].messaging
    assert list(platform.buses) == ["platform-events", "application-events", "infrastructure-events"]
    deployments, builds = platform.rules["deployment-events"], platform.rules["build-events"]
    assert (deployments.bus, deployments.sources) == ("platform-events", ("jenkins.platform",))
    assert deployments.detail_types == ("Jenkins Pipeline Execution State Change",)
    assert [t.function or t.topic for t in deployments.targets.values()] == ["notify-teams", "deployment-notifications"]
    assert (builds.sources, builds.detail_types) == (("aws.codebuild",), ("CodeBuild Build State Change",))
    registered = contracts["user/user"].messaging.rules["user-registration-rule"]
    assert (registered.bus, registered.sources) == ("platform/events#application-events", ("user-service",))
    assert registered.detail_types == ("User Registered",)
    assert len(registered.targets) == 3


def test_archive_discovery_and_accounts_are_those_of_evt_2(contracts: dict[str, ServiceContract]) -> None:
    bus = contracts["platform/events"].messaging.buses["application-events"]
    assert bus.archive is not None
    assert bus.archive.retention_days == 30
    assert (bus.discover_schemas, bus.accounts) == (True, ("222222222222",))
    target = contracts["platform/events"].messaging.rules["to-the-audit-account"].targets["audit"].bus
    assert target is not None
    assert target.account == "333333333333"


def test_http_api_is_that_of_api_1(contracts: dict[str, ServiceContract]) -> None:
    api = contracts["order/order"].provides.http["orders"]
    assert api.cors is not None
    assert api.authorizer is not None
    assert api.throttling is not None
    assert api.cors.origins == ("https://platform.company.com",)
    assert api.cors.methods == ("GET", "POST", "PUT", "DELETE")
    assert (api.authorizer.name, api.authorizer.identity_source) == ("jwt-authorizer", "$request.header.Authorization")
    assert (api.throttling.burst, api.throttling.rate) == (5000, 10000)
    assert api.routes["ANY /api/v1/{proxy+}"].container == "order-api"
    assert (api.domain, api.access_log_days) == ("api.company.com", 30)


def test_functions_are_those_of_fn_1(contracts: dict[str, ServiceContract]) -> None:
    api = contracts["order/order"].compute.functions["APIProcessing"]
    data = contracts["analytics/analytics"].compute.functions["DataProcessing"]
    events = contracts["analytics/analytics"].compute.functions["EventProcessor"]
    assert [(f.timeout_seconds, f.memory_mib) for f in (api, data, events)] == [(30, 512), (900, 3008), (60, 256)]
    assert all(f.vpc and f.tracing and f.dead_letter for f in (api, data, events))
    assert set(data.triggers.queues) == {"processing-queue"}
    assert set(data.triggers.objects) == {"data-bucket"}
    assert set(events.triggers.streams) == {"user-table"}


def test_workflow_is_that_of_wf_1(contracts: dict[str, ServiceContract]) -> None:
    states = contracts["order/order"].provides.workflows["OrderProcessingWorkflow"].states
    (retry,) = states["ValidateOrder"].retry
    assert retry.errors == ("States.TaskFailed",)
    assert (retry.interval_seconds, retry.max_attempts, retry.backoff_rate) == (2, 3, 2.0)
    (catch,) = states["ProcessPayment"].catch
    assert (catch.errors, catch.next) == (("PaymentFailedException",), "ReleaseInventory")
    assert states["ReleaseInventory"].next == "PaymentFailed"
    assert states["Approve"].type == "approval"


def test_user_pool_is_that_of_auth_1(contracts: dict[str, ServiceContract]) -> None:
    identity = contracts["user/user"].identity
    pool = identity.user_pools["platform-users"]
    policy = pool.password_policy
    assert policy.minimum_length == 8
    assert all((policy.uppercase, policy.lowercase, policy.numbers, policy.symbols))
    assert (pool.mfa, pool.mfa_types) == ("OPTIONAL", ("SMS_MFA", "SOFTWARE_TOKEN_MFA"))
    client = pool.clients["web-app-client"]
    assert not client.generate_secret
    assert client.auth_flows == ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH")
    assert client.read_attributes == client.write_attributes == ("email", "name", "phone_number")
    assert not identity.identity_pools["platform-identity-pool"].allow_unauthenticated


def test_stores_are_those_of_db_4(contracts: dict[str, ServiceContract]) -> None:
    assert [d.database for d in contracts["user/user"].stores.postgresql.values()] == ["users", "preferences"]
    order = contracts["order/order"].stores
    assert (list(order.postgresql), list(order.redis)) == (["orders"], ["carts"])
    analytics = contracts["analytics/analytics"].stores
    assert (list(analytics.dynamodb), list(analytics.opensearch)) == (["user-table"], ["reports"])


@pytest.mark.parametrize("model", [Clause, *Clause.__subclasses__()], ids=lambda model: model.__name__)
def test_every_part_describes_itself_and_cannot_be_changed(model: type[Clause]) -> None:
    assert model.__doc__
    assert set(model.model_fields) - set(field_docs(model)) == set()
    assert model.model_config.get("frozen")
    assert model.model_config.get("extra") == "forbid"


def test_no_part_has_a_default_that_its_description_does_not_tell() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in Clause.__subclasses__()
        for name, field in model.model_fields.items()
        if not field.is_required() and "left out" not in " ".join(field_docs(model)[name].split())
    ]
    assert silent == []
