"""Conformance packs are what AWS Config takes, and every control with a rule is in them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from policies.packs import PACKS, controls_of
from policies.runtime import answer_of, conformance, conformance_packs, places_of
from policies.runtime.conformance import DESCRIPTION, ROLE, RULES, TEMPLATE_BYTES

every_pack = pytest.mark.parametrize("pack", PACKS)


def resources(pack: str, **options: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for part in conformance_packs(pack, **options):
        found |= yaml.safe_load(part.template)["Resources"]
    return found


def rules(pack: str) -> dict[str, dict[str, Any]]:
    made = [r["Properties"] for r in resources(pack).values() if r["Type"] == "AWS::Config::ConfigRule"]
    return {rule["ConfigRuleName"]: rule for rule in made}


@every_pack
def test_every_control_with_a_rule_is_in_its_pack(pack: str) -> None:
    asked = {control for part in conformance_packs(pack) for some in part.rules.values() for control in some}
    assert asked == {control.id for control in controls_of(pack) if answer_of(control).rules}


@every_pack
def test_template_is_within_the_limits_of_aws_config(pack: str) -> None:
    for part in conformance_packs(pack):
        assert len(part.template.encode()) <= TEMPLATE_BYTES
        assert len(part.rules) <= RULES
    for name, rule in rules(pack).items():
        assert len(name) <= 128
        assert len(rule["Description"]) <= DESCRIPTION
        assert rule["Source"]["Owner"] in ("AWS", "CUSTOM_POLICY")


@every_pack
def test_remediation_belongs_to_a_rule_and_waits_for_a_person(pack: str) -> None:
    made = resources(pack)
    for name, remediation in made.items():
        if remediation["Type"] != "AWS::Config::RemediationConfiguration":
            continue
        rule = made[remediation["DependsOn"]]["Properties"]
        said = remediation["Properties"]
        assert name == f"{remediation['DependsOn']}Remediation"
        assert said["ConfigRuleName"] == rule["ConfigRuleName"]
        assert said["Automatic"] is False
        assert said["Parameters"][ROLE] == {"StaticValue": {"Values": [{"Ref": ROLE}]}}


def test_remediation_starts_by_itself_only_when_asked() -> None:
    fixes = [r["Properties"] for r in resources("baseline", automatic=True).values() if "Remediation" in r["Type"]]
    assert fixes
    assert {(f["Automatic"], f["MaximumAutomaticAttempts"], f["RetryAttemptSeconds"]) for f in fixes} == {
        (True, 3, 600)
    }


def test_rule_is_the_managed_one_with_the_parameters_of_production() -> None:
    assert rules("baseline")["kms-key-policy-no-public-access"]["Source"] == {
        "Owner": "AWS",
        "SourceIdentifier": "KMS_KEY_POLICY_NO_PUBLIC_ACCESS",
    }
    made = resources("baseline")["CmkBackingKeyRotationEnabledRemediation"]["Properties"]
    assert made["TargetId"] == "AWSConfigRemediation-EnableKeyRotation"
    assert made["Parameters"]["KeyId"] == {"ResourceValue": {"Value": "RESOURCE_ID"}}


def test_custom_rule_is_written_in_guard_when_aws_has_none() -> None:
    rule = rules("baseline")["sqs-queue-encrypted"]
    details = rule["Source"]["CustomPolicyDetails"]
    assert rule["Scope"] == {"ComplianceResourceTypes": ["AWS::SQS::Queue"]}
    assert details["PolicyRuntime"] == "guard-2.x.x"
    assert details["PolicyText"].startswith('rule sqs_queue_encrypted when resourceType == "AWS::SQS::Queue" {')


def test_template_without_remediations_wants_no_role() -> None:
    [part] = conformance_packs("cost")
    assert part.remediations == 0
    assert "Parameters" not in yaml.safe_load(part.template)


def test_pack_is_cut_in_parts_when_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = conformance_packs("pci-dss")
    monkeypatch.setattr(conformance, "RULES", 10)
    parts = conformance_packs("pci-dss")
    assert [part.name for part in parts[:2]] == ["atoll-pci-dss", "atoll-pci-dss-2"]
    assert max(len(part.rules) for part in parts) == 10
    assert [name for part in parts for name in part.rules] == [name for part in whole for name in part.rules]


def test_unknown_pack_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(LookupError, match="there is no pack hipaa; there are baseline"):
        conformance_packs("hipaa")


@every_pack
def test_place_of_every_control_is_told(pack: str) -> None:
    for control in controls_of(pack):
        places = places_of(control)
        assert places.preview
        assert places.state
        assert places.enforced_at_runtime == bool(answer_of(control).rules)
        assert places.enforced_at_runtime != places.runtime.startswith("not at run time: ")
