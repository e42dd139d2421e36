"""Where clients are led: away from a region, to others, out of a zone."""

from __future__ import annotations

from contracts.recovery import actions
from contracts.recovery.calls import Argument, Call, Move, Read, Scalar, Where
from contracts.recovery.procedures.checks import alarm

GLOBAL_REGION = "us-east-1"
"""Region that Route 53's requests are signed for."""
ACCELERATOR_REGION = "us-west-2"
"""Region of Global Accelerator's API."""


def evacuation(action: actions.SetEvacuation) -> Move:
    """Say that a region is left, or no longer."""
    so = alarm(action.region, action.alarm, "ALARM" if action.evacuated else "OK")
    datum = {
        "MetricName": action.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(action.dimensions.items())],
        "Value": float(action.evacuated),
    }
    call = Call(
        service="cloudwatch",
        operation="PutMetricData",
        region=action.region,
        parameters={"Namespace": action.namespace, "MetricData": [datum]},
    )
    return Move(call=call, already=so, until=so)


def lead(action: actions.SetTraffic) -> tuple[Move, ...]:
    """Give regions their shares."""
    through, shares = action.through, action.shares
    # The region that gains comes first: between two calls there is never none.
    regions = sorted(shares, key=lambda region: (-shares[region], region))
    if isinstance(through, actions.TrafficDials):
        return tuple(_dial(through.endpoint_groups[region], shares[region]) for region in regions)
    return tuple(
        _weight(record, shares[region], len(through.records))
        for region in regions
        for record in through.records[region]
    )


def _dial(group: str, share: int) -> Move:
    def call(operation: str, **parameters: Scalar) -> Call:
        return Call(
            service="globalaccelerator",
            operation=operation,
            region=ACCELERATOR_REGION,
            parameters={"EndpointGroupArn": group, **parameters},
        )

    # A dial is no share: 100 lets a region take all that is nearest to it, 0 none.
    dial = 100.0 if share else 0.0
    so = Read(call=call("DescribeEndpointGroup"), at=("EndpointGroup", "TrafficDialPercentage"), value=dial)
    return Move(call=call("UpdateEndpointGroup", TrafficDialPercentage=dial), already=so, until=so)


def _weight(record: actions.WeightedRecord, share: int, regions: int) -> Move:
    so = Read(
        call=Call(
            service="route53",
            operation="ListResourceRecordSets",
            region=GLOBAL_REGION,
            parameters={
                "HostedZoneId": record.zone_id,
                "StartRecordName": record.name,
                "StartRecordType": record.type,
                "MaxItems": str(regions),
            },
        ),
        at=("ResourceRecordSets", Where(field="SetIdentifier", equals=record.set_identifier), "Weight"),
        value=share,
    )
    wanted = {
        "Name": record.name,
        "Type": record.type,
        "SetIdentifier": record.set_identifier,
        "Weight": share,
        "AliasTarget": {
            "HostedZoneId": record.alias_zone_id,
            "DNSName": record.alias_name,
            "EvaluateTargetHealth": True,
        },
        **({"HealthCheckId": record.health_check_id} if record.health_check_id else {}),
    }
    call = Call(
        service="route53",
        operation="ChangeResourceRecordSets",
        region=GLOBAL_REGION,
        parameters={
            "HostedZoneId": record.zone_id,
            "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": wanted}]},
        },
    )
    return Move(call=call, already=so, until=so)


def shift(action: actions.ShiftZone) -> Move:
    """Lead a load balancer's clients out of a zone."""
    so = Read(
        call=Call(
            service="arc-zonal-shift",
            operation="GetManagedResource",
            region=action.region,
            parameters={"resourceIdentifier": action.load_balancer_arn},
        ),
        at=("zonalShifts", 0, "appliedStatus"),
        value="APPLIED",
    )
    call = Call(
        service="arc-zonal-shift",
        operation="StartZonalShift",
        region=action.region,
        parameters={
            "resourceIdentifier": action.load_balancer_arn,
            "awayFrom": Argument(argument=action.zone),
            "expiresIn": f"{action.hours}h",
            "comment": "A zone is impaired: its recovery plan leads traffic away from it",
        },
    )
    return Move(call=call, already=so, until=so)
