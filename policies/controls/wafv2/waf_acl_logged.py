"""Web ACLs log."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.related import has_companion
from policies.subject import Subject
from policies.verdicts import Verdict
from policies.web_acls import WEB_ACL


def check(acl: Subject) -> Verdict:
    """A logging configuration refers to it."""
    return has_companion(
        acl,
        "it has no logging configuration",
        ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn"),
        check=lambda logging: logging.read("logDestinationConfigs").must_be_set(),
    )


CONTROL = Control(
    id="waf-acl-logged",
    title="Web ACLs log",
    severity=Severity.MEDIUM,
    rationale="Nobody can say which requests were stopped, and why a customer's was.",
    remediation=Remediation(
        summary="Add a logging configuration",
        snippet=(
            "wafv2.WebAclLoggingConfiguration(\n    name, resource_arn=acl.arn, log_destination_configs=[logs.arn]\n)"
        ),
    ),
    catalogue=("WAF-02",),
    types=(WEB_ACL,),
    check=check,
    looks_around=True,
)
