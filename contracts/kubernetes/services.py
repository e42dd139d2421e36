"""Services on Kubernetes, from their contracts: workload, release, and the edges of the mesh (MESH-1, DEL-3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.kubernetes.parts import Manifest
from contracts.kubernetes.teams import namespace_of
from contracts.services.bindings import Service, Use
from contracts.services.compute import EksDeployment
from contracts.services.manifests import manifests
from contracts.services.naming import Runner, RunnerKind
from contracts.services.variables import Addresses, variables
from contracts.settings.base import DeploymentStrategy

CANARY_STEPS = ((5, "2m"), (25, "5m"), (50, "5m"))
"""Share of requests in percent that a new version gets, and for how long, before it gets all."""
RETRY_ON = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
LATENCY_HEADROOM = 1.2
"""A new version may be so much slower than the promise while it warms up."""


def service_objects(service: Service, trust_domain: str) -> list[Manifest]:
    """Everything that a contract's deployments on Kubernetes need, in the namespace of its domain; often nothing."""
    found: list[Manifest] = []
    for key, clause in service.loaded.contract.compute.eks.items():
        place = service.place
        registry = f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{place.environment}"
        runner = Runner(RunnerKind.CONTAINER, key)
        known = variables(service, runner, _addresses(service))
        objects = manifests(service, key, known, registry=registry)
        found += _released(service, key, clause, objects)
        found += mesh_edges(service, key, clause, trust_domain)
    return found


def host(service: str, key: str, namespace: str) -> str:
    """Name of a deployment in the cluster."""
    return f"{service}-{key}.{namespace}.svc.cluster.local"


def _addresses(service: Service) -> Addresses:
    """What AWS draws is asked for by name: the cache's token by its secret, other containers by the cluster's names."""
    environment = service.place.environment
    return Addresses(
        url_of=_url_of(environment),
        cache_token=f"{environment}/cache/auth-token",
        search_endpoint=f"https://search.{service.names.service}.{environment}.internal",
    )


def _url_of(environment: str) -> Any:
    def url(use: Use) -> str:
        handler, provider = use.endpoint.handler, use.provider.contract
        assert handler is not None
        namespace = namespace_of(environment, provider.id.split("/")[0])
        clause = provider.compute.eks.get(handler.key)
        port = clause.port if clause is not None else 8080
        return f"http://{host(use.provider.service, handler.key, namespace)}:{port}"

    return url


def _released(service: Service, key: str, clause: EksDeployment, objects: list[Manifest]) -> Iterator[Manifest]:
    """The objects of a deployment, with a Rollout in its Deployment's place unless new pods simply replace old ones."""
    strategy = clause.deployment
    for found in objects:
        if found["kind"] == "Deployment" and strategy is not DeploymentStrategy.ROLLING:
            yield _rollout(service, clause, found)
        elif found["kind"] == "HorizontalPodAutoscaler" and strategy is not DeploymentStrategy.ROLLING:
            target = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": found["metadata"]["name"]}
            yield {**found, "spec": {**found["spec"], "scaleTargetRef": target}}
        elif found["kind"] == "Service":
            yield found
            if strategy is not DeploymentStrategy.ROLLING:
                for role in _roles(strategy):
                    name = f"{found['metadata']['name']}-{role}"
                    yield {**found, "metadata": {**found["metadata"], "name": name}}
        else:
            yield found


def _roles(strategy: DeploymentStrategy) -> tuple[str, str]:
    """Ends of the names of the two Services: of the old version, and of the new one."""
    return ("stable", "canary") if strategy is DeploymentStrategy.CANARY else ("active", "preview")


def _rollout(service: Service, clause: EksDeployment, deployment: Manifest) -> Manifest:
    name = deployment["metadata"]["name"]
    old, new = (f"{name}-{role}" for role in _roles(clause.deployment))
    slo = service.loaded.contract.slo
    analysis = {
        "templates": [
            {"templateName": "success-rate", "clusterScope": True},
            {"templateName": "latency", "clusterScope": True},
        ],
        "args": [
            {"name": "service", "value": new},
            {"name": "namespace", "value": deployment["metadata"]["namespace"]},
            {"name": "at-least", "value": f"{1 - slo.error_rate_percent / 100:.5f}".rstrip("0")},
            {"name": "at-most-ms", "value": str(round(slo.latency_p95_ms * LATENCY_HEADROOM))},
        ],
    }
    if clause.deployment is DeploymentStrategy.CANARY:
        steps: list[Manifest] = []
        for weight, pause in CANARY_STEPS:
            steps += [{"setWeight": weight}, {"pause": {"duration": pause}}]
        strategy: Manifest = {
            "canary": {
                "stableService": old,
                "canaryService": new,
                "trafficRouting": {"istio": {"virtualService": {"name": name, "routes": ["all"]}}},
                "analysis": {**analysis, "startingStep": 1},
                "abortScaleDownDelaySeconds": 30,
                "steps": steps,
            }
        }
    else:
        strategy = {
            "blueGreen": {
                "activeService": old,
                "previewService": new,
                "autoPromotionEnabled": True,
                "prePromotionAnalysis": analysis,
                # The old version stays for ten minutes, so that going back takes no time.
                "scaleDownDelaySeconds": 600,
            }
        }
    spec = {**deployment["spec"], "revisionHistoryLimit": 5, "progressDeadlineSeconds": 600, "strategy": strategy}
    return {**deployment, "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": spec}


def mesh_edges(service: Service, key: str, clause: EksDeployment, trust_domain: str) -> Iterator[Manifest]:
    """Route with retries, circuit breaking and the callers that the contracts of others name."""
    name = f"{service.names.service}-{key}"
    namespace = namespace_of(service.place.environment, service.loaded.contract.domain)
    callers = tuple(_callers(service, key))

    def an_object(api: str, kind: str, spec: Manifest) -> Manifest:
        metadata = {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/name": name}}
        return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}

    yield an_object("networking.istio.io/v1", "VirtualService", _route(name, namespace, clause, callers))
    policy = {
        "connectionPool": {
            "tcp": {"connectTimeout": "2s"},
            "http": {"http1MaxPendingRequests": 50, "http2MaxRequests": 200, "maxRetries": 5},
        },
        "outlierDetection": {
            "consecutive5xxErrors": 5,
            "interval": "10s",
            "baseEjectionTime": "30s",
            "maxEjectionPercent": 50,
        },
        "tls": {"mode": "ISTIO_MUTUAL"},
    }
    for role in ("", *_suffixes(clause)):
        rule = an_object(
            "networking.istio.io/v1",
            "DestinationRule",
            {"host": host(service.names.service, key + role, namespace), "trafficPolicy": policy},
        )
        rule["metadata"]["name"] = f"{name}{role}"
        yield rule
    yield an_object(
        "security.istio.io/v1", "AuthorizationPolicy", _allowed(service, name, clause, callers, trust_domain)
    )


def _suffixes(clause: EksDeployment) -> tuple[str, ...]:
    if clause.deployment is DeploymentStrategy.ROLLING:
        return ()
    return tuple(f"-{role}" for role in _roles(clause.deployment))


def _callers(service: Service, key: str) -> Iterator[Use]:
    """Calls of other contracts that a deployment answers."""
    own = service.loaded.contract.id
    for other in service.others:
        for use in other.uses:
            handler = use.endpoint.handler
            if use.provider.contract.id == own and handler is not None and handler.key == key:
                yield use


def _route(name: str, namespace: str, clause: EksDeployment, callers: tuple[Use, ...]) -> Manifest:
    """All requests, to the old version; a release moves weights, and waiting and repeating is as callers agreed."""
    port = {"number": clause.port}
    suffixes = _suffixes(clause) if clause.deployment is DeploymentStrategy.CANARY else ("",)
    if clause.deployment is DeploymentStrategy.BLUE_GREEN:
        suffixes = ("-active",)
    targets = [
        {
            "destination": {"host": f"{name}{suffix}.{namespace}.svc.cluster.local", "port": port},
            "weight": 0 if index else 100,
        }
        for index, suffix in enumerate(suffixes)
    ]
    http: Manifest = {"name": "all", "route": targets}
    waits = [use.call.timeout_ms for use in callers if use.call.timeout_ms]
    if waits:
        http["timeout"] = f"{max(waits)}ms"
    attempts = max((use.call.retry.attempts for use in callers if use.call.retry), default=0)
    http["retries"] = {"attempts": max(attempts - 1, 0), "retryOn": RETRY_ON}
    return {"hosts": [f"{name}.{namespace}.svc.cluster.local"], "http": [http]}


def _allowed(
    service: Service, name: str, clause: EksDeployment, callers: tuple[Use, ...], trust_domain: str
) -> Manifest:
    """Callers by the identity in their certificate; a public interface is called by the gateway as well."""
    environment = service.place.environment
    principals = {
        f"{trust_domain}/ns/{namespace_of(environment, use.consumer.contract.domain)}/sa/"
        f"{use.consumer.service}-{use.runner.key}"
        for use in callers
        if use.runner.kind is RunnerKind.CONTAINER and use.runner.key in use.consumer.contract.compute.eks
    }
    provided: Mapping[str, Any] = service.loaded.contract.provides.http
    if any(http.exposure == "public" for http in provided.values()):
        principals.add(f"{trust_domain}/ns/istio-ingress/sa/istio-ingress")
    spec: Manifest = {"selector": {"matchLabels": {"app.kubernetes.io/name": name}}, "action": "ALLOW"}
    if principals:
        to = [{"operation": {"ports": [str(clause.port)]}}]
        spec["rules"] = [{"from": [{"source": {"principals": sorted(principals)}}], "to": to}]
    return spec
