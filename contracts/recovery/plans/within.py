"""What is done within one region: a zone, the database's writer, data that is wrong."""

from __future__ import annotations

from contracts.recovery.actions import (
    DatabaseFailover,
    RestoreBackup,
    RestoreDatabase,
    RestoreTable,
    ShiftZone,
)
from contracts.recovery.facts import DatabaseFacts, RecoveryFacts, RegionFacts
from contracts.recovery.plan import AbortPolicy, OnFailure, PlanKind, RecoveryPlan, Step
from contracts.recovery.plans import steps
from contracts.recovery.plans.steps import names

MOMENT, ZONE = "restore_time", "zone_id"
NO_RETURN = "approve"


def leave_zone(facts: RecoveryFacts, region: str) -> RecoveryPlan:
    """Lead traffic away from a zone, for some hours."""
    here = facts.regions[region]
    shift = steps.step(
        "shift-traffic",
        "The load balancer sends nothing to the zone",
        ShiftZone(region=region, load_balancer_arn=here.load_balancer_arn, zone=ZONE),
        # It ends by itself, and with `aws arc-zonal-shift cancel-zonal-shift` before.
        on_failure=OnFailure.GO_ON,
    )
    begin = steps.told(here, f"{PlanKind.LEAVE_ZONE}-{region}", "A zone is left", name="tell-begin", after=())
    verify = steps.verified(facts, writer=here, serving=[here], after=(shift.id,))[-1:]
    return RecoveryPlan(
        name=f"{PlanKind.LEAVE_ZONE}-{region}",
        kind=PlanKind.LEAVE_ZONE,
        title=f"A zone of {region} is impaired: go on with the others",
        source_region=None,
        target_region=region,
        loses_data=False,
        arguments={ZONE: "Id of the zone (use1-az1): aws ec2 describe-availability-zones tells them"},
        steps=(begin, shift, *verify),
        abort=AbortPolicy(
            advice=(
                "The shift ends by itself after 12 hours. Aurora and the services have left the zone by themselves; if "
                f"the writer has not, run database-{region}."
            )
        ),
    )


def database(facts: RecoveryFacts, region: str) -> RecoveryPlan | None:
    """Let a reader take over; None where there is none."""
    here = facts.regions[region]
    if here.database is None or here.database.reader is None:
        return None
    take = steps.step(
        "take-over",
        f"{here.database.reader} becomes the writer of {here.database.cluster}",
        DatabaseFailover(region=region, cluster=here.database.cluster, target_instance=here.database.reader),
    )
    name = f"{PlanKind.DATABASE}-{region}"
    end = steps.told(here, name, "A reader has become the writer", name="tell-end", after=(take.id,))
    return RecoveryPlan(
        name=name,
        kind=PlanKind.DATABASE,
        title=f"The writer of {region} is impaired: a reader takes over",
        source_region=None,
        target_region=region,
        loses_data=False,
        steps=(take, *steps.verified(facts, writer=here, serving=[here], after=(take.id,))[-1:], end),
        abort=AbortPolicy(
            point_of_no_return=take.id,
            advice="Storage is shared by all instances, so nothing is lost: run it again, or let it be.",
        ),
    )


def restore(facts: RecoveryFacts, region: str) -> RecoveryPlan:
    """Restore data to a moment, beside the present: nothing is overwritten, and what is right is taken over by hand."""
    here = facts.regions[region]
    approve = _asked(facts, here, "Which moment was right, and shall it be restored beside the present?")
    work: list[Step] = []
    if here.database is not None:
        work.append(
            steps.step(
                "restore-database",
                f"{here.database.cluster} as it was then, as {here.database.cluster}-restored",
                RestoreDatabase(
                    region=region,
                    source_cluster=here.database.cluster,
                    target_cluster=f"{here.database.cluster}-restored",
                    subnet_group=here.database.subnet_group,
                    security_group_ids=here.database.security_group_ids,
                    instance_class=here.database.instance_class,
                    moment=MOMENT,
                ),
                after=(approve.id,),
            )
        )
    work += [
        steps.step(
            f"restore-{_plain(table)}",
            f"{table} as it was then, as {table}-restored",
            RestoreTable(region=region, source_table=table, target_table=f"{table}-restored", moment=MOMENT),
            after=(approve.id,),
        )
        for table in sorted(here.tables)
    ]
    arguments = {MOMENT: "The last moment at which everything was right, in UTC: 2026-01-31T12:00:00Z"} if work else {}
    return _beside(here, PlanKind.RESTORE, f"Data is wrong: restore it in {region}", arguments, approve, work)


def restore_vault(facts: RecoveryFacts, region: str) -> RecoveryPlan | None:
    """Restore from the locked vault of a region, which no administrator can empty; None without one."""
    here = facts.regions[region]
    role = here.backup_role_arn
    if role is None:
        return None
    approve = _asked(
        facts, here, "Is the intruder shut out, and are these recovery points older than the intrusion? Restore them?"
    )
    work: list[Step] = []
    arguments: dict[str, str] = {}
    if (cluster := here.database) is not None:
        arguments["database_recovery_point"] = f"ARN of the recovery point of {cluster.cluster}"
        target = f"{cluster.cluster}-restored"
        work.append(_from_vault(region, role, "Aurora", target, _cluster(cluster, target), "database", approve))
    for table in sorted(here.tables):
        arguments[f"{_plain(table).replace('-', '_')}_recovery_point"] = f"ARN of the recovery point of {table}"
        target = f"{table}-restored"
        metadata = {"targetTableName": target, "encryptionType": "Default"}
        work.append(_from_vault(region, role, "DynamoDB", target, metadata, _plain(table), approve))
    title = f"Data and backups were tampered with: restore from the locked vault of {region}"
    return _beside(here, PlanKind.RESTORE_VAULT, title, arguments, approve, work)


def _from_vault(
    region: str, role: str, resource: str, target: str, metadata: dict[str, str], what: str, approve: Step
) -> Step:
    action = RestoreBackup(
        region=region,
        resource="Aurora" if resource == "Aurora" else "DynamoDB",
        target=target,
        role_arn=role,
        metadata=metadata,
        recovery_point=f"{what.replace('-', '_')}_recovery_point",
    )
    return steps.step(f"restore-{what}", f"{target} from the vault", action, after=(approve.id,))


def _cluster(database: DatabaseFacts, target: str) -> dict[str, str]:
    return {
        "DBClusterIdentifier": target,
        "Engine": "aurora-postgresql",
        "DBSubnetGroupName": database.subnet_group,
        "VpcSecurityGroupIds": ",".join(database.security_group_ids),
    }


def _asked(facts: RecoveryFacts, here: RegionFacts, question: str) -> Step:
    return steps.approval(facts, here, question, after=())


def _beside(
    here: RegionFacts, kind: PlanKind, title: str, arguments: dict[str, str], approve: Step, work: list[Step]
) -> RecoveryPlan:
    name = f"{kind}-{here.region}"
    end = steps.told(here, name, "Restored beside the present", name="tell-end", after=names(work or [approve]))
    return RecoveryPlan(
        name=name,
        kind=kind,
        title=title,
        source_region=None,
        target_region=here.region,
        loses_data=False,
        arguments=arguments,
        steps=(approve, *work, end),
        abort=AbortPolicy(
            point_of_no_return=NO_RETURN,
            advice=(
                "What was restored stays beside the present and may be deleted; the present was not touched. Take over "
                "what is right, or let the settings name the restored resources."
            ),
        ),
    )


def _plain(table: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in table.lower()).strip("-")[:50]
