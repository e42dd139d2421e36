"""What the settings of security and edge must be to one another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.settings.detection import SecuritySettings
from contracts.settings.edge import EdgeSettings
from contracts.settings.rules.engine import Finding, rule
from contracts.settings.security import KeySettings

BUCKETS = ("assets", "uploads", "backups")
"""Buckets of an environment that hold data, and that Macie can be told to search."""


@rule("security")
def _evidence_has_a_bucket(security: SecuritySettings | None) -> Iterator[Finding]:
    if security is None or security.archive is not None:
        return
    writers = [name for name in ("guardduty", "macie", "trail", "recorder") if getattr(security, name) is not None]
    if writers:
        allowed = f"a bucket of evidence, for {', '.join(writers)} write to it"
        yield Finding(("security", "archive"), None, allowed, "say how long it keeps and locks them")


@rule("security", "keys")
def _evidence_has_a_key(security: SecuritySettings | None, keys: KeySettings) -> Iterator[Finding]:
    if security is None or security.archive is None:
        return
    if "audit" not in keys.purposes:
        purposes = ", ".join(keys.purposes)
        yield Finding(("keys", "purposes"), purposes, "a list with audit where security.archive is set", "add audit")


@rule("security")
def _evidence_outlives_its_lock(security: SecuritySettings | None) -> Iterator[Finding]:
    archive = security.archive if security else None
    if archive is None:
        return
    if archive.retention_days < archive.lock_days:
        allowed = f"at least lock_days ({archive.lock_days})"
        yield Finding(("security", "archive", "retention_days"), archive.retention_days, allowed, "raise it")
    if archive.glacier_after_days is not None and archive.glacier_after_days >= archive.retention_days:
        allowed = f"below retention_days ({archive.retention_days})"
        path = ("security", "archive", "glacier_after_days")
        yield Finding(path, archive.glacier_after_days, allowed, "lower it, or null")


@rule("security")
def _watchers_have_what_they_need(security: SecuritySettings | None) -> Iterator[Finding]:
    if security is None:
        return
    watched = security.guardduty is not None or security.delegated
    if security.incidents is not None and not watched:
        allowed = "null without security.guardduty, whose findings it acts on"
        yield Finding(("security", "incidents"), "set", allowed, "set security.guardduty too")
    if security.detective and not watched:
        allowed = "false without security.guardduty: Detective takes its data 48 hours after GuardDuty was switched on"
        yield Finding(("security", "detective"), True, allowed, "set security.guardduty too")
    if security.break_glass_role is not None and security.trail is None:
        allowed = "null without security.trail, whose events tell of its use"
        yield Finding(("security", "break_glass_role"), security.break_glass_role, allowed, "set security.trail too")


@rule("security")
def _jobs_search_buckets_that_are_there(security: SecuritySettings | None) -> Iterator[Finding]:
    for bucket in security.macie.jobs if security and security.macie else ():
        if bucket not in BUCKETS:
            path = ("security", "macie", "jobs", bucket)
            yield Finding(path, bucket, f"a bucket of the environment: {', '.join(BUCKETS)}", "name one of these")


@rule("edge")
def _firewall_is_on(edge: EdgeSettings) -> Iterator[Finding]:
    rules = edge.web_acl_rules
    if rules is not None and not edge.web_acl:
        yield Finding(("edge", "web_acl_rules"), "set", "null where web_acl is false", "set web_acl to true, or null")
    if rules is not None and "AWSManagedRulesCommonRuleSet" not in rules.managed_rules:
        path = ("edge", "web_acl_rules", "managed_rules")
        allowed = "a list with AWSManagedRulesCommonRuleSet"
        yield Finding(path, ", ".join(rules.managed_rules), allowed, "add it: the others suppose that it is there")
    if edge.shield is not None and edge.shield.automatic_response and not edge.web_acl:
        path = ("edge", "shield", "automatic_response")
        yield Finding(path, True, "false where web_acl is false", "Shield adds its rules to a web ACL: switch it on")
