"""From settings and outputs to the facts that plans are built from; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from contracts.recovery import names
from contracts.recovery.actions import Store, TrafficMeans
from contracts.recovery.facts import DatabaseFacts, Lag, RecoveryFacts, RegionFacts, Switch, TaskLimits
from contracts.settings.global_stack import GlobalStackSettings

Exports = Mapping[str, Any]
Says = Callable[..., str]
"""Stack and path of an output → its value, or a text that stands for it."""
LEAST_LAG_SECONDS = 1.0
"""A lag of 0 cannot be asked of what replicates after the answer."""


def facts_of(
    settings: GlobalStackSettings,
    exports: Mapping[str, Exports],
    says: Says,
    *,
    switches: Mapping[str, Switch],
    dials: TrafficMeans | None = None,
) -> RecoveryFacts:
    """The estate of a global stack, as far as recovery is concerned.

    Args:
        settings: of the global stack.
        exports: region stack → its outputs, as `RegionOutputs` names them. Only what there is, and numbers, are read
            here: values may be unknown.
        says: the texts.
        switches: stack → what takes its region out of the answers of DNS.
        dials: what shares the traffic out beside the switches, by region.
    """
    home = settings.primary
    pair = _at(exports[home], "pair")
    shared = {
        name: says(home, "pair", name) if _at(pair, name) is not None else None
        for name in ("global_database_id", "global_datastore_id")
    }
    return RecoveryFacts(
        environment=settings.environment,
        home=settings.regions[home].region,
        regions={
            share.region: _Region(settings, stack, exports[stack], says, shared).facts(switches.get(stack))
            for stack, share in settings.regions.items()
        },
        global_database=shared["global_database_id"],
        global_datastore=shared["global_datastore_id"],
        dials=dials,
        ttl_seconds=settings.dns.ttl_seconds if settings.accelerator is None else 0,
    )


class _Region:
    """One region stack."""

    def __init__(
        self,
        settings: GlobalStackSettings,
        stack: str,
        exports: Exports,
        says: Says,
        shared: Mapping[str, str | None],
    ) -> None:
        self._settings, self._stack, self._exports, self._shared = settings, stack, exports, shared
        self._share = settings.regions[stack]

        def mine(*path: str) -> str:
            return says(stack, *path)

        self._says = mine

    def facts(self, switch: Switch | None) -> RegionFacts:
        environment, dns = self._settings.environment, self._settings.dns
        role = self._has("recovery", "backup_role_arn")
        return RegionFacts(
            stack=self._stack,
            region=self._share.region,
            share=self._share.weight_percent,
            health_alarm=names.health_alarm(environment, self._stack),
            topic_arn=self._says("alarm_topic_arn"),
            writes_parameter=names.writes_parameter(environment),
            load_balancer_arn=self._says("load_balancer", "arn"),
            url=f"https://origin-{self._stack}.{dns.zone}{dns.health.path}",
            switch=switch,
            database=self._database(),
            cache_group=self._says("cache", "id") if self._shared["global_datastore_id"] else None,
            lags=self._lags(),
            cluster=self._says("cluster", "name") if self._has("cluster") else None,
            services={
                name: TaskLimits(minimum=int(limits["minimum"]), maximum=int(limits["maximum"]))
                for name, limits in sorted(self._keys("recovery", "services").items())
            },
            tables=tuple(self._says("tables", key, "name") for key in sorted(self._keys("tables"))),
            backup_role_arn=self._says("recovery", "backup_role_arn") if role else None,
        )

    def _database(self) -> DatabaseFacts | None:
        if not self._has("recovery", "aurora"):
            return None
        aurora = cast("Exports", _at(self._exports, "recovery", "aurora"))
        instances: list[str] = list(aurora["instances"])
        return DatabaseFacts(
            cluster=aurora["identifier"],
            cluster_arn=self._says("database", "arn"),
            subnet_group=self._says("recovery", "aurora", "subnet_group"),
            security_group_ids=(self._says("recovery", "aurora", "security_group_id"),),
            instance_class=aurora["instance_class"],
            reader=instances[1] if len(instances) > 1 else None,
        )

    def _lags(self) -> dict[Store, Lag]:
        """What moves a writer; buckets are written in both regions, and each region watches its own replication."""
        targets = self._settings.recovery
        limits: dict[Store, float] = {}
        if self._shared["global_database_id"]:
            limits[Store.DATABASE] = targets.database_rpo.seconds if targets.database_rpo else LEAST_LAG_SECONDS
        if self._shared["global_datastore_id"]:
            limits[Store.CACHE] = targets.application_rpo.seconds if targets.application_rpo else LEAST_LAG_SECONDS
        return {
            store: Lag(
                alarm=names.lag_alarm(self._settings.environment, self._stack, store),
                limit_seconds=max(LEAST_LAG_SECONDS, limit),
            )
            for store, limit in limits.items()
        }

    def _has(self, *path: str) -> bool:
        return _at(self._exports, *path) is not None

    def _keys(self, *path: str) -> Mapping[str, Any]:
        found = _at(self._exports, *path)
        return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _at(exports: Any, *path: str) -> Any:
    """What is at a path; an unknown value on the way is all that there is below it."""
    found = exports
    for key in path:
        if found is None:
            return None
        if not isinstance(found, Mapping):
            return found
        found = cast("Mapping[str, Any]", found).get(key)
    return found
