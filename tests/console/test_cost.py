"""`atoll cost`: estimates against budgets, differences between graphs, and the prices they are made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.exits import Exit
from tests.conftest import PROJECT

run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_estimate_is_within_the_budget_when_dev_is_asked_for() -> None:
    answer = run.invoke(app, ["cost", "estimate", "dev"])

    assert answer.exit_code == Exit.OK, answer.stderr
    for title in ("by component", "by AWS service", "by team", "by environment", "assumed for a month"):
        assert title in answer.stdout
    assert "is within its budget of $100" in answer.stdout


def test_estimate_is_a_finding_when_the_environment_is_above_its_budget() -> None:
    answer = run.invoke(app, ["cost", "estimate", "dev", "analytics-dev", "--json"])
    told = json.loads(answer.stdout)

    assert answer.exit_code == Exit.FINDINGS
    assert [item["verdict"] for item in told["budgets"]] == ["over"]
    assert set(told["by_team"]) == {"platform-team", "data-team"}


def test_graph_that_was_saved_is_compared_with_the_stack_as_it_is(tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    before.write_text(run.invoke(app, ["graph", "show", "analytics-dev", "--json"]).stdout, encoding="utf-8")

    same = run.invoke(app, ["cost", "diff", str(before), "analytics-dev", "--json"])
    assert same.exit_code == Exit.OK, same.stderr
    assert json.loads(same.stdout)["resources"] == []
    above = run.invoke(app, ["cost", "diff", str(before), "analytics-dev", "--at-most", "30"])
    assert above.exit_code == Exit.FINDINGS
    assert "analytics-dev is not at most 30 % of" in above.stderr


def test_difference_says_what_to_do_when_a_graph_is_not_there() -> None:
    answer = run.invoke(app, ["cost", "diff", "nowhere.json", "dev"])

    assert answer.exit_code == Exit.USAGE
    assert "nowhere.json cannot be read" in answer.stderr
    assert "atoll graph show STACK --json" in answer.stderr


def test_prices_are_listed_with_their_dates_and_pages() -> None:
    answer = run.invoke(app, ["cost", "prices", "--region", "us-west-2", "--json"])
    told = json.loads(answer.stdout)

    assert answer.exit_code == Exit.OK
    assert len(told) > 150
    assert set(told[0]) == {"key", "service", "sku", "unit", "usd", "as_of", "basis", "page"}
    text = run.invoke(app, ["cost", "prices"])
    assert "https://aws.amazon.com/eks/pricing/" in text.stdout
    assert "written down from memory" in text.stderr


def test_prices_name_the_regions_when_another_is_asked_for() -> None:
    answer = run.invoke(app, ["cost", "prices", "--region", "eu-west-1"])

    assert answer.exit_code == Exit.USAGE
    assert "Regions: us-east-1, us-west-2." in answer.stderr


def test_price_table_stays_and_one_message_tells_why_when_aws_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.cost.prices import TABLE

    def offline(_service: str, _where: object) -> list[str]:
        raise ConnectionError("The AWS Price List API cannot be asked (EndpointConnectionError).")

    monkeypatch.setattr("console.price_list.ask", lambda: offline)
    before = TABLE.read_bytes()
    answer = run.invoke(app, ["cost", "prices", "refresh"])

    assert answer.exit_code == Exit.FAILED
    assert "The AWS Price List API cannot be asked" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert TABLE.read_bytes() == before
