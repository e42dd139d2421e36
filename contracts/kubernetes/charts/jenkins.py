"""Jenkins, brought in as a chart (DEL-2)."""

from __future__ import annotations

from contracts.kubernetes.parts import Chart, drawn, security
from contracts.kubernetes.versions import CHARTS


def jenkins() -> Chart:
    """Jenkins: its configuration is code (`gitops/clusters/<cluster>/jenkins`), its agents are pods."""
    agent = {
        "enabled": True,
        "namespace": "jenkins",
        "serviceAccount": "jenkins-agent",
        "containerCap": 10,
        "podRetention": "Never",
        "connectTimeout": 100,
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
    }
    return Chart(
        repository="https://charts.jenkins.io",
        name="jenkins",
        version=CHARTS["jenkins"],
        values={
            "controller": {
                "admin": {"existingSecret": "jenkins-admin", "createSecret": False},
                "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "3Gi"}},
                "numExecutors": 0,
                "jenkinsUrl": f"https://{drawn('jenkins-domain')}",
                "serviceType": "ClusterIP",
                "containerSecurityContext": security(),
                # The chart pins the plug-ins that it cannot do without; these come on top.
                "additionalPlugins": [
                    "job-dsl",
                    "aws-secrets-manager-credentials-provider",
                    "artifact-manager-s3",
                    "amazon-ecr",
                ],
                "JCasC": {"defaultConfig": True, "configScripts": {}},
                "sidecars": {"configAutoReload": {"enabled": True, "label": "jenkins-jenkins-config"}},
            },
            "agent": agent,
            "persistence": {"enabled": True, "existingClaim": "jenkins-home"},
            "serviceAccount": {"create": True, "name": "jenkins"},
            "serviceAccountAgent": {"create": True, "name": "jenkins-agent"},
            "networkPolicy": {"enabled": False},
        },
    )
