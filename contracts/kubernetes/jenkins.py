"""Jenkins on a cluster: what it consists of beside its chart, and its configuration as code (DEL-2)."""

from __future__ import annotations

import json

from contracts.kubernetes.objects import an_object, route
from contracts.kubernetes.parts import Manifest
from contracts.kubernetes.versions import BUILDER_IMAGE
from contracts.settings.kubernetes_layer import JenkinsSettings
from contracts.settings.kubernetes_stack import KubernetesStackSettings
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity

STORE = "vault"
"""ClusterSecretStore of the account's Secrets Manager."""


def jenkins_objects(settings: KubernetesStackSettings, jenkins: JenkinsSettings) -> list[Manifest]:
    """Home on EFS, configuration as code, the first administrator, bounds, and the way in (DEL-2)."""
    namespace = "jenkins"
    claim = {
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "efs",
            "resources": {"requests": {"storage": f"{jenkins.storage_gib}Gi"}},
        }
    }
    secret = {
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
            "target": {"name": "jenkins-admin", "creationPolicy": "Owner"},
            "data": [
                {"secretKey": key, "remoteRef": {"key": f"{settings.environment}/jenkins/admin", "property": key}}
                for key in ("jenkins-admin-user", "jenkins-admin-password")
            ],
        }
    }
    quota = {
        "requests.cpu": str(2 + 2 * jenkins.agents),
        "requests.memory": f"{4 + 2 * jenkins.agents}Gi",
        "limits.memory": f"{6 + 3 * jenkins.agents}Gi",
        "pods": str(2 + jenkins.agents),
    }
    code = an_object(
        "v1", "ConfigMap", "jenkins-as-code", namespace, {"data": {"atoll.yaml": configuration(settings, jenkins)}}
    )
    code["metadata"]["labels"] = {"jenkins-jenkins-config": "true"}
    return [
        an_object("v1", "PersistentVolumeClaim", "jenkins-home", namespace, claim, -10),
        an_object("external-secrets.io/v1", "ExternalSecret", "jenkins-admin", namespace, secret, -10),
        an_object("v1", "ResourceQuota", "jenkins", namespace, {"spec": {"hard": quota}}, -10),
        code,
        route("jenkins", namespace, jenkins.domain, "jenkins.jenkins.svc.cluster.local", 8080),
        an_object(
            "security.istio.io/v1",
            "AuthorizationPolicy",
            "jenkins",
            namespace,
            {
                "spec": {
                    "selector": {"matchLabels": {"app.kubernetes.io/component": "jenkins-controller"}},
                    "action": "ALLOW",
                    "rules": [{"from": [{"source": {"namespaces": ["istio-ingress", namespace]}}]}],
                }
            },
            10,
        ),
    ]


def configuration(settings: KubernetesStackSettings, jenkins: JenkinsSettings) -> str:
    """Jenkins' configuration as code, which is YAML, and JSON is YAML.

    Agents are pods with the identity `jenkins-agent`, which may push to ECR and write artifacts. The repository is
    built by one multibranch job: its Jenkinsfile says how. Credentials come from Secrets Manager by their tags.
    https://www.jenkins.io/doc/book/managing/casc/
    """
    agent = SERVICE_ACCOUNTS[PodIdentity.JENKINS_AGENT]
    container = {
        "name": "builder",
        "image": BUILDER_IMAGE,
        "command": "sleep",
        "args": "infinity",
        "ttyEnabled": False,
        "resourceRequestCpu": "1",
        "resourceRequestMemory": "2Gi",
        "resourceLimitMemory": "3Gi",
    }
    template = {
        "name": "builder",
        "label": "builder",
        "namespace": agent.namespace,
        "serviceAccount": agent.name,
        "podRetention": "never",
        "runAsUser": "1000",
        "runAsGroup": "1000",
        "containers": [container],
    }
    cloud = {
        "kubernetes": {
            "name": "cluster",
            "namespace": agent.namespace,
            "jenkinsUrl": "http://jenkins.jenkins.svc.cluster.local:8080",
            "jenkinsTunnel": "jenkins-agent.jenkins.svc.cluster.local:50000",
            "containerCapStr": str(jenkins.agents),
            "templates": [template],
        }
    }
    script = f"""\
multibranchPipelineJob('atoll') {{
  branchSources {{
    git {{
      id('atoll')
      remote('{settings.git.repository}')
      credentialsId('repository')
    }}
  }}
  orphanedItemStrategy {{
    discardOldItems {{ numToKeep(20) }}
  }}
  triggers {{
    periodicFolderTrigger {{ interval('5m') }}
  }}
}}
"""
    artifacts = {"artifactManagerFactories": [{"jclouds": {"provider": "s3"}}]}
    s3 = {"s3": {"container": f"app-artifacts-{settings.environment}-{settings.account.id}", "prefix": "jenkins/"}}
    code = {
        "jenkins": {"numExecutors": 0, "mode": "EXCLUSIVE", "clouds": [cloud], "disableRememberMe": True},
        "unclassified": {
            "location": {"url": f"https://{jenkins.domain}/"},
            "awsCredentialsProvider": {"cache": True, "client": {"region": settings.region}},
            "artifactManager": artifacts,
        },
        "aws": {"awsCredentials": {"region": settings.region}, **s3},
        "jobs": [{"script": script}],
    }
    return json.dumps(code, indent=2) + "\n"
