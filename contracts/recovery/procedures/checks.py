"""What a plan asks before and after it changes anything: alarms tell it."""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.actions import Health
from contracts.recovery.calls import Call, Demand, Read


def alarm(region: str, name: str, state: str) -> Read:
    """Whether an alarm is in a state."""
    call = Call(service="cloudwatch", operation="DescribeAlarms", region=region, parameters={"AlarmNames": [name]})
    return Read(call=call, at=("MetricAlarms", 0, "StateValue"), value=state)


def health(action: actions.CheckRegionHealth) -> Demand:
    """Whether a region is as the plan takes it to be."""
    state = "OK" if action.expected is Health.HEALTHY else "ALARM"
    return Demand(
        read=alarm(action.region, action.alarm, state),
        patient=False,
        otherwise=f"{action.region} is not {action.expected}: {action.alarm} is not {state}. Nothing was changed.",
    )


def lag(action: actions.CheckReplicationLag) -> Demand:
    """Whether a copy is near enough to be taken."""
    return Demand(
        read=alarm(action.region, action.alarm, "OK"),
        patient=False,
        waived=action.accepted,
        otherwise=(
            f"The {action.store} of {action.region} lags more than {action.limit_seconds:g} s, or its lag is unknown: "
            "wait until it has caught up, or accept the loss with the plan that says so."
        ),
    )


def answers(action: actions.VerifyService) -> Demand:
    """Whether a region serves well."""
    return Demand(
        read=alarm(action.region, action.alarm, "OK"),
        patient=True,
        otherwise=f"{action.region} does not serve well: {action.alarm} is not OK.",
    )
