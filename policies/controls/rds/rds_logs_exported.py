"""Databases send their logs to CloudWatch."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, containing
from policies.databases import CLUSTER, INSTANCE
from policies.subject import Subject
from policies.verdicts import Verdict

LOGS = {
    "postgres": ("postgresql",),
    "aurora-postgresql": ("postgresql",),
    "mysql": ("audit", "error"),
    "aurora-mysql": ("audit", "error"),
    "mariadb": ("audit", "error"),
    "oracle": ("alert", "audit"),
    "sqlserver": ("error",),
    "db2": ("diag.log",),
}
"""Beginning of `engine` → logs that say who came and what went wrong."""


def check(database: Subject) -> Verdict:
    """AWS exports none where nobody says otherwise."""
    exported = database.read("enabledCloudwatchLogsExports")
    engine = database.read("engine")
    if not engine.known:
        return engine.undecided()
    logs = next((logs for prefix, logs in LOGS.items() if str(engine.value).startswith(prefix)), None)
    return exported.must_be_set() if logs is None else exported.must_contain(*logs)


def correct(inputs: Inputs) -> Inputs:
    """The logs that the engine has; what is exported already stays."""
    engine = str(inputs.get("engine"))
    logs = next((logs for prefix, logs in LOGS.items() if engine.startswith(prefix)), ())
    return containing("enabledCloudwatchLogsExports", *logs)(inputs)


CONTROL = Control(
    id="rds-logs-exported",
    title="Databases send their logs to CloudWatch",
    severity=Severity.MEDIUM,
    rationale="Without them nobody can tell who logged in, or why the database stood still.",
    remediation=Remediation(
        summary="Export the logs of the engine",
        snippet='rds.Instance(name, engine="postgres", enabled_cloudwatch_logs_exports=["postgresql"])',
    ),
    catalogue=("RDS-11", "RDS-12"),
    types=(INSTANCE, CLUSTER),
    check=check,
    correct=correct,
)
