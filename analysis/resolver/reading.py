"""Reads records, health checks and endpoint groups from a graph: one that was recorded, or one of a deployed stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.resolver.model import Check, CheckKind, Record, Routing, Zone
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap, Unknown, Value

RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
GROUP = "aws:globalaccelerator/endpointGroup:EndpointGroup"
ACCELERATOR = "aws:globalaccelerator/accelerator:Accelerator"
DEFAULT_INTERVAL_SECONDS, DEFAULT_THRESHOLD = 30, 3
"""What Route 53 and Global Accelerator take where nobody says."""
ALARM_SECONDS = 60
"""An alarm of standard resolution speaks once a minute."""
ALIAS_SECONDS = 60
"""How long the answer of an alias to AWS lives."""
ACCELERATOR_SECONDS = 30
"""Seconds until an accelerator leads elsewhere, after a load balancer is unhealthy.
https://docs.aws.amazon.com/global-accelerator/latest/dg/introduction-benefits-of-migrating.html"""
_POLICIES = {
    "weightedRoutingPolicies": Routing.WEIGHTED,
    "latencyRoutingPolicies": Routing.LATENCY,
    "failoverRoutingPolicies": Routing.FAILOVER,
}


class UnreadableError(ValueError):
    """A record or check depends on what is not known, or is of a kind that the model does not know."""


def read_zone(graph: ResourceGraph) -> Zone:
    """Records and checks of a stack.

    Raises:
        UnreadableError: naming the resource and the property.
    """
    reader = _Reader(graph)
    return Zone(records=tuple(reader.records()), checks=dict(reader.checks()))


class _Reader:
    def __init__(self, graph: ResourceGraph) -> None:
        self._graph = graph

    # -- checks ------------------------------------------------------------------------------------------------

    def checks(self) -> Iterator[tuple[str, Check]]:
        """Every check by its URN, and by its id where that is known."""
        for node in self._graph.of_type(CHECK):
            check = self._check(node)
            yield node.urn, check
            if isinstance(node.id, str):
                yield node.id, check

    def _check(self, node: Node) -> Check:
        kind = self._text(node, "type")
        inverted = node.inputs.get("invertHealthcheck") is True
        if kind == "CALCULATED":
            children = tuple(self._key(value) for value in self._list(node, "childHealthchecks"))
            least = self._number(node, "childHealthThreshold", len(children))
            return Check(name=node.name, kind=CheckKind.CALCULATED, children=children, least=least, inverted=inverted)
        if kind == "CLOUDWATCH_METRIC":
            return Check(
                name=node.name,
                kind=CheckKind.ALARM,
                alarm=self._text(node, "cloudwatchAlarmName"),
                seconds=ALARM_SECONDS,
                inverted=inverted,
            )
        if kind not in {"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"}:
            raise UnreadableError(f"{node.name}: the model knows no check of type {kind}")
        interval = self._number(node, "requestInterval", DEFAULT_INTERVAL_SECONDS)
        threshold = self._number(node, "failureThreshold", DEFAULT_THRESHOLD)
        return Check(
            name=node.name,
            kind=CheckKind.ENDPOINT,
            host=self._text(node, "fqdn" if "fqdn" in node.inputs else "ipAddress"),
            seconds=interval * threshold,
            inverted=inverted,
        )

    # -- records -----------------------------------------------------------------------------------------------

    def records(self) -> Iterator[Record]:
        """Every record that leads somewhere; of an alias to an accelerator, its endpoint groups."""
        for node in self._graph.of_type(RECORD):
            kind = node.inputs.get("type")
            if isinstance(kind, Unknown) or kind not in {"A", "AAAA", "CNAME"}:
                continue  # a record that proves something; AWS draws even the type of such
            aliases = node.inputs.get("aliases")
            if aliases:
                yield from self._alias(node, kind)
            else:
                yield self._record(node)

    def _record(self, node: Node) -> Record:
        routing, policy = self._policy(node)
        targets = [self._known(node, "records", value) for value in self._list(node, "records")]
        check = node.inputs.get("healthCheckId")
        return Record(
            name=self._text(node, "name"),
            identifier=self._text(node, "setIdentifier", missing=node.name),
            routing=routing,
            target=targets[0],
            ttl_seconds=self._number(node, "ttl", 0),
            weight=_integer(policy.get("weight")),
            region=str(policy.get("region", "")),
            primary=policy.get("type") == "PRIMARY",
            check=None if check is None else self._key(check),
        )

    def _alias(self, node: Node, kind: Value) -> Iterator[Record]:
        (alias,) = self._list(node, "aliases")
        target = alias.get("name") if isinstance(alias, FrozenMap) else None
        name = self._text(node, "name")
        if self._leads_to_accelerator(target):
            yield from (self._group(name, group) for group in self._graph.of_type(GROUP))
            return
        if kind != "A":
            return  # the same again for IPv6
        shown = target if isinstance(target, str) else str(target)
        yield Record(name=name, identifier=node.name, routing=Routing.SIMPLE, target=shown, ttl_seconds=ALIAS_SECONDS)

    def _leads_to_accelerator(self, target: Value) -> bool:
        for node in self._graph.of_type(ACCELERATOR):
            if isinstance(target, Unknown) and target.ref is not None and target.ref.urn == node.urn:
                return True
            if isinstance(target, str) and target in {
                node.outputs.get("dnsName"),
                node.outputs.get("dualStackDnsName"),
            }:
                return True
        return False

    def _group(self, name: str, node: Node) -> Record:
        """An endpoint group has no name of its own: it answers as its region, and is lost with that."""
        region = self._text(node, "endpointGroupRegion")
        return Record(
            name=name,
            identifier=node.name.rpartition("-group-")[2],
            routing=Routing.DIAL,
            target=region,
            ttl_seconds=0,
            weight=self._number(node, "trafficDialPercentage", 100),
            region=region,
            detection_seconds=ACCELERATOR_SECONDS,
        )

    def _policy(self, node: Node) -> tuple[Routing, Mapping[str, Value]]:
        for name, routing in _POLICIES.items():
            for policy in self._list(node, name):
                if isinstance(policy, FrozenMap):
                    return routing, policy
        return Routing.SIMPLE, {}

    # -- properties --------------------------------------------------------------------------------------------

    def _key(self, value: Value) -> str:
        """How a check is called here: its id, or the URN of the resource that it is not yet the id of."""
        if isinstance(value, Unknown) and value.ref is not None:
            return self._graph.origin(value.ref).urn
        if isinstance(value, str):
            return value
        raise UnreadableError(f"a health check cannot be told from {value}")

    def _text(self, node: Node, path: str, *, missing: str | None = None) -> str:
        value = node.inputs.get(path)
        if value is None and missing is not None:
            return missing
        return self._known(node, path, value)

    def _known(self, node: Node, path: str, value: Value) -> str:
        if isinstance(value, Unknown) and value.ref is not None:
            origin = self._graph.origin(value.ref)
            target = self._graph.get(origin.urn)
            # A name that its resource was given is known before the resource is there.
            given = self._graph.property(target, _GIVEN.get(origin.output, origin.output)) if target else None
            if isinstance(given, str):
                return given
        if not isinstance(value, str):
            raise UnreadableError(f"{node.name}: {path} is {value}, and has to be known")
        return value

    def _number(self, node: Node, path: str, default: int) -> int:
        value = node.inputs.get(path)
        if isinstance(value, Unknown):
            raise UnreadableError(f"{node.name}: {path} is not known")
        return default if value is None else _integer(value)

    def _list(self, node: Node, path: str) -> tuple[Value, ...]:
        value = node.inputs.get(path)
        if value is None:
            return ()
        if not isinstance(value, tuple):
            raise UnreadableError(f"{node.name}: {path} is not known")
        return value


_GIVEN = {"fqdn": "name", "id": "name"}
"""Output → input that it equals: a record's full name where the name is whole, an alarm's id."""


def _integer(value: Value) -> int:
    return int(float(str(value))) if isinstance(value, int | float | str) else 0
