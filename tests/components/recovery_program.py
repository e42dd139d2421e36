"""What ships for recovery in one region of an account, without the rest of the global stack."""

from __future__ import annotations

import pulumi
from pulumi_aws.kms.key import Key
from pulumi_aws.provider import Provider
from pulumi_aws.sns.topic import Topic

from components.recovery import (
    PlanMachine,
    PlanMachineArgs,
    RecoveryAutomation,
    RecoveryAutomationArgs,
    RecoveryDrill,
    RecoveryDrillArgs,
    RecoverySignals,
    RecoverySignalsArgs,
    RegionExperiments,
    RegionExperimentsArgs,
)
from components.recovery.experiments import Breakable
from components.recovery.recovery_automation import document_definition_arn, role_name
from components.recovery.recovery_signals import LagMetric
from components.recovery.stand_ins import StandIns
from components.recovery.step_states import Place
from contracts.recovery.actions import Store
from contracts.recovery.plans import plans
from contracts.settings.recovery import DrillSettings
from tests.contracts.recovery.estates import ACCOUNT, EAST, WEST, full

provider = Provider("aws", region=WEST)
home = pulumi.ResourceOptions(providers=[provider])
single = pulumi.ResourceOptions(provider=provider)
key = Key("key", description="Topics and logs", opts=single)
topic = Topic("topic", name="atoll-prod-alarms", opts=single)
facts = full()
stand_ins = StandIns()
place = Place(
    environment="prod",
    region=WEST,
    account_id=ACCOUNT,
    automation_role_arn=f"arn:aws:iam::{ACCOUNT}:role/{role_name('prod', WEST)}",
)
here = [plan for plan in plans(facts).values() if plan.name in (f"failover-{EAST}", f"evacuate-{EAST}")]
told = stand_ins.of("topic", topic.arn)
west = facts.regions[WEST]
signals = RecoverySignals(
    "prod-recovery",
    args=RecoverySignalsArgs(
        facts=west,
        load_balancer_arn=west.load_balancer_arn,
        topic_arn=topic.arn,
        lags={
            Store.CACHE: LagMetric(
                namespace="AWS/ElastiCache",
                name="GlobalDatastoreReplicationLag",
                dimensions={"ReplicationGroupId": "prod-west-cache"},
                per_second=1,
            )
        },
    ),
    opts=home,
)
automation = RecoveryAutomation(
    "prod-recovery-automation",
    args=RecoveryAutomationArgs(plans=here, place=place, stand_ins=stand_ins),
    opts=home,
)
machines = {
    plan.name: PlanMachine(
        f"prod-recovery-{plan.name}",
        args=PlanMachineArgs(
            plan=plan,
            place=place,
            stand_ins=stand_ins,
            topic_arn=told,
            logs_key_arn=key.arn,
            messaging_key_arn=key.arn,
            log_retention_days=365,
            automation_document_arn=document_definition_arn(place),
        ),
        opts=home,
    )
    for plan in here
}
RecoveryDrill(
    "prod-recovery-drill",
    args=RecoveryDrillArgs(
        settings=DrillSettings(schedule="cron(0 10 ? * TUE#1 *)", timezone="UTC"),
        place=place,
        machines={name: machine.arn for name, machine in machines.items()},
    ),
    opts=home,
)
RegionExperiments(
    "prod-recovery-experiments",
    args=RegionExperimentsArgs(
        place=place,
        breakable=Breakable(
            region=WEST,
            other_region=EAST,
            zone=f"{WEST}a",
            zone_subnet_arns=[f"arn:aws:ec2:{WEST}:{ACCOUNT}:subnet/subnet-0a"],
            subnet_arns=[f"arn:aws:ec2:{WEST}:{ACCOUNT}:subnet/subnet-0a"],
            cluster="prod",
            service="user",
            database_arn=f"arn:aws:rds:{WEST}:{ACCOUNT}:cluster:atoll-prod",
        ),
        stop_alarm_arn=signals.health_alarm_arn,
    ),
    opts=home,
)
pulumi.export("machines", {name: machine.arn for name, machine in machines.items()})
