"""ArgoCD on one cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions.v1 import CustomResourceDefinition
from pulumi_kubernetes.apps.v1 import Deployment, StatefulSet
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace, Secret, Service, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget
from pulumi_kubernetes.rbac.v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding

from components.kubernetes.argocd_access import CLUSTER_WIDE, NAMESPACED
from components.kubernetes.argocd_config import access, general
from components.kubernetes.argocd_definitions import definitions
from components.kubernetes.argocd_network import policies
from components.kubernetes.argocd_workloads import Part, parts, redis, service_ports, workload
from components.kubernetes.shapes import NAMESPACE, Spec, chosen, meta, restricted_namespace
from contracts.settings.kubernetes_layer import ArgoCdSettings

TOKEN = "atoll:kubernetes:ArgoCd"
CONTROLLER = "argocd-application-controller"


@dataclass(frozen=True, kw_only=True)
class ArgoCdArgs:
    """What the installation depends on."""

    settings: ArgoCdSettings


class ArgoCd(pulumi.ComponentResource):
    """ArgoCD in a namespace of its own: kinds, processes, their rights, edges of the network, configuration (DEL-3).

    Highly available as far as `replicas` and `controllers` say; Redis is single, for it is a cache. People log in with
    OpenID Connect, and nobody is anyone without a group. Everything runs as `restricted`, and connects only where the
    policies of the network let it. It brings no Applications along: see `RootApplication`.

    Costs what its pods ask for: about 1.5 CPU and 3 GiB with two replicas and one controller.
    https://argo-cd.readthedocs.io/en/stable/operator-manual/
    """

    namespace: pulumi.Output[str]
    """Name of the namespace; it is there when the kinds and the configuration are."""

    def __init__(self, name: str, *, args: ArgoCdArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self._name = name
        self._own = pulumi.ResourceOptions(parent=self)
        kinds = [
            CustomResourceDefinition(f"{name}-kind-{plural}", **found, opts=self._own)
            for plural, found in definitions().items()
        ]
        self._namespace = Namespace(
            f"{name}-namespace",
            metadata=restricted_namespace(NAMESPACE, {"istio-injection": "disabled"}),
            opts=self._own,
        )
        self._in = pulumi.ResourceOptions(parent=self, depends_on=[self._namespace])
        configured = self._configuration(args.settings)
        everyone = parts(args.settings)
        for account in [*(part.name for part in everyone), "argocd-redis"]:
            self._account(account)
        for policy, spec in policies().items():
            NetworkPolicy(f"{name}-network-{policy}", metadata=meta(policy), spec=spec, opts=self._in)
        self._redis()
        for part in everyone:
            self._part(part)
        self.namespace = pulumi.Output.all(
            self._namespace.metadata["name"], *(found.id for found in [*kinds, *configured])
        ).apply(lambda found: found[0])
        self.register_outputs({"namespace": self.namespace})

    def _configuration(self, settings: ArgoCdSettings) -> list[pulumi.CustomResource]:
        labels = {"app.kubernetes.io/name": "argocd-cm"}
        data: dict[str, dict[str, str]] = {
            "argocd-cm": general(settings),
            "argocd-rbac-cm": access(settings.admin_groups),
            "argocd-ssh-known-hosts-cm": {"ssh_known_hosts": ""},
            "argocd-tls-certs-cm": {},
            "argocd-gpg-keys-cm": {},
        }
        made: list[pulumi.CustomResource] = [
            ConfigMap(
                f"{self._name}-config-{config}",
                metadata=meta(config, labels=labels if config == "argocd-cm" else None),
                data=values,
                opts=self._in,
            )
            for config, values in data.items()
        ]
        # ArgoCD draws its own signing key and keeps it here: fields that are not ours, so that no apply touches them.
        return [*made, Secret(f"{self._name}-keys", metadata=meta("argocd-secret"), type="Opaque", opts=self._in)]

    def _account(self, account: str) -> None:
        ServiceAccount(
            f"{self._name}-account-{account}",
            metadata=meta(account),
            automount_service_account_token=False,  # pods that talk to the API server say so themselves
            opts=self._in,
        )
        subject: Spec = {"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}
        if rules := NAMESPACED.get(account):
            Role(f"{self._name}-role-{account}", metadata=meta(account), rules=rules, opts=self._in)
            reference: Spec = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": account}
            RoleBinding(
                f"{self._name}-binding-{account}",
                metadata=meta(account),
                role_ref=reference,
                subjects=[subject],
                opts=self._in,
            )
        if rules := CLUSTER_WIDE.get(account):
            metadata: Spec = {key: value for key, value in meta(account).items() if key != "namespace"}
            ClusterRole(f"{self._name}-cluster-role-{account}", metadata=metadata, rules=rules, opts=self._own)
            reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": account}
            ClusterRoleBinding(
                f"{self._name}-cluster-binding-{account}",
                metadata=metadata,
                role_ref=reference,
                subjects=[subject],
                opts=self._own,
            )

    def _redis(self) -> None:
        self._service("argocd-redis", {"redis": 6379})
        spec = redis()
        # It asks the API server once, for the password it draws.
        spec["template"]["spec"]["automountServiceAccountToken"] = True
        Deployment(f"{self._name}-argocd-redis", metadata=meta("argocd-redis"), spec=spec, opts=self._in)

    def _part(self, part: Part) -> None:
        self._service(part.name, part.ports)
        if part.name == CONTROLLER:
            spec: Spec = {"serviceName": part.name, **workload(part)}
            StatefulSet(f"{self._name}-{part.name}", metadata=meta(part.name), spec=spec, opts=self._in)
            return
        Deployment(f"{self._name}-{part.name}", metadata=meta(part.name), spec=workload(part), opts=self._in)
        if part.replicas > 1:
            budget: Spec = {"maxUnavailable": 1, "selector": {"matchLabels": chosen(part.name)}}
            PodDisruptionBudget(
                f"{self._name}-budget-{part.name}",
                metadata=meta(part.name),
                spec=budget,
                opts=self._in,
            )

    def _service(self, part: str, ports: Mapping[str, int]) -> None:
        served = [port for port in service_ports(ports) if port["name"] != "probe"]
        if part == "argocd-server":
            served = [{"name": "https", "port": 443, "targetPort": "server"}, *served[1:]]
        spec: Spec = {"selector": chosen(part), "ports": served}
        Service(f"{self._name}-service-{part}", metadata=meta(part), spec=spec, opts=self._in)
