"""Only the role for emergencies has AdministratorAccess."""

from __future__ import annotations

import re

from graph.values import Unknown
from policies.control import Control, Remediation, Severity
from policies.permissions import ATTACHMENTS, ROLE, attached
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, NotApplicable, Verdict

TAG = "BreakGlass"
"""Tag of a role for emergencies, whatever its name; its value is `true`. Its use raises an alarm (`TrailAlarms`)."""
BREAK_GLASS = re.compile(r"(?i)break-?glass")
FULL = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")


def check(holder: Subject) -> Verdict:
    """Of AWS's own policies those that give everything, or let one give it to oneself."""
    roles = [holder] if holder.type == ROLE else list(holder.referred("role"))
    names = [holder.node.name, *(str(holder.read(name).value) for name in ("role", "name"))]
    names += [role.node.name for role in roles]
    tagged = any(str(role.read(f"tags.{TAG}").value).lower() == "true" for role in roles)
    if tagged or any(BREAK_GLASS.search(name) for name in names):
        return NotApplicable("it is for emergencies")
    return attached(holder, _no_administrator)


def _no_administrator(arn: Reading) -> Verdict:
    """The ARN of a policy that this stack makes is known only later, and is none of AWS's."""
    if isinstance(arn.value, Unknown) and (arn.value.references or arn.wired):
        return PASS
    return arn.must(
        lambda value: (
            not str(value).startswith("arn:aws:iam::aws:policy/") or str(value).rpartition("/")[2] not in FULL
        ),
        "a policy with less",
    )


CONTROL = Control(
    id="iam-administrator-access-for-break-glass-only",
    title="Only the role for emergencies has AdministratorAccess",
    severity=Severity.HIGH,
    rationale="Whoever gets such credentials owns the account.",
    remediation=Remediation(
        summary="Attach a policy with what is needed",
        snippet="iam.RolePolicyAttachment(name, role=role.name, policy_arn=policy.arn)",
    ),
    catalogue=("IAM-04",),
    companions=("service-keeps-to-own-tables",),
    types=ATTACHMENTS,
    check=check,
)
