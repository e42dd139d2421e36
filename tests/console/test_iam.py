"""`atoll iam …` as a person and as a pipeline use it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from console.exits import Exit
from tests.conftest import PROJECT


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def iam(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["iam", *arguments])


def test_who_is_told_with_the_statement_when_somebody_can() -> None:
    told = iam("who", "dev", "s3:GetObject", "app-assets-dev-222222222222/logo.png")
    assert told.exit_code == Exit.OK, told.output
    assert (
        "role ECSTaskRole-dev: allowed by identity policy inline policy dev-role-policy-ecs-task (UseObjects)"
        in told.output
    )
    assert "unless resource policy dev-bucket-assets-policy (DenyInsecureTransport)" in told.output


def test_a_resource_has_its_name_of_the_program_and_that_of_aws_when_somebody_asks() -> None:
    same = [
        iam("who", "dev", "s3:GetObject", name).stdout
        for name in ("dev-bucket-assets/x", "app-assets-dev-222222222222/x")
    ]
    assert same[0] == same[1]
    assert "ECSTaskRole-dev" in same[0]


def test_who_is_nobody_when_nothing_allows_it() -> None:
    told = iam("who", "dev", "kms:ScheduleKeyDeletion", "alias/atoll-dev-storage", "--check")
    assert told.exit_code == Exit.OK, told.output
    assert (
        "Nobody can kms:ScheduleKeyDeletion arn:aws:kms:us-east-1:222222222222:key/<dev-key-storage id>." in told.output
    )


def test_who_is_a_finding_when_checked_and_somebody_can() -> None:
    told = iam("who", "dev", "kms:Decrypt", "alias/atoll-dev-storage", "--check", "--json")
    assert told.exit_code == Exit.FINDINGS
    found = json.loads(told.stdout)
    assert {each["answer"] for each in found["who"]} == {"allowed"}
    assert "arn:aws:iam::222222222222:role/ECSTaskRole-dev" in {each["principal"] for each in found["who"]}


def test_rights_are_listed_when_no_action_is_asked_for() -> None:
    found = json.loads(iam("can", "dev", "CICDPipelineRole-dev", "--json").stdout)
    assert found["principal"] == "arn:aws:iam::222222222222:role/CICDPipelineRole-dev"
    assert ["iam:passrole"] in [right["actions"] for right in found["rights"]]


@pytest.mark.parametrize(("action", "status"), [("ecr:PutImage", Exit.OK), ("ecr:DeleteRepository", Exit.FINDINGS)])
def test_one_right_is_checked_when_an_action_is_given(action: str, status: Exit) -> None:
    told = iam("can", "dev", "CICDPipelineRole-dev", action, "--check")
    assert told.exit_code == status, told.output


def test_ways_are_told_with_their_reasons_when_all_are_meant() -> None:
    told = iam("escalate", "dev", "--check")
    assert told.exit_code == Exit.OK, told.output
    assert "CICDPipelineRole-dev → ECSTaskRole-dev" in told.stdout
    assert "0 finding(s), 3 more with a reason." in told.stderr


def test_unused_grants_are_told_with_their_reasons_when_all_are_meant() -> None:
    told = iam("unused", "payment-dev", "--check", "--json")
    assert told.exit_code == Exit.OK, told.output
    found = json.loads(told.stdout)["findings"]
    assert {each["kind"] for each in found} == {"unused-grant"}
    assert all(each["why"] for each in found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("unused", "dev"), "dev is no stack of a service"),
        (("can", "dev", "nobody"), "There is no principal `nobody`. Roles and users of the stack:"),
        (("can", "dev", "ECSTask"), "`ECSTask` may be several principals"),
        (("who", "dev", "s3", "x"), "`s3` is no action; write it like s3:GetObject."),
        (("who", "dev", "s3:GetObject", "x"), "There is no resource `x` in the stack; give its ARN."),
        (("escalate", "nowhere"), "There is no stack `nowhere`"),
    ],
)
def test_mistake_is_told_in_a_sentence(arguments: tuple[str, ...], message: str) -> None:
    told = iam(*arguments)
    assert told.exit_code == Exit.USAGE, told.output
    assert message in told.stderr
    assert "Traceback" not in told.output
