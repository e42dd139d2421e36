"""Tables have a replica in another region."""

from __future__ import annotations

from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of

REPLICA = "aws:dynamodb/tableReplica:TableReplica"


class Settings(ControlSettings):
    """How many."""

    regions: int = 1
    """Least number of other regions; 0 where an environment has one region."""
    elsewhere: str = ""
    """Stack of the other region that makes replicas of the tables which leave theirs to it (`ignore_changes`)."""


def check(table: Subject) -> Verdict:
    """A table has no replica where nobody says otherwise."""
    settings: Settings = settings_of(table.view, CONTROL)
    if settings.regions == 0:
        return NotApplicable("the environment has one region")
    if settings.elsewhere and "replicas" in table.node.options.ignore_changes:
        return NotApplicable(f"its replica is made by the stack {settings.elsewhere}")
    replicas = table.blocks("replicas")
    if replicas is None:
        return Undecided("replicas")
    around = table.companions(REPLICA, "globalTableArn")
    regions = {replica.read("regionName").text() for replica in replicas} | {each.urn for each in around.certain}
    if len(regions) >= settings.regions:
        return all_of(PASS, *(replica.read("regionName").must_be_set() for replica in replicas))
    if around.possible:
        return Undecided(f"globalTableArn of {around.possible[0]}")
    return Fail(f"it has {len(regions)} replicas, it must have at least {settings.regions}")


CONTROL = Control(
    id="dynamodb-replicated-to-peer-region",
    title="Tables have a replica in another region",
    severity=Severity.MEDIUM,
    rationale="A table in one region is gone as long as the region is.",
    remediation=Remediation(
        summary="Add a replica in the peer region",
        snippet=(
            "dynamodb.Table(\n"
            '    name, stream_enabled=True, replicas=[{"region_name": "us-west-2",\n'
            '    "kms_key_arn": peer_key_arn}],\n'
            ")"
        ),
    ),
    catalogue=("DDB-05",),
    pillar=Pillar.RELIABILITY,
    settings=Settings,
    types=("aws:dynamodb/table:Table",),
    check=check,
    looks_around=True,
)
