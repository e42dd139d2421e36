"""What those may do who make and remove nodes (EKS-3, IAM-3)."""

from __future__ import annotations

from components.eks.pod_scope import PodScope
from components.identity.statements import Statement, allow, use_keys

NAMING_TAGS = ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
"""Tags that Karpenter gives an instance once it knows which node it has become."""


def autoscaler(scope: PodScope) -> list[Statement]:
    """Resize the cluster's own node groups, told by the tag that EKS gives them."""
    see = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    own = {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{scope.cluster}": "owned"}
    return [
        allow("SeeGroups", see, "*"),
        allow(
            "SeeNodeGroups",
            ["eks:DescribeNodegroup"],
            scope.scope.arn("eks", f"nodegroup/{scope.cluster}/*"),
        ),
        allow(
            "ResizeGroups",
            ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            scope.scope.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*"),
            StringEquals=own,
        ),
    ]


def karpenter(scope: PodScope) -> list[Statement]:
    """Launch and end nodes of this cluster, told by tags; nothing else of EC2.

    Node classes name an instance profile that is there, so profiles are neither made nor changed.
    https://karpenter.sh/docs/reference/cloudformation/#controllerpolicy
    """
    region, account = scope.scope.region, scope.scope.account_id
    shared = f"arn:aws:ec2:{region}::"
    here = f"arn:aws:ec2:{region}:*"
    cluster = f"kubernetes.io/cluster/{scope.cluster}"
    new = {f"aws:RequestTag/{cluster}": "owned", "aws:RequestTag/eks:eks-cluster-name": scope.cluster}
    own = {f"aws:ResourceTag/{cluster}": "owned"}
    of_pools = {"aws:RequestTag/karpenter.sh/nodepool": "*"}
    in_pools = {"aws:ResourceTag/karpenter.sh/nodepool": "*"}
    launch = ["ec2:CreateFleet", "ec2:RunInstances"]
    made = [
        f"{here}:{kind}/*"
        for kind in ("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request")
    ]
    see = [
        "AvailabilityZones",
        "CapacityReservations",
        "Images",
        "Instances",
        "InstanceTypeOfferings",
        "InstanceTypes",
        "LaunchTemplates",
        "SecurityGroups",
        "SpotPriceHistory",
        "Subnets",
    ]
    return [
        allow(
            "LaunchFrom",
            launch,
            [f"{shared}image/*", f"{shared}snapshot/*", f"{here}:security-group/*", f"{here}:subnet/*"],
        ),
        allow("LaunchFromOwnTemplates", launch, f"{here}:launch-template/*", StringEquals=own, StringLike=in_pools),
        allow("LaunchTagged", [*launch, "ec2:CreateLaunchTemplate"], made, StringEquals=new, StringLike=of_pools),
        allow(
            "TagWhatIsLaunched",
            ["ec2:CreateTags"],
            made,
            StringEquals={**new, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"]},
            StringLike=of_pools,
        ),
        allow(
            "NameOwnInstances",
            ["ec2:CreateTags"],
            f"{here}:instance/*",
            StringEquals=own,
            StringLike=in_pools,
            **{
                "ForAllValues:StringEquals": {"aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]}
            },
        ),
        allow(
            "EndOwnNodes",
            ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            [f"{here}:instance/*", f"{here}:launch-template/*"],
            StringEquals=own,
            StringLike=in_pools,
        ),
        allow("SeeWhatThereIs", [f"ec2:Describe{what}" for what in see], "*"),
        allow("SeePrices", ["pricing:GetProducts"], "*"),
        allow("SeeImages", ["ssm:GetParameter"], f"arn:aws:ssm:{region}::parameter/aws/service/*"),
        allow(
            "ReadInterruptions",
            ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            scope.scope.arn("sqs", scope.karpenter_queue),
        ),
        use_keys("DecryptInterruptions", ["kms:Decrypt"], scope.scope, ["messaging"]),
        allow(
            "HandRoleToNodes",
            ["iam:PassRole"],
            f"arn:aws:iam::{account}:role/{scope.karpenter_node_role}",
            StringEquals={"iam:PassedToService": "ec2.amazonaws.com"},
        ),
        allow(
            "SeeProfile",
            ["iam:GetInstanceProfile"],
            f"arn:aws:iam::{account}:instance-profile/{scope.karpenter_node_role}",
        ),
        allow("FindControlPlane", ["eks:DescribeCluster"], scope.scope.arn("eks", f"cluster/{scope.cluster}")),
        use_keys(
            "UseVolumeKey",
            ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
            scope.scope,
            ["storage"],
            StringEquals={"kms:ViaService": f"ec2.{region}.amazonaws.com"},
        ),
    ]
