"""Execute the SQL of the Data API, on a small database of each Aurora cluster."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.rds.exceptions import DBClusterNotFoundError
from moto.rds.models import DBCluster
from moto.rdsdata.responses import RDSDataServiceResponse

from contracts.recovery.actions import Store
from embedded.emulators.replication import PUMP, Change
from embedded.emulators.shims.aurora_global import cluster_of, group_of, takes_writes, volume_of
from embedded.emulators.volumes import READ_ONLY, SqlError

REASON = (
    "moto answers every SQL statement with no rows; whether orders survive a failover can only be counted where "
    "orders are kept, refused by a reader, and copied to the other region late."
)
_FIELDS = {"stringValue", "longValue", "doubleValue", "booleanValue"}


class _RefusedError(JsonRESTError):
    code = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class _DownError(_RefusedError):
    code = 504


def apply() -> None:
    """Replace the one action that moto has."""
    RDSDataServiceResponse.execute_statement = _execute  # type: ignore[method-assign]


def _execute(self: RDSDataServiceResponse) -> str:
    told: dict[str, Any] = json.loads(self.body)
    try:
        cluster = cluster_of(self.current_account, told["resourceArn"], self.region)
    except DBClusterNotFoundError:
        raise _RefusedError("BadRequestException", f"there is no cluster {told['resourceArn']}") from None
    if cluster.region != self.region:
        raise _RefusedError("BadRequestException", f"{told['resourceArn']} is not in {self.region}")
    writer = cluster.writer
    if writer is not None and PUMP.links.away.zone(writer.availability_zone):
        raise _DownError(
            "DatabaseUnavailableException", f"the writer of {cluster.db_cluster_identifier} does not answer"
        )
    parameters = {one["name"]: _plain(one["value"]) for one in told.get("parameters", [])}
    with PUMP.lock:
        try:
            columns, rows, changed = _run(cluster, told["sql"], parameters)
        except SqlError as refused:
            state = "25006" if str(refused) == READ_ONLY else "42000"
            raise _RefusedError("DatabaseErrorException", f"ERROR: {refused}; SQLState: {state}") from None
    answer: dict[str, Any] = {"numberOfRecordsUpdated": changed}
    if columns:
        answer = {"numberOfRecordsUpdated": 0, "records": [[_field(value) for value in row] for row in rows]}
        if told.get("includeResultMetadata"):
            answer["columnMetadata"] = [{"name": name, "label": name} for name in columns]
    return json.dumps(answer)


def _run(cluster: DBCluster, sql: str, parameters: dict[str, Any]) -> tuple[list[str], list[tuple[Any, ...]], int]:
    """Execute a statement, and put what it wrote on its way to the other regions."""
    volume = volume_of(cluster)
    before = volume.changes()
    result = volume.execute(sql, parameters, read_only=not takes_writes(cluster))
    group = group_of(cluster)
    if group is not None and cluster.is_writer and volume.changes() != before:
        for member in group.members:
            if member is not cluster:
                copy = partial(volume_of(member).execute, sql, parameters)
                PUMP.send(Change(Store.DATABASE, group.arn, PUMP.now(), cluster.region, member.region, copy))
    return result


def _plain(value: dict[str, Any]) -> Any:
    """A parameter as SQLite takes it."""
    return next((value[name] for name in _FIELDS if name in value), None)


def _field(value: Any) -> dict[str, Any]:
    """A value of a row as the Data API answers it."""
    if value is None:
        return {"isNull": True}
    if isinstance(value, int):
        return {"longValue": value}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": str(value)}
