"""Web ACLs have AWS's common rules and a rate limit."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of
from policies.web_acls import WEB_ACL, content, is_common_rules, is_rate_limit


def check(acl: Subject) -> Verdict:
    """Rules that only count requests stop none."""
    rules = content(acl)
    if isinstance(rules, Undecided):
        return rules
    if any(not rule.read("statement").known for rule in rules):
        return Undecided("rules")
    return all_of(
        PASS if any(is_common_rules(rule) for rule in rules) else Fail("it does not enforce AWS's common rules"),
        PASS if any(is_rate_limit(rule) for rule in rules) else Fail("it limits no rate"),
    )


CONTROL = Control(
    id="waf-acl-with-rules",
    title="Web ACLs have AWS's common rules and a rate limit",
    severity=Severity.MEDIUM,
    rationale="A web ACL without them lets everything through, and looks as if it did not.",
    remediation=Remediation(
        summary="Add the managed rule group and a rate-based rule",
        snippet=(
            "wafv2.WebAcl(\n"
            "    name,\n"
            "    rules=[\n"
            "        {\n"
            '            "name": "common",\n'
            '            "priority": 1,\n'
            '            "override_action": {"none": {}},\n'
            '            "statement": {\n'
            '                "managed_rule_group_statement": {\n'
            '                    "vendor_name": "AWS",\n'
            '                    "name": "AWSManagedRulesCommonRuleSet",\n'
            "                }\n"
            "            },\n"
            "        }\n"
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("WAF-01",),
    types=(WEB_ACL,),
    check=check,
)
