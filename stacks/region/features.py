"""What a region may have beside its foundation, in one table: what asks for each feature, and what makes it.

The modules of a feature are imported by those stacks alone that have it: they are most of what a stack imports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pulumi

from contracts.settings import StackSettings
from stacks.region.compute import Compute
from stacks.region.data import Data
from stacks.region.foundation import Foundation
from stacks.region.operations import Operations


@dataclass(frozen=True, kw_only=True)
class Made:
    """What every region has, for its features to be wired to."""

    settings: StackSettings
    foundation: Foundation
    data: Data
    compute: Compute
    operations: Operations
    opts: pulumi.ResourceOptions


@dataclass(frozen=True)
class Feature:
    """One line of the table."""

    wanted: Callable[[StackSettings], object]
    """The setting that asks for it; falsy where nothing does."""
    make: Callable[[Made], None]
    """Declares its resources, and exports what others read of them."""


def _connectivity(made: Made) -> None:
    from stacks.region.connectivity import make_connectivity

    make_connectivity(made.settings, made.foundation, made.opts)


def _kubernetes(made: Made) -> None:
    from stacks.region.kubernetes import make_kubernetes

    wanted = made.settings.kubernetes
    assert wanted is not None
    cluster = make_kubernetes(made.settings, wanted, made.foundation, made.data.files, made.opts)
    pulumi.export("kubernetes", cluster.exports())


def _security(made: Made) -> None:
    from stacks.region.security import make_security

    make_security(made.settings, made.foundation, made.operations, made.opts)


def _monitoring(made: Made) -> None:
    from stacks.region.monitoring import make_monitoring

    monitoring = make_monitoring(made.settings, made.foundation, made.compute, made.operations, made.opts)
    if monitoring.prometheus is not None:
        workspace = {"arn": monitoring.prometheus.arn, "remote_write_url": monitoring.prometheus.remote_write_url}
        pulumi.export("prometheus", workspace)
    if made.settings.intelligence is not None:
        from stacks.region.intelligence import make_intelligence

        make_intelligence(
            made.settings,
            made.settings.intelligence,
            made.foundation,
            made.data,
            made.compute,
            made.operations,
            monitoring.bucket,
            made.opts,
        )


def _backup(made: Made) -> None:
    from stacks.region.backup import make_backup

    make_backup(made.settings, made.foundation, made.data, made.operations, made.opts)


def _cost_management(made: Made) -> None:
    from stacks.region.spending import make_cost_management

    wanted = made.settings.cost.management
    assert wanted is not None
    make_cost_management(made.settings, wanted, made.foundation, made.operations, made.opts)


def _delivery(made: Made) -> None:
    from stacks.region.delivery import make_delivery

    wanted = made.settings.delivery
    assert wanted is not None
    make_delivery(made.settings, wanted, made.foundation, made.opts)


def _rotation(made: Made) -> None:
    from stacks.region.rotation import rotate_cache_token, rotate_master

    pair = made.foundation.pair
    if pair is None or pair.joins("cache") is None:
        rotate_cache_token(made.settings, made.foundation, made.data, made.opts)
    if made.data.database_secret is not None:
        rotate_master(made.settings, made.foundation, made.data, made.data.database_secret, made.opts)


def _logs(made: Made) -> None:
    from stacks.region.logs import make_logs

    wanted = made.settings.log_analytics
    assert wanted is not None
    logs = make_logs(made.settings, wanted, made.foundation, made.data, made.operations, made.opts)
    pulumi.export("log_analytics", logs.exports())


def _flows(made: Made) -> None:
    from stacks.region.flows import make_flows, make_lake, make_warehouse

    settings, foundation = made.settings, made.foundation
    lake = make_lake(settings, foundation, made.opts)
    if settings.warehouse is not None:
        warehouse = make_warehouse(settings, settings.warehouse, foundation, made.opts)
        pulumi.export("warehouse", warehouse.exports())
    if settings.data_flows is not None:
        make_flows(settings, settings.data_flows, foundation, made.data, made.operations, lake, made.opts)


def _images(made: Made) -> None:
    from stacks.region.pair import replicate_images

    pair = made.foundation.pair
    assert pair is not None
    replicate_images(made.settings, pair, made.opts)


FEATURES: tuple[Feature, ...] = (
    Feature(lambda s: s.transit_gateway or s.direct_connect or s.vpc_peerings, _connectivity),
    Feature(lambda s: s.kubernetes, _kubernetes),
    Feature(lambda s: s.security, _security),
    Feature(lambda s: s.monitoring or s.intelligence, _monitoring),
    Feature(lambda s: s.backup or s.volumes, _backup),
    Feature(lambda s: s.cost.management, _cost_management),
    Feature(lambda s: s.delivery, _delivery),
    Feature(lambda s: s.secrets.rotated, _rotation),
    Feature(lambda s: s.log_analytics, _logs),
    Feature(lambda s: s.warehouse or s.data_flows, _flows),
    Feature(lambda s: s.pair, _images),
)
"""In the order in which they are declared."""
