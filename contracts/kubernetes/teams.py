"""Teams and their namespaces: what each may use, who may do what there, and what may connect (EKS-4).

`gitops/teams.yaml` names them. A domain has one namespace in each environment, `<environment>-<domain>`, which belongs
to one team; another team that owns a contract of the domain works in it beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from contracts.kubernetes.applications import project
from contracts.kubernetes.network import denied, in_namespace, meshed, names, policy, tcp
from contracts.kubernetes.parts import PREFIX, Manifest
from contracts.settings.base import Settings
from contracts.settings.kind import between
from contracts.settings.kinds import LogicalName
from contracts.settings.kubernetes_layer import Group

FILE = Path("gitops/teams.yaml")
"""Below the repository."""


class DomainSettings(Settings):
    """What the namespace of a domain may use."""

    team: LogicalName
    """Team that it belongs to."""
    cpu: Annotated[int, between(1, 1000, "CPUs")]
    """CPUs that its pods may ask for together."""
    memory_gib: Annotated[int, between(1, 4000, "GiB")]
    """Memory that they may ask for together, and use at most."""
    pods: Annotated[int, between(1, 2000, "pods")]
    """Pods at once."""
    storage_gib: Annotated[int, between(0, 16384, "GiB")]
    """Volumes together."""


class TeamSettings(Settings):
    """A team."""

    groups: tuple[Group, ...]
    """Groups of the identity provider whose people are in it."""
    works_in: tuple[LogicalName, ...] = ()
    """Domains of other teams in which it owns a contract; none if left out."""


class TeamsFile(Settings):
    """The whole file."""

    domains: dict[LogicalName, DomainSettings] = Field(min_length=1)
    """Domain → what its namespace may use."""
    teams: dict[LogicalName, TeamSettings] = Field(min_length=1)
    """Team → who it is."""

    def problems(self, owners: Mapping[str, str]) -> Iterator[str]:
        """What does not fit together, or does not fit the contracts.

        Args:
            owners: contract → team that owns it.
        """
        for domain, settings in self.domains.items():
            if settings.team not in self.teams:
                yield f"domains.{domain}.team: there is no team {settings.team}; teams are {', '.join(self.teams)}"
        for team, settings in self.teams.items():
            for domain in settings.works_in:
                if domain not in self.domains:
                    yield f"teams.{team}.works_in: there is no domain {domain}; domains are {', '.join(self.domains)}"
        for contract, team in owners.items():
            domain = contract.split("/")[0]
            if domain not in self.domains:
                yield f"domains: {contract} is of the domain {domain}, which is not here; add it with what it may use"
            elif team not in self.teams:
                yield f"teams: {contract} belongs to {team}, which is not here; add it with its groups"
            elif self.domains[domain].team != team and domain not in self.teams[team].works_in:
                yield f"teams.{team}.works_in: {contract} belongs to {team}; add {domain}"

    def domains_of(self, team: str) -> tuple[str, ...]:
        """Domains whose namespaces belong to a team."""
        return tuple(domain for domain, settings in self.domains.items() if settings.team == team)


def namespace_of(environment: str, domain: str) -> str:
    """Namespace of a domain in an environment."""
    return f"{environment}-{domain}"


def team_project(team: str, file: TeamsFile, environments: tuple[str, ...], repository: str) -> Manifest:
    """The AppProject of a team: its folder, its namespaces, its people; nothing that a namespace does not hold."""
    domains = (*file.domains_of(team), *file.teams[team].works_in)
    places = [namespace_of(environment, domain) for environment in environments for domain in domains]
    role = {
        "name": "developer",
        "description": f"People of {team}: see, bring in and restart what is theirs.",
        "groups": list(file.teams[team].groups),
        "policies": [
            f"p, proj:{team}:developer, applications, {action}, {team}/*, allow"
            for action in ("get", "sync", "action/*")
        ]
        + [f"p, proj:{team}:developer, logs, get, {team}/*, allow"],
    }
    return project(
        team,
        {
            "description": f"What {team} runs.",
            "sourceRepos": [repository],
            "destinations": [{"server": "*", "namespace": place} for place in places],
            # A namespace comes with its limits from the team's generated folder, which the platform team reviews.
            "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
            "roles": [role],
        },
    )


def domain_objects(
    environment: str, domain: str, settings: DomainSettings, teams: Mapping[str, TeamSettings]
) -> list[Manifest]:
    """Namespace of a domain with everything that bounds it; the people of ``teams`` may work in it."""
    namespace = namespace_of(environment, domain)
    groups = sorted({group for team in teams.values() for group in team.groups})
    return [
        _namespace(namespace, environment, domain, settings.team),
        _quota(namespace, settings),
        _limits(namespace),
        denied(namespace),
        names(namespace),
        meshed(namespace),
        _from_ingress(namespace),
        _object("v1", "ServiceAccount", "default", namespace, {"automountServiceAccountToken": False}),
        _object(
            "security.istio.io/v1", "PeerAuthentication", "strict", namespace, {"spec": {"mtls": {"mode": "STRICT"}}}
        ),
        # An ALLOW policy without a rule lets nobody in; services say who calls them.
        _object("security.istio.io/v1", "AuthorizationPolicy", "allow-nothing", namespace, {"spec": {}}),
        _role(namespace),
        _binding(namespace, groups),
    ]


def _object(api: str, kind: str, name: str, namespace: str, body: Manifest) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **body}


def _namespace(name: str, environment: str, domain: str, team: str) -> Manifest:
    labels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    own = {"environment": environment, "domain": domain, "team": team}
    labels |= {"istio-injection": "enabled", **{f"{PREFIX}/{key}": value for key, value in own.items()}}
    # Whoever empties the folder must not delete what runs; the namespace is deleted by hand.
    annotations = {"argocd.argoproj.io/sync-wave": "-10", "argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": labels, "annotations": annotations},
    }


def _quota(namespace: str, settings: DomainSettings) -> Manifest:
    hard: dict[str, Any] = {
        "requests.cpu": str(settings.cpu),
        "requests.memory": f"{settings.memory_gib}Gi",
        "limits.memory": f"{settings.memory_gib}Gi",
        "requests.storage": f"{settings.storage_gib}Gi",
        "pods": str(settings.pods),
        "persistentvolumeclaims": "20",
        "services": "50",
        # People come in through the mesh's gateway; a load balancer of one's own is a hole and costs money.
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        "count/jobs.batch": "100",
    }
    return _object("v1", "ResourceQuota", "team", namespace, {"spec": {"hard": hard}})


def _limits(namespace: str) -> Manifest:
    container = {
        "type": "Container",
        "defaultRequest": {"cpu": "50m", "memory": "128Mi"},
        "default": {"memory": "256Mi"},
        # None for CPU: a limit slows pods down while the node is idle.
        "max": {"memory": "8Gi"},
        "min": {"cpu": "5m", "memory": "16Mi"},
    }
    volume = {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "100Gi"}}
    return _object("v1", "LimitRange", "team", namespace, {"spec": {"limits": [container, volume]}})


def _from_ingress(namespace: str) -> Manifest:
    rule = {"from": [in_namespace("istio-ingress")], "ports": tcp((8080,))}
    return policy("allow-ingress", namespace, {"policyTypes": ["Ingress"], "ingress": [rule]})


def _role(namespace: str) -> Manifest:
    """What people may do by hand: look at all but secrets, restart, follow a release. Git changes the rest."""
    look = ["get", "list", "watch"]
    workloads = ["deployments", "statefulsets", "daemonsets", "replicasets"]
    rules = [
        {"apiGroups": [""], "resources": ["pods", "pods/log", "services", "configmaps", "events"], "verbs": look},
        {"apiGroups": [""], "resources": ["persistentvolumeclaims", "serviceaccounts", "endpoints"], "verbs": look},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"]},
        {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["create"]},
        {"apiGroups": ["apps"], "resources": workloads, "verbs": look},
        {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets"], "verbs": ["patch"]},
        {"apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": [*look, "create", "delete"]},
        {"apiGroups": ["autoscaling", "policy", "networking.k8s.io"], "resources": ["*"], "verbs": look},
        {"apiGroups": ["argoproj.io"], "resources": ["rollouts", "analysisruns", "experiments"], "verbs": look},
        {"apiGroups": ["argoproj.io"], "resources": ["rollouts"], "verbs": ["patch"]},
        {"apiGroups": ["networking.istio.io", "security.istio.io"], "resources": ["*"], "verbs": look},
    ]
    return _object("rbac.authorization.k8s.io/v1", "Role", "developer", namespace, {"rules": rules})


def _binding(namespace: str, groups: list[str]) -> Manifest:
    api = "rbac.authorization.k8s.io"
    body = {
        "roleRef": {"apiGroup": api, "kind": "Role", "name": "developer"},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": group} for group in groups],
    }
    return _object(f"{api}/v1", "RoleBinding", "developer", namespace, body)
