"""Caches ask who comes."""

from __future__ import annotations

from graph.values import Secret
from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict, any_of


def check(group: Subject) -> Verdict:
    """A cache asks nobody where nobody says otherwise."""
    secret = isinstance(group.node.inputs.get("authToken"), Secret)
    if secret and not group.read("globalReplicationGroupId").missing:
        return NotApplicable("it follows the primary of its Global Datastore, whose token the deployment reads for it")
    # A token is a secret always; the provider itself refuses one of fewer than 16 characters.
    token = PASS if secret else group.read("authToken").must_be_set()
    verdict = any_of(token, group.read("userGroupIds").must_be_set())
    return Fail("neither authToken nor userGroupIds is set") if isinstance(verdict, Fail) else verdict


CONTROL = Control(
    id="elasticache-authenticated",
    title="Caches ask who comes",
    severity=Severity.MEDIUM,
    rationale="Every process within the security group reads and changes every session.",
    remediation=Remediation(
        summary="Set an auth token, or a user group",
        snippet='elasticache.ReplicationGroup(name, description="Cache", user_group_ids=[users.id])',
    ),
    catalogue=("ELC-04",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    check=check,
)
