"""What every cluster has beside its mesh, its nodes and what watches them."""

from __future__ import annotations

from contracts.kubernetes.charts.jenkins import jenkins
from contracts.kubernetes.parts import Chart, Component, Wave, drawn, resources, security
from contracts.kubernetes.versions import CHARTS


def platform() -> tuple[Component, ...]:
    """Certificates, secrets, releases, backups, Jenkins."""
    return (
        Component(name="storage", switch="storage", namespace="kube-system", wave=Wave.STORAGE, security=""),
        Component(
            name="cert-manager",
            switch="certificates",
            namespace="cert-manager",
            wave=Wave.FOUNDATION,
            charts=(_certificates(),),
        ),
        Component(
            name="external-secrets",
            switch="external-secrets",
            namespace="external-secrets",
            wave=Wave.FOUNDATION,
            charts=(external_secrets(),),
            patched="ClusterSecretStore",
            patches={"/spec/provider/aws/region": drawn("region")},
        ),
        Component(
            name="metrics-server",
            switch="pod-metrics",
            namespace="kube-system",
            wave=Wave.FOUNDATION,
            charts=(_pod_metrics(),),
            security="",
        ),
        Component(
            name="rollouts", switch="rollouts", namespace="argo-rollouts", wave=Wave.FOUNDATION, charts=(_rollouts(),)
        ),
        Component(name="velero", switch="velero", namespace="velero", wave=Wave.PLATFORM, charts=(_velero(),)),
        Component(
            name="jenkins",
            switch="jenkins",
            namespace="jenkins",
            wave=Wave.PLATFORM,
            charts=(jenkins(),),
            injected=True,
        ),
    )


def _certificates() -> Chart:
    """cert-manager, whose kinds stay when it goes."""
    return Chart(
        repository="https://charts.jetstack.io",
        name="cert-manager",
        version=CHARTS["cert-manager"],
        values={
            "crds": {"enabled": True, "keep": True},
            "replicaCount": 2,
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("25m", "128Mi"),
            "webhook": {"replicaCount": 2, "resources": resources("25m", "64Mi")},
            "cainjector": {"replicaCount": 2, "resources": resources("25m", "256Mi")},
        },
    )


def _pod_metrics() -> Chart:
    """What `kubectl top` and autoscalers ask."""
    return Chart(
        repository="https://kubernetes-sigs.github.io/metrics-server",
        name="metrics-server",
        version=CHARTS["metrics-server"],
        values={
            "replicas": 2,
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("100m", "200Mi"),
        },
    )


def _rollouts() -> Chart:
    """Argo Rollouts: canaries and blue-green."""
    return Chart(
        repository="https://argoproj.github.io/argo-helm",
        name="argo-rollouts",
        version=CHARTS["argo-rollouts"],
        values={
            "installCRDs": True,
            "keepCRDs": True,
            "controller": {"replicas": 2, "resources": resources("50m", "256Mi"), "metrics": {"enabled": True}},
        },
    )


def _velero() -> Chart:
    """Backups of objects and volumes (BKP-1)."""
    return Chart(
        repository="https://vmware-tanzu.github.io/helm-charts",
        name="velero",
        version=CHARTS["velero"],
        values={
            "serviceAccount": {"server": {"create": True, "name": "velero"}},
            "credentials": {"useSecret": False},
            # Schedules are our own objects; the location is told what AWS drew.
            "backupsEnabled": True,
            "snapshotsEnabled": True,
            "configuration": {
                "backupStorageLocation": [
                    {
                        "name": "default",
                        "provider": "aws",
                        "default": True,
                        "bucket": drawn("backups-bucket"),
                        "prefix": "velero",
                        "config": {"region": drawn("region"), "kmsKeyId": drawn("backups-key")},
                    }
                ],
                "volumeSnapshotLocation": [
                    {"name": "default", "provider": "aws", "config": {"region": drawn("region")}}
                ],
            },
            "deployNodeAgent": False,
            "resources": resources("100m", "512Mi"),
            "containerSecurityContext": security(),
            "initContainers": [
                {
                    "name": "velero-plugin-for-aws",
                    "image": "velero/velero-plugin-for-aws:v1.13.1",
                    "volumeMounts": [{"mountPath": "/target", "name": "plugins"}],
                    "securityContext": security(),
                }
            ],
        },
    )


def external_secrets() -> Chart:
    """External Secrets; its controller's identity is bound to the service account by EKS Pod Identity."""
    return Chart(
        repository="https://charts.external-secrets.io",
        name="external-secrets",
        version=CHARTS["external-secrets"],
        values={
            "installCRDs": True,
            "replicaCount": 2,
            "leaderElect": True,
            "serviceAccount": {"create": True, "name": "external-secrets"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": resources("50m", "128Mi"),
            "webhook": {"replicaCount": 2, "resources": resources("25m", "64Mi")},
            "certController": {"resources": resources("25m", "128Mi")},
            "serviceMonitor": {"enabled": False},
        },
    )
