"""The capacity of tables follows the load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject, View
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
    targets = table.view.once(TARGET, "", lambda: Targets.of(table.view))
    around = targets.around(table)
    for target in around:
        if target.read("scalableDimension").value == dimension:
            return PASS
    unclear = [target for target in around if not target.read("scalableDimension").known]
    for target in (*unclear, *targets.anybodys):
        about = target.read("scalableDimension")
        if not about.known or about.value == dimension:
            return Undecided(f"resourceId or scalableDimension of {target}")
    return Fail(f"nothing scales its {dimension.rsplit(':', 1)[-1]}")


@dataclass(frozen=True)
class Targets:
    """The scaling targets of a stack by what they scale."""

    by_urn: Mapping[str, list[Subject]]
    by_name: Mapping[str, list[Subject]]
    anybodys: tuple[Subject, ...]
    """Those of which it cannot be told."""

    @staticmethod
    def of(stack: View) -> Targets:
        """Look at each target once."""
        by_urn: dict[str, list[Subject]] = defaultdict(list)
        by_name: dict[str, list[Subject]] = defaultdict(list)
        anybodys: list[Subject] = []
        for target in stack.of_type(TARGET):
            resource, referred = target.read("resourceId"), target.referred("resourceId")
            for other in referred:
                by_urn[other.urn].append(target)
            if resource.known:
                by_name[str(resource.value).removeprefix("table/")].append(target)
            elif not referred:
                anybodys.append(target)
        return Targets(by_urn, by_name, tuple(anybodys))

    def around(self, table: Subject) -> tuple[Subject, ...]:
        """The targets of one table."""
        named = [target for name in sorted(table.identifiers()) for target in self.by_name.get(name, ())]
        return (*self.by_urn.get(table.urn, ()), *named)


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
