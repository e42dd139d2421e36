"""Web ACLs and each of their rules have metrics."""

from __future__ import annotations

import json
from typing import Any, cast

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, each, in_turn, within
from policies.subject import Subject
from policies.verdicts import Undecided, Verdict, all_of
from policies.web_acls import WEB_ACL, content


def check(acl: Subject) -> Verdict:
    """The ACL's own, and those of all rules."""
    rules = content(acl)
    if isinstance(rules, Undecided):
        return rules
    return all_of(*(part.read("visibilityConfig.cloudwatchMetricsEnabled").must_be(True) for part in (acl, *rules)))


def correct(inputs: Inputs) -> Inputs:
    """What the rules do stays the same; rules in JSON stay in JSON."""
    metrics = within("visibilityConfig", cloudwatchMetricsEnabled=True)
    corrected = in_turn(metrics, each("rules", metrics))(inputs)
    written = _listed(corrected.get("ruleJson"))
    if written is None:
        return corrected
    wanted = within("VisibilityConfig", CloudWatchMetricsEnabled=True)
    return {**corrected, "ruleJson": json.dumps([wanted(rule) for rule in written])}


def _listed(text: Any) -> list[Inputs] | None:
    """The rules in a JSON text; None where there are none to correct."""
    try:
        rules: Any = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return cast("list[Inputs] | None", [rules] if isinstance(rules, dict) else rules)


CONTROL = Control(
    id="waf-rule-metrics-on",
    title="Web ACLs and each of their rules have metrics",
    severity=Severity.MEDIUM,
    rationale="Without metrics nobody notices an attack, or a rule that stops customers.",
    remediation=Remediation(
        summary="Switch CloudWatch metrics on in every visibility_config",
        snippet=(
            "wafv2.WebAcl(\n"
            "    name,\n"
            "    visibility_config={\n"
            '        "cloudwatch_metrics_enabled": True,\n'
            '        "metric_name": "all",\n'
            '        "sampled_requests_enabled": True,\n'
            "    },\n"
            ")"
        ),
    ),
    catalogue=("WAF-03",),
    types=(WEB_ACL,),
    check=check,
    correct=correct,
)
