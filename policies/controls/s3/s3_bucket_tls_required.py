"""Bucket policies refuse requests without TLS."""

from __future__ import annotations

from policies.buckets import BUCKETS, companions
from policies.control import Control, Remediation, Severity
from policies.documents import Statement, is_open, read_policy
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of

POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SECURE = "aws:securetransport"


def check(bucket: Subject) -> Verdict:
    """Its policies deny every action without TLS, on the bucket itself and on its objects."""
    own = bucket.read("policy")
    around = companions(bucket, POLICY)
    policies = [policy.read("policy") for policy in around.certain]
    if not policies and not around.possible and not own.missing:
        policies = [own]
    if not policies:
        return Undecided(f"bucket of {around.possible[0]}") if around.possible else Fail("it has no bucket policy")
    return all_of(*(_refuses(bucket, policy) for policy in policies))


def _refuses(bucket: Subject, policy: Reading) -> Verdict:
    statements = read_policy(policy)
    if not isinstance(statements, tuple):
        return Fail("its policy is not set") if isinstance(statements, NotApplicable) else statements
    resources = [resource for statement in statements if _denies(statement) for resource in statement.resources]
    names = _arns(bucket)
    parts = (("the bucket", ""), ("its objects", "/*"))
    lacking = [what for what, tail in parts if not _covered(names, tail, resources)]
    if not lacking:
        return PASS
    if any(is_open(resource) for resource in resources):
        return Undecided(policy.path)
    return Fail(f"its policy does not deny requests without TLS to {' and '.join(lacking)}")


def _denies(statement: Statement) -> bool:
    """Nobody and nothing is excepted: all principals, all actions, and no other condition."""
    return (
        not statement.allow
        and statement.anyone
        and bool({"*", "s3:*"} & set(statement.actions))
        and len(statement.conditions) == 1
        and statement.conditions[0].key == SECURE
        and statement.conditions[0].operator in {"bool", "boolifexists", "stringequals"}
        and statement.conditions[0].values == ("false",)
    )


def _arns(bucket: Subject) -> tuple[str, ...]:
    """All texts by which a document may name the bucket."""
    urn = bucket.urn
    made = [f"${{{urn}#arn}}", *(f"arn:aws:s3:::${{{urn}#{output}}}" for output in ("id", "bucket"))]
    return (*made, *(f"arn:aws:s3:::{name}" for name in bucket.identifiers()))


def _covered(arns: tuple[str, ...], tail: str, resources: list[str]) -> bool:
    return any(r in {"*", "arn:aws:s3:::*"} or r in {f"{arn}{tail}" for arn in arns} for r in resources)


CONTROL = Control(
    id="s3-bucket-tls-required",
    title="Bucket policies refuse requests without TLS",
    severity=Severity.MEDIUM,
    rationale="Over plain HTTP, whoever sits on the way reads objects and steals signed URLs.",
    remediation=Remediation(
        summary="Deny everything where aws:SecureTransport is false, on the bucket and on its objects",
        snippet=(
            "statement = {\n"
            '    "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [bucket_arn, f"{bucket_arn}/*"],\n'
            '    "Condition": {"Bool": {"aws:SecureTransport": "false"}},\n'
            "}"
        ),
    ),
    catalogue=("S3-03",),
    types=BUCKETS,
    check=check,
    looks_around=True,
)
