"""What must turn the controls of GuardDuty red."""

from __future__ import annotations

from tests.policies.kit import Mutation

MUTATIONS = (
    Mutation(
        control="guardduty-enabled",
        resource="compliant",
        remove=("detector",),
        says="the stack has no GuardDuty detector",
    ),
    Mutation(
        control="guardduty-enabled",
        resource="compliant",
        of="detector",
        change={"enable": False},
        says="enable is false, it must be true",
    ),
    Mutation(control="guardduty-enabled", resource="compliant", of="detector", unknown=("enable",)),
)
