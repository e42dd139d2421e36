"""Identity pools have no guests."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(pool: Subject) -> Verdict:
    """There are none where nobody says so."""
    return pool.read("allowUnauthenticatedIdentities", default=False).must_be(False)


CONTROL = Control(
    id="cognito-guests-refused",
    title="Identity pools have no guests",
    severity=Severity.MEDIUM,
    rationale="Everyone gets credentials of the account.",
    remediation=Remediation(
        summary="Set allow_unauthenticated_identities to False",
        snippet="cognito.IdentityPool(name, identity_pool_name=name, allow_unauthenticated_identities=False)",
    ),
    catalogue=("COG-03",),
    types=("aws:cognito/identityPool:IdentityPool",),
    check=check,
)
