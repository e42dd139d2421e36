"""A service's rights reach the tables of its own stack, and no other service's (CON-7)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from graph.values import Unknown
from policies.control import Control, Remediation, Severity
from policies.documents import OPEN, Statement, matches, read_policy
from policies.permissions import ATTACHMENTS, POLICIES, attached, documents
from policies.readings import Reading
from policies.subject import Subject, View
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of

TABLE = "aws:dynamodb/table:Table"
RECORD = "atoll:registry:DeploymentRecord"
ONE = re.compile(r"table/([^/*?]+)(/.*)?")
"""The last part of the ARN of one table, or of its indexes and streams."""
HIDDEN = re.compile(r"\$\{urn:pulumi:(unknown#|[^}]*pulumi:pulumi:StackReference::)")
"""An ARN of which nobody knows before deployment whether it is a table of another stack."""
AWS_OWN = "arn:aws:iam::aws:policy/"
EVERY_TABLE = re.compile(
    r"DynamoDB|^(AdministratorAccess|PowerUserAccess|ReadOnlyAccess|DataScientist|DatabaseAdministrator)$"
)
"""Names of AWS's own policies that reach all tables of an account."""


def check(holder: Subject) -> Verdict:
    """Tables by name, whatever the spelling; a reference to a table leads to one of this very stack."""
    stack = holder.view
    if not stack.once(RECORD, "", lambda: any(node.type == RECORD for node in stack.graph)):
        return NotApplicable("the stack is no service's")
    verdicts: list[Verdict] = []
    if holder.type in ATTACHMENTS:
        verdicts.append(attached(holder, _reaches_no_table))
    if holder.type in POLICIES:
        found = documents(holder)
        readings = () if isinstance(found, Undecided) else found
        verdicts += [_judged(stack, document) for document in readings]
        verdicts += [found] if isinstance(found, Undecided) else []
    return all_of(*verdicts)


def _reaches_no_table(arn: Reading) -> Verdict:
    """The ARN of a policy that this stack makes is known only later; that policy is asked itself."""
    if isinstance(arn.value, Unknown) and (arn.value.references or arn.wired):
        return PASS
    if not arn.known:
        return arn.undecided()
    given = str(arn.value)
    if given.startswith(AWS_OWN) and EVERY_TABLE.search(given.rpartition("/")[2]):
        return Fail(f"it reaches tables of another service: {given}")
    return PASS


def _judged(stack: View, document: Reading) -> Verdict:
    statements = read_policy(document)
    if not isinstance(statements, tuple):
        return statements
    own = stack.once(TABLE, "names", lambda: {str(table.read("name").value) for table in stack.of_type(TABLE)})
    asked = [statement for statement in statements if statement.allow and _asks_tables(statement)]
    foreign = sorted({table for statement in asked for table in _foreign(statement, own)})
    if foreign:
        return Fail(f"it reaches tables of another service: {', '.join(foreign)}")
    hidden = any(HIDDEN.match(resource) for statement in asked for resource in statement.resources)
    return Undecided(document.path) if hidden else PASS


def _asks_tables(statement: Statement) -> bool:
    if statement.not_actions:
        return not any(matches(pattern, "dynamodb:*") for pattern in statement.not_actions)
    return any(matches(action.partition(":")[0], "dynamodb") for action in statement.actions)


def _foreign(statement: Statement, own: Collection[str]) -> Iterator[str]:
    """Names of tables that are not the stack's own, and patterns that may stand for any."""
    if statement.not_resources:
        yield f"all but {', '.join(statement.not_resources)}"
    for resource in statement.resources:
        if OPEN.match(resource):
            continue
        arn, _, service, _, _, rest = (*resource.split(":", 5), *[""] * 5)[:6]
        if arn == "arn" and service and not matches(service, "dynamodb"):
            continue
        named = ONE.fullmatch(rest)
        if named is None:  # a wildcard stands for colons, too: what ends early may be any table
            yield resource
        elif named[1] not in own:
            yield named[1]


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
    types=tuple(dict.fromkeys((*POLICIES, *ATTACHMENTS))),
    check=check,
    looks_around=True,
)
