"""Estates that plans are made of in tests: everything on, and the least there can be."""

from __future__ import annotations

from contracts.recovery.actions import Store, TrafficDials
from contracts.recovery.facts import DatabaseFacts, Lag, RecoveryFacts, RegionFacts, Switch, TaskLimits

EAST, WEST = "us-east-1", "us-west-2"
ACCOUNT = "444444444444"
STACKS = {EAST: "prod", WEST: "prod-west"}
SHARES = {EAST: 70, WEST: 30}


def other(region: str) -> str:
    return WEST if region == EAST else EAST


def region_facts(region: str) -> RegionFacts:
    stack = STACKS[region]
    return RegionFacts(
        stack=stack,
        region=region,
        share=SHARES[region],
        health_alarm=f"atoll-{stack}-health",
        topic_arn=f"arn:aws:sns:{region}:{ACCOUNT}:atoll-prod-alarms",
        writes_parameter="/atoll/prod/recovery/writes",
        load_balancer_arn=f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/{stack}/50dc6c495c0c9188",
        url=f"https://{stack}.api.atoll.example/api/health",
        switch=Switch(
            region=other(region),
            namespace="Atoll/Recovery",
            metric="RegionEvacuated",
            dimensions={"Environment": "prod", "Stack": stack},
            alarm=f"atoll-{stack}-evacuated",
        ),
        database=DatabaseFacts(
            cluster="atoll-prod",
            cluster_arn=f"arn:aws:rds:{region}:{ACCOUNT}:cluster:atoll-prod",
            subnet_group="prod-database",
            security_group_ids=("sg-0123456789abcdef0",),
            instance_class="db.r6g.large",
            reader="atoll-prod-b",
        ),
        cache_group=f"{stack}-cache",
        lags={
            store: Lag(alarm=f"atoll-{stack}-lag-{store}", limit_seconds=seconds)
            for store, seconds in {Store.DATABASE: 1, Store.CACHE: 1, Store.TABLES: 5, Store.BUCKETS: 900}.items()
        },
        cluster="prod",
        services={
            "user": TaskLimits(minimum=7 if region == EAST else 3, maximum=20),
            "jobs": TaskLimits(minimum=2, maximum=2),
        },
        tables=("prod-events", "prod-sessions"),
        backup_role_arn=f"arn:aws:iam::{ACCOUNT}:role/BackupServiceRole",
    )


def full() -> RecoveryFacts:
    """Two regions with everything."""
    return RecoveryFacts(
        environment="prod",
        home=EAST,
        regions={region: region_facts(region) for region in STACKS},
        global_database="atoll-prod",
        global_datastore="ldgnf-prod",
        ttl_seconds=10,
    )


def accelerated() -> RecoveryFacts:
    """The same, behind Global Accelerator."""
    groups = {
        region: f"arn:aws:globalaccelerator::{ACCOUNT}:accelerator/1/listener/2/endpoint-group/{region}"
        for region in STACKS
    }
    return full().model_copy(update={"dials": TrafficDials(endpoint_groups=groups), "ttl_seconds": 0})


def bare() -> RecoveryFacts:
    """Two regions in which nothing is replicated, and nothing scales."""
    nothing = {"switch": None, "database": None, "cache_group": None, "lags": {}, "cluster": None, "services": {}}
    nothing |= {"tables": (), "backup_role_arn": None, "url": None}
    regions = {region: region_facts(region).model_copy(update=nothing) for region in STACKS}
    return RecoveryFacts(environment="prod", home=EAST, regions=regions, ttl_seconds=0)
