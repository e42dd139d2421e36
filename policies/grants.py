"""What a resource's own policy grants to everyone."""

from __future__ import annotations

from policies.documents import read_policy
from policies.exposure import open_to_anyone
from policies.readings import Reading
from policies.verdicts import PASS, Fail, Verdict


def nothing_for_everyone(policy: Reading) -> Verdict:
    """Whether no statement allows every principal without saying which account, organization or network asks."""
    statements = read_policy(policy)
    if not isinstance(statements, tuple):
        return statements
    for number, statement in enumerate(statements, start=1):
        if open_to_anyone(statement):
            return Fail(f"statement {statement.sid or number} of its {policy.path} allows everyone")
    return PASS
