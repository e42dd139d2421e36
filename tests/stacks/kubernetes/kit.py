"""A region with a cluster, as its stack exports it, and the stack of what runs on the cluster recorded on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from console.offline import engine_configuration
from contracts.workload_identities import PodIdentity
from graph.record import record
from stacks import deploy
from tests.kit import GraphView

PROJECT = Path(__file__).parents[3]
FILE = PROJECT / "Pulumi.staging-kubernetes.yaml"
ACCOUNT, REGION = "333333333333", "us-west-2"
_ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"


def arn(service: str, resource: str) -> str:
    return _ARN.format(service, resource)


def region(**changes: Any) -> dict[str, Any]:
    """Outputs of a region's stack; ``changes`` replace whole outputs, `None` removes one."""
    role = f"arn:aws:iam::{ACCOUNT}:role"
    kubernetes = {
        "name": "staging",
        "arn": arn("eks", "cluster/staging"),
        "version": "1.34",
        "endpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com",
        "certificate_authority": "LS0tLS1CRUdJTg==",
        "kubeconfig": json.dumps({"apiVersion": "v1", "kind": "Config"}),
        "oidc_issuer": "oidc.eks.us-west-2.amazonaws.com/id/ABC",
        "oidc_provider_arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC",
        "security_group_id": "sg-0123456789abcdef0",
        "node_security_group_id": "sg-0123456789abcdef1",
        "node_role_arn": f"{role}/staging-node",
        "role_arns": {identity.value: f"{role}/staging-{identity}" for identity in PodIdentity},
        "karpenter": {
            "queue": "staging-karpenter",
            "node_role": "staging-karpenter-node",
            "instance_profile": "staging-karpenter-node",
            "discovery_tag": "staging",
        },
        "file_system_id": "fs-0123456789abcdef0",
    }
    bucket = {"name": "app-backups-staging-333333333333", "arn": "arn:aws:s3:::app-backups-staging-333333333333"}
    outputs: dict[str, Any] = {
        "schema_version": 1,
        "environment": "staging",
        "region": REGION,
        "account_id": ACCOUNT,
        "vpc_id": "vpc-0123456789abcdef0",
        "vpc_cidr": "10.16.0.0/16",
        "subnet_ids": {"private": {f"{REGION}{zone}": f"subnet-0123456789abcdef{zone}" for zone in "abc"}},
        "security_group_ids": {},
        "load_balancer": {
            "arn": arn("elasticloadbalancing", "loadbalancer/app/staging/0"),
            "dns_name": "staging.elb.amazonaws.com",
            "zone_id": "Z1H1FL5HABSF5",
            "listener_arn": arn("elasticloadbalancing", "listener/app/staging/0/0"),
        },
        "kubernetes": kubernetes,
        "database": {
            "arn": arn("rds", "db:staging"),
            "resource_id": "db-ABC",
            "endpoint": "db.staging",
            "port": 5432,
            "name": "platform_db",
            "secret_arn": arn("secretsmanager", "secret:staging/database"),
        },
        "cache": {
            "id": "staging",
            "endpoint": "cache.staging",
            "port": 6379,
            "secret_arn": arn("secretsmanager", "secret:staging/cache"),
        },
        "tables": {},
        "buckets": {"backups": bucket},
        "key_arns": {"storage": arn("kms", "key/0")},
        "log_groups": {},
        "dashboards": {},
        "alarm_topic_arn": arn("sns", "staging-alarms"),
        "prometheus": {
            "arn": arn("aps", "workspace/ws-0"),
            "remote_write_url": "https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-0/api/v1/remote_write",
        },
        "log_analytics": {
            "search_endpoint": "https://vpc-logs.us-west-2.es.amazonaws.com",
            "delivery_stream": "staging-logs",
        },
    }
    return {name: value for name, value in {**outputs, **changes}.items() if value is not None}


def changed_cluster(**changes: Any) -> dict[str, Any]:
    """A region whose cluster exports something else; `None` removes a field."""
    cluster = {**region()["kubernetes"], **changes}
    return region(kubernetes={name: value for name, value in cluster.items() if value is not None})


def recorded(regions: dict[str, dict[str, Any]] | None = None, config: dict[str, str] | None = None) -> GraphView:
    """The stack `staging-kubernetes` on a region; ``config`` replaces keys of its file, `""` removes one."""
    values, secret = engine_configuration(FILE)
    values = {key: value for key, value in {**values, **(config or {})}.items() if value != ""}
    done = record(
        deploy,
        stack="staging-kubernetes",
        config=values,
        secret_keys=secret,
        account=ACCOUNT,
        stack_outputs=regions or {"staging": region()},
        root=PROJECT,
    )
    return GraphView(done.graph)
