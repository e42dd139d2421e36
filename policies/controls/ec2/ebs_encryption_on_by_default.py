"""New volumes of the region are encrypted by default."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import Fail, Verdict, all_of

DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def check(stack: View) -> Verdict:
    """The region's default is off until somebody turns it on, which this resource does unless told otherwise."""
    defaults = stack.of_type(DEFAULT)
    if not defaults:
        return Fail("the stack does not turn encryption of new volumes on")
    return all_of(*(default.read("enabled", default=True).must_be(True) for default in defaults))


CONTROL = StackControl(
    id="ebs-encryption-on-by-default",
    title="New volumes of the region are encrypted by default",
    severity=Severity.MEDIUM,
    rationale="Whoever forgets to ask for encryption gets a volume in clear.",
    remediation=Remediation(
        summary="Turn encryption by default on, once in every region of an account",
        snippet="ebs.EncryptionByDefault(name, enabled=True)",
    ),
    catalogue=("EC2-16",),
    check=check,
)
