"""What each of the platform's pods may do in AWS: one statement for each need (IAM-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from components.eks.node_permissions import autoscaler, karpenter
from components.eks.pod_scope import PodScope
from components.identity.statements import Statement, allow, pull_images, read_configuration, send_traces, use_keys
from contracts.workload_identities import PodIdentity


@dataclass(frozen=True)
class Permissions:
    """What one identity may do."""

    managed: tuple[str, ...] = ()
    """AWS's own policies, where AWS writes one for exactly these pods and keeps it current with the add-on."""
    statements: Callable[[PodScope], list[Statement]] | None = None


def _volumes(scope: PodScope) -> list[Statement]:
    """The storage key for encrypted volumes, and grants on it for EC2."""
    uses = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom"]
    return [
        use_keys("UseVolumeKey", [*uses, "kms:ReEncryptTo"], scope.scope, ["storage"]),
        use_keys(
            "GrantVolumeKey",
            ["kms:CreateGrant"],
            scope.scope,
            ["storage"],
            Bool={"kms:GrantIsForAWSResource": "true"},
        ),
    ]


def _balancers(scope: PodScope) -> list[Statement]:
    """Load balancers and target groups of this cluster alone, told by their tag.

    Narrower than the policy of the controller's project: it makes no security groups of its own, for ingresses name
    the platform's, and it does not attach web ACLs.
    """
    own = {"aws:ResourceTag/elbv2.k8s.aws/cluster": scope.cluster}
    new = {"aws:RequestTag/elbv2.k8s.aws/cluster": scope.cluster}
    kinds = ("loadbalancer/app", "loadbalancer/net", "targetgroup", "listener/app", "listener/net")
    rules = ("listener-rule/app", "listener-rule/net")
    arns = [scope.scope.arn("elasticloadbalancing", f"{kind}/*") for kind in (*kinds, *rules)]
    make = ["CreateLoadBalancer", "CreateTargetGroup", "CreateListener", "CreateRule"]
    change = [
        "DeleteListener",
        "DeleteLoadBalancer",
        "DeleteRule",
        "DeleteTargetGroup",
        "DeregisterTargets",
        "ModifyListener",
        "ModifyLoadBalancerAttributes",
        "ModifyRule",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "RegisterTargets",
        "SetSecurityGroups",
        "SetSubnets",
    ]
    look = [
        "Listeners",
        "ListenerAttributes",
        "LoadBalancerAttributes",
        "LoadBalancers",
        "Rules",
        "Tags",
        "TargetGroupAttributes",
        "TargetGroups",
        "TargetHealth",
    ]
    places = ["AvailabilityZones", "Instances", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
    return [
        allow("SeeBalancers", [f"elasticloadbalancing:Describe{what}" for what in look], "*"),
        allow("SeeNetwork", [f"ec2:Describe{what}" for what in places], "*"),
        allow("MakeBalancers", [f"elasticloadbalancing:{action}" for action in make], arns, StringEquals=new),
        allow(
            "TagNewBalancers",
            ["elasticloadbalancing:AddTags"],
            arns,
            StringEquals={"elasticloadbalancing:CreateAction": make, **new},
        ),
        allow("ChangeOwnBalancers", [f"elasticloadbalancing:{action}" for action in change], arns, StringEquals=own),
    ]


def _records(types: list[str]) -> Callable[[PodScope], list[Statement]]:
    """Records of these types below the environment's domain."""

    def statements(scope: PodScope) -> list[Statement]:
        names = {"route53:ChangeResourceRecordSetsNormalizedRecordNames": [scope.domain, f"*.{scope.domain}"]}
        kinds = {"route53:ChangeResourceRecordSetsRecordTypes": types}
        zones = "arn:aws:route53:::hostedzone/*"
        return [
            allow("FindZones", ["route53:ListHostedZones", "route53:ListHostedZonesByName"], "*"),
            allow("SeeRecords", ["route53:ListResourceRecordSets", "route53:ListTagsForResource"], zones),
            allow("SeeChanges", ["route53:GetChange"], "arn:aws:route53:::change/*"),
            allow(
                "ChangeRecordsOfDomain",
                ["route53:ChangeResourceRecordSets"],
                zones,
                **{"ForAllValues:StringLike": names, "ForAllValues:StringEquals": kinds},
            ),
        ]

    return statements


def _secrets(scope: PodScope) -> list[Statement]:
    """Read the environment's vault entries and parameters; those of people's making are named `<environment>/…`."""
    entries = scope.scope.arn("secretsmanager", f"secret:{scope.scope.environment}/*")
    return [
        *read_configuration(scope.scope),
        allow("ReadEntries", ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], entries),
    ]


def _logs(scope: PodScope) -> list[Statement]:
    """Send containers' logs to the environment's search domains and delivery streams."""
    environment = scope.scope.environment
    return [
        allow("Index", ["es:ESHttpPost", "es:ESHttpPut"], scope.scope.arn("es", f"domain/{environment}-*/*")),
        allow("Archive", ["firehose:PutRecordBatch"], scope.scope.arn("firehose", f"deliverystream/{environment}-*")),
    ]


def _metrics(scope: PodScope) -> list[Statement]:
    """Write samples into the environment's Prometheus workspace, which is told by its tag: AWS draws its id."""
    own = {"aws:ResourceTag/Environment": scope.scope.environment}
    return [allow("WriteSamples", ["aps:RemoteWrite"], scope.scope.arn("aps", "workspace/*"), StringEquals=own)]


def _traces(scope: PodScope) -> list[Statement]:
    """Send traces, and the metrics that applications push."""
    sampling = ["xray:GetSamplingRules", "xray:GetSamplingTargets"]
    return [send_traces(), allow("ReadSampling", sampling, "*"), *_metrics(scope)]


def _backups(scope: PodScope) -> list[Statement]:
    """Namespaces' objects into the bucket of backups, and snapshots of the cluster's volumes."""
    bucket = f"arn:aws:s3:::{scope.backup_bucket}"
    objects = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts"]
    regional = f"arn:aws:ec2:{scope.scope.region}:"
    volumes, snapshots = f"{regional}{scope.scope.account_id}:volume/*", f"{regional}:snapshot/*"
    taken = {"ec2:CreateAction": ["CreateSnapshot", "CreateVolume"]}
    return [
        allow("SeeVolumes", ["ec2:DescribeSnapshots", "ec2:DescribeVolumes"], "*"),
        allow("TakeSnapshots", ["ec2:CreateSnapshot", "ec2:CreateVolume"], [volumes, snapshots]),
        allow("TagSnapshots", ["ec2:CreateTags"], [volumes, snapshots], StringEquals=taken),
        allow(
            "DeleteOwnSnapshots",
            ["ec2:DeleteSnapshot"],
            snapshots,
            Null={"aws:ResourceTag/velero.io/backup": "false"},
        ),
        allow("ListBackups", ["s3:ListBucket"], bucket, StringLike={"s3:prefix": ["velero/*"]}),
        allow("KeepBackups", [*objects, "s3:PutObject"], f"{bucket}/velero/*"),
        use_keys("UseBackupKey", ["kms:Decrypt", "kms:GenerateDataKey"], scope.scope, ["storage"]),
    ]


def _builds(scope: PodScope) -> list[Statement]:
    """Push images of the environment, keep artifacts, read the builds' own vault entries."""
    environment = scope.scope.environment
    push = ["CompleteLayerUpload", "DescribeImages", "InitiateLayerUpload", "PutImage", "UploadLayerPart"]
    return [
        *pull_images(scope.scope),
        allow(
            "PushImages",
            [f"ecr:{action}" for action in push],
            scope.scope.arn("ecr", f"repository/{environment}/*"),
        ),
        allow("KeepArtifacts", ["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{scope.artifact_bucket}/jenkins/*"),
        allow(
            "ReadBuildSecrets",
            ["secretsmanager:GetSecretValue"],
            scope.scope.arn("secretsmanager", f"secret:{environment}/jenkins/*"),
        ),
        use_keys("UseArtifactKey", ["kms:Decrypt", "kms:GenerateDataKey"], scope.scope, ["storage"]),
        use_keys("DecryptBuildSecrets", ["kms:Decrypt"], scope.scope, ["secrets"]),
    ]


def _deployments(scope: PodScope) -> list[Statement]:
    """Pull charts and images of the environment, and find out how to reach clusters of the account."""
    clusters = scope.scope.arn("eks", "cluster/*")
    return [*pull_images(scope.scope), allow("SeeClusters", ["eks:DescribeCluster"], clusters)]


PERMISSIONS: dict[PodIdentity, Permissions] = {
    PodIdentity.VPC_CNI: Permissions(managed=("AmazonEKS_CNI_Policy",)),
    PodIdentity.EBS_CSI: Permissions(managed=("service-role/AmazonEBSCSIDriverPolicy",), statements=_volumes),
    PodIdentity.EFS_CSI: Permissions(managed=("service-role/AmazonEFSCSIDriverPolicy",)),
    PodIdentity.CLUSTER_AUTOSCALER: Permissions(statements=autoscaler),
    PodIdentity.KARPENTER: Permissions(statements=karpenter),
    PodIdentity.LOAD_BALANCER_CONTROLLER: Permissions(statements=_balancers),
    PodIdentity.EXTERNAL_DNS: Permissions(statements=_records(["A", "AAAA", "CNAME", "TXT"])),
    PodIdentity.CERT_MANAGER: Permissions(statements=_records(["TXT"])),
    PodIdentity.EXTERNAL_SECRETS: Permissions(statements=_secrets),
    PodIdentity.FLUENT_BIT: Permissions(statements=_logs),
    PodIdentity.METRICS_WRITER: Permissions(statements=_metrics),
    PodIdentity.TRACE_COLLECTOR: Permissions(statements=_traces),
    PodIdentity.CLOUDWATCH_AGENT: Permissions(managed=("CloudWatchAgentServerPolicy",)),
    PodIdentity.VELERO: Permissions(statements=_backups),
    PodIdentity.JENKINS_AGENT: Permissions(statements=_builds),
    PodIdentity.ARGOCD: Permissions(statements=_deployments),
}
"""Identity → what it may do."""
