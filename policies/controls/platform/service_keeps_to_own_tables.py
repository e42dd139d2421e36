"""A service's rights reach the tables of its own stack, and no other service's (CON-7)."""

from __future__ import annotations

import re

from policies.control import Control, Remediation, Severity
from policies.documents import Statement, is_open, read_policy
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict

TABLE = "aws:dynamodb/table:Table"
RECORD = "atoll:registry:DeploymentRecord"
ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:[^:]*:[^:]*:table/([^/]+)")
TYPES = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")


def check(policy: Subject) -> Verdict:
    """Tables by name; a reference to a table leads to one of this very stack."""
    stack = policy.view
    if not stack.once(RECORD, "", lambda: any(node.type == RECORD for node in stack.graph)):
        return NotApplicable("the stack is no service's")
    statements = read_policy(policy.read("policy"))
    if not isinstance(statements, tuple):
        return statements
    own = stack.once(TABLE, "names", lambda: {str(table.read("name").value) for table in stack.of_type(TABLE)})
    foreign = sorted({table for statement in statements for table in _tables(statement)} - own)
    return Fail(f"it reaches tables of another service: {', '.join(foreign)}") if foreign else PASS


def _tables(statement: Statement) -> set[str]:
    if not statement.allow or not any(action.startswith(("dynamodb:", "*")) for action in statement.actions):
        return set()
    named = {match[1] for resource in statement.resources if (match := ARN.match(resource))}
    # The whole of DynamoDB, or a pattern, is every service's tables.
    named |= {resource for resource in statement.resources if resource == "*" and not is_open(resource)}
    return named


CONTROL = Control(
    id="service-keeps-to-own-tables",
    title="A service reads and writes no table of another service",
    severity=Severity.HIGH,
    rationale="Who reads another's table breaks when its shape changes, and nobody can tell before.",
    remediation=Remediation(
        summary="Ask the other service's operation, or listen to its events; see contract.yaml, consumes",
        snippet='{"consumes": {"order/inventory": {"version": "^1.0.0", "calls": {"checkStock": {}}}}}',
    ),
    catalogue=(),
    types=TYPES,
    check=check,
    looks_around=True,
)
