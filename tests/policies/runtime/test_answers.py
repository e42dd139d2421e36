"""What AWS Config is asked for each control: every row has an answer, and each rule exists."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import moto.config
import pytest
from pydantic import ValidationError

from policies.catalogue import controls, rows
from policies.runtime import Fix, Rule, answer_of, answers
from policies.runtime.answers import OWN_CONTROL, parse

NOTHING = {"none": "it cannot be asked"}


@cache
def managed_rules() -> dict[str, dict[str, Any]]:
    """AWS's managed rules as moto has copied them from the documentation: identifier → parameters and types."""
    file = Path(str(moto.config.__file__)).parent / "resources" / "aws_managed_rules.json.gz"
    return json.loads(gzip.decompress(file.read_bytes()))["ManagedRules"]


def every_rule() -> list[Rule]:
    return [rule for answer in answers().values() for rule in answer.rules]


def test_every_row_of_the_catalogue_is_answered() -> None:
    assert rows().keys() <= answers().keys()
    assert all(answer.rules or answer.gaps for answer in answers().values())


def test_every_control_has_rules_or_says_why_not() -> None:
    silent = [
        control.id for control in controls().values() if not answer_of(control).rules and not answer_of(control).gaps
    ]
    assert silent == []


def test_managed_rules_exist_with_these_parameters() -> None:
    wrong: dict[str, object] = {}
    for rule in every_rule():
        if rule.identifier is None:
            continue
        known = {p["Name"]: p.get("Optional", False) for p in managed_rules()[rule.identifier].get("Parameters", [])}
        invented = rule.parameters.keys() - known.keys()
        missing = {name for name, optional in known.items() if not optional} - rule.parameters.keys()
        if invented or missing:
            wrong[rule.name] = (invented, missing)
    assert wrong == {}


def test_control_without_a_row_is_not_asked_at_run_time() -> None:
    own = [control for control in controls().values() if not control.catalogue]
    assert {answer_of(control).gaps for control in own if control.id not in answers()} <= {(OWN_CONTROL,)}


def test_control_that_shares_a_row_answers_for_its_part() -> None:
    assert [rule.identifier for rule in answer_of(controls()["redshift-not-public"]).rules] == [
        "REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK"
    ]
    assert len(answers()["RSH-01"].rules) == 4


def test_file_is_refused_when_it_forgets_a_row_or_invents_one() -> None:
    entries = {**dict.fromkeys(rows(), NOTHING), "S3-99": NOTHING}
    del entries["S3-01"]
    with pytest.raises(LookupError, match=r"forgets rows \['S3-01'\], and \['S3-99'\] are neither rows nor controls"):
        parse(entries)


def test_file_is_refused_when_two_rules_have_one_name() -> None:
    two = {
        "S3-01": {"managed": [{"rule": "SERVICE_VPC_ENDPOINT_ENABLED", "parameters": {"serviceName": "ssm"}}]},
        "S3-02": {"managed": [{"rule": "SERVICE_VPC_ENDPOINT_ENABLED", "parameters": {"serviceName": "ec2"}}]},
    }
    with pytest.raises(LookupError, match="S3-02: there is another rule service-vpc-endpoint-enabled"):
        parse({**dict.fromkeys(rows(), NOTHING), **two})


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"managed": [{"rule": "IAM_PASSWORD_POLICY"}], "none": "both"},
        {"none": "why", "partly": "of nothing"},
        {
            "managed": [
                {"rule": "IAM_PASSWORD_POLICY", "fix": {"document": "Delete-Everything", "type": "AWS::::Account"}}
            ]
        },
    ],
    ids=["nothing", "both", "partly-of-nothing", "document-of-another"],
)
def test_entry_is_refused_when_it_says_not_exactly_one_thing(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse({**dict.fromkeys(rows(), NOTHING), "S3-01": entry})


def test_documents_that_correct_are_aws_own() -> None:
    fixes = [rule.fix for rule in every_rule() if rule.fix is not None]
    assert len(fixes) >= 15
    assert all(isinstance(fix, Fix) and fix.document.startswith(("AWS-", "AWSConfigRemediation-")) for fix in fixes)


def test_remediation_corrects_what_its_rule_finds() -> None:
    wrong = {
        rule.name: (rule.fix.type, found)
        for rule in every_rule()
        if rule.fix is not None and rule.identifier is not None and rule.fix.type != "AWS::::Account"
        for found in [managed_rules()[rule.identifier].get("Resource Types")]
        if found and rule.fix.type not in found
    }
    assert wrong == {}
