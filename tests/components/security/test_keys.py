"""KMS keys: one a purpose, rotated, used by nobody but the purpose's services (SEC-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.security import Keys, KeysArgs
from components.security.key_policy import ADMINISTRATION, PURPOSES, USE, key_policy
from contracts.settings.security import KeySettings
from tests.components.security.samples import inputs_of, keys, protection
from tests.kit import ACCOUNT, REGION, GraphView, record_component

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def record_keys(settings: KeySettings, *, protect: bool = False) -> GraphView:
    return record_component(
        lambda: Keys(
            "test",
            args=KeysArgs(
                environment="test",
                region=REGION,
                account_id=ACCOUNT,
                settings=settings,
                protection=protection(protect=protect),
            ),
        )
    )


def statements(purpose: str) -> dict[str, dict[str, Any]]:
    policy = json.loads(str(inputs_of(record_keys(keys()), f"test-key-{purpose}")["policy"]))
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def test_every_purpose_has_a_key_and_an_alias_when_listed() -> None:
    view = record_keys(keys())
    view.assert_children(
        "test",
        {
            child
            for purpose in keys().purposes
            for child in (
                ("aws:kms/key:Key", f"test-key-{purpose}"),
                ("aws:kms/alias:Alias", f"test-alias-{purpose}"),
            )
        },
    )
    for purpose in keys().purposes:
        assert inputs_of(view, f"test-alias-{purpose}")["name"] == f"alias/atoll-test-{purpose}"
        view.assert_wired(f"test-alias-{purpose}", "targetKeyId", f"test-key-{purpose}.keyId")


@pytest.mark.parametrize(("period", "window", "multi"), [(365, 7, False), (90, 30, True)])
def test_key_rotates_and_waits_as_set_when_made(period: int, window: int, multi: bool) -> None:
    settings = keys(rotation_period_days=period, deletion_window_days=window, multi_region=multi)
    made = inputs_of(record_keys(settings), "test-key-database")
    assert made["enableKeyRotation"] is True
    assert (made["rotationPeriodInDays"], made["deletionWindowInDays"], made["multiRegion"]) == (period, window, multi)


@pytest.mark.parametrize("protect", [True, False])
def test_keys_are_protected_exactly_when_settings_say_so(protect: bool) -> None:
    view = record_keys(keys(), protect=protect)
    assert {node.protect for node in view.graph.of_type("aws:kms/key:Key")} == {protect}


def test_account_administers_without_using_when_policy_is_made() -> None:
    administration = statements("logs")["AdministerByAccount"]
    assert administration["Principal"] == {"AWS": ROOT}
    assert set(administration["Action"]) == set(ADMINISTRATION)
    assert not set(ADMINISTRATION) & (set(USE) - {"kms:DescribeKey"})
    assert "kms:CreateGrant" not in ADMINISTRATION


@pytest.mark.parametrize(
    ("purpose", "services"),
    [
        ("database", ["rds", "elasticache", "dynamodb", "dms", "es", "redshift", "backup"]),
        ("storage", ["s3", "ecr", "elasticfilesystem", "ec2", "firehose", "backup"]),
        ("secrets", ["secretsmanager", "ssm", "rds", "lambda", "eks"]),
        ("messaging", ["sqs", "sns"]),
    ],
)
def test_key_is_used_only_through_its_services_when_purpose_has_them(purpose: str, services: list[str]) -> None:
    through = {
        "kms:CallerAccount": ACCOUNT,
        "kms:ViaService": [f"{service}.{REGION}.amazonaws.com" for service in services],
    }
    found = statements(purpose)
    assert found["UseThroughServices"]["Condition"] == {"StringEquals": through}
    assert set(found["UseThroughServices"]["Action"]) == {*USE, "kms:RetireGrant"}
    assert found["GrantToServices"]["Action"] == "kms:CreateGrant"
    assert found["GrantToServices"]["Condition"] == {
        "StringEquals": through,
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }


def test_log_groups_of_this_account_alone_use_the_log_key_when_encrypted() -> None:
    found = statements("logs")
    through = {"AdministerByAccount", "GrantToServices", "UseThroughServices"}  # metrics and traces
    assert found.keys() == {*through, "UseByLogGroups"}
    assert found["UseByLogGroups"]["Principal"] == {"Service": f"logs.{REGION}.amazonaws.com"}
    assert found["UseByLogGroups"]["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"}
    }


@pytest.mark.parametrize("purpose", ["storage", "messaging"])
def test_service_principals_act_for_this_account_alone_when_admitted(purpose: str) -> None:
    found = statements(purpose)["UseByServices"]
    assert found["Principal"] == {"Service": list(PURPOSES[purpose].principals)}
    assert found["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert found["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@pytest.mark.parametrize("service", ["events", "s3", "sns"])
def test_encrypted_queues_and_topics_can_be_sent_to_when_a_service_delivers(service: str) -> None:
    assert f"{service}.amazonaws.com" in statements("messaging")["UseByServices"]["Principal"]["Service"]


def test_event_buses_of_this_account_alone_look_the_key_up_when_encrypted() -> None:
    found = statements("messaging")
    assert found["LookUpByEventBuses"] == {
        "Sid": "LookUpByEventBuses",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "kms:DescribeKey",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    assert [purpose for purpose in PURPOSES if "LookUpByEventBuses" in statements(purpose)] == ["messaging"]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_statement_has_a_wildcard_action_or_principal_when_policy_is_made(purpose: str) -> None:
    for statement in key_policy(PURPOSES[purpose], REGION, ACCOUNT)["Statement"]:
        assert "*" not in json.dumps([statement["Action"], statement["Principal"]])
        assert "Condition" in statement or statement["Sid"] == "AdministerByAccount"


def test_unknown_purpose_is_refused_with_the_known_ones_when_listed() -> None:
    unchecked = keys().model_copy(update={"purposes": ("logs", "gold", "silver")})
    with pytest.raises(ValueError, match=r"keys\.purposes: no key policy for gold, silver; choose among database, "):
        record_keys(unchecked)


def test_outputs_are_by_purpose_when_registered() -> None:
    view = record_keys(keys(purposes=("logs", "secrets")))
    outputs: dict[str, Any] = {**view.node("test", "atoll:security:Keys").outputs}
    assert outputs.keys() == {"arns", "ids", "aliases"}
    assert [list(by_purpose) for by_purpose in outputs.values()] == [["logs", "secrets"]] * 3


def test_auto_scaling_starts_encrypted_instances_when_the_stack_has_nodes() -> None:
    plain = key_policy(PURPOSES["storage"], "us-east-1", "111122223333")["Statement"]
    statements = key_policy(PURPOSES["storage"], "us-east-1", "111122223333", scaling=True)["Statement"]
    added = [statement for statement in statements if statement not in plain]
    role = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    assert [statement["Sid"] for statement in added] == ["StartInstances", "GrantToInstances"]
    assert {statement["Principal"]["AWS"] for statement in added} == {f"arn:aws:iam::111122223333:role/{role}"}
    assert all(s["Condition"]["StringEquals"]["kms:ViaService"] == "ec2.us-east-1.amazonaws.com" for s in added)
    assert added[1]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert key_policy(PURPOSES["database"], "us-east-1", "111122223333", scaling=True) == key_policy(
        PURPOSES["database"], "us-east-1", "111122223333"
    )


def test_distributions_and_their_logs_use_the_storage_key_when_a_global_stack_leads_here() -> None:
    plain = {one["Sid"] for one in key_policy(PURPOSES["storage"], REGION, ACCOUNT)["Statement"]}
    policy = key_policy(PURPOSES["storage"], REGION, ACCOUNT, spanning=True)
    added = {one["Sid"]: one for one in policy["Statement"] if one["Sid"] not in plain}
    assert set(added) == {"ReadByDistributions", "DeliverLogs"}
    assert added["ReadByDistributions"]["Action"] == "kms:Decrypt"
    assert added["ReadByDistributions"]["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}
    }
    assert added["DeliverLogs"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_streams_use_the_log_key_only_when_a_global_stack_leads_here() -> None:
    def services(*, spanning: bool) -> list[str]:
        statements = key_policy(PURPOSES["logs"], REGION, ACCOUNT, spanning=spanning)["Statement"]
        (through,) = [one for one in statements if one["Sid"] == "UseThroughServices"]
        return through["Condition"]["StringEquals"]["kms:ViaService"]

    kinesis = f"kinesis.{REGION}.amazonaws.com"
    assert kinesis in services(spanning=True)
    assert kinesis not in services(spanning=False)
