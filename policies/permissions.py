"""What IAM gives to whom in a stack: policy documents in every place that holds one, and AWS's own by attachment."""

from __future__ import annotations

from collections.abc import Callable

from graph.values import FrozenList
from policies.documents import Statement, read_policy
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of

ROLE = "aws:iam/role:Role"
POLICIES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    ROLE,
)
"""Everything that holds documents; those of users are refused altogether."""
ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    ROLE,
)
"""Everything that gives an existing policy to somebody."""


def documents(holder: Subject) -> tuple[Reading, ...] | Undecided:
    """The documents of a resource: a policy's own, or the inline ones of a role."""
    if holder.type != ROLE:
        return (holder.read("policy"),)
    blocks = holder.blocks("inlinePolicies")
    return Undecided("inlinePolicies") if blocks is None else tuple(block.read("policy") for block in blocks)


def every_statement(holder: Subject, accepts: Callable[[Statement], str | None]) -> Verdict:
    """Ask every allowing statement; `accepts` says in words what is wrong with one, or None."""
    found = documents(holder)
    if isinstance(found, Undecided):
        return found
    return all_of(*(_judged(document, accepts) for document in found))


def _judged(document: Reading, accepts: Callable[[Statement], str | None]) -> Verdict:
    statements = read_policy(document)
    if not isinstance(statements, tuple):
        return statements
    wrong = [(s.sid or str(n), accepts(s)) for n, s in enumerate(statements, 1) if s.allow]
    return all_of(PASS, *(Fail(f"its statement {name} {what}") for name, what in wrong if what))


def allowed(*holders: Subject) -> tuple[Statement, ...] | Undecided | NotApplicable | Fail:
    """All statements of some resources together, as for one who has them all."""
    together: list[Statement] = []
    for holder in holders:
        found = documents(holder)
        if isinstance(found, Undecided):
            return found
        for document in found:
            statements = read_policy(document)
            if isinstance(statements, tuple):
                together += statements
            elif not isinstance(statements, NotApplicable):
                return statements
    return tuple(together) if together else NotApplicable("it has no policy of its own")


def attached(holder: Subject, check: Callable[[Reading], Verdict]) -> Verdict:
    """Ask every ARN of a policy that a resource attaches."""
    if holder.type != ROLE:
        return check(holder.read("policyArn"))
    arns = holder.read("managedPolicyArns")
    if arns.missing:
        return NotApplicable("it attaches no policy itself")
    if not isinstance(arns.value, FrozenList):
        return arns.undecided()
    return all_of(*(check(holder.read(f"managedPolicyArns[{index}]")) for index in range(len(arns.value))))
