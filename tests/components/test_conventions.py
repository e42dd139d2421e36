"""Conventions of every component, held by walking the classes: nothing can be forgotten."""

import importlib.util

import pulumi
import pytest

import components
from graph.resource_graph import ResourceGraph
from stacks.deploy import deploy
from tests.kit import record_program
from tests.kit.conventions import (
    canonical_token,
    component_classes,
    orphans,
    positional_parameters,
    registered_token,
    registers_outputs_last,
    silent_components,
    untagged,
)
from tests.kit.settings import stack_values, to_config

# Locked: a token is part of every URN. A class that is renamed or moved keeps its resources only with an alias.
TOKENS = {
    "ApiDomain": "atoll:api:ApiDomain",
    "ApiLogging": "atoll:api:ApiLogging",
    "ContainerRoute": "atoll:api:ContainerRoute",
    "GraphqlApi": "atoll:api:GraphqlApi",
    "InternalLoadBalancer": "atoll:api:InternalLoadBalancer",
    "RestApi": "atoll:api:RestApi",
    "RestVpcLink": "atoll:api:RestVpcLink",
    "VpcLink": "atoll:api:VpcLink",
    "WebSocketApi": "atoll:api:WebSocketApi",
    "HttpApi": "atoll:api:HttpApi",
    "IdentityPool": "atoll:authentication:IdentityPool",
    "UserPool": "atoll:authentication:UserPool",
    "AppRunnerService": "atoll:cluster:AppRunnerService",
    "BlueGreenApplication": "atoll:cluster:BlueGreenApplication",
    "BlueGreenDeployment": "atoll:cluster:BlueGreenDeployment",
    "EcsCluster": "atoll:cluster:EcsCluster",
    "EcsService": "atoll:cluster:EcsService",
    "ImageReplication": "atoll:cluster:ImageReplication",
    "ImageRepository": "atoll:cluster:ImageRepository",
    "ServiceRoute": "atoll:cluster:ServiceRoute",
    "StepScaling": "atoll:cluster:StepScaling",
    "Budget": "atoll:cost:Budget",
    "CostManagement": "atoll:cost:CostManagement",
    "OffHours": "atoll:cost:OffHours",
    "BackupPlan": "atoll:backup:BackupPlan",
    "BackupReports": "atoll:backup:BackupReports",
    "BackupVault": "atoll:backup:BackupVault",
    "RestoreTests": "atoll:backup:RestoreTests",
    "AuroraCluster": "atoll:data:AuroraCluster",
    "ContractTable": "atoll:data:ContractTable",
    "DatabaseEvents": "atoll:data:DatabaseEvents",
    "DaxCluster": "atoll:data:DaxCluster",
    "GlobalDatabase": "atoll:data:GlobalDatabase",
    "GlobalDatastore": "atoll:data:GlobalDatastore",
    "PostgresDatabase": "atoll:data:PostgresDatabase",
    "TableReplica": "atoll:data:TableReplica",
    "RedisCache": "atoll:data:RedisCache",
    "SearchDomain": "atoll:data:SearchDomain",
    "ServiceDatabases": "atoll:data:ServiceDatabases",
    "DataCopies": "atoll:data:DataCopies",
    "Replication": "atoll:data:Replication",
    "Table": "atoll:data:Table",
    "Warehouse": "atoll:data:Warehouse",
    "AccountScanners": "atoll:detection:AccountScanners",
    "AccountTrail": "atoll:detection:AccountTrail",
    "AuditArchive": "atoll:detection:AuditArchive",
    "ConfigRecorder": "atoll:detection:ConfigRecorder",
    "FindingNotices": "atoll:detection:FindingNotices",
    "GuardDuty": "atoll:detection:GuardDuty",
    "IncidentResponse": "atoll:detection:IncidentResponse",
    "Macie": "atoll:detection:Macie",
    "Remediation": "atoll:detection:Remediation",
    "SecurityHub": "atoll:detection:SecurityHub",
    "TrailAlarms": "atoll:detection:TrailAlarms",
    "BuildProject": "atoll:delivery:BuildProject",
    "ChangeWatch": "atoll:delivery:ChangeWatch",
    "CodeRepository": "atoll:delivery:CodeRepository",
    "Delivery": "atoll:delivery:Delivery",
    "DeliveryPipeline": "atoll:delivery:DeliveryPipeline",
    "Certificate": "atoll:edge:Certificate",
    "Distribution": "atoll:edge:Distribution",
    "DistributionLogs": "atoll:edge:DistributionLogs",
    "GlobalAccelerator": "atoll:edge:GlobalAccelerator",
    "GlobalWebAcl": "atoll:edge:GlobalWebAcl",
    "HostedZone": "atoll:edge:HostedZone",
    "LoadBalancer": "atoll:edge:LoadBalancer",
    "OriginRecord": "atoll:edge:OriginRecord",
    "RegionHealth": "atoll:edge:RegionHealth",
    "RegionalWebAcl": "atoll:edge:RegionalWebAcl",
    "RequestStream": "atoll:edge:RequestStream",
    "ShieldProtection": "atoll:edge:ShieldProtection",
    "ShieldedEdge": "atoll:edge:ShieldedEdge",
    "TrafficRecords": "atoll:edge:TrafficRecords",
    "Function": "atoll:functions:Function",
    "Schedule": "atoll:functions:Schedule",
    "ScheduleGroup": "atoll:functions:ScheduleGroup",
    "ServiceRoles": "atoll:identity:ServiceRoles",
    "WorkloadRole": "atoll:identity:WorkloadRole",
    "ArgoCd": "atoll:kubernetes:ArgoCd",
    "ClusterEntry": "atoll:kubernetes:ClusterEntry",
    "RootApplication": "atoll:kubernetes:RootApplication",
    "SharedStorage": "atoll:kubernetes:SharedStorage",
    "EventBus": "atoll:messaging:EventBus",
    "EventRule": "atoll:messaging:EventRule",
    "EventSchemas": "atoll:messaging:EventSchemas",
    "Queue": "atoll:messaging:Queue",
    "Subscription": "atoll:messaging:Subscription",
    "Topic": "atoll:messaging:Topic",
    "DirectConnect": "atoll:network:DirectConnect",
    "SharedServices": "atoll:network:SharedServices",
    "SiteVpn": "atoll:network:SiteVpn",
    "TransitAttachment": "atoll:network:TransitAttachment",
    "TransitGateway": "atoll:network:TransitGateway",
    "RegionPeering": "atoll:network:RegionPeering",
    "TransitPeering": "atoll:network:TransitPeering",
    "VpcPeering": "atoll:network:VpcPeering",
    "Endpoints": "atoll:network:Endpoints",
    "FlowLogs": "atoll:network:FlowLogs",
    "NetworkLoadBalancer": "atoll:network:NetworkLoadBalancer",
    "PrivateEndpoint": "atoll:network:PrivateEndpoint",
    "PrivateEndpointService": "atoll:network:PrivateEndpointService",
    "SecurityGroups": "atoll:network:SecurityGroups",
    "ServiceSecurity": "atoll:network:ServiceSecurity",
    "Vpc": "atoll:network:Vpc",
    "AlarmTopic": "atoll:observability:AlarmTopic",
    "Alarms": "atoll:observability:Alarms",
    "Dashboards": "atoll:observability:Dashboards",
    "ErrorFilters": "atoll:observability:ErrorFilters",
    "LogArchive": "atoll:observability:LogArchive",
    "LogGroups": "atoll:observability:LogGroups",
    "LogSearch": "atoll:observability:LogSearch",
    "SloAlarms": "atoll:observability:SloAlarms",
    "EksAddons": "atoll:eks:EksAddons",
    "EksCluster": "atoll:eks:EksCluster",
    "EksFargate": "atoll:eks:EksFargate",
    "EksNetwork": "atoll:eks:EksNetwork",
    "EksNodes": "atoll:eks:EksNodes",
    "Karpenter": "atoll:eks:Karpenter",
    "PodIdentities": "atoll:eks:PodIdentities",
    "PlanMachine": "atoll:recovery:PlanMachine",
    "RecoveryAutomation": "atoll:recovery:RecoveryAutomation",
    "RecoveryDrill": "atoll:recovery:RecoveryDrill",
    "RecoverySignals": "atoll:recovery:RecoverySignals",
    "RegionExperiments": "atoll:recovery:RegionExperiments",
    "ContractRegistry": "atoll:registry:ContractRegistry",
    "AccountSafeguards": "atoll:security:AccountSafeguards",
    "DeploymentRecord": "atoll:registry:DeploymentRecord",
    "ConformancePack": "atoll:security:ConformancePack",
    "DatabaseLogin": "atoll:security:DatabaseLogin",
    "Keys": "atoll:security:Keys",
    "ManagedSecret": "atoll:security:ManagedSecret",
    "ReplicaKeys": "atoll:security:ReplicaKeys",
    "SecretRotator": "atoll:security:SecretRotator",
    "SecureParameters": "atoll:security:SecureParameters",
    "AppBuckets": "atoll:storage:AppBuckets",
    "Bucket": "atoll:storage:Bucket",
    "BucketReplication": "atoll:storage:BucketReplication",
    "FileSystem": "atoll:storage:FileSystem",
    "VolumeSnapshots": "atoll:storage:VolumeSnapshots",
    "BurnRateAlarms": "atoll:observability:BurnRateAlarms",
    "Canaries": "atoll:telemetry:Canaries",
    "Datadog": "atoll:telemetry:Datadog",
    "GrafanaWorkspace": "atoll:telemetry:GrafanaWorkspace",
    "PagerDutyForwarder": "atoll:telemetry:PagerDutyForwarder",
    "PrometheusWorkspace": "atoll:telemetry:PrometheusWorkspace",
    "Tracing": "atoll:telemetry:Tracing",
    "DevOpsGuru": "atoll:intelligence:DevOpsGuru",
    "PredictiveScaling": "atoll:intelligence:PredictiveScaling",
    "RiskEndpoint": "atoll:intelligence:RiskEndpoint",
    "SelfHealing": "atoll:intelligence:SelfHealing",
    "StateMachine": "atoll:workflows:StateMachine",
}
REQUIRED_TAGS = ("Environment", "Owner", "CostCenter", "DataClassification")

CLASSES = component_classes(components)
each_class = pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])


@pytest.fixture(scope="module")
def dev() -> ResourceGraph:
    config = to_config(stack_values("Pulumi.dev.yaml"))
    return record_program(deploy, stack="dev", config=config).graph


def test_classes_are_found_when_there_are_components() -> None:
    assert CLASSES or importlib.util.find_spec("components.network") is None


def test_tokens_are_the_locked_ones_when_all_classes_are_walked() -> None:
    assert {cls.__name__: registered_token(cls) for cls in CLASSES} == TOKENS


@each_class
def test_token_names_area_and_class_when_registered(cls: type[pulumi.ComponentResource]) -> None:
    assert registered_token(cls) == canonical_token(cls)


@each_class
def test_everything_but_the_name_is_keyword_only_when_constructed(cls: type[pulumi.ComponentResource]) -> None:
    assert positional_parameters(cls) == []


@each_class
def test_outputs_are_registered_last_when_constructed(cls: type[pulumi.ComponentResource]) -> None:
    assert registers_outputs_last(cls)


@each_class
def test_public_class_is_alone_in_its_file_when_it_is_a_component(cls: type[pulumi.ComponentResource]) -> None:
    assert [other.__name__ for other in CLASSES if other.__module__ == cls.__module__] == [cls.__name__]


def test_every_resource_has_a_component_above_it_when_dev_is_recorded(dev: ResourceGraph) -> None:
    assert orphans(dev) == []


def test_every_component_registers_its_outputs_when_dev_is_recorded(dev: ResourceGraph) -> None:
    assert silent_components(dev) == []


def test_every_taggable_resource_carries_the_tags_when_dev_is_recorded(dev: ResourceGraph) -> None:
    assert untagged(dev, REQUIRED_TAGS) == []


def test_every_resource_names_its_provider_when_dev_is_recorded(dev: ResourceGraph) -> None:
    implicit = [str(node) for node in dev if node.custom and not node.is_provider and node.provider is None]
    assert implicit == []


class Careless(pulumi.ComponentResource):
    """Breaks every convention, so that the helpers are known to see it."""

    def __init__(self, name: str, size: int = 1) -> None:
        super().__init__("atoll:elsewhere:Other", name)
        self.register_outputs({})
        self.size = size


def test_each_breach_is_seen_when_a_class_keeps_no_convention() -> None:
    assert registered_token(Careless) == "atoll:elsewhere:Other" != canonical_token(Careless)
    assert positional_parameters(Careless) == ["size"]
    assert not registers_outputs_last(Careless)


def test_each_breach_is_seen_when_a_graph_keeps_no_convention() -> None:

    from pulumi_aws import sqs

    def program() -> None:
        queue = sqs.Queue("q", tags={"Owner": "me"})
        sqs.QueuePolicy("p", queue_url=queue.url, policy="{}")
        pulumi.ComponentResource("atoll:test:Silent", "s")

    graph = record_program(program).graph
    assert len(orphans(graph)) == 2
    assert [text.partition(" (")[0] for text in silent_components(graph)] == ["atoll:test:Silent s"]
    [missing] = untagged(graph, ["Owner", "Environment"])
    assert missing.startswith("aws:sqs/queue:Queue q")
    assert missing.endswith(": Environment")
