from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from analysis.change_risk import FEATURES, WEIGHTS, answer, baseline, features, row
from console.cli import app

STACK = "urn:pulumi:staging::atoll"


def step(op: str, kind: str, name: str = "x") -> dict[str, str]:
    return {"op": op, "urn": f"{STACK}::atoll:data:Table${kind}::{name}"}


def test_database_that_is_replaced_counts_once_and_weighs_most_when_it_takes_three_steps() -> None:
    kind = "aws:rds/instance:Instance"
    steps = [step(op, kind) for op in ("create-replacement", "replace", "delete-replaced")]
    counts = features(steps)
    assert (counts["replaced"], counts["stateful_replaced_or_deleted"], counts["kinds"]) == (1, 1, 1)
    assert baseline(counts).because[0] == "stateful_replaced_or_deleted: 1"


def test_steps_are_counted_by_what_they_touch_when_read() -> None:
    steps = [
        step("same", "aws:rds/instance:Instance", "a"),
        step("create", "aws:ec2/securityGroup:SecurityGroup", "b"),
        step("update", "aws:iam/rolePolicy:RolePolicy", "c"),
        step("update", "aws:dynamodb/table:Table", "d"),
        step("delete", "aws:s3/bucket:Bucket", "e"),
        {"op": "create", "urn": f"{STACK}::atoll:data:Table::component"},
    ]
    assert features(steps) == {
        "created": 1,
        "updated": 2,
        "replaced": 0,
        "deleted": 1,
        "stateful_replaced_or_deleted": 1,
        "stateful_updated": 1,
        "network_changed": 1,
        "access_changed": 1,
        "kinds": 4,
    }


def test_every_feature_has_a_weight_and_nothing_costs_little_when_scored() -> None:
    assert tuple(WEIGHTS) == FEATURES
    nothing = baseline(features([]))
    assert (nothing.probability, nothing.because) == (0.047, ())


@pytest.mark.parametrize("text", ["", "0.1\n0.2", "1.5", "high"])
def test_answer_is_refused_when_it_is_no_probability(text: str) -> None:
    with pytest.raises(ValueError, match=r"answered|could not convert"):
        answer(text)


def preview(tmp_path: Any) -> str:
    file = tmp_path / "preview.json"
    file.write_text(json.dumps({"steps": [step("delete", "aws:rds/instance:Instance")]}))
    return str(file)


def test_command_exits_with_three_when_the_score_is_above_the_bound(tmp_path: Any) -> None:
    done = CliRunner().invoke(app, ["risk", "score", preview(tmp_path), "--at-most", "0.3"])
    assert done.exit_code == 3
    assert "stateful replaced or deleted: 1" in done.stdout


def test_models_score_decides_when_an_endpoint_is_asked(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Runtime:
        def invoke_endpoint(self, **told: Any) -> dict[str, Any]:
            asked.append(told)
            return {"Body": io.BytesIO(b"0.02\n")}

    monkeypatch.setattr(boto3, "client", lambda _: Runtime())
    done = CliRunner().invoke(app, ["risk", "score", preview(tmp_path), "--endpoint", "e", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["score"] == 0.02
    assert asked == [
        {
            "EndpointName": "e",
            "ContentType": "text/csv",
            "Accept": "text/csv",
            "Body": row(features([step("delete", "aws:rds/instance:Instance")])),
        }
    ]


def test_command_says_how_to_make_one_when_there_is_no_preview(tmp_path: Any) -> None:
    done = CliRunner().invoke(app, ["risk", "score", str(tmp_path / "none.json")])
    assert done.exit_code == 2
    assert "pulumi preview --json > preview.json" in done.output
