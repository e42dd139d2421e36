"""Web ACLs: their rules as blocks or as JSON, and which resources they guard."""

from __future__ import annotations

import json
from typing import Any, cast

from graph.values import freeze
from policies.related import has_companion
from policies.subject import Block, Subject
from policies.verdicts import Undecided, Verdict

WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
COMMON_RULES = "AWSManagedRulesCommonRuleSet"


def content(acl: Subject) -> tuple[Block, ...] | Undecided:
    """The rules, with the names that Pulumi gives their parts."""
    text = acl.read("ruleJson")
    if not text.known:
        return text.undecided()
    written: tuple[Block, ...] = ()
    if isinstance(text.value, str):
        try:
            rules = json.loads(text.value)
        except ValueError:
            return Undecided("ruleJson (no JSON)")
        written = tuple(Block(acl, f"ruleJson[{i}]", freeze(_camel(rule))) for i, rule in enumerate(_listed(rules)))
    blocks = acl.blocks("rules")
    return Undecided("rules") if blocks is None else (*blocks, *written)


def is_rate_limit(rule: Block) -> bool:
    """Whether it blocks callers who ask too often; one that only counts does not."""
    return not rule.read("statement.rateBasedStatement").missing and rule.read("action.count").missing


def is_common_rules(rule: Block) -> bool:
    """Whether it is AWS's group against common attacks, and not only counting."""
    name = rule.read("statement.managedRuleGroupStatement.name")
    return name.value == COMMON_RULES and rule.read("overrideAction.count").missing


def guarded(resource: Subject) -> Verdict:
    """Whether a web ACL is associated with a resource."""
    return has_companion(resource, "no web ACL is associated with it", (WEB_ACL_ASSOCIATION, "resourceArn"))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _camel(value: Any) -> Any:
    """AWS's names (`CloudWatchMetricsEnabled`) as Pulumi's (`cloudwatchMetricsEnabled`)."""
    if isinstance(value, dict):
        return {_name(key): _camel(item) for key, item in cast("dict[str, Any]", value).items()}
    return [_camel(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def _name(key: str) -> str:
    return "cloudwatchMetricsEnabled" if key == "CloudWatchMetricsEnabled" else key[:1].lower() + key[1:]
