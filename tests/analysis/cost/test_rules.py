"""What resources cost, worked out by hand from the figures of the pricing pages (COST-2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cost.usage import Profile
from graph.nodes import Node
from graph.values import UNKNOWN
from tests.analysis.cost.kit import MONTH, node, priced

CENT = Decimal("0.01")
TEMPLATE = node(
    "aws:ec2/launchTemplate:LaunchTemplate",
    "template",
    blockDeviceMappings=[{"ebs": {"volumeSize": 50, "volumeType": "gp3"}}],
    monitoring={"enabled": True},
)
CLUSTER = node(
    "aws:rds/cluster:Cluster", "cluster", serverlessv2ScalingConfiguration={"minCapacity": 0.5, "maxCapacity": 2}
)
FUNCTION = node("aws:lambda/function:Function", "function", name="f", memorySize=512, architectures=["arm64"])


def node_group(nodes: int = 2, capacity: str = "ON_DEMAND") -> Node:
    scaling = {"desiredSize": nodes, "minSize": 0, "maxSize": 9}
    kinds = ["m5.large", "m5.xlarge"]
    kind = "aws:eks/nodeGroup:NodeGroup"
    return node(
        kind, "nodes", instanceTypes=kinds, capacityType=capacity, scalingConfig=scaling, launchTemplate=TEMPLATE
    )


def search(**cluster: Any) -> Node:
    shape = {"instanceType": "m7g.large.search", "instanceCount": 3, **cluster}
    disk = {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 100}
    return node("aws:opensearch/domain:Domain", "search", clusterConfig=shape, ebsOptions=disk)


@pytest.mark.parametrize(
    ("item", "beside", "usd"),
    [
        # Two nodes at $0.096, 50 GB each at $0.08, seven metrics each at $0.30.
        (node_group(), [TEMPLATE], "152.36"),
        # Spot at half of that; disks and metrics are not cheaper.
        (node_group(capacity="SPOT"), [TEMPLATE], "82.28"),
        (node("aws:eks/cluster:Cluster", upgradePolicy={"supportType": "STANDARD"}), [], "73.00"),
        (node("aws:eks/cluster:Cluster", upgradePolicy={"supportType": "EXTENDED"}), [], "438.00"),
        # $0.073 an hour, and 0.27 GB of enhanced monitoring at $0.50: 53.425.
        (
            node("aws:rds/clusterInstance:ClusterInstance", instanceClass="db.t4g.medium", monitoringInterval=60),
            [],
            "53.42",
        ),
        # 0.5 capacity units and a tenth of the 1.5 above it, at $0.12.
        (
            node("aws:rds/clusterInstance:ClusterInstance", instanceClass="db.serverless", clusterIdentifier=CLUSTER),
            [CLUSTER],
            "56.94",
        ),
        # Three data nodes at $0.135, three times 100 GB at $0.122.
        (search(), [], "332.25"),
        # Two nodes at $0.543; $0.024 for each of 5 GB; the secret of its login at $0.40.
        (
            node("aws:redshift/cluster:Cluster", nodeType="ra3.large", numberOfNodes=2, manageMasterPassword=True),
            [],
            "793.30",
        ),
        # Two of $0.036 an hour, and of 20 GB at $0.115.
        (
            node(
                "aws:dms/replicationInstance:ReplicationInstance",
                replicationInstanceClass="dms.t3.small",
                multiAz=True,
                allocatedStorage=20,
            ),
            [],
            "57.16",
        ),
        # $0.05 an hour, and 5 GB at $0.02.
        (node("aws:ec2transitgateway/vpcAttachment:VpcAttachment"), [], "36.60"),
        # The connection as well as its attachment, each at $0.05 an hour.
        (node("aws:ec2/vpnConnection:VpnConnection", transitGatewayId="tgw-1"), [], "73.10"),
        # $5, eleven rules at $1, a tenth of a million requests at $0.60.
        (node("aws:wafv2/webAcl:WebAcl", rules=[{}] * 11), [], "16.06"),
        # One run in 15 minutes is 2 920 a month, at $0.0012.
        (node("aws:synthetics/canary:Canary", schedule={"expression": "rate(15 minutes)"}), [], "3.50"),
        # Two instances of half a GB, warm for 2 628 000 seconds at $0.0000033334.
        (
            node(
                "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
                functionName="f",
                provisionedConcurrentExecutions=2,
            ),
            [FUNCTION],
            "8.76",
        ),
        # Five write units at $0.00065 and five read units at $0.00013 an hour, half a GB at $0.25.
        (node("aws:dynamodb/table:Table", billingMode="PROVISIONED", readCapacity=5, writeCapacity=5), [], "2.97"),
        # A fifth of a million writes at $0.625, half a million reads at $0.125, half a GB at $0.25 and, kept, $0.20.
        (node("aws:dynamodb/tableReplica:TableReplica", pointInTimeRecovery=True), [], "0.41"),
        # Writes are paid where the table is, where its copy is, and by the witness; what is stored, twice.
        (
            node(
                "aws:dynamodb/table:Table",
                billingMode="PAY_PER_REQUEST",
                replicas=[{}],
                globalTableWitness={"regionName": "us-east-2"},
            ),
            [],
            "0.69",
        ),
        (node("aws:rds/globalCluster:GlobalCluster"), [], "0.20"),
        (node("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"), [], "0.02"),
        (node("aws:kms/replicaKey:ReplicaKey"), [], "1.06"),
        (node("aws:shield/subscription:Subscription"), [], "3000.00"),
        # One basic check of $0.50; HTTPS and every ten seconds are options of $1.
        (node("aws:route53/healthCheck:HealthCheck", type="HTTPS", requestInterval=10), [], "2.50"),
        (node("aws:dax/cluster:Cluster", nodeType="dax.t3.small", replicationFactor=3), [], "87.60"),
    ],
    ids=lambda given: given.type.rpartition(":")[2] if isinstance(given, Node) else "",
)
def test_resource_costs_the_arithmetic_by_hand_when_priced(item: Node, beside: list[Node], usd: str) -> None:
    found = priced(item, *beside)

    assert found.unknown == ()
    assert found.by_resource()[item.urn].quantize(CENT) == Decimal(usd)


def test_warehouse_sleeps_when_its_schedules_pause_it() -> None:
    kind = "aws:redshift/scheduledAction:ScheduledAction"
    about = {"clusterIdentifier": "atoll"}
    found = priced(
        node("aws:redshift/cluster:Cluster", clusterIdentifier="atoll", nodeType="ra3.large", numberOfNodes=1),
        node(kind, "pause", schedule="cron(0 20 ? * MON-FRI *)", targetAction={"pauseCluster": about}),
        node(kind, "resume", schedule="cron(0 6 ? * MON-FRI *)", targetAction={"resumeCluster": about}),
    )

    hours = next(line.quantity for line in found.lines if line.key == "redshift:ra3.large")
    assert hours == MONTH * 70 / 168


def test_serverless_warehouse_costs_no_more_than_its_limit_when_that_ends_it() -> None:
    group = node("aws:redshiftserverless/workgroup:Workgroup", "group", baseCapacity=128)
    limit = node(
        "aws:redshiftserverless/usageLimit:UsageLimit",
        "limit",
        resourceArn=group,
        amount=320,
        breachAction="deactivate",
    )

    assert priced(group, limit).total == Decimal("115.20")
    assert priced(group).total == Decimal("0.36") * 128 * 5


def test_search_pays_for_masters_and_warm_nodes_when_it_has_them() -> None:
    found = priced(search(dedicatedMasterEnabled=True, dedicatedMasterCount=3, dedicatedMasterType="m7g.medium.search"))
    warm = priced(search(warmEnabled=True, warmCount=2, warmType="ultrawarm1.medium.search"))

    assert found.total - priced(search()).total == Decimal("148.92")
    assert {line.key for line in warm.lines} >= {"opensearch:ultrawarm1.medium.search", "opensearch-managed-gb-month"}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (node("aws:memorydb/cluster:Cluster"), "no rule prices this type"),
        (node("random:index/randomId:RandomId"), "no rule prices this type"),
        (
            node("aws:elasticache/replicationGroup:ReplicationGroup", globalReplicationGroupId="ldgnf-atoll-prod"),
            "its size is that of the primary of its Global Datastore, which is in another stack",
        ),
        (node("kubernetes:ec2.services.k8s.aws/v1alpha1:Instance"), "no rule prices this type"),
        (node("aws:eks/cluster:Cluster", region="eu-west-1"), "the price table has no eks-cluster-hour in eu-west-1"),
        (node("aws:redshift/cluster:Cluster", nodeType=UNKNOWN), "nodeType is not known before deployment"),
        (
            node("aws:guardduty/detectorFeature:DetectorFeature", name="NEW", status="ENABLED"),
            "no assumption says how much guardduty:NEW is",
        ),
        (node_group(), "its launch template is not in the graph"),
        (search(instanceCount=UNKNOWN), "clusterConfig.instanceCount is not known before deployment"),
        (node("kubernetes:core/v1:Service", spec={"type": UNKNOWN}), "spec.type is not known before deployment"),
        (
            node("aws:eks/cluster:Cluster", upgradePolicy={"supportType": UNKNOWN}),
            "upgradePolicy.supportType is not known",
        ),
        (node("aws:efs/fileSystem:FileSystem", throughputMode="provisioned"), "provisioned throughput is not priced"),
        (node("aws:cognito/userPool:UserPool", userPoolTier="PLUS"), "the tier PLUS is not priced"),
        (node("aws:synthetics/canary:Canary", schedule={"expression": "cron(0 * * * ? *)"}), "is not a rate"),
        (
            node(
                "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
                functionName="g",
                provisionedConcurrentExecutions=1,
            ),
            "the function g is not in the graph",
        ),
    ],
)
def test_resource_is_unknown_and_never_free_when_its_price_is_not_known(item: Node, reason: str) -> None:
    found = priced(item)

    assert [reason in entry.reason for entry in found.unknown] == [True], found.unknown


def test_line_names_its_assumptions_when_usage_is_assumed() -> None:
    found = priced(FUNCTION)

    assert [line.assumes for line in found.lines] == [("function-calls",), ("function-calls", "function-seconds")]
    assert [item.name for item in found.assumptions] == ["function-calls", "function-seconds"]
    assert all(item.unit and item.why for item in found.assumptions)


def test_object_on_a_cluster_is_charged_when_it_makes_something_outside() -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "50Gi"}}}
    shared = {**claim, "accessModes": ["ReadWriteMany"]}
    kinds = "kubernetes:core/v1"
    balancer = node(f"{kinds}:Service", spec={"type": "LoadBalancer"}, region=None)

    assert priced(node(f"{kinds}:PersistentVolumeClaim", spec=claim, region=None)).total == Decimal("4.00")
    assert priced(node(f"{kinds}:PersistentVolumeClaim", spec=shared, region=None)).lines == ()
    assert priced(node(f"{kinds}:Service", spec={"ports": []}, region=None)).lines == ()
    # $0.0225 an hour, and a tenth of a capacity unit at $0.006.
    assert priced(balancer).total == Decimal("16.86")
    sets = node(
        "kubernetes:apps/v1:StatefulSet", spec={"replicas": 3, "volumeClaimTemplates": [{"spec": claim}]}, region=None
    )
    assert priced(sets).total == Decimal("12.00")


def test_what_git_brings_is_assumed_once_when_argo_cd_installs_a_folder() -> None:
    kind = "kubernetes:argoproj.io/v1alpha1:Application"
    folder, chart = {"sources": [{"path": "gitops"}]}, {"sources": [{"chart": "istiod"}]}

    once = priced(node(kind, "a", spec=folder, region=None))
    assert {item.name for item in once.assumptions} >= {"gitops-balancers", "gitops-volume-gb", "karpenter-node-hours"}
    assert (
        priced(node(kind, "a", spec=folder, region=None), node(kind, "b", spec=folder, region=None)).total == once.total
    )
    assert priced(node(kind, "a", spec=chart, region=None)).lines == ()


@given(fewer=st.integers(0, 400), more=st.integers(0, 50), spot=st.booleans())
def test_more_nodes_are_never_cheaper(fewer: int, more: int, spot: bool) -> None:
    capacity = "SPOT" if spot else "ON_DEMAND"

    assert (
        priced(node_group(fewer, capacity), TEMPLATE).total
        <= priced(node_group(fewer + more, capacity), TEMPLATE).total
    )


@given(nodes=st.integers(1, 20), masters=st.integers(0, 5))
def test_bigger_domain_is_never_cheaper(nodes: int, masters: int) -> None:
    def total(masters: int) -> Decimal:
        return priced(
            search(
                instanceCount=nodes,
                dedicatedMasterEnabled=True,
                dedicatedMasterCount=masters,
                dedicatedMasterType="m7g.medium.search",
            )
        ).total

    assert priced(search(instanceCount=nodes)).total <= total(masters) <= total(masters + 1)


@given(st.lists(st.sampled_from([node_group(3), search(), FUNCTION, CLUSTER]), unique_by=lambda item: item.urn))
def test_busier_environment_is_never_cheaper(nodes: list[Node]) -> None:
    totals = [
        priced(*nodes, TEMPLATE, profile=profile).total
        for profile in (Profile.SMALL, Profile.MIRROR, Profile.PRODUCTION)
    ]

    assert totals == sorted(totals)


@given(st.lists(st.sampled_from(["order-team", "user-team", "data-team"]), max_size=8))
def test_teams_sum_up_to_the_total_whoever_owns_what(owners: list[str]) -> None:
    nodes = [
        node("aws:lambda/function:Function", f"f{index}", memorySize=128 + index, tags={"Owner": owner})
        for index, owner in enumerate(owners)
    ]
    found = priced(*nodes, search(), tags={"Owner": "platform-team", "Environment": "dev"})

    for sums in (
        found.by_team(),
        found.by_component(),
        found.by_service(),
        found.by_environment(),
        found.by_resource(),
    ):
        assert sum(sums.values(), Decimal(0)).quantize(CENT) == found.total
    assert set(found.by_team()) == {*owners, "platform-team"}
