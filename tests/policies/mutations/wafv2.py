"""What must turn the controls of web ACLs red."""

from __future__ import annotations

import json

from tests.policies.flips import flips, needs
from tests.policies.kit import DELETE, Mutation

METRICS = "visibilityConfig.cloudwatchMetricsEnabled"
BOTH = "it does not enforce AWS's common rules; it limits no rate"
UNSEEN = json.dumps([{"Name": "a", "Priority": 9, "VisibilityConfig": {"CloudWatchMetricsEnabled": False}}])

MUTATIONS = (
    *flips(
        "waf-acl-with-rules",
        "web-acl",
        {
            "rules": (DELETE, BOTH),
            "rules[0].overrideAction": ({"count": {}}, "it does not enforce AWS's common rules"),
            "rules[1].action": ({"count": {}}, "it limits no rate"),
        },
        "rules",
        "ruleJson",
        also=("waf-rule-metrics-on",),
    ),
    *needs("waf-acl-logged", "web-acl", "web-acl-logging", "it has no logging configuration", "resourceArn"),
    Mutation(
        control="waf-acl-logged",
        resource="web-acl",
        of="web-acl-logging",
        change={"logDestinationConfigs": []},
        says="logDestinationConfigs is not set",
    ),
    *flips(
        "waf-rule-metrics-on",
        "web-acl",
        {
            METRICS: (False, f"{METRICS} is false, it must be true"),
            f"rules[1].{METRICS}": ("false", f'rules[1].{METRICS} is "false", it must be true'),
            "ruleJson": (UNSEEN, f"ruleJson[0].{METRICS} is false, it must be true"),
        },
        f"rules[0].{METRICS}",
    ),
)
