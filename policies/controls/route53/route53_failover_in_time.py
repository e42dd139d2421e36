"""Health checks fail over within the time that DNS may take."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict


class Settings(ControlSettings):
    """How long."""

    seconds: int = 30
    """Most time from a failure until clients are sent elsewhere: REQUIREMENTS DR-2."""


RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
WITHOUT_REQUESTS = ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL")
ALIAS_SECONDS = 60
"""How long the answer of an alias to AWS lives; a record cannot say otherwise."""


def check(health: Subject) -> Verdict:
    """Interval times failures, and the longest life of the answers that depend on it. AWS waits for three failures.

    Answers depend on it by a calculated check, too.
    """
    kind = health.read("type")
    if kind.known and kind.value in WITHOUT_REQUESTS:
        return NotApplicable(f"a check of type {kind.value} sends no requests")
    readings = [health.read("requestInterval", default=30), health.read("failureThreshold", default=3)]
    asked = (health, *health.companions(CHECK, "childHealthchecks").certain)
    readings += [record.read("ttl") for one in asked for record in one.companions(RECORD, "healthCheckId").certain]
    unknown = [reading for reading in readings if not reading.known]
    if unknown or not kind.known:
        return (unknown or [kind])[0].undecided()
    settings: Settings = settings_of(health.view, CONTROL)
    interval, failures, *lives = (ALIAS_SECONDS if r.missing else int(float(str(r.value))) for r in readings)
    longest = max(lives, default=0)
    seconds = interval * failures + longest
    if seconds <= settings.seconds:
        return PASS
    parts = f"{interval} s x {failures} failures and {longest} s of cached answers"
    return Fail(f"{parts} are {seconds} s, they must be at most {settings.seconds}")


CONTROL = Control(
    id="route53-failover-in-time",
    title="Health checks fail over within the time that DNS may take",
    severity=Severity.MEDIUM,
    rationale="Clients are sent to a region that is gone for as long as nobody notices and answers are cached.",
    remediation=Remediation(
        summary="Check every 10 seconds, fail after one or two, and let answers live for 10 seconds",
        snippet=(
            "route53.HealthCheck(\n"
            '    name, type="HTTPS", fqdn=host, port=443, resource_path="/health",\n'
            "    request_interval=10, failure_threshold=2,\n"
            ")"
        ),
    ),
    catalogue=("R53-02",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=(CHECK,),
    check=check,
    looks_around=True,
)
