"""How long the steps of a plan take, and who says so.

The figures are those of the recovery budget: published by AWS, measured once in public, or nobody's. A bound is given
only where one follows from configuration; AWS promises none for a failover.
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


CALL = _time(1, 2, "one request to AWS; no bound is published")
PEOPLE = _time(60, 300, "people: what the region's target leaves them; bounded by the step's timeout")
GLOBAL_FAILOVER = _time(60, 180, "Aurora Global failover: under a minute (product page), about 3 min measured in 2022")
GLOBAL_SWITCHOVER = _time(60, 180, "Aurora Global switchover: minutes (user guide); writes stop, nothing is lost")
CACHE = _time(60, 60, "ElastiCache Global Datastore: about a minute (user guide)")
SWITCH = _time(20, 90, "computed: a period of the alarm (60 s), and Route 53's reading of it (10 to 30 s)")
DIAL = _time(30, 60, "Global Accelerator: within 30 to 60 s (user guide)")
RECORDS = _time(5, 60, "Route 53: changes are in all servers within 60 s (developer guide)")
TASKS = _time(30, 90, "Fargate: no figure is published; a start of image and health checks is assumed")
NODES = _time(45, 90, "EKS node: 45 to 90 s tuned, 5 min reported")
READERS = _time(300, 600, "Aurora reader: no figure is published; an instance's creation is assumed")
WRITER = _time(5, 30, "Aurora failover in a region: seconds with AWS drivers, tens of seconds otherwise (user guide)")
ZONE = _time(1, 180, "ARC zonal shift: at once; connections drain for a few minutes (developer guide)")
RESTORE = _time(600, 3600, "restores: no figure is published; they grow with the data")
SERVICE = _time(1, 60, "one period of the alarm")


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
        case RestoreDatabase() | RestoreTable() | RestoreBackup():
            return RESTORE
        case VerifyService():
            return SERVICE
        case _:
            return CALL
