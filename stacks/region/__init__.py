"""A region stack: network, compute, data, edge and operations of one environment in one region."""

from __future__ import annotations

import pulumi

from contracts.settings import StackSettings
from stacks.provider import provider
from stacks.region.compute import make_compute
from stacks.region.data import make_data
from stacks.region.foundation import make_foundation
from stacks.region.operations import make_operations
from stacks.region.outputs import export

__all__ = ["build"]


def build(settings: StackSettings) -> None:
    """Declare every resource of the stack and export what other stacks may read.

    Raises:
        ValueError: two settings contradict each other in a way that only a component sees.
    """
    opts = pulumi.ResourceOptions(providers=[provider(settings, pulumi.get_stack())])
    foundation = make_foundation(settings, opts)
    if settings.transit_gateway or settings.direct_connect or settings.vpc_peerings:
        # As below: only stacks that are joined to others import what joins them.
        from stacks.region.connectivity import make_connectivity

        make_connectivity(settings, foundation, opts)
    data = make_data(settings, foundation, opts)
    compute = make_compute(settings, foundation, data, opts)
    operations = make_operations(settings, foundation, data, compute, opts)
    kubernetes = None
    if settings.kubernetes is not None:
        from stacks.region.kubernetes import make_kubernetes

        kubernetes = make_kubernetes(settings, settings.kubernetes, foundation, data.files, opts)
    if settings.security is not None:
        # Its services are a fifth of what a stack imports; those that nobody watches do without.
        from stacks.region.security import make_security

        make_security(settings, foundation, operations, opts)
    if settings.monitoring is not None or settings.intelligence is not None:
        from stacks.region.monitoring import make_monitoring

        monitoring = make_monitoring(settings, foundation, compute, operations, opts)
        if monitoring.prometheus is not None:
            workspace = {"arn": monitoring.prometheus.arn, "remote_write_url": monitoring.prometheus.remote_write_url}
            pulumi.export("prometheus", workspace)
        if settings.intelligence is not None:
            from stacks.region.intelligence import make_intelligence

            make_intelligence(
                settings,
                settings.intelligence,
                foundation,
                data,
                compute,
                operations,
                monitoring.bucket,
                opts,
            )
    if settings.backup is not None or settings.volumes is not None:
        from stacks.region.backup import make_backup

        make_backup(settings, foundation, data, operations, opts)
    if settings.cost.management is not None:
        from stacks.region.spending import make_cost_management

        make_cost_management(settings, settings.cost.management, foundation, operations, opts)
    if settings.delivery is not None:
        from stacks.region.delivery import make_delivery

        make_delivery(settings, settings.delivery, foundation, opts)
    if settings.secrets.rotated:
        from stacks.region.rotation import rotate_cache_token

        rotate_cache_token(settings, foundation, data, opts)
    if settings.log_analytics is not None:
        from stacks.region.logs import make_logs

        logs = make_logs(settings, settings.log_analytics, foundation, data, operations, opts)
        pulumi.export("log_analytics", logs.exports())
    if settings.warehouse is not None or settings.data_flows is not None:
        from stacks.region.flows import make_flows, make_lake, make_warehouse

        lake = make_lake(settings, foundation, opts)
        if settings.warehouse is not None:
            warehouse = make_warehouse(settings, settings.warehouse, foundation, opts)
            pulumi.export("warehouse", warehouse.exports())
        if settings.data_flows is not None:
            make_flows(settings, settings.data_flows, foundation, data, operations, lake, opts)
    export(settings, foundation, data, compute, operations)
    if kubernetes is not None:
        files = data.files.id if data.files else None
        pulumi.export("kubernetes", {**kubernetes.exports(), "file_system_id": files})
