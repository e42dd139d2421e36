"""A service stack: everything that one contract needs in one environment, derived from the contract (CON-4)."""

from __future__ import annotations

from pathlib import Path

import pulumi

from components.observability import Served, SloAlarms, SloAlarmsArgs
from components.observability.slo_alarms import function, http_api, rest_api, workflow
from contracts.services.bindings import states_of
from contracts.services.workflows import StateKind
from contracts.settings import ServiceStackSettings
from stacks.provider import provider
from stacks.service.containers import check_clusters, make_containers
from stacks.service.data import make_data
from stacks.service.functions import Code, archives, make_code
from stacks.service.interfaces import Interfaces, make_interfaces, make_roles_for_others, make_users
from stacks.service.messaging import make_messaging, make_rules
from stacks.service.network import make_network
from stacks.service.plan import SERVICES, Plan, checked_service
from stacks.service.private import make_endpoint_services, make_private_endpoints
from stacks.service.record import export
from stacks.service.region import Region
from stacks.service.registry import Registry

__all__ = ["build"]


def build(settings: ServiceStackSettings, *, services: Path = SERVICES) -> None:
    """Declare everything that the contract stands for, and its record in the registry at the end.

    Args:
        settings: of the stack.
        services: folder of the local estate.

    Raises:
        pulumi.RunError: the contract, its estate, its code or its region are not fit; every problem is told, and no
            resource has been declared.
    """
    service = checked_service(settings, services)
    region = Region(settings, service)
    account = provider(settings, pulumi.get_stack())
    plan = Plan(settings, service, services, region, Registry(settings), account)
    check_clusters(plan)
    code = archives(plan)
    pools = make_users(plan)
    network = make_network(plan)
    make_private_endpoints(plan, network)
    messaging = make_messaging(plan)
    data = make_data(plan, network.interfaces)
    functions = make_code(plan, code, messaging, data, network.interfaces)
    containers = make_containers(plan, network, data)
    receivers: list[pulumi.Resource] = [
        *messaging.queues.values(),
        *messaging.topics.values(),
        *functions.functions.values(),
        *functions.workflows.values(),
    ]
    rules = make_rules(plan, receivers)
    interfaces = make_interfaces(plan, functions, containers, network, pools)
    make_roles_for_others(plan)
    private = make_endpoint_services(plan, network)
    alarms = _alarms(plan, functions, interfaces)
    everything: list[pulumi.Resource] = [
        *receivers,
        *data.tables.values(),
        *([data.databases] if data.databases else []),
        *([data.search] if data.search else []),
        *containers.ecs.values(),
        *containers.app_runner.values(),
        *containers.pods.values(),
        *rules,
        *interfaces.everything,
        *private.values(),
        *([alarms] if alarms else []),
    ]
    offered = {key: made.service_name for key, made in private.items()}
    export(plan, functions, containers, network, interfaces, offered, everything)


def _alarms(plan: Plan, code: Code, interfaces: Interfaces) -> SloAlarms | None:
    """Error rate and latency of everything that serves requests, against the contract's SLO."""
    timed = {
        key: not any(state.type is StateKind.APPROVAL for state in states_of(plan.service.loaded, key))
        for key in code.workflows
    }
    served: list[Served] = [
        *(http_api(key, api.api_id) for key, api in interfaces.http.items()),
        *(rest_api(key, plan.names.name(key)) for key in interfaces.rest),
        *(function(key, made.name) for key, made in code.functions.items()),
        *(workflow(key, made.arn, timed=timed[key]) for key, made in code.workflows.items()),
    ]
    if not served:
        return None
    args = SloAlarmsArgs(
        slo=plan.contract.slo,
        served=served,
        topic_arn=plan.region.value("alarm_topic_arn"),
        burn_rates=plan.settings.burn_rates,
    )
    return SloAlarms(plan.names.prefix, args=args, opts=plan.opts)
