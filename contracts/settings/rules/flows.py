"""What warehouse, log analytics and data flows must be to one another and to the rest (DB-5, DB-6, OBS-4)."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.settings.base import NatMode
from contracts.settings.flows import LAKE, REGION, DataFlowSettings, DataFlowsSettings, FlowKind
from contracts.settings.logs import LogAnalyticsSettings
from contracts.settings.network import NetworkSettings
from contracts.settings.rules.engine import Finding, Path, rule
from contracts.settings.warehouse import WarehouseSettings

LARGE_NODES = ("ra3.4xlarge", "ra3.16xlarge")


@rule("environment", "warehouse")
def _warehouse(environment: str, warehouse: WarehouseSettings | None) -> Iterator[Finding]:
    if warehouse is None:
        return
    nodes, path = warehouse.provisioned, ("warehouse", "provisioned")
    if (nodes is None) == (warehouse.serverless is None):
        found = "neither" if nodes is None else "both"
        yield Finding(("warehouse",), found, "exactly one of provisioned and serverless", "make one of them null")
    if nodes is None:
        return
    if nodes.multi_az and nodes.nodes < 2:
        yield Finding((*path, "nodes"), nodes.nodes, "at least 2 with multi_az", "add a node, or set multi_az: false")
    if nodes.node_type in LARGE_NODES and nodes.nodes < 2:
        yield Finding((*path, "nodes"), nodes.nodes, f"at least 2 of {nodes.node_type}", "add a node")
    if nodes.pause is not None and environment == "prod":
        yield Finding((*path, "pause"), "a schedule", "null in prod", "production answers day and night: write null")


@rule("log_analytics")
def _log_analytics(logs: LogAnalyticsSettings | None) -> Iterator[Finding]:
    if logs is None:
        return
    search, archive = logs.search, logs.archive
    if search is None and archive is None:
        allowed = "at least one of search and archive"
        yield Finding(("log_analytics",), "neither", allowed, "leave log_analytics out altogether")
    if search is not None and search.warm is not None:
        path = ("log_analytics", "search")
        if search.masters is None:
            yield Finding((*path, "masters"), "null", "master nodes where there is warm", "set masters, or warm: null")
        if search.instance_type.startswith("t3."):
            allowed = "a type that UltraWarm works with, no t3"
            yield Finding((*path, "instance_type"), search.instance_type, allowed, "take m7g or r7g, or warm: null")
    if archive is not None and archive.expire_after_days <= archive.glacier_after_days:
        path = ("log_analytics", "archive", "expire_after_days")
        allowed = f"more than glacier_after_days ({archive.glacier_after_days})"
        yield Finding(path, archive.expire_after_days, allowed, "objects would be deleted before they move: raise it")


@rule("data_flows", "network")
def _ways_out(flows: DataFlowsSettings | None, network: NetworkSettings) -> Iterator[Finding]:
    if flows is None or network.nat is not NatMode.NONE:
        return
    copied = sorted(name for name, flow in flows.flows.items() if flow.kind is not FlowKind.REPLICATION)
    if copied:
        path = ("data_flows", "flows", copied[0], "kind")
        allowed = "replication where network.nat is none"
        yield Finding(path, flows.flows[copied[0]].kind, allowed, "its machine needs NAT: set network.nat")


@rule("data_flows")
def _flows(flows: DataFlowsSettings | None) -> Iterator[Finding]:
    if flows is None:
        return
    if not flows.flows:
        yield Finding(("data_flows", "flows"), "none", "at least one flow", "leave data_flows out altogether")
    known = (REGION, *flows.endpoints)
    for name in sorted({REGION, LAKE} & set(flows.endpoints)):
        yield Finding(("data_flows", "endpoints", name), name, "another name", f"{name} means something already")
    replicated = [name for name, flow in flows.flows.items() if flow.kind is FlowKind.REPLICATION]
    if replicated and flows.replication is None:
        allowed = "an instance where a flow replicates"
        yield Finding(("data_flows", "replication"), "null", allowed, f"{replicated[0]} is a replication: give it one")
    if flows.replication is not None and not replicated:
        path = ("data_flows", "replication")
        yield Finding(path, "an instance", "null without a replication", "nothing replicates: write null")
    for name, flow in flows.flows.items():
        yield from _flow(("data_flows", "flows", name), flow, known)


def _flow(path: Path, flow: DataFlowSettings, known: tuple[str, ...]) -> Iterator[Finding]:
    replicates, invents = flow.kind is FlowKind.REPLICATION, flow.kind is FlowKind.SYNTHETIC
    targets = (*known, LAKE) if replicates else known
    there = f"one of {', '.join(known)}"
    if invents != (flow.source is None):
        allowed = "null for synthetic data" if invents else there
        yield Finding((*path, "source"), flow.source or "null", allowed, "synthetic data alone comes from nowhere")
    elif flow.source is not None and flow.source not in known:
        yield Finding((*path, "source"), flow.source, there, "name an endpoint, or add it to data_flows.endpoints")
    if flow.target not in targets:
        fix = "only a replication goes there" if flow.target == LAKE else "add it to data_flows.endpoints"
        yield Finding((*path, "target"), flow.target, f"one of {', '.join(targets)}", fix)
    if flow.source == flow.target:
        yield Finding((*path, "target"), flow.target, "another database than source", "rows would overwrite themselves")
    if replicates != bool(flow.tables):
        allowed = "tables for a replication, and for nothing else"
        yield Finding((*path, "tables"), list(flow.tables), allowed, "the other kinds copy the tables of contracts")
    if replicates == bool(flow.contracts):
        allowed = "services for a copy or for synthetic data, and for nothing else"
        yield Finding((*path, "contracts"), list(flow.contracts), allowed, "rules for masking come from contracts")
    if replicates and flow.schedule is not None:
        yield Finding((*path, "schedule"), flow.schedule, "null for a replication", "it never stops: write null")


@rule("environment", "data_flows")
def _production_data(environment: str, flows: DataFlowsSettings | None) -> Iterator[Finding]:
    for name, flow in (flows.flows if flows else {}).items():
        if environment == "prod" and flow.target == REGION and flow.kind is not FlowKind.REPLICATION:
            path = ("data_flows", "flows", name, "target")
            yield Finding(path, flow.target, "no production database", "they would replace real rows")
