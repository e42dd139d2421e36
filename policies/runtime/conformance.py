"""Conformance packs of AWS Config, generated from the controls of a pack.

A remediation is written for every rule that has a safe document of AWS, but not started by itself: `automatic` is a
decision of those who run the account. Everything that the template needs to know about an account is a parameter.
Limits: 51,200 bytes for a template that is handed over in the call, 130 rules a pack;
https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html. A pack that is larger is cut in parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from policies.control import AnyControl
from policies.packs import controls_of
from policies.runtime.answers import Fix, Rule, answer_of

TEMPLATE_BYTES = 51_200
RULES = 130
ROLE = "AutomationAssumeRole"
"""Parameter: ARN of the role that the automation documents act as."""
GUARD_RUNTIME = "guard-2.x.x"
DESCRIPTION = 256
"""Characters that AWS Config takes of a description."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One conformance pack, as AWS takes it."""

    name: str
    """Such as `atoll-pci-dss`, or `atoll-pci-dss-2` for the second part."""
    template: str
    """YAML."""
    rules: Mapping[str, tuple[str, ...]]
    """Name of each rule → the controls that it stands for."""
    remediations: int
    """How many of the rules have one."""


def conformance_packs(pack: str, *, automatic: bool = False) -> tuple[Pack, ...]:
    """The conformance packs of a pack such as `pci-dss` or `baseline`.

    Args:
        pack: name of the pack.
        automatic: whether AWS Config starts remediations by itself; otherwise a person does.

    Raises:
        LookupError: there is no such pack.
    """
    found = list(_rules(controls_of(pack)))
    parts = list(_parts(found, automatic))
    names = [f"atoll-{pack}" if number == 1 else f"atoll-{pack}-{number}" for number in range(1, len(parts) + 1)]
    return tuple(
        Pack(
            name=name,
            template=_template(part, automatic),
            rules={rule.name: tuple(c.id for c in controls) for rule, controls in part},
            remediations=sum(rule.fix is not None for rule, _ in part),
        )
        for name, part in zip(names, parts, strict=True)
    )


_PARAMETERS = f"Parameters:\n  {ROLE}:\n    Type: String\n"
_Asked = tuple[Rule, tuple[AnyControl, ...]]


def _rules(controls: Iterable[AnyControl]) -> Iterator[_Asked]:
    """Each rule once, in order of its name, with the controls that ask for it."""
    asked: dict[str, tuple[Rule, list[AnyControl]]] = {}
    for control in controls:
        for rule in answer_of(control).rules:
            asked.setdefault(rule.name, (rule, []))[1].append(control)
    for _, (rule, some) in sorted(asked.items()):
        yield rule, tuple(some)


def _parts(rules: list[_Asked], automatic: bool) -> Iterator[list[_Asked]]:
    empty = len(_template([], automatic)) + len(_PARAMETERS)
    part: list[_Asked] = []
    size = empty
    for asked in rules:
        more = len(_template([asked], automatic).encode())  # a little more than it adds, for each has its own head
        if part and (len(part) == RULES or size + more > TEMPLATE_BYTES):
            yield part
            part, size = [], empty
        part.append(asked)
        size += more
    if part:
        yield part


def _template(rules: Iterable[_Asked], automatic: bool) -> str:
    made: dict[str, Any] = {}
    for rule, controls in rules:
        logical = "".join(word.capitalize() for word in rule.name.split("-"))
        made[logical] = {"Type": "AWS::Config::ConfigRule", "Properties": _rule(rule, controls)}
        if rule.fix is not None:
            made[f"{logical}Remediation"] = {
                "Type": "AWS::Config::RemediationConfiguration",
                "DependsOn": logical,
                "Properties": _remediation(rule.name, rule.fix, automatic),
            }
    template: dict[str, Any] = {"Resources": made}
    if any(rule.fix is not None for rule, _ in rules):
        template = {"Parameters": {ROLE: {"Type": "String"}}, **template}
    return yaml.safe_dump(template, sort_keys=False, allow_unicode=False, width=1_000)


def _rule(rule: Rule, controls: tuple[AnyControl, ...]) -> dict[str, Any]:
    said = f"{', '.join(control.id for control in controls)}: {controls[0].title}"
    properties: dict[str, Any] = {"ConfigRuleName": rule.name, "Description": said[:DESCRIPTION]}
    if rule.guard is not None:
        properties["Scope"] = {"ComplianceResourceTypes": [rule.type]}
        properties["Source"] = {
            "Owner": "CUSTOM_POLICY",
            "SourceDetails": [
                {"EventSource": "aws.config", "MessageType": kind}
                for kind in ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
            ],
            "CustomPolicyDetails": {
                "PolicyRuntime": GUARD_RUNTIME,
                "PolicyText": rule.guard,
                "EnableDebugLogDelivery": False,
            },
        }
        return properties
    if rule.parameters:
        properties["InputParameters"] = dict(rule.parameters)
    properties["Source"] = {"Owner": "AWS", "SourceIdentifier": rule.identifier}
    return properties


def _remediation(name: str, fix: Fix, automatic: bool) -> dict[str, Any]:
    parameters: dict[str, Any] = {ROLE: {"StaticValue": {"Values": [{"Ref": ROLE}]}}}
    if fix.resource is not None:
        parameters[fix.resource] = {"ResourceValue": {"Value": "RESOURCE_ID"}}
    parameters |= {key: {"StaticValue": {"Values": [value]}} for key, value in fix.values.items()}
    properties: dict[str, Any] = {
        "ConfigRuleName": name,
        "ResourceType": fix.type,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": fix.document,
        "Parameters": parameters,
        "Automatic": automatic,
    }
    if automatic:
        properties |= {
            "MaximumAutomaticAttempts": 3,
            "RetryAttemptSeconds": 600,
            "ExecutionControls": {"SsmControls": {"ConcurrentExecutionRatePercentage": 10, "ErrorPercentage": 10}},
        }
    return properties
