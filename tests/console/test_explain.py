"""`atoll explain`: one resource of dev, as text and as JSON, and what it says when a name fits several."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from console.exits import Exit
from tests.conftest import PROJECT

DATABASE = "urn:pulumi:dev::atoll::atoll:data:PostgresDatabase$aws:rds/instance:Instance::dev-database"


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["explain", *arguments])


def test_every_question_is_answered_when_the_urn_is_whole() -> None:
    told = json.loads(run(DATABASE, "--json").stdout)
    assert told["declared"][0]["at"].startswith("components/data/postgres_database.py:")
    reasons = " ".join(each["what"] for each in told["reasons"])
    assert "DB-1" in reasons
    assert "`atoll:database`" in reasons
    assert sum(Decimal(each["usd"]) for each in told["cost"]) > 5
    assert all(each["page"].startswith("https://aws.amazon.com/") for each in told["cost"])
    assert [(way["source"], way["ports"]) for way in told["reached_by"]] == [("ecs", "5432")]
    assert any("BackupServiceRole-dev" in each["principal"] for each in told["access"])
    assert {"rds-instance-not-public", "rds-instance-has-standby"} <= {each["control"] for each in told["controls"]}
    assert told["holds"] == "the rows of its databases"
    assert told["blast"]["aws:ecs/service:Service"] == 5
    assert any(each.startswith("RTO of database dev-database when zone-loss") for each in told["recovery"])


def test_name_is_enough_when_only_one_resource_has_it() -> None:
    done = run("dev-database", "--stack", "dev")
    assert done.exit_code == Exit.OK, done.stderr
    for title in ("why", "a month", "reached by", "acted on by", "controls", "hangs on it", "recovery"):
        assert f"\n{title}" in done.stdout or title in done.stdout
    assert "ecs at 5432" in done.stdout


def test_neighbours_are_named_when_a_resource_needs_others_and_others_need_it() -> None:
    done = run("dev-subnet-public-us-east-1a", "--stack", "dev")
    assert done.exit_code == Exit.OK, done.stderr
    assert "\nneeds\n  aws:ec2/vpc:Vpc  dev-vpc\n" in done.stdout
    assert "\nneeded by\n  aws:" in done.stdout
    assert "\n  aws:ec2/natGateway:NatGateway  dev-nat-us-east-1a\n" in done.stdout


def test_other_regions_copy_counts_when_the_environment_has_one() -> None:
    told = json.loads(run("prod-database", "--stack", "prod", "--json").stdout)
    assert told["survives"] == ["us-west-2, by Aurora Global Database"]
    assert "RTO of database prod-database when region-loss: 60 s typically, no bound" in told["recovery"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dev-", "resources; give one of these:\n  urn:pulumi:dev::"),
        ("dev-databse", "no resource is called 'dev-databse'; did you mean dev-database?"),
        ("nothing-like-it", "no resource is called 'nothing-like-it'; `atoll graph show STACK` lists them"),
    ],
)
def test_name_that_fits_several_or_none_is_refused_with_a_list(name: str, words: str) -> None:
    done = run(name, "--stack", "dev")
    assert done.exit_code == Exit.USAGE
    assert words in done.stderr
