"""What a person wants to see of an estate: the parts that resources play, each shown as one box with a count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analysis.diagrams.model import Box
from analysis.diagrams.scene import Scene
from analysis.diagrams.text import TIMES, TO
from graph import Node

Nodes = tuple[Node, ...]
Telling = Callable[[Scene, Nodes], str]


def _all(_scene: Scene, _node: Node) -> bool:
    return True


def _nothing(_scene: Scene, _nodes: Nodes) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Role:
    """Resources of some types that play one part. ``single`` is not counted: several resources are one thing."""

    key: str
    service: str
    label: str
    types: tuple[str, ...]
    detail: Telling = _nothing
    pick: Callable[[Scene, Node], bool] = _all
    single: bool = False
    replicas: str = ""
    """The property that lists the replicas which AWS keeps in other regions."""

    def nodes(self, scene: Scene, region: str | None = None) -> Nodes:
        """The resources of a region, or of all, that play this part."""
        return tuple(
            node
            for node in scene.of(*self.types)
            if self.pick(scene, node) and (region is None or region in self._places(scene, node))
        )

    def _places(self, scene: Scene, node: Node) -> tuple[str, ...]:
        """Where a resource is, and where AWS itself keeps a replica of it."""
        kept = [scene.text(node, f"{self.replicas}[{index}].region") for index in range(4)] if self.replicas else []
        return (scene.region_of(node), *kept)

    def box(self, scene: Scene, region: str, prefix: str) -> Box | None:
        """The box of a region, None where nothing plays this part there."""
        nodes = self.nodes(scene, region)
        if not nodes:
            return None
        own = any(scene.region_of(node) == region for node in nodes)
        return boxed(f"{prefix}/{self.key}", self, nodes, self.detail(scene, nodes) if own else "replicas")


def boxed(key: str, role: Role, nodes: Nodes, detail: str, label: str | None = None) -> Box:
    """A box for some resources of one part."""
    return Box(
        key=key,
        service=role.service,
        label=label or role.label,
        detail=detail,
        count=1 if role.single else len(nodes),
        urns=tuple(node.urn for node in nodes),
        source=next((node.source.file for node in nodes if node.source), None),
    )


def _each(path: str, before: str = "", after: str = "") -> Telling:
    def told(scene: Scene, nodes: Nodes) -> str:
        said = scene.said(nodes, path)
        return f"{before}{said}{after}" if said else ""

    return told


def _names(scene: Scene, nodes: Nodes) -> str:
    return ", ".join(short(scene, node) for node in nodes)


def short(scene: Scene, node: Node) -> str:
    """A resource's name without its stack's and its type's: `prod-table-events` → `events`."""
    name = node.name
    for stack in sorted(scene.estate, key=len, reverse=True):
        name = name.removeprefix(f"{stack}-")
    parts = name.removeprefix(f"{scene.environment}-")
    for word in ("table-", "bucket-", "security-group-", "key-"):
        parts = parts.removeprefix(word)
    for word in ("-service", "-api", "-machine", "-security-group", "-queue", "-topic", "-group"):
        parts = parts.removesuffix(word)
    return parts


def _aurora(scene: Scene, nodes: Nodes) -> str:
    regions = {scene.region_of(node) for node in nodes}
    members = [node for region in sorted(regions) for node in scene.of("aws:rds/clusterInstance:*", region=region)]
    version = scene.said(nodes, "engineVersion")
    return f"PostgreSQL {version} {TIMES}{len(members)}" if members else f"PostgreSQL {version}".strip()


def _rds(scene: Scene, nodes: Nodes) -> str:
    zones = "two zones" if any(scene.text(node, "multiAz") == "true" for node in nodes) else "one zone"
    return f"{scene.said(nodes, 'engineVersion')} · {zones}"


def _cache(scene: Scene, nodes: Nodes) -> str:
    shards = [max(scene.number(node, "numNodeGroups"), 1) for node in nodes]
    members = sum(
        count * (1 + scene.number(node, "replicasPerNodeGroup")) for count, node in zip(shards, nodes, strict=True)
    )
    engine = f"{scene.said(nodes, 'engine').capitalize()} {scene.said(nodes, 'engineVersion')}".strip()
    if not engine and any(scene.has(node, "globalReplicationGroupId") for node in nodes):
        return "joins the datastore"  # engine and shards are those of the first region
    return f"{engine} · {_of(members, 'node')}"


def _versioned(scene: Scene, nodes: Nodes) -> str:
    versioned = len(
        {one.urn for node in scene.of("aws:s3/bucketVersioning:*") for one in scene.needs(node) if one in nodes}
    )
    return "versioned" if versioned == len(nodes) else f"{versioned} versioned"


def _vault(scene: Scene, nodes: Nodes) -> str:
    days = [
        scene.number(plan, f"rules[{index}].lifecycle.deleteAfter")
        for region in sorted({scene.region_of(node) for node in nodes})
        for plan in scene.of("aws:backup/plan:Plan", region=region)
        for index in range(8)
    ]
    kept = sorted({day for day in days if day})
    return f"kept {kept[0]}{TO}{kept[-1]} days" if len(kept) > 1 else f"kept {kept[0]} days" if kept else ""


def _balancer(scene: Scene, nodes: Nodes) -> str:
    rules = len(scene.of("aws:lb/listenerRule:*", region=scene.region_of(nodes[0])))
    return f"{_of(rules, 'route')}, TLS" if rules else "TLS"


def _keys(scene: Scene, nodes: Nodes) -> str:
    multi = sum(scene.text(node, "multiRegion") == "true" or "replicaKey" in node.type for node in nodes)
    return "multi-Region" if multi == len(nodes) else f"{multi} multi-Region" if multi else "rotated yearly"


def _nodes_of_eks(scene: Scene, nodes: Nodes) -> str:
    least = sum(scene.number(node, "scalingConfig.minSize") for node in nodes)
    most = sum(scene.number(node, "scalingConfig.maxSize") for node in nodes)
    return f"{least}{TO}{most} instances"


def _of(count: int, what: str) -> str:
    return "" if not count else f"{count} {what}" + ("s" if count != 1 else "")


def _beside(kind: str, what: str) -> Telling:
    """How many resources of another type there are in the same region."""
    return lambda scene, nodes: _of(len(scene.of(kind, region=scene.region_of(nodes[0]))), what)


def _no_keys(scene: Scene, _nodes: Nodes) -> str:
    keys = len(scene.of("aws:iam/accessKey:AccessKey"))
    return _of(keys, "access key") if keys else "no access keys"


def _interface(scene: Scene, node: Node) -> bool:
    return scene.text(node, "vpcEndpointType") != "Gateway"


def _facing(kind: str) -> Callable[[Scene, Node], bool]:
    return lambda scene, node: (scene.text(node, "internal") == "true") == (kind == "internal")


def _argocd(_scene: Scene, node: Node) -> bool:
    return "argocd" in node.name and "application-controller" in node.name


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("zone", "route53", "Route 53", ("aws:route53/zone:Zone",), _each("name")),
        Role("health", "health-check", "Health checks", ("aws:route53/healthCheck:HealthCheck",),
             _each("requestInterval", "every ", " s")),
        Role("cdn", "cloudfront", "CloudFront", ("aws:cloudfront/distribution:Distribution",), _each("priceClass")),
        Role("accelerator", "global-accelerator", "Global Accelerator",
             ("aws:globalaccelerator/accelerator:Accelerator",)),
        Role("shield", "shield", "Shield Advanced", ("aws:shield/protection:Protection",), single=True),
        Role("waf", "waf", "WAF", ("aws:wafv2/webAcl:WebAcl",), lambda s, n: "web ACL"),
        Role("certificate", "certificate", "Certificate", ("aws:acm/certificate:Certificate",),
             lambda s, n: "renewed by AWS"),
        Role("alb", "alb", "Load balancer", ("aws:lb/loadBalancer:LoadBalancer",), _balancer, _facing("public")),
        Role("internal-alb", "alb", "Internal balancers", ("aws:lb/loadBalancer:LoadBalancer",),
             pick=_facing("internal")),
        Role("api", "api", "API Gateway", ("aws:apigatewayv2/api:Api", "aws:apigateway/restApi:RestApi"), _names),
        Role("graphql", "graphql", "AppSync", ("aws:appsync/graphQLApi:GraphQLApi",), _names),
        Role("ecs", "ecs", "ECS services", ("aws:ecs/service:Service",), lambda s, n: "Fargate tasks"),
        Role("eks", "eks", "EKS cluster", ("aws:eks/cluster:Cluster",), _each("version", "Kubernetes ")),
        Role("eks-nodes", "ec2", "EKS nodes", ("aws:eks/nodeGroup:NodeGroup",), _nodes_of_eks),
        Role("fargate", "fargate", "EKS on Fargate", ("aws:eks/fargateProfile:FargateProfile",), _names),
        Role("argocd", "argocd", "Argo CD", ("kubernetes:apps/v1:StatefulSet",),
             lambda s, n: "GitOps controller", _argocd),
        Role("lambda", "lambda", "Lambda", ("aws:lambda/function:Function",)),
        Role("images", "images", "ECR", ("aws:ecr/repository:Repository",)),
        Role("aurora", "aurora", "Aurora", ("aws:rds/cluster:Cluster",), _aurora),
        Role("rds", "rds", "RDS PostgreSQL", ("aws:rds/instance:Instance",), _rds),
        Role("cache", "cache", "ElastiCache", ("aws:elasticache/replicationGroup:ReplicationGroup",), _cache),
        Role("tables", "dynamodb", "DynamoDB", ("aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"),
             _names),
        Role("buckets", "s3", "S3 buckets", ("aws:s3/bucket:Bucket",), _versioned),
        Role("files", "efs", "EFS", ("aws:efs/fileSystem:FileSystem",), _each("throughputMode", "", " throughput")),
        Role("volumes", "ebs", "EBS snapshots", ("aws:dlm/lifecyclePolicy:LifecyclePolicy",)),
        Role("vault", "backup", "Backup vault", ("aws:backup/vault:Vault",), _vault),
        Role("restore-tests", "backup", "Restore tests", ("aws:backup/restoreTestingPlan:RestoreTestingPlan",),
             _beside("aws:backup/restoreTestingSelection:*", "store")),
        Role("warehouse", "redshift", "Redshift",
             ("aws:redshift/cluster:Cluster", "aws:redshiftserverless/workgroup:*")),
        Role("search", "opensearch", "OpenSearch", ("aws:opensearch/domain:Domain",)),
        Role("catalogue", "glue", "Glue catalogue", ("aws:glue/catalogDatabase:CatalogDatabase",)),
        Role("firehose", "firehose", "Data Firehose", ("aws:kinesis/firehoseDeliveryStream:*",)),
        Role("stream", "kinesis", "Kinesis", ("aws:kinesis/stream:Stream",)),
        Role("dms", "dms", "DMS", ("aws:dms/replicationTask:ReplicationTask",), _each("migrationType")),
        Role("queues", "sqs", "SQS queues", ("aws:sqs/queue:Queue",)),
        Role("topics", "sns", "SNS topics", ("aws:sns/topic:Topic",), _names),
        Role("events", "eventbridge", "EventBridge rules", ("aws:cloudwatch/eventRule:EventRule",)),
        Role("workflows", "workflow", "Step Functions", ("aws:sfn/stateMachine:StateMachine",), _names),
        Role("schedules", "scheduler", "Schedules", ("aws:scheduler/schedule:Schedule",)),
        Role("copies", "build", "Sanitised copies", ("aws:codebuild/project:Project",),
             pick=lambda s, n: "-copy-" in n.name),
        Role("alarms", "cloudwatch", "Alarms", ("aws:cloudwatch/*Alarm:*",)),
        Role("logs", "logs", "Log groups", ("aws:cloudwatch/logGroup:LogGroup",)),
        Role("prometheus", "prometheus", "Prometheus", ("aws:amp/workspace:Workspace",)),
        Role("tracing", "xray", "X-Ray", ("aws:xray/samplingRule:*",), lambda s, n: "sampling rules"),
        Role("canaries", "cloudwatch", "Canaries", ("aws:synthetics/canary:Canary",)),
        Role("pipeline", "pipeline", "Delivery pipeline", ("aws:codepipeline/pipeline:Pipeline",)),
        Role("internet-gateway", "internet-gateway", "Internet gateway", ("aws:ec2/internetGateway:InternetGateway",)),
        Role("nat", "nat", "NAT gateways", ("aws:ec2/natGateway:NatGateway",)),
        Role("endpoints", "endpoint", "VPC endpoints", ("aws:ec2/vpcEndpoint:VpcEndpoint",), pick=_interface),
        Role("transit", "transit-gateway", "Transit gateway", ("aws:ec2transitgateway/transitGateway:TransitGateway",),
             _each("amazonSideAsn", "ASN ")),
        Role("vpn", "vpn", "Site-to-site VPN", ("aws:ec2/vpnConnection:VpnConnection",)),
        Role("direct-connect", "direct-connect", "Direct Connect", ("aws:directconnect/gateway:Gateway",)),
        Role("acls", "network-acl", "Network ACLs", ("aws:ec2/networkAcl:NetworkAcl",)),
        Role("flow-logs", "flow-logs", "VPC flow logs", ("aws:ec2/flowLog:FlowLog",)),
        Role("keys", "kms", "KMS keys", ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"), _keys),
        Role("secrets", "secrets", "Secrets", ("aws:secretsmanager/secret:Secret",),
             lambda s, n: "rotated" if s.of("aws:secretsmanager/secretRotation:*") else "", replicas="replicas"),
        Role("roles", "iam", "IAM roles", ("aws:iam/role:Role",), _no_keys),
        Role("pod-identities", "iam", "Pod identities", ("aws:eks/podIdentityAssociation:*",)),
        Role("access-entries", "identity-center", "Cluster access", ("aws:eks/accessEntry:AccessEntry",),
             lambda s, n: "people and teams"),
        Role("analyzer", "access-analyzer", "Access Analyzer", ("aws:accessanalyzer/analyzer:Analyzer",)),
        Role("guardduty", "guardduty", "GuardDuty", ("aws:guardduty/detector:Detector",),
             _beside("aws:guardduty/detectorFeature:*", "protection")),
        Role("hub", "security-hub", "Security Hub", ("aws:securityhub/account:Account",),
             _beside("aws:securityhub/standardsSubscription:*", "standard")),
        Role("macie", "macie", "Macie", ("aws:macie2/account:Account",)),
        Role("inspector", "inspector", "Inspector", ("aws:inspector2/enabler:Enabler",)),
        Role("detective", "detective", "Detective", ("aws:detective/graph:Graph",)),
        Role("config", "config", "Config", ("aws:cfg/recorder:Recorder",)),
        Role("trail", "cloudtrail", "CloudTrail", ("aws:cloudtrail/trail:Trail",)),
    )
}  # fmt: skip
"""Key → part, for all diagrams."""


def role_by_urn(scene: Scene, roles: Iterable[Role] = ROLES.values()) -> dict[str, str]:
    """URN → key of the part that the resource plays; the first that fits."""
    found: dict[str, str] = {}
    for role in roles:
        for node in role.nodes(scene):
            found.setdefault(node.urn, role.key)
    return found
