"""The contract registry: who may read, who may publish, and that nobody changes what is published (CON-2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from components.identity.roles import Scope
from components.registry import ContractRegistry, ContractRegistryArgs
from components.registry import permissions as documents
from components.registry.permissions import trust
from console.offline import record_stack
from contracts.settings.registry import EXTERNAL_ID, STATE_TAG, RegistrySettings
from graph.values import Unknown
from tests.components.security.samples import inputs_of, keys, protection
from tests.kit import ACCOUNT, REGION, GraphView, record_component

PROJECT = Path(__file__).parents[3]
CONTRACTS = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/atoll/contracts/*"
DEPLOYMENTS = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/atoll/deployments/*"
OTHER, ORGANIZATION = "444455556666", "o-exampleorgid"


def settings(**changes: Any) -> RegistrySettings:
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "host": True,
        "organization_id": None,
        "trusted_accounts": (OTHER,),
        "staleness_seconds": 300,
    }
    return RegistrySettings(**(values | changes))


def recorded(*, protect: bool = False, roles: tuple[str, ...] = ("AtollDeploy",), **changes: Any) -> GraphView:
    return record_component(
        lambda: ContractRegistry(
            "test",
            args=ContractRegistryArgs(
                environment="test",
                settings=settings(**changes),
                keys=keys(),
                protection=protection(protect=protect),
                publishing_roles=roles,
            ),
        )
    )


def document(view: GraphView, name: str, field: str = "policy") -> dict[str, dict[str, Any]]:
    """Sid → statement."""
    found = json.loads(str(inputs_of(view, name)[field]))
    return {statement["Sid"]: statement for statement in found["Statement"]}


def test_registry_is_a_key_and_two_roles_with_fixed_names_when_made() -> None:
    view = recorded()
    view.assert_children(
        "test-registry",
        {
            ("aws:kms/key:Key", "test-registry-key"),
            ("aws:kms/alias:Alias", "test-registry-alias"),
            *(("aws:iam/role:Role", f"test-registry-role-{kind}") for kind in ("reader", "publisher")),
            *(("aws:iam/rolePolicy:RolePolicy", f"test-registry-role-policy-{k}") for k in ("reader", "publisher")),
        },
    )
    assert inputs_of(view, "test-registry-alias")["name"] == "alias/atoll-registry"
    view.assert_wired("test-registry-alias", "targetKeyId", "test-registry-key.keyId")
    for kind in ("reader", "publisher"):
        assert inputs_of(view, f"test-registry-role-{kind}")["name"] == f"atoll-registry-{kind}"
        view.assert_wired(f"test-registry-role-policy-{kind}", "role", f"test-registry-role-{kind}.name")
        assert "test-registry-key.arn" in view.wiring(f"test-registry-role-policy-{kind}", "policy")


@pytest.mark.parametrize("protect", [True, False])
def test_key_is_protected_exactly_when_settings_say_so(protect: bool) -> None:
    assert recorded(protect=protect).node("test-registry-key").protect is protect


def test_accounts_assume_a_role_only_with_the_external_id_when_there_is_no_organization() -> None:
    found = document(recorded(), "test-registry-role-reader", "assumeRolePolicy")
    assert found == {
        "TrustAccounts": {
            "Sid": "TrustAccounts",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{account}:root" for account in (ACCOUNT, OTHER)]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        }
    }


def test_organization_is_a_condition_when_everyone_in_it_is_trusted() -> None:
    [_, found] = trust(settings(organization_id=ORGANIZATION))["Statement"]
    assert found["Principal"] == {"AWS": "*"}
    assert found["Condition"] == {"StringEquals": {"sts:ExternalId": EXTERNAL_ID, "aws:PrincipalOrgID": ORGANIZATION}}


def test_only_deploying_roles_publish_when_they_are_named() -> None:
    found = document(recorded(), "test-registry-role-publisher", "assumeRolePolicy")["TrustAccounts"]
    assert found["Condition"]["ArnLike"] == {"aws:PrincipalArn": ["arn:aws:iam::*:role/AtollDeploy"]}
    anyone = document(recorded(roles=()), "test-registry-role-publisher", "assumeRolePolicy")["TrustAccounts"]
    assert "ArnLike" not in anyone["Condition"]


def permissions(kind: str) -> dict[str, dict[str, Any]]:
    """The policy of a role, its key known."""
    made = {"reader": documents.reader, "publisher": documents.publisher}[kind]
    return {one["Sid"]: one for one in made(Scope("test", REGION, ACCOUNT), "KEY")["Statement"]}


def test_reader_reads_and_decrypts_and_does_nothing_else_when_assumed() -> None:
    found = permissions("reader")
    assert set(found) == {"ReadRegistry", "ListRegistry", "UseRegistryKey"}
    assert found["ReadRegistry"]["Action"] == ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    assert found["ReadRegistry"]["Resource"] == [
        place for path in (CONTRACTS, DEPLOYMENTS) for place in (path.removesuffix("/*"), path)
    ]
    assert found["ListRegistry"]["Action"] == ["ssm:DescribeParameters"]
    assert found["UseRegistryKey"]["Action"] == ["kms:Decrypt"]
    assert found["UseRegistryKey"]["Resource"] == "KEY"
    assert found["UseRegistryKey"]["Condition"] == {"StringEquals": {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"}}


def test_publisher_never_changes_a_contract_and_deletes_only_what_is_pending_when_assumed() -> None:
    found = permissions("publisher")
    assert found["NeverChangeAContract"] == {
        "Sid": "NeverChangeAContract",
        "Effect": "Deny",
        "Action": ["ssm:PutParameter"],
        "Resource": CONTRACTS,
        "Condition": {"StringEquals": {"ssm:Overwrite": "true"}},
    }
    deleting = [one for one in found.values() if "ssm:DeleteParameter" in one["Action"]]
    assert [one["Resource"] for one in deleting] == [CONTRACTS, DEPLOYMENTS]
    assert deleting[0]["Condition"] == {"StringEquals": {f"aws:ResourceTag/{STATE_TAG}": "pending"}}
    assert found["NeverUnmarkAPublishedContract"]["Effect"] == "Deny"
    assert found["NeverUnmarkAPublishedContract"]["Condition"] == {
        "StringEquals": {f"aws:ResourceTag/{STATE_TAG}": "published"},
        "StringNotEquals": {f"aws:RequestTag/{STATE_TAG}": "published"},
    }


@pytest.mark.parametrize("kind", ["reader", "publisher"])
def test_no_action_is_a_wildcard_and_every_open_resource_has_a_condition(kind: str) -> None:
    for statement in permissions(kind).values():
        assert all("*" not in action for action in statement["Action"])
        assert statement["Resource"] != "*" or statement["Condition"]


def test_key_is_used_by_the_two_roles_alone_through_parameter_store() -> None:
    found = document(recorded(), "test-registry-key")
    assert set(found) == {"AdministerByAccount", "ReadContracts", "WriteContracts"}
    roles = {kind: f"arn:aws:iam::{ACCOUNT}:role/atoll-registry-{kind}" for kind in ("reader", "publisher")}
    shared = {
        "ArnLike": {"kms:EncryptionContext:PARAMETER_ARN": CONTRACTS},
        "StringEquals": {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"},
    }
    assert found["ReadContracts"]["Condition"] == {"ArnEquals": {"aws:PrincipalArn": list(roles.values())}, **shared}
    assert found["WriteContracts"]["Condition"] == {"ArnEquals": {"aws:PrincipalArn": [roles["publisher"]]}, **shared}
    assert not {"kms:Decrypt", "kms:Encrypt", "kms:CreateGrant"} & set(found["AdministerByAccount"]["Action"])


def test_outputs_are_unknown_arns_when_recorded() -> None:
    outputs: dict[str, Any] = {**recorded().node("test-registry").outputs}
    assert outputs.keys() == {"reader_role_arn", "publisher_role_arn", "key_arn"}
    assert all(isinstance(value, Unknown) for value in outputs.values())


@pytest.mark.parametrize(("stack", "hosts"), [("dev", True), ("staging", False), ("prod", False)])
def test_exactly_one_stack_hosts_the_registry(stack: str, hosts: bool) -> None:
    found = record_stack(PROJECT / f"Pulumi.{stack}.yaml").graph.of_type("atoll:registry:ContractRegistry")
    assert len(found) == hosts
