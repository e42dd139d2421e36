"""Stages of REST APIs stand behind a web ACL."""

from __future__ import annotations

from graph.values import FrozenList
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict
from policies.web_acls import guarded

PRIVATE = ("PRIVATE", FrozenList(["PRIVATE"]))


def check(stage: Subject) -> Verdict:
    """An API for a VPC alone has nobody on the internet to fear."""
    apis = stage.referred("restApi")
    if apis and any(api.read("endpointConfiguration.types").value in PRIVATE for api in apis):
        return NotApplicable("its API is private")
    return guarded(stage)


CONTROL = Control(
    id="rest-stage-behind-waf",
    title="Stages of REST APIs stand behind a web ACL",
    severity=Severity.MEDIUM,
    rationale="Common attacks and floods reach the functions unfiltered.",
    remediation=Remediation(
        summary="Associate a web ACL",
        snippet="wafv2.WebAclAssociation(name, resource_arn=stage.arn, web_acl_arn=acl.arn)",
    ),
    catalogue=("API-04",),
    types=("aws:apigateway/stage:Stage",),
    check=check,
    looks_around=True,
)
