"""Secrets are rotated."""

from __future__ import annotations

import re

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of, any_of

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
RATE = re.compile(r"rate\((\d+) (hour|day)s?\)")
EVERY_MONTH = re.compile(r"cron\((\S+ ){3}(\*|\d+/[12]) \S+ \*\)")
"""A schedule that comes each month, or each second one."""


class Settings(ControlSettings):
    """How often."""

    days: int = 90
    """Most days between two rotations."""


def check(secret: Subject) -> Verdict:
    """Nobody rotates a secret where nobody says so."""
    found = secret.companions(ROTATION, "secretId")
    if not found.certain:
        return Undecided(f"secretId of {found.possible[0]}") if found.possible else Fail("nothing rotates it")
    settings: Settings = settings_of(secret.view, CONTROL)
    return any_of(*(_often(rotation, settings.days) for rotation in found.certain))


def _often(rotation: Subject, days: int) -> Verdict:
    schedule = rotation.read("rotationRules.scheduleExpression")
    often = rotation.read("rotationRules.automaticallyAfterDays").must_be_at_most(days, " days")
    if not schedule.missing:
        often = schedule.must(lambda text: _comes(str(text), days), f"a schedule that comes every {days} days")
    return all_of(rotation.read("rotationEnabled", default=True).must_be(True), often)


def _comes(schedule: str, days: int) -> bool:
    rate = RATE.fullmatch(schedule)
    if rate:
        return int(rate[1]) <= days * (24 if rate[2] == "hour" else 1)
    return EVERY_MONTH.fullmatch(schedule) is not None


CONTROL = Control(
    id="secrets-rotated",
    title="Secrets are rotated",
    severity=Severity.MEDIUM,
    rationale="A secret that leaked once opens the door for ever.",
    remediation=Remediation(
        summary="Add a rotation",
        snippet=(
            "secretsmanager.SecretRotation(\n"
            "    name, secret_id=secret.id, rotation_lambda_arn=rotator.arn,\n"
            '    rotation_rules={"automatically_after_days": 30}\n'
            ")"
        ),
    ),
    catalogue=("SM-01",),
    settings=Settings,
    types=("aws:secretsmanager/secret:Secret",),
    check=check,
    looks_around=True,
)
