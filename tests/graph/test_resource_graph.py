"""Queries of the graph, and its canonical JSON."""

import json
import pickle

import pytest
from hypothesis import given, settings

from graph.codec import SCHEMA, from_json, to_json
from graph.errors import FormatError, GraphError
from graph.nodes import EdgeKind, Node
from graph.resource_graph import ResourceGraph
from graph.values import MISSING, UNKNOWN, FrozenMap
from tests.graph.sample_program import main
from tests.kit import record_component
from tests.kit.strategies import graphs

FEW = settings(max_examples=25)  # a graph is a large example
CONFIG = {"app:token": "canary-7f3a"}


def sample() -> ResourceGraph:
    return record_component(main, config=CONFIG, secret_keys=["app:token"]).graph


@FEW
@given(graphs())
def test_json_gives_the_same_graph_and_bytes_when_read_back(graph: ResourceGraph) -> None:
    text = to_json(graph)
    again = from_json(text)
    assert again == graph
    assert to_json(again) == text
    assert json.loads(text)["schema"] == SCHEMA


@FEW
@given(graphs())
def test_graph_equals_itself_when_pickled(graph: ResourceGraph) -> None:
    assert pickle.loads(pickle.dumps(graph)) == graph


@FEW
@given(graphs())
def test_order_is_by_urn_when_iterated(graph: ResourceGraph) -> None:
    assert [node.urn for node in graph] == sorted(node.urn for node in graph)
    assert ResourceGraph(reversed(list(graph)), project=graph.project, stack=graph.stack) == graph


@FEW
@given(graphs())
def test_relations_agree_with_each_other_when_asked_both_ways(graph: ResourceGraph) -> None:
    for node in graph:
        for child in graph.children(node.urn):
            assert graph.parent(child.urn) == node
            assert node in graph.ancestors(child.urn)
        assert set(graph.children(node.urn)) <= set(graph.descendants(node.urn))
        for needed in graph.dependencies(node.urn):
            assert node in graph.dependents(needed.urn)
            assert needed != node
        assert set(graph.dependencies(node.urn, transitive=False)) <= set(graph.dependencies(node.urn))
    assert graph.root is not None
    assert len(graph.descendants(graph.root.urn)) == len(graph) - 1


@FEW
@given(graphs())
def test_every_edge_ends_at_nodes_when_the_graph_is_whole(graph: ResourceGraph) -> None:
    for edge in graph.edges:
        assert edge.source in graph
        assert edge.target in graph
    assert len(graph.edges_of(EdgeKind.PARENT)) == len(graph) - 1


def test_recording_is_byte_identical_when_made_twice() -> None:
    assert to_json(sample()) == to_json(sample())


def test_no_secret_is_shown_when_the_graph_is_written_printed_or_pickled() -> None:
    graph = sample()
    shown = [to_json(graph), repr(graph), pickle.dumps(graph).decode("latin-1"), *map(repr, graph), *map(str, graph)]
    assert not [text for text in shown if "canary" in text]
    assert '"$secret"' in shown[0]


def test_types_match_a_pattern_when_asked_with_a_glob() -> None:
    graph = sample()
    assert {node.name for node in graph.of_type("aws:ec2/*")} == {"n-vpc", "n-a"}
    assert {node.name for node in graph.of_type("*:Bucket")} == {"b"}
    assert graph.of_type("AWS:*") == ()


def test_property_has_three_answers_when_asked() -> None:
    graph = sample()
    queue = graph.named("q")
    assert graph.property(queue, "visibilityTimeoutSeconds") == 60
    assert graph.property(queue, "arn") is MISSING
    assert graph.property(queue, "id") == UNKNOWN
    assert graph.property(queue.urn, "kmsMasterKeyId") is MISSING
    assert graph.property(graph.named("n"), "cidr") == "10.0.0.0/16"


def test_tags_all_has_default_tags_under_own_tags_when_the_provider_gives_some() -> None:
    graph = sample()
    assert graph.tags_all(graph.named("n-vpc")) == {"Name": "n", "owner": "platform"}
    assert graph.tags_all(graph.named("role")) == {}


def test_names_near_by_are_listed_when_a_resource_is_not_there() -> None:
    graph = sample()
    with pytest.raises(GraphError, match=r"no resource is named 'queue' .* there are: .*, q, role"):
        graph.named("queue")
    with pytest.raises(GraphError, match="same name: urn:pulumi:test::atoll::aws:sqs/queue:Queue::q"):
        _ = graph["urn:pulumi:test::atoll::aws:sqs/topic:Topic::q"]


def test_two_nodes_are_refused_when_they_share_a_urn() -> None:
    node = Node(urn="urn:a", type="t", name="a", custom=True)
    with pytest.raises(GraphError, match="two resources have the URN urn:a"):
        ResourceGraph([node, node], project="p", stack="s")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"schema": "atoll.graph/v9"}', "reads 'atoll.graph/v1'"),
        ('{"schema": "atoll.graph/v1", "nodes": [{"canary": 1}], "project": "p", "stack": "s"}', "damaged"),
    ],
)
def test_document_is_refused_without_quoting_it_when_it_is_no_graph(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message) as refusal:
        from_json(text)
    assert "canary" not in str(refusal.value)


def test_dollar_names_survive_when_written_as_json() -> None:
    inputs = FrozenMap({"$secret": 1, "$$x": {"$unknown": []}, "plain": "$text"})
    node = Node(urn="urn:a", type="t", name="a", custom=True, inputs=inputs)
    graph = ResourceGraph([node], project="p", stack="s")
    assert from_json(to_json(graph)) == graph
