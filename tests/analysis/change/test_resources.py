"""What becomes of resources, from two graphs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from contracts.change import Effect, OriginKind, ResourceKind
from graph.nodes import Node, Options
from graph.values import SECRET, UNKNOWN, FrozenMap
from tests.analysis.change.kit import BUCKET, QUEUE, SUBNET, TABLE, VPC, but, compared, node, only


def test_nothing_differs_when_the_graphs_are_the_same() -> None:
    some = [node(TABLE, "orders", name="orders"), node(QUEUE, "jobs")]
    found = compared(some, some)
    assert (found.deltas, found.undecided) == ((), 0)


def test_resource_is_created_when_only_the_later_revision_has_it() -> None:
    delta = only(compared([], [node(QUEUE, "jobs")]))
    assert (delta.kind, delta.effect, delta.sentence) == (
        ResourceKind.CREATE,
        Effect.INFORMS,
        "Queue jobs is created.",
    )
    assert [(origin.kind, origin.at) for origin in delta.origins] == [
        (OriginKind.FILE, "components/data/things.py:7"),
        (OriginKind.URN, "urn:pulumi:dev::atoll::aws:sqs/queue:Queue::jobs"),
    ]


def test_resource_is_updated_when_a_property_can_change_in_place() -> None:
    jobs = node(QUEUE, "jobs", visibilityTimeoutSeconds=30, tags={"Owner": "a"})
    delta = only(compared([jobs], [but(jobs, visibilityTimeoutSeconds=60, tags={"Owner": "b"})]))
    assert delta.kind is ResourceKind.UPDATE
    assert delta.sentence == 'Queue jobs is updated: tags.Owner "a" → "b", visibilityTimeoutSeconds 30 → 60.'
    assert [each.forces_replacement for each in delta.properties] == [False, False]


def test_data_is_told_when_a_property_that_cannot_change_replaces_what_holds_it() -> None:
    orders = node(TABLE, "orders", name="orders", hashKey="id")
    delta = only(compared([orders], [but(orders, hashKey="customer")]))
    assert (delta.kind, delta.effect, delta.holds) == (ResourceKind.REPLACE, Effect.WARNS, "its items")
    assert delta.sentence == (
        'Table orders is replaced: hashKey "id" → "customer" cannot be changed in place. '
        "The new one does not have its items."
    )


def test_nobody_can_tell_when_the_provider_would_not_say_of_what_holds_data() -> None:
    orders = node(TABLE, "orders", streamEnabled=False)
    delta = only(compared([orders], [but(orders, streamEnabled=True)]))
    assert (delta.kind, delta.effect) == (ResourceKind.UNDECIDED, Effect.UNKNOWN)
    assert (
        "whether streamEnabled can change in place is not known; a replacement would lose its items" in delta.sentence
    )


def test_type_without_knowledge_never_counts_as_changeable() -> None:
    thing = node("other:index:Thing", "thing", size=1)
    delta = only(compared([thing], [but(thing, size=2)]))
    assert [each.forces_replacement for each in delta.properties] == [None]


def test_replacement_is_followed_when_an_id_leads_to_properties_that_cannot_change() -> None:
    network = node(VPC, "net", cidrBlock="10.0.0.0/16")
    part = node(SUBNET, "part", vpcId=network, cidrBlock="10.0.1.0/24")
    machine = node("aws:lb/targetGroup:TargetGroup", "machine", healthCheck={"path": "/"}, vpcId=network)
    found = compared([network, part, machine], [but(network, cidrBlock="10.1.0.0/16"), part, machine])
    kinds = {delta.subject.rpartition("::")[2]: (delta.kind, delta.because) for delta in found.deltas}
    assert kinds["net"] == (ResourceKind.REPLACE, ())
    assert kinds["part"] == (ResourceKind.REPLACE, (network.urn,))
    assert kinds["machine"] == (ResourceKind.REPLACE, (network.urn,))


def test_name_that_the_program_gives_does_not_change_with_its_resource() -> None:
    bucket = node(BUCKET, "files", bucket="files", objectLockEnabled=False)
    reader = node("aws:s3/bucketVersioning:BucketVersioning", "versions")
    reader = replace(
        reader,
        references=(replace(node(QUEUE, "x", q=bucket).references[0], path="bucket"),),
    )
    named = replace(
        reader,
        references=tuple(replace(r, target=replace(r.target, output="bucket")) for r in reader.references),
    )
    found = compared([bucket, named], [but(bucket, objectLockEnabled=True), named])
    assert [delta.subject.rpartition("::")[2] for delta in found.deltas] == ["files"]


@pytest.mark.parametrize(
    ("gone", "kind", "effect", "words"),
    [
        (node(QUEUE, "q"), ResourceKind.DELETE, Effect.WARNS, "the messages that wait in it with it"),
        (node(SUBNET, "s"), ResourceKind.DELETE, Effect.INFORMS, "Subnet s is deleted."),
        (node(SUBNET, "s", protect=True), ResourceKind.DELETE, Effect.BLOCKS, "the engine refuses"),
        (node(TABLE, "t", deletionProtectionEnabled=True), ResourceKind.DELETE, Effect.BLOCKS, "AWS refuses while"),
        (
            node(BUCKET, "b", options=Options(retain_on_delete=True)),
            ResourceKind.LEAVE,
            Effect.WARNS,
            "stays in AWS: nobody manages it",
        ),
        (
            node("aws:rds/cluster:Cluster", "c", skipFinalSnapshot=False, finalSnapshotIdentifier="last"),
            ResourceKind.DELETE,
            Effect.WARNS,
            "A last snapshot is kept.",
        ),
    ],
    ids=["data", "plain", "protected", "guarded", "retained", "with-a-copy"],
)
def test_what_is_lost_is_told_when_a_resource_leaves_the_program(
    gone: Node, kind: ResourceKind, effect: Effect, words: str
) -> None:
    delta = only(compared([gone], []))
    assert (delta.kind, delta.effect) == (kind, effect)
    assert words in delta.sentence


def test_replacement_is_refused_when_the_old_one_is_protected() -> None:
    files = node(BUCKET, "files", objectLockEnabled=False, protect=True)
    delta = only(compared([files], [but(files, objectLockEnabled=True)]))
    assert (delta.kind, delta.effect) == (ResourceKind.REPLACE, Effect.BLOCKS)


def test_nothing_happens_when_a_resource_moves_by_an_alias() -> None:
    old = node(QUEUE, "old")
    new = node(QUEUE, "new", options=Options(aliases=(old.urn,)))
    delta = only(compared([old], [new]))
    assert (delta.kind, delta.sentence) == (
        ResourceKind.MOVE,
        "Queue old becomes Queue new by an alias; nothing happens to it.",
    )


def test_ignored_property_is_no_difference() -> None:
    jobs = node(QUEUE, "jobs", delaySeconds=1, options=Options(ignore_changes=("delaySeconds",)))
    assert compared([jobs], [but(jobs, delaySeconds=2)]).deltas == ()


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_what_cannot_be_compared_is_counted_and_never_the_same(value: object) -> None:
    jobs = node(QUEUE, "jobs", policy=value)
    found = compared([jobs], [jobs])
    assert (found.deltas, found.undecided) == ((), 1)


def test_secret_never_shows_when_its_mark_comes() -> None:
    jobs = node(QUEUE, "jobs", policy="plain")
    delta = only(compared([jobs], [but(jobs, policy=SECRET)]))
    assert (delta.properties[0].before, delta.properties[0].after) == ('"plain"', "<secret>")


def test_replace_on_changes_counts_when_the_provider_would_change_in_place() -> None:
    jobs = node(QUEUE, "jobs", delaySeconds=1, options=Options(replace_on_changes=("delaySeconds",)))
    assert only(compared([jobs], [but(jobs, delaySeconds=2)])).kind is ResourceKind.REPLACE


def test_comparison_turned_round_swaps_what_comes_and_goes() -> None:
    draw = random.Random(7)
    for _ in range(50):
        pool = [node(QUEUE, f"q{i}", delaySeconds=draw.randint(0, 1)) for i in range(6)]
        one, other = (
            [replace(each, inputs=FrozenMap({"delaySeconds": draw.randint(0, 1)})) for each in draw.sample(pool, 4)]
            for _ in range(2)
        )
        there = {(d.kind, d.subject) for d in compared(one, other).deltas}
        back = {(d.kind, d.subject) for d in compared(other, one).deltas}
        swap = {ResourceKind.CREATE: ResourceKind.DELETE, ResourceKind.DELETE: ResourceKind.CREATE}
        assert {(swap.get(kind, kind), urn) for kind, urn in there} == back


def test_difference_inside_a_document_is_shown_by_its_own_path() -> None:
    was = '{"Statement": [{"Action": ["a:Get"], "Resource": "x"}]}'
    queue = node(QUEUE, "jobs", policy=was)
    delta = only(compared([queue], [but(queue, policy=was.replace('"x"', '"y"'))]))
    assert delta.sentence == 'Queue jobs is updated: policy.Statement[0].Resource "x" → "y".'
    reordered = '{"Statement":[{"Resource":"x","Action":["a:Get"]}]}'
    assert compared([queue], [but(queue, policy=reordered)]).deltas == ()


def test_long_values_are_shown_where_they_differ() -> None:
    queue = node(QUEUE, "jobs", name="x" * 100 + "one")
    delta = only(compared([queue], [but(queue, name="x" * 100 + "two")]))
    assert 'name …xxxxxxxxxxxxone" → …xxxxxxxxxxxxtwo" cannot be changed in place' in delta.sentence
