"""Databases and their parameter groups."""

from __future__ import annotations

from graph.values import Value
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import Undecided

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
GROUPS = {
    INSTANCE: ("parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"),
    CLUSTER: ("dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"),
    "aws:redshift/cluster:Cluster": ("clusterParameterGroupName", "aws:redshift/parameterGroup:ParameterGroup"),
}
"""Type → property that names its parameter group, and the group's type."""


def parameter(database: Subject, name: str, default: Value) -> Reading | Undecided:
    """A parameter of a database, from the group of this stack that it refers to.

    Args:
        database: instance or cluster.
        name: parameter, such as `rds.force_ssl`.
        default: what AWS takes where no group of the program sets it.
    """
    path, kind = GROUPS[database.type]
    named = database.read(path)
    if named.missing or (isinstance(named.value, str) and named.value.startswith("default.")):
        return Reading(name, default)
    group = parameter_group(database, path, kind)
    if group is None:
        return Undecided(f"{path}: a parameter group of another stack")
    blocks = group.blocks("parameters")
    if blocks is None:
        return Undecided(f"parameters of {group}")
    for block in blocks:
        key = block.read("name")
        if not key.known:
            return Undecided(f"parameters of {group}")
        if str(key.value).lower() == name:
            return Reading(f"{name} of {group}", block.read("value").value)
    return Reading(f"{name} of {group}", default)


def parameter_group(database: Subject, path: str, kind: str) -> Subject | None:
    """The group that a database refers to, by reference or by its literal name; None where the stack has no such."""
    referred = [other for other in database.referred(path) if other.type == kind]
    if len(referred) == 1:
        return referred[0]
    name = database.read(path).value
    named = [g for g in database.view.of_type(kind) if isinstance(name, str) and name in g.identifiers()]
    return named[0] if len(named) == 1 else None


def copied_from_another(database: Subject) -> str | None:
    """Why a database has neither a master user nor backups of its own; None where it has."""
    if not database.read("replicateSourceDb").missing or not database.read("replicationSourceIdentifier").missing:
        return "it is a replica, and has those of its source"
    secondary = database.type == CLUSTER and not database.read("globalClusterIdentifier").missing
    if secondary and database.read("masterUsername").missing and database.read("manageMasterUserPassword").missing:
        return "it is a secondary cluster of a global database, and has those of the primary"
    return None
