"""Databases refuse connections without TLS."""

from __future__ import annotations

from graph.values import Secret, Unknown, Value
from policies.control import Control, Remediation, Severity
from policies.databases import CLUSTER, INSTANCE, parameter
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict

PARAMETERS = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "sqlserver": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
}
"""Beginning of `engine` → parameter that forces it."""
FORCED_SINCE = {"postgres": 15, "aurora-postgresql": 17}
"""Engine → first major version whose default forces it."""
ON = frozenset({"1", "1.0", "on", "true"})


def check(database: Subject) -> Verdict:
    """AWS's own groups force it from PostgreSQL 15 and Aurora PostgreSQL 17 on; the program's groups inherit that."""
    engine = database.read("engine")
    if not engine.known:
        return engine.undecided()
    name = next((name for prefix, name in PARAMETERS.items() if str(engine.value).startswith(prefix)), None)
    if name is None:
        return NotApplicable(f"{engine.text()} has no parameter for it")
    version = database.read("engineVersion")
    forced = parameter(database, name, _default(str(engine.value), version))
    if isinstance(forced, Undecided):
        return forced
    return forced.must(lambda value: str(value).lower() in ON, "1")


def _default(engine: str, version: Reading) -> Value:
    """The parameter where nobody sets it; unknown where the version is."""
    if isinstance(version.value, Unknown | Secret):
        return version.value
    major = str(version.value).split(".", 1)[0]
    return "1" if major.isdigit() and int(major) >= FORCED_SINCE.get(engine, 1000) else "0"


CONTROL = Control(
    id="rds-tls-forced",
    title="Databases refuse connections without TLS",
    severity=Severity.HIGH,
    rationale="A client that does not ask for TLS sends its password and its rows in clear.",
    remediation=Remediation(
        summary="Force it in the parameter group",
        snippet=(
            "rds.ParameterGroup(\n"
            '    name, family="postgres17", parameters=[{"name": "rds.force_ssl", "value": "1"}],\n'
            ")"
        ),
    ),
    catalogue=("RDS-17",),
    types=(INSTANCE, CLUSTER),
    check=check,
    looks_around=True,
)
