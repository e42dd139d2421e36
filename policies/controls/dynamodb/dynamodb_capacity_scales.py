"""The capacity of tables follows the load."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

TARGET = "aws:appautoscaling/target:Target"
DIMENSIONS = ("dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits")


def check(table: Subject) -> Verdict:
    """Capacity is fixed where nobody says otherwise."""
    mode = table.read("billingMode", default="PROVISIONED")
    if not mode.known:
        return mode.undecided()
    return PASS if mode.value == "PAY_PER_REQUEST" else all_of(*(_scales(table, dimension) for dimension in DIMENSIONS))


def _scales(table: Subject, dimension: str) -> Verdict:
    unclear: Verdict | None = None
    for target in table.view.of_type(TARGET):
        about = target.read("scalableDimension")
        named = _is_of(target, table)
        if named is False or (about.known and about.value != dimension):
            continue
        if named is None or not about.known:
            unclear = Undecided(f"resourceId or scalableDimension of {target}")
            continue
        return PASS
    return unclear or Fail(f"nothing scales its {dimension.rsplit(':', 1)[-1]}")


def _is_of(target: Subject, table: Subject) -> bool | None:
    """Whether a target is the table's; None where that cannot be told."""
    resource = target.read("resourceId")
    if table.urn in {other.urn for other in target.referred("resourceId")}:
        return True
    if not resource.known:
        return False if target.referred("resourceId") else None
    return str(resource.value).removeprefix("table/") in table.identifiers()


CONTROL = Control(
    id="dynamodb-capacity-scales",
    title="The capacity of tables follows the load",
    severity=Severity.MEDIUM,
    rationale="A table of fixed capacity refuses requests at the peak, and costs as much at night.",
    remediation=Remediation(
        summary="Pay per request, or add a scaling target for reads and one for writes",
        snippet='dynamodb.Table(name, billing_mode="PAY_PER_REQUEST")',
    ),
    catalogue=("DDB-04",),
    pillar=Pillar.RELIABILITY,
    types=("aws:dynamodb/table:Table",),
    check=check,
    looks_around=True,
)
