"""From what a step shall achieve to the calls of AWS that achieve it: said once, for every execution of a plan.

Every change asks first whether it is so already, so that a plan may be run twice, or resumed where it was killed.
Waiting and approval are no calls: each execution has its own way to do them.
"""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.calls import Call, Move, Piece
from contracts.recovery.procedures import capacity, checks, restores, traffic, writers


def procedure(action: actions.Action) -> tuple[Piece, ...]:
    """What an action asks and calls, in order; nothing for waiting and approval."""
    match action:
        case actions.CheckRegionHealth():
            return (checks.health(action),)
        case actions.CheckReplicationLag():
            return (checks.lag(action),)
        case actions.VerifyService():
            return (checks.answers(action),)
        case actions.VerifyWriter():
            return (writers.writes_there(action),)
        case actions.Reconcile():
            return (writers.left_behind(action),)
        case actions.SetWrites():
            return (writers.writes(action),)
        case actions.SetEvacuation():
            return (traffic.evacuation(action),)
        case actions.SetTraffic():
            return traffic.lead(action)
        case actions.AuroraGlobalFailover():
            return (writers.writer(action),)
        case actions.ElasticacheGlobalFailover():
            return (writers.cache(action),)
        case actions.ScaleService():
            return capacity.tasks(action)
        case actions.ScaleNodes():
            return (capacity.nodes(action),)
        case actions.ScaleReaders():
            return (capacity.readers(action),)
        case actions.RestoreDatabase():
            return restores.database(action)
        case actions.RestoreTable():
            return (restores.table(action),)
        case actions.RestoreBackup():
            return (restores.backup(action),)
        case actions.DatabaseFailover():
            return (writers.reader(action),)
        case actions.ShiftZone():
            return (traffic.shift(action),)
        case actions.Notify():
            return (_told(action),)
        case actions.Wait() | actions.Approval():
            return ()


def _told(action: actions.Notify) -> Move:
    call = Call(
        service="sns",
        operation="Publish",
        region=action.region,
        parameters={"TopicArn": action.topic_arn, "Subject": action.subject, "Message": action.message},
    )
    return Move(call=call, already=None)
