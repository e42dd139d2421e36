"""Runbooks are current, and say of every step what is typed, how long it takes and how it is undone (DR-4)."""

from __future__ import annotations

import shlex
from functools import cache
from typing import Any

import pytest

from console.dr import planned, runbook
from console.dr.commands import command, look
from contracts.recovery.calls import Argument, Call, Comparison, Read, Where
from contracts.recovery.scenarios import Scenario
from contracts.settings import GlobalStackSettings, load_any
from tests.conftest import PROJECT
from tests.stacks.region.production import estate


@cache
def found() -> planned.Planned:
    settings = load_any(PROJECT / "Pulumi.global.yaml")
    assert isinstance(settings, GlobalStackSettings)
    exports: dict[str, Any] = {stack: estate()[stack].stack_outputs for stack in settings.regions}
    return planned.from_exports(settings, exports, "Pulumi.global")


@cache
def pages() -> dict[str, str]:
    return runbook.runbooks(found())


def test_runbooks_are_current() -> None:
    folder = PROJECT / "docs" / "runbooks"
    late = [name for name, text in pages().items() if (folder / name).read_text(encoding="utf-8") != text]
    assert late == [], "run: atoll dr runbook --write"
    assert {path.name for path in folder.iterdir()} == set(pages()) == {f"{scenario}.md" for scenario in Scenario}


@pytest.mark.parametrize("scenario", list(Scenario))
def test_a_runbook_says_of_every_step_what_people_need(scenario: Scenario) -> None:
    text = pages()[f"{scenario}.md"]
    plans = [plan for plan in found().plans.values() if f"\n## {plan.name}\n" in text]
    assert plans
    for plan in plans:
        section = text.split(f"\n## {plan.name}\n")[1].split("\n## ")[0]
        assert plan.abort.advice in section
        assert f"atoll dr run {plan.name} --cloud aws" in section
        assert f"stateMachine:prod-recovery-{plan.name}" in section
        assert ("Approved by the incident lead" in section) == any(step.id == "approve" for step in plan.steps)
        for step in plan.steps:
            assert f"**{step.id}**" in section
            assert step.expected.source in section
        assert section.count("Undo:") == sum(step.rollback is not None for step in plan.steps)


def test_every_command_is_one_line_that_a_shell_can_read() -> None:
    every = [line.strip() for text in pages().values() for line in text.splitlines()]
    lines = [line for line in every if line.startswith("aws ") and not line.endswith("\\")]
    assert len(lines) > 100
    for line in lines:
        assert shlex.split(line, comments=True)[0] == "aws"


def test_what_a_deployment_draws_is_a_variable_that_is_set_first() -> None:
    text = pages()["region-loss.md"]
    assert "export PROD_PAIR_GLOBAL_DATABASE_ID=$(atoll stack outputs prod --cloud aws --json" in text
    assert '--global-cluster-identifier "$PROD_PAIR_GLOBAL_DATABASE_ID"' in text


def test_a_command_is_spelled_as_the_command_line_wants_it() -> None:
    call = Call(
        service="rds",
        operation="RestoreDBClusterToPointInTime",
        region="us-east-1",
        parameters={
            "DBClusterIdentifier": "a",
            "RestoreToTime": Argument(argument="restore_time"),
            "VpcSecurityGroupIds": ["sg-1", "$GROUP_ID"],
            "DeletionProtection": True,
            "Tags": [{"Key": "k", "Value": "$A_B's"}],
        },
    )
    assert command(call) == (
        "aws rds restore-db-cluster-to-point-in-time --region us-east-1 --db-cluster-identifier a "
        '--restore-to-time "$RESTORE_TIME" --vpc-security-group-ids sg-1 "$GROUP_ID" --deletion-protection '
        """--tags '[{"Key": "k", "Value": "'"$A_B"''"'"'s"}]'"""
    )


def test_a_question_tells_the_answer_that_is_wanted() -> None:
    call = Call(service="ecs", operation="DescribeServices", region="us-east-1")
    read = Read(call=call, at=("services", 0, "runningCount"), comparison=Comparison.AT_LEAST, value=4)
    assert look(read) == (
        "aws ecs describe-services --region us-east-1 --query 'services[0].runningCount'",
        "4 or more",
    )
    filtered = Read(call=call, at=("a", Where(field="b", equals="c"), "d"), value=True)
    assert look(filtered)[0].endswith("""--query '(a[?b=='"'"'c'"'"'])[0].d'""")
