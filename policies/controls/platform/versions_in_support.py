"""Engines and runtimes are of a version that AWS supports without extra charge."""

from __future__ import annotations

from contracts.versions import Engine, version_problem
from graph.values import Secret, Unknown
from policies.control import Control, Remediation, Severity
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Verdict

ENGINES = {
    "postgres": Engine.RDS_POSTGRES,
    "aurora-postgresql": Engine.RDS_POSTGRES,
    "redis": Engine.REDIS,
    "valkey": Engine.VALKEY,
}
"""Value of `engine` → whose versions count."""
FIXED = {"aws:eks/cluster:Cluster": (Engine.EKS, "version"), "aws:lambda/function:Function": (Engine.LAMBDA, "runtime")}
"""Type → engine and the property with its version."""


def check(resource: Subject) -> Verdict:
    """Where nobody says a version, AWS takes one of its own, which may be any."""
    if resource.type in FIXED:
        engine, path = FIXED[resource.type]
        if resource.type.startswith("aws:lambda/") and resource.read("packageType", default="Zip").value == "Image":
            return NotApplicable("an image brings its own runtime")
        return _judged(engine, resource.read(path), resource)
    named = resource.read("engine")
    if isinstance(named.value, Unknown | Secret):
        return named.undecided()
    engine = ENGINES.get(str(named.value))
    if engine is None:
        return NotApplicable(f"the platform has no table for the engine {named.text()}")
    return _judged(engine, resource.read("engineVersion"), resource)


def _judged(engine: Engine, version: Reading, resource: Subject) -> Verdict:
    if not version.known:
        return version.undecided()
    if version.missing:
        return Fail(f"{version.path} is not set, so that AWS chooses one")
    problem = version_problem(engine, str(version.value), resource.view.today)
    return Fail(problem) if problem else PASS


CONTROL = Control(
    id="versions-in-support",
    title="Every engine and runtime is of a version in standard support",
    severity=Severity.HIGH,
    rationale="Past its end of support a version gets no patches, costs extra, and is replaced when AWS chooses.",
    remediation=Remediation(
        summary="Move to a version of contracts/versions.py that is in support",
        snippet='rds.Instance(name, engine="postgres", engine_version="17.6")',
    ),
    catalogue=("EKS-02", "LAM-02"),
    types=(
        "aws:rds/instance:Instance",
        "aws:rds/cluster:Cluster",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        *FIXED,
    ),
    check=check,
)
