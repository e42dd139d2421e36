"""No bucket policy grants anything to everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.documents import read_policy
from policies.exposure import open_to_anyone
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict


def check(policy: Subject) -> Verdict:
    """A statement that allows every principal, without a condition that says who asks or from which network."""
    statements = read_policy(policy.read("policy"))
    if not isinstance(statements, tuple):
        return statements
    public = [statement for statement in statements if open_to_anyone(statement)]
    return Fail(f"its statement {public[0].sid or 1} allows everyone") if public else PASS


CONTROL = Control(
    id="s3-bucket-policy-without-public-grant",
    title="No bucket policy grants anything to everyone",
    severity=Severity.CRITICAL,
    rationale="Everyone on the internet reads, or writes, what the statement names.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to an organization, an account or an endpoint",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{bucket_arn}/*",\n'
            '    "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization_id}},\n'
            "}"
        ),
    ),
    catalogue=("S3-11",),
    types=("aws:s3/bucketPolicy:BucketPolicy",),
    check=check,
)
