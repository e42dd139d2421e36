"""How long the steps of a plan take, and who says so.

A source that begins with a term names one of the recovery budget's (`analysis/recovery/terms.yaml`), whose figures a
test holds these to. A bound is given only where AWS or configuration gives one; there is none for a failover.
"""

from __future__ import annotations

from contracts.recovery.actions import (
    Action,
    Approval,
    AuroraGlobalFailover,
    DatabaseFailover,
    ElasticacheGlobalFailover,
    RecordWeights,
    RestoreBackup,
    RestoreDatabase,
    RestoreTable,
    ScaleNodes,
    ScaleReaders,
    ScaleService,
    SetEvacuation,
    SetTraffic,
    ShiftZone,
    Takeover,
    VerifyService,
    Wait,
)
from contracts.recovery.plan import Expected


def _time(best: int, typical: int, source: str, bound: int | None = None) -> Expected:
    return Expected(best_seconds=best, typical_seconds=typical, bound_seconds=bound, source=source)


CALL = _time(1, 2, "one request to AWS; nothing is published")
PEOPLE = _time(60, 300, "people-decide: a person decides to give the region up and approves the plan")
GLOBAL_FAILOVER = _time(30, 60, "aurora-global-failover: Aurora Global Database promotes the other region")
GLOBAL_SWITCHOVER = _time(
    60, 180, "nothing is published: a failover and the wait until all is replicated; writes stop, nothing is lost"
)
CACHE = _time(30, 60, "cache-global-failover: the other region of a Global Datastore is promoted, by hand")
SWITCH = _time(20, 90, "computed: a period of the alarm (60 s), and Route 53's reading of it (10 to 30 s)")
DIAL = _time(5, 30, "accelerator-failover: Global Accelerator leads away from an endpoint that is unhealthy", 60)
RECORDS = _time(5, 60, "Route 53 developer guide: a change is on all servers within 60 s; no bound is published")
TASKS = _time(20, 60, "fargate-start: ECS notices the loss and starts tasks on Fargate")
NODES = _time(45, 90, "node-start: a node starts and joins the cluster")
READERS = _time(120, 600, "aurora-recreate: Aurora makes a new writer, for there is no reader in another place")
WRITER = _time(5, 30, "aurora-failover: Aurora promotes a reader of the cluster")
ZONE = _time(1, 180, "ARC developer guide: a zonal shift acts at once, connections drain for a few minutes")
RESTORE_DATABASE = _time(900, 3600, "restore-database: a database is restored from a backup or to a moment")
RESTORE_TABLE = _time(600, 3600, "restore-table: a table is restored to a moment, and clients are led to it")
SERVICE = _time(1, 60, "computed: one period of the alarm (60 s)")


def expected(action: Action) -> Expected:
    """How long an action takes."""
    match action:
        case Wait():
            return _time(action.seconds, action.seconds, "the plan itself", action.seconds)
        case Approval():
            return PEOPLE
        case AuroraGlobalFailover():
            return GLOBAL_FAILOVER if action.takeover is Takeover.FAILOVER else GLOBAL_SWITCHOVER
        case ElasticacheGlobalFailover():
            return CACHE
        case SetEvacuation():
            return SWITCH
        case SetTraffic():
            return RECORDS if isinstance(action.through, RecordWeights) else DIAL
        case ScaleService():
            return TASKS
        case ScaleNodes():
            return NODES
        case ScaleReaders():
            return READERS
        case DatabaseFailover():
            return WRITER
        case ShiftZone():
            return ZONE
        case RestoreTable() | RestoreBackup(resource="DynamoDB"):
            return RESTORE_TABLE
        case RestoreDatabase() | RestoreBackup():
            return RESTORE_DATABASE
        case VerifyService():
            return SERVICE
        case _:
            return CALL
