"""The program's own policies: nobody climbs, nothing is granted that nobody asks for, no domain reads another's stores.

Rows IAM-1, ORG-5 and CON-7.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from analysis.iam import Allowed, Denied, FindingKind, IamModel, Kind, Request, can, check, evaluate, read_model, who
from analysis.iam.arns import service_of
from analysis.iam.explanations import Explanations, explanations
from console.offline import record_stack
from contracts.services.bindings import Service
from contracts.settings import ServiceStackSettings, load_any
from graph.resource_graph import ResourceGraph
from stacks.service.plan import SERVICES, checked_service
from tests.conftest import PROJECT

STACKS = ("analytics-dev", "events-dev", "inventory-dev", "order-dev", "payment-dev", "user-dev")
ACCOUNT = "222222222222"
REGISTRY = f"arn:aws:iam::{ACCOUNT}:role/atoll-registry-"


@cache
def recorded(stack: str) -> ResourceGraph:
    return record_stack(PROJECT / f"Pulumi.{stack}.yaml").graph


@cache
def service(stack: str) -> Service:
    settings = load_any(PROJECT / f"Pulumi.{stack}.yaml")
    assert isinstance(settings, ServiceStackSettings)
    return checked_service(settings, SERVICES)


@cache
def everything() -> IamModel:
    """The environment as a whole."""
    return read_model(*map(recorded, ("dev", *STACKS)))


def test_nothing_stands_when_dev_is_checked() -> None:
    assert [each.message for each in check(recorded("dev")) if each.stands] == []


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_stands_when_a_service_is_checked(stack: str) -> None:
    found = check(recorded(stack), recorded("dev"), service=service(stack))
    assert [each.message for each in found if each.stands] == []


def test_every_explanation_is_needed_and_says_why() -> None:
    meant = explanations()
    assert all(len(each.why) > 80 for each in (*meant.steps, *meant.grants))
    for index in range(len(meant.steps)):
        fewer = Explanations(meant.steps[:index] + meant.steps[index + 1 :], meant.grants)
        standing = [each for each in check(recorded("dev"), meant=fewer) if each.stands]
        assert [each.kind for each in standing] == [FindingKind.ESCALATION]
    found = check(recorded("user-dev"), recorded("dev"), service=service("user-dev"), meant=Explanations(meant.steps))
    assert {each.kind for each in found if each.stands} == {FindingKind.UNUSED}


def test_nobody_is_an_administrator_or_unreadable_in_the_environment() -> None:
    anything = Request("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/new")
    for principal in everything().roles:
        assert isinstance(evaluate(everything(), principal, anything), Denied), principal


def domains() -> dict[str, str]:
    """Role → domain of its service."""
    found: dict[str, str] = {}
    for stack in STACKS:
        domain = service(stack).loaded.contract.id.split("/")[0]
        for node in recorded(stack).of_type("aws:iam/role:Role"):
            found[str(node.inputs["name"])] = domain
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_no_service_reaches_a_table_of_another_domain(stack: str) -> None:
    """CON-7: every table of the estate, every reading and writing action, every role of another domain."""
    mine, roles = service(stack).loaded.contract.id.split("/")[0], domains()
    for table in recorded(stack).of_type("aws:dynamodb/table:Table"):
        for action in ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem"):
            arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table.inputs['name']}"
            others = {each.principal.name for each in who(everything(), action, arn) if each.principal.name in roles}
            assert {name for name in others if roles[name] != mine} == set()


def test_no_service_logs_in_to_a_database_of_another_domain() -> None:
    """CON-7: who may connect as which PostgreSQL role."""
    roles, users = domains(), defaultdict[str, set[str]](set)
    for principal in everything().roles:
        for policy in principal.policies:
            for statement in policy.statements or ():
                if principal.name in roles and statement.allows("rds-db:connect"):
                    for resource in statement.resources:
                        users[resource.rpartition("/")[2]].add(roles[principal.name])
    assert len(users) >= 4
    assert {user: found for user, found in users.items() if len(found) != 1} == {}


def test_no_service_reads_objects_of_another_domain() -> None:
    """CON-7: the buckets are the environment's; each service has its prefix."""
    roles = domains()
    for bucket in ("assets", "uploads", "backups", "logs"):
        for prefix, domain in (("data/x", "analytics"), ("invoices/x", "order"), ("x", None)):
            arn = f"arn:aws:s3:::app-{bucket}-dev-{ACCOUNT}/{prefix}"
            found = {
                roles[c.principal.name] for c in who(everything(), "s3:GetObject", arn) if c.principal.name in roles
            }
            assert found <= {domain}


def test_secrets_of_the_environment_are_read_by_those_who_need_them_alone() -> None:
    """IAM-1: task execution and functions read configuration; pipelines, monitoring and backup do not."""
    secret = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:atoll/dev/cache-token-a1b2c3"
    found = {
        principal.name
        for principal in read_model(recorded("dev")).roles
        if not isinstance(evaluate(everything(), principal, Request("secretsmanager:GetSecretValue", None)), Denied)
        and isinstance(evaluate(everything(), principal, Request("secretsmanager:GetSecretValue", secret)), Allowed)
    }
    assert found == {"ECSTaskExecutionRole-dev", "LambdaExecutionRole-dev"}


def test_pipeline_hands_over_the_roles_of_tasks_and_no_other() -> None:
    """IAM-1."""
    model = everything()
    pipeline = model.by_arn[f"arn:aws:iam::{ACCOUNT}:role/CICDPipelineRole-dev"]
    handed = {
        each.resource.rpartition("/")[2]
        for each in can(model, pipeline, "iam:PassRole", None)
        if isinstance(each.answer, Allowed)
    }
    assert handed == {"ECSTaskExecutionRole-dev", "ECSTaskRole-dev"}


@pytest.mark.parametrize("role", ["reader", "publisher"])
def test_registry_is_taken_by_named_accounts_under_the_external_id_alone(role: str) -> None:
    """ORG-5."""
    found = who(everything(), "sts:AssumeRole", REGISTRY + role)
    assert {each.principal.kind for each in found} == {Kind.ACCOUNT}
    assert {each.principal.name for each in found} == {"111111111111", "333333333333", "444444444444"}
    for each in found:
        assert "sts:externalid stringequals atoll-contract-registry" in str(each.answer)
        wrong = Request("sts:AssumeRole", REGISTRY + role, {"sts:externalid": ("guess",)})
        assert isinstance(evaluate(everything(), each.principal, wrong), Denied)
        none = Request("sts:AssumeRole", REGISTRY + role, {"sts:externalid": None})
        assert isinstance(evaluate(everything(), each.principal, none), Denied)


def test_only_delivery_roles_publish_to_the_registry() -> None:
    """ORG-5."""
    for account in ("111111111111", "333333333333"):
        principal = everything().by_arn[f"arn:aws:iam::{account}:root"]
        for name, expected in (("AtollDeploy", Allowed), ("Developer", Denied)):
            known = {
                "sts:externalid": ("atoll-contract-registry",),
                "aws:principalarn": (f"arn:aws:iam::{account}:role/{name}",),
            }
            assert isinstance(
                evaluate(everything(), principal, Request("sts:AssumeRole", f"{REGISTRY}publisher", known)), expected
            )


def test_nobody_outside_the_accounts_may_do_anything() -> None:
    """No resource policy and no trust policy of the environment speaks of anyone."""
    assert [each for each in everything().principals if each.kind is Kind.ANYONE] == []
    strangers = {each.name for each in everything().principals if each.kind is Kind.ACCOUNT}
    assert strangers == {"111111111111", "333333333333", "444444444444"}


def test_every_resource_that_policies_name_has_an_arn_of_its_service() -> None:
    """The ARNs that the proofs work with are made of names, not of guesses."""
    made = [arn for arn in everything().resources if arn.startswith("arn:")]
    assert len(made) > 100
    assert all(service_of(arn) for arn in made)
