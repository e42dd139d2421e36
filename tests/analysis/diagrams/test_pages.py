"""What the diagrams show of two small regions, and that it follows from their resources."""

from __future__ import annotations

import pytest

from analysis.diagrams import DiagramError, Kind, Page, Scene, draw, faults, pages
from analysis.diagrams.model import Box, Group, GroupKind, Layer, Link
from analysis.diagrams.replication import copies
from analysis.diagrams.traffic import second_origin, shares
from analysis.diagrams.ways import ways
from tests.analysis.diagrams.kit import node, two_regions


def page(kind: Kind, *more: object, without: str = "nothing") -> Page:
    return pages(two_regions(*more, without=without), [kind])[0]  # type: ignore[arg-type]


def link(page: Page, source: str, target: str, layer: Layer = Layer.TRAFFIC) -> Link:
    found = [one for one in page.links if (one.source, one.target, one.layer) == (source, target, layer)]
    assert len(found) == 1, [(one.source, one.target, one.layer) for one in page.links]
    return found[0]


@pytest.mark.parametrize("kind", Kind)
def test_diagram_has_no_faults_when_the_estate_is_small(kind: Kind) -> None:
    for one in pages(two_regions(), [kind]):
        assert faults(draw(one)) == ()


def test_traffic_is_shared_when_records_are_weighted() -> None:
    found = page(Kind.DR)
    assert link(found, "global/zone", "us-east-1/alb").label == "70 %"
    assert link(found, "global/zone", "us-west-2/alb").label == "30 %"
    assert shares(Scene(two_regions())) == {"us-east-1": 70, "us-west-2": 30}


def test_traffic_goes_through_the_cdn_when_there_is_one() -> None:
    members = [{"originId": "application-prod"}, {"originId": "application-prod-west"}]
    cdn = node("global", "aws:cloudfront/distribution:Distribution", "cdn", None, originGroups=[{"members": members}])
    found = page(Kind.DR, cdn)
    assert link(found, "global/cdn", "us-east-1/alb").label == "70 %"
    assert link(found, "global/cdn", "us-west-2/alb", Layer.FAILOVER).label == "after errors"
    assert second_origin(Scene(two_regions(cdn))) == "us-west-2"


def test_database_is_copied_when_both_clusters_are_of_one_global_cluster() -> None:
    found = link(page(Kind.DR), "us-east-1/aurora", "us-west-2/aurora", Layer.REPLICATION)
    assert found.label == "Aurora Global Database"
    assert any("prod-west::" in urn for urn in found.urns)


def test_nothing_is_copied_when_the_other_region_has_no_database() -> None:
    found = page(Kind.DR, without="rds/cluster")
    assert not [one for one in found.links if one.layer is Layer.REPLICATION]
    assert "us-west-2/aurora" not in {box.key for box in found.boxes}


def test_copies_are_joined_when_they_go_both_ways() -> None:
    kind = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    one, other = node("global", kind, "there", "us-east-1"), node("global", kind, "back", "us-west-2")
    found = [copy for copy in copies(Scene(two_regions(one, other))) if copy.role == "buckets"]
    assert len(found) == 1
    assert found[0].both
    assert set(found[0].urns) == {one.urn, other.urn}


@pytest.mark.parametrize(
    ("resource", "role", "both"),
    [
        (node("global", "aws:dynamodb/tableReplica:TableReplica", "t", "us-west-2"), "tables", True),
        (node("global", "aws:kms/replicaKey:ReplicaKey", "k", "us-west-2"), "keys", False),
        (node("global", "aws:backup/plan:Plan", "p", "us-east-1", rules=[{"copyActions": [{"a": 1}]}]), "vault", False),
        (node("global", "aws:secretsmanager/secret:Secret", "s", "us-east-1", replicas=[{"region": "us-west-2"}]),
         "secrets", False),
        (node("global", "aws:ec2transitgateway/peeringAttachment:PeeringAttachment", "p", "us-east-1",
              peerRegion="us-west-2"), "transit", True),
    ],
)  # fmt: skip
def test_copy_is_read_from_the_resource_that_makes_it(resource: object, role: str, both: bool) -> None:
    found = [copy for copy in copies(Scene(two_regions(resource))) if copy.role == role]  # type: ignore[arg-type]
    assert [(copy.source, copy.target, copy.both) for copy in found] == [("us-east-1", "us-west-2", both)]


def test_no_copy_is_told_when_a_plan_keeps_its_backups_at_home() -> None:
    plan = node("global", "aws:backup/plan:Plan", "p", "us-east-1", rules=[{"ruleName": "daily"}])
    assert not [copy for copy in copies(Scene(two_regions(plan))) if copy.role == "vault"]


def test_ways_follow_the_rules_between_security_groups() -> None:
    found = {(way.source, way.target): way.label for way in ways(Scene(two_regions())) if way.region == "us-east-1"}
    assert found["alb", "ecs"] == "TCP 8080"
    assert found["ecs", "aurora"] == "TCP 5432"
    assert ("alb", "aurora") not in found


def test_subnets_stand_in_their_zones_with_what_stands_in_them() -> None:
    found = page(Kind.REGION)
    assert found.key == "region-us-east-1"
    groups = {group.key: group for group in _groups(found.root)}
    assert groups["us-east-1/us-east-1a/private"].label == "private 10.0.0.0/24"
    assert [box.label for box in _boxes(groups["us-east-1/us-east-1a/private"])] == ["ECS services"]
    assert [box.detail for box in _boxes(groups["us-east-1/us-east-1a/database"])] == ["writer"]
    assert not _boxes(groups["us-east-1/us-east-1b/database"])  # the only instance stands in the other zone


def test_each_region_has_a_page_of_its_own_where_only_the_first_one_writes() -> None:
    found = pages(two_regions(), [Kind.REGION])
    assert [one.key for one in found] == ["region-us-east-1", "region-us-west-2"]
    told = [{box.detail for box in one.boxes if box.service == "aurora"} for one in found]
    assert told == [{"writer"}, {"reader of the other region"}]


def test_security_shows_ports_and_keys_when_groups_and_stores_have_them() -> None:
    found = page(Kind.SECURITY)
    assert link(found, "us-east-1/sg/prod-ecs", "us-east-1/sg/prod-database").label == "5432"
    encrypted = link(found, "us-east-1/key/prod-key-database", "us-east-1/sg/prod-database", Layer.ENCRYPTION)
    assert encrypted.urns == ("urn:pulumi:prod::atoll::aws:rds/cluster:Cluster::prod-database",)


def test_picture_is_refused_when_no_stack_has_a_network() -> None:
    with pytest.raises(DiagramError, match="none of the stacks global has a network"):
        pages({"global": two_regions()["global"]})


def test_version_changes_when_what_is_shown_does() -> None:
    assert page(Kind.DR).version == page(Kind.DR).version
    assert page(Kind.DR).version != page(Kind.DR, without="ecs/service").version


def test_page_is_refused_with_every_mistake_when_keys_and_ends_are_wrong() -> None:
    box = Box(key="one", service="s3", label="One")
    root = Group(key="page", kind=GroupKind.PAGE, label="", members=(box, box))
    links = (Link(key="l", source="one", target="nowhere", layer=Layer.TRAFFIC),)
    with pytest.raises(DiagramError, match=r"'one' is there twice; link 'l' leads to 'nowhere', which is no box"):
        Page(key="p", title="", subtitle="", root=root, links=links)


def _groups(group: Group) -> list[Group]:
    return [group, *(found for one in group.members if isinstance(one, Group) for found in _groups(one))]


def _boxes(group: Group) -> list[Box]:
    return [one for one in group.members if isinstance(one, Box)]
