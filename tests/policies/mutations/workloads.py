"""What must turn the controls of clusters, containers, functions and groups of instances red."""

from __future__ import annotations

import json
from typing import Any

from tests.policies.compliant.ecs import CONTAINER
from tests.policies.flips import flips, needs, refused
from tests.policies.kit import DELETE, Mutation

DEFINITIONS = "containerDefinitions"
ONE = f"{DEFINITIONS}[0]"
LOGS = '["audit"], it must contain "api", "authenticator", "controllerManager", "scheduler"'
CIDRS = "vpcConfig.publicAccessCidrs"
TEMPLATE = "mixedInstancesPolicy.launchTemplate"
KEY_ID = "AKIA" + "A" * 16
HALVES = ["0.0.0.0/1", "128.0.0.0/1"]

ADDRESSES = "service-addresses-encrypted"
OF_CONTAINERS = (
    "containers-unprivileged",
    "root-filesystem-read-only",
    "environment-without-secrets",
    "containers-logged",
    "host-network-without-root",
)


def _task(**changes: Any) -> str:
    return json.dumps([{**CONTAINER, **changes}])


def _environment(name: str, value: str) -> str:
    return _task(environment=[{"name": name, "value": value}])


def _containers(control: str, cases: tuple[tuple[str, str], ...], *also: str) -> tuple[Mutation, ...]:
    return tuple(
        Mutation(control=control, resource="task", change={DEFINITIONS: definitions}, says=says, also=also)
        for definitions, says in cases
    )


MUTATIONS = (
    Mutation(
        control="eks-endpoint-not-public",
        resource="kubernetes",
        change={"vpcConfig.endpointPublicAccess": DELETE},
        says=f'{CIDRS} is ["0.0.0.0/0"], which admits the internet',
    ),
    Mutation(
        control="eks-endpoint-not-public",
        resource="kubernetes",
        change={"vpcConfig.endpointPublicAccess": "true", CIDRS: HALVES},
        says=f'{CIDRS} is ["0.0.0.0/1", "128.0.0.0/1"], which admits the internet',
    ),
    Mutation(control="eks-endpoint-not-public", resource="kubernetes", unknown=("vpcConfig.endpointPublicAccess",)),
    *flips(
        "eks-secrets-encrypted-with-customer-key",
        "kubernetes",
        {
            "encryptionConfig.resources": ([], 'encryptionConfig.resources is [], it must contain "secrets"'),
            "encryptionConfig.provider.keyArn": ("", "encryptionConfig.provider.keyArn is not set"),
        },
        "encryptionConfig.provider.keyArn",
    ),
    *flips(
        "eks-control-plane-logged",
        "kubernetes",
        {"enabledClusterLogTypes": (["audit"], f"enabledClusterLogTypes is {LOGS}")},
        "enabledClusterLogTypes",
    ),
    *flips(
        "eks-deletion-protected",
        "kubernetes",
        {"deletionProtection": (DELETE, "deletionProtection is false, it must be true")},
        "deletionProtection",
    ),
    *needs(
        "eks-network-policy-enforced", "kubernetes", "cni", "its CNI is no add-on that enforces them", "clusterName"
    ),
    *flips(
        "eks-network-policy-enforced",
        "kubernetes",
        {"configurationValues": (DELETE, 'configurationValues is "{}", it must be enableNetworkPolicy true')},
        "configurationValues",
        of="cni",
    ),
    Mutation(
        control="eks-nodes-private",
        resource="nodes",
        of="node-route",
        change={"gatewayId": "igw-1"},
        says="node-subnet is public: a route of it leads to an internet gateway",
    ),
    Mutation(
        control="eks-nodes-private",
        resource="nodes",
        of="node-routes",
        change={"routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]},
        says="node-subnet is public: a route of it leads to an internet gateway",
    ),
    Mutation(control="eks-nodes-private", resource="nodes", unknown=("subnetIds",)),
    Mutation(control="eks-nodes-private", resource="nodes", change={"subnetIds": ["subnet-of-others"]}, undecided=True),
    *_containers(
        "ecs-containers-unprivileged",
        ((_task(privileged=True), f"{ONE}.privileged is true, it must be false"),),
        "ecs-host-network-without-root",
    ),
    *_containers(
        "ecs-root-filesystem-read-only",
        (
            (
                _task(readonlyRootFilesystem=False),
                f"{ONE}.readonlyRootFilesystem is false, it must be true",
            ),
        ),
    ),
    *_containers(
        "ecs-environment-without-secrets",
        (
            (_environment("DB_PASSWORD", "x"), f"{ONE}.environment.DB_PASSWORD is named like a secret"),
            (_environment("A", KEY_ID), f"{ONE}.environment.A looks like a secret"),
            (_environment("B", "postgres://u:p@h/d"), f"{ONE}.environment.B looks like a secret"),
        ),
    ),
    *_containers(
        "ecs-containers-logged", ((_task(logConfiguration={}), f"{ONE}.logConfiguration.logDriver is not set"),)
    ),
    *_containers(
        "ecs-host-network-without-root",
        (
            (_task(user="0:0"), f'{ONE}.user is "0:0", it must be a user other than root'),
            (_task(user=None), f'{ONE}.user is "root", it must be a user other than root'),
        ),
    ),
    *(
        Mutation(
            control=f"ecs-{name}",
            resource="task",
            unknown=(DEFINITIONS,),
            also=(ADDRESSES, *(f"ecs-{other}" for other in OF_CONTAINERS if other != name)),
        )
        for name in OF_CONTAINERS
    ),
    refused("ecs-host-network-without-root", "task", "networkMode", "awsvpc", "it has a network of its own"),
    *flips(
        "ecs-host-processes-hidden",
        "task",
        {"pidMode": ("host", 'pidMode is "host", it must be anything but "host"')},
        "pidMode",
    ),
    *flips(
        "ecs-service-without-public-address",
        "service",
        {
            "networkConfiguration.assignPublicIp": (
                "true",
                'networkConfiguration.assignPublicIp is "true", it must be false',
            )
        },
        "networkConfiguration",
    ),
    *flips(
        "ecs-fargate-platform-current",
        "service",
        {"platformVersion": ("1.3.0", 'platformVersion is "1.3.0", it must be one of "LATEST", "1.4.0"')},
        "platformVersion",
    ),
    *flips(
        "ecs-container-insights-on",
        "containers",
        {
            "settings": (DELETE, "it does not set containerInsights"),
            "settings[0].value": (
                "disabled",
                'settings[0].value is "disabled", it must be one of "enabled", "enhanced"',
            ),
        },
        "settings",
    ),
    *flips(
        "lambda-permission-not-public",
        "function-permission",
        {"sourceArn": (DELETE, "sourceArn is not set; sourceAccount is not set")},
        "principal",
        also=("lambda-failures-kept",),
    ),
    Mutation(
        control="lambda-permission-not-public",
        resource="function-permission",
        change={"principal": "*", "sourceArn": DELETE},
        says='principal is "*", for everyone',
    ),
    Mutation(
        control="lambda-permission-not-public",
        resource="function-permission",
        change={"principal": "s3.amazonaws.com"},
        says="sourceAccount is not set",
    ),
    *flips(
        "lambda-zones-spanned",
        "function",
        {
            "vpcConfig": (DELETE, "it is in no VPC"),
            "vpcConfig.subnetIds": (
                ["subnet-1"],
                "vpcConfig.subnetIds spans 1 availability zones, it must span at least 2",
            ),
        },
        "vpcConfig.subnetIds",
    ),
    *flips(
        "lambda-environment-without-secrets",
        "function",
        {
            "environment.variables.API_KEY": ("x", "environment.variables.API_KEY is named like a secret"),
            "environment.variables.DATABASE_URL": ("x", "environment.variables.DATABASE_URL is named like a secret"),
            "environment.variables.A": (KEY_ID, "environment.variables.A looks like a secret"),
        },
        "environment.variables.A",
        "environment",
        also=(ADDRESSES,),
    ),
    Mutation(
        control="lambda-failures-kept",
        resource="function",
        remove=("function-failures",),
        says="deadLetterConfig.targetArn is not set; it has no destination for failures",
    ),
    Mutation(
        control="lambda-failures-kept",
        resource="function",
        remove=("function-permission",),
        says="nothing calls it asynchronously",
        not_applicable=True,
    ),
    Mutation(control="lambda-failures-kept", resource="function", of="function-permission", unknown=("function",)),
    *flips(
        "lambda-url-authorized",
        "function-url",
        {"authorizationType": ("NONE", 'authorizationType is "NONE", it must be "AWS_IAM"')},
        "authorizationType",
    ),
    *flips(
        "autoscaling-group-resilient",
        "group",
        {
            "launchConfiguration": ("old", 'launchConfiguration is "old", it must not be set'),
            f"{TEMPLATE}.overrides": (
                [{"instanceType": "m7g.large"}],
                f'{TEMPLATE}.overrides is [{{"instanceType": "m7g.large"}}], it must be several instance types',
            ),
            "vpcZoneIdentifiers": (
                ["subnet-1"],
                "vpcZoneIdentifiers spans 1 availability zones, it must span at least 2",
            ),
            "healthCheckType": ("EC2", 'healthCheckType is "EC2", it must be "ELB"'),
        },
        "vpcZoneIdentifiers",
        "healthCheckType",
    ),
)
