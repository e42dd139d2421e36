"""No resource tells the engine to leave alone a property that a control reads."""

from __future__ import annotations

import re

from policies.control import Control, ControlSettings, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Verdict


class Settings(ControlSettings):
    """Which properties others own while a stack lives."""

    owned_elsewhere: frozenset[str] = frozenset(
        {
            "aws:appautoscaling/target:Target.minCapacity",
            "aws:appautoscaling/target:Target.maxCapacity",
            "aws:cognito/identityProvider:IdentityProvider.providerDetails",
            "aws:dynamodb/table:Table.globalSecondaryIndexes",
            "aws:dynamodb/table:Table.readCapacity",
            "aws:dynamodb/table:Table.replicas",
            "aws:dynamodb/table:Table.writeCapacity",
            "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl.subnetIds",
            "aws:ecs/service:Service.capacityProviderStrategies",
            "aws:ecs/service:Service.desiredCount",
            "aws:ecs/service:Service.loadBalancers",
            "aws:ecs/service:Service.networkConfiguration",
            "aws:ecs/service:Service.platformVersion",
            "aws:ecs/service:Service.taskDefinition",
            "aws:eks/cluster:Cluster.accessConfig",
            "aws:eks/cluster:Cluster.bootstrapSelfManagedAddons",
            "aws:eks/nodeGroup:NodeGroup.scalingConfig",
            "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup.primaryReplicationGroupId",
            "aws:elasticache/replicationGroup:ReplicationGroup.authToken",
            "aws:lb/listener:Listener.defaultActions",
            "aws:lb/listenerRule:ListenerRule.actions",
            "aws:rds/cluster:Cluster.replicationSourceIdentifier",
            "aws:secretsmanager/secretVersion:SecretVersion.secretString",
            "aws:ssm/parameter:Parameter.value",
        }
    )
    """Type and property (camelCase): scaling, deployments, rotation, failovers and the other region's stack change
    them; of parameters, recovery plans change the one that says whether services may write. No control is content with
    what they say: of tokens it asks that there is one, which is made with the cache, of replicas that the profile
    names who makes them."""


def check(resource: Subject) -> Verdict:
    """What is ignored stays as it was, whatever the program says; the graph shows what it says."""
    allowed = settings_of(resource.view, CONTROL).owned_elsewhere
    ignored = [_camel(path.split(".")[0].split("[")[0]) for path in resource.node.options.ignore_changes]
    wrong = sorted({name for name in ignored if f"{resource.type}.{name}" not in allowed})
    return Fail(f"it ignores changes of {', '.join(wrong)}") if wrong else PASS


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


CONTROL = Control(
    id="program-without-ignored-properties",
    title="No resource ignores changes of a property that a control reads",
    severity=Severity.HIGH,
    rationale="A program that says encrypted=True and ignores changes of it passes every check and changes nothing.",
    remediation=Remediation(
        summary="Take the property out of ignore_changes, or have it listed as owned by another process",
        snippet='pulumi.ResourceOptions(ignore_changes=["desired_count"])',
    ),
    catalogue=(),
    settings=Settings,
    types=("*",),
    check=check,
)
