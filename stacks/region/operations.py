"""How a region is watched and what it may spend: logs, alarms, dashboards, budget, off-hours shutdown."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.api import ApiLogging, ApiLoggingArgs
from components.cost import Budget, BudgetArgs, OffHours, OffHoursArgs, SleepingDatabase, SleepingService
from components.data import AuroraCluster, DatabaseEvents, DatabaseEventsArgs, EventSource
from components.observability import (
    Alarms,
    AlarmsArgs,
    AlarmTopic,
    AlarmTopicArgs,
    Dashboards,
    DashboardsArgs,
    ErrorFilters,
    ErrorFiltersArgs,
    LogGroups,
    LogGroupsArgs,
    Publisher,
    Subjects,
)
from contracts.settings import StackSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation

FUNCTIONS_LOG_GROUP = "/aws/lambda/platform-functions"
"""Document 002's group for the platform's functions."""


@dataclass(frozen=True, kw_only=True)
class Operations:
    """The operations layer of a region."""

    topic: AlarmTopic
    watched_log_groups: dict[str, pulumi.Output[str]]
    """What writes it → log group that is searched for errors."""
    dashboards: Dashboards | None
    budget: Budget


def make_operations(
    settings: StackSettings, foundation: Foundation, data: Data, compute: Compute, opts: pulumi.ResourceOptions
) -> Operations:
    """Everything that watches the layers below."""
    name, account = settings.environment, settings.account.id
    topic = AlarmTopic(
        name,
        args=AlarmTopicArgs(
            environment=name,
            account_id=account,
            region=settings.region,
            key_arn=foundation.key("messaging"),
            emails=settings.observability.notification_emails,
            publishers=_publishers(settings),
        ),
        opts=opts,
    )
    ApiLogging(name, args=ApiLoggingArgs(account_id=account, region=settings.region), opts=opts)
    log_groups = LogGroups(
        name,
        args=LogGroupsArgs(
            retention_days={FUNCTIONS_LOG_GROUP: settings.observability.lambda_log_retention_days},
            key_arn=foundation.key("logs"),
        ),
        opts=opts,
    )
    watched = {"functions": log_groups.names[FUNCTIONS_LOG_GROUP]}
    if compute.cluster is not None:
        watched["services"] = compute.cluster.log_group_name
    if "postgresql" in data.database.log_group_names:
        watched["database"] = data.database.log_group_names["postgresql"]
    ErrorFilters(name, args=ErrorFiltersArgs(environment=name, log_groups=watched), opts=opts)
    subjects = Subjects(
        environment=name,
        region=settings.region,
        account_id=account,
        cluster_name=compute.cluster.name if compute.cluster else None,
        service_names={key: service.name for key, service in compute.services.items()},
        load_balancer=foundation.balancer.arn_suffix,
        target_groups={
            key: service.route.blue.arn_suffix for key, service in compute.services.items() if service.route
        },
        database=data.database.identifier,
        database_is_cluster=settings.aurora is not None,
        cache_nodes=data.cache.node_ids,
        tables={key: table.table_name for key, table in data.tables.items()},
        log_groups=watched,
    )
    alarms = Alarms(
        name,
        args=AlarmsArgs(settings=settings.observability, subjects=subjects, topic_arn=topic.arn),
        opts=opts,
    )
    dashboards = None
    slo = settings.monitoring.slo if settings.monitoring else None
    if settings.observability.dashboards:
        dashboards = Dashboards(
            name,
            args=DashboardsArgs(
                subjects=subjects,
                alarm_names=alarms.alarm_names,
                latency_objective_seconds=settings.observability.alarm_thresholds.latency_p95_milliseconds / 1000,
                availability_percent=slo.availability_percent if slo else None,
                account_name=settings.account_name,
            ),
            opts=opts,
        )
    if settings.observability.database_events:
        _tell_of_the_database(settings, data, topic, opts)
    budget = _limit_spending(settings, data, compute, opts)
    return Operations(topic=topic, watched_log_groups=watched, dashboards=dashboards, budget=budget)


def _tell_of_the_database(settings: StackSettings, data: Data, topic: AlarmTopic, opts: pulumi.ResourceOptions) -> None:
    """Failures, failovers and maintenance, of the instance, or of the cluster and each of its instances."""
    database = data.database
    if isinstance(database, AuroraCluster):
        sources = {
            EventSource.CLUSTER: [database.watched_identifier],
            EventSource.INSTANCE: database.watched_instances,
        }
    else:
        sources = {EventSource.INSTANCE: [database.watched_identifier]}
    DatabaseEvents(
        settings.environment,
        args=DatabaseEventsArgs(environment=settings.environment, topic_arn=topic.arn, sources=sources),
        opts=opts,
    )


def _limit_spending(settings: StackSettings, data: Data, compute: Compute, opts: pulumi.ResourceOptions) -> Budget:
    """A budget that warns, and a schedule that switches off what nobody uses at night."""
    name = settings.environment
    budget = Budget(
        name,
        args=BudgetArgs(
            settings=settings.cost,
            environment=settings.account_name,
            # Two regions of an environment have a budget each, and one tag `Environment`.
            stack=pulumi.get_stack() if settings.pair is not None else None,
        ),
        opts=opts,
    )
    if settings.cost.off_hours is None:
        return budget
    OffHours(
        name,
        args=OffHoursArgs(
            settings=settings.cost.off_hours,
            environment=name,
            account_id=settings.account.id,
            region=settings.region,
            cluster_name=compute.cluster.name if compute.cluster else None,
            services={
                key: SleepingService(name=service.name, arn=service.arn, awake_tasks=settings.ecs.scaling.minimum)
                for key, service in compute.services.items()
            },
            database=SleepingDatabase(
                identifier=data.database.identifier, arn=data.database.arn, cluster=settings.aurora is not None
            ),
        ),
        opts=opts,
    )
    return budget


def _publishers(settings: StackSettings) -> list[Publisher]:
    """Who speaks to the alarm topic beside CloudWatch, of what is switched on."""
    account, region = settings.account.id, settings.region
    found: list[Publisher] = []
    if settings.monitoring is not None and settings.monitoring.prometheus is not None:
        workspaces = f"arn:aws:aps:{region}:{account}:workspace/*"
        found.append(Publisher(sid="AllowAlerts", principal="aps.amazonaws.com", source=workspaces))
    if settings.intelligence is not None and settings.intelligence.devops_guru is not None:
        found.append(Publisher(sid="AllowInsights", principal="region.devops-guru.amazonaws.com"))
    if settings.observability.database_events:
        subscriptions = f"arn:aws:rds:{region}:{account}:es:*"
        found.append(Publisher(sid="AllowDatabaseEvents", principal="events.rds.amazonaws.com", source=subscriptions))
    if settings.backup is not None:
        rules = f"arn:aws:events:{region}:{account}:rule/atoll-{settings.environment}-backup-failures"
        found.append(Publisher(sid="AllowBackupVault", principal="backup.amazonaws.com"))
        found.append(Publisher(sid="AllowBackupFailures", principal="events.amazonaws.com", source=rules))
    return found
