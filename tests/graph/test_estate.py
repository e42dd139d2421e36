"""Several graphs at once: who reads which output of whom, and what is known of it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from graph import Availability, Estate, Reference, ResourceGraph
from graph.errors import GraphError
from graph.values import UNKNOWN
from tests.kit.recording import record_program


class Thing(pulumi.CustomResource):
    """A resource with inputs of any name and one output, `arn`."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, **inputs: Any) -> None:
        super().__init__("test:index:Thing", name, {"arn": None, **inputs})


def upstream() -> None:
    thing = Thing("bucket")
    pulumi.export("bucket", {"arn": thing.arn, "names": ["a", "b"]})
    pulumi.export("region", "us-east-1")


def downstream() -> None:
    outputs: Any = pulumi.StackReference("organization/atoll/prod").outputs
    copy = Thing("copy", source=outputs["bucket"]["arn"], region=outputs["region"])
    Thing("sum", count=outputs["bucket"]["names"].apply(len))
    pulumi.export("source", outputs["bucket"]["arn"])
    pulumi.export("copy", copy.arn)


def graph(program: Any, stack: str, **read: Any) -> ResourceGraph:
    return record_program(program, stack=stack, stack_outputs=read).graph


@pytest.fixture(scope="module")
def estate() -> Estate:
    given = {"bucket": {"arn": UNKNOWN, "names": ["a", "b"]}, "region": "us-east-1"}
    return Estate({"prod": graph(upstream, "prod"), "west": graph(downstream, "west", prod=given)})


def test_references_name_the_resource_its_input_and_the_output_when_one_stack_reads_another(estate: Estate) -> None:
    told = {(one.urn.rsplit("::", 1)[-1], one.input, one.path, one.availability.value) for one in estate.references}

    assert told == {
        ("organization/atoll/prod", "", "", "unknown"),
        ("copy", "source", "bucket.arn", "unknown"),
        ("copy", "region", "region", "known"),
        ("sum", "count", "", "unknown"),  # it went through `apply`
        ("atoll-west", "source", "bucket.arn", "unknown"),
    }
    assert {(one.reader, one.read) for one in estate.references} == {("west", "prod")}


def test_readers_of_an_output_include_those_of_its_parts_and_of_the_whole(estate: Estate) -> None:
    inputs = {one.input for one in estate.readers("prod", "bucket")}

    assert inputs == {"", "source", "count"}
    assert {one.input for one in estate.readers("prod", "region")} == {"", "region", "count"}
    assert estate.readers("west") == ()


def test_origin_leads_to_the_resource_of_the_other_stack_when_a_value_comes_from_there(estate: Estate) -> None:
    copy = estate["west"].named("copy")
    (reference,) = estate["west"].references_of(copy, "source")

    stack, made_by = estate.origin("west", reference)

    assert (stack, made_by) == ("prod", Reference(estate["prod"].named("bucket").urn, "arn"))
    assert estate.stack_of(made_by.urn) == "prod"
    assert estate.stack_of("urn:pulumi:none::atoll::a:b:c::d") is None


def test_availability_tells_known_from_unknown_from_missing(estate: Estate) -> None:
    found = {path: estate.availability("prod", path) for path in ("region", "bucket.names[1]", "bucket.arn", "gone")}

    assert found == {
        "region": Availability.KNOWN,
        "bucket.names[1]": Availability.KNOWN,
        "bucket.arn": Availability.UNKNOWN,
        "gone": Availability.MISSING,
    }
    assert estate.availability("nowhere", "region") is Availability.MISSING


def test_estate_is_refused_when_a_stack_comes_before_one_that_it_reads(estate: Estate) -> None:
    with pytest.raises(GraphError, match="west comes before prod, which it reads"):
        Estate({"west": estate["west"], "prod": estate["prod"]})
    alone = Estate({"west": estate["west"]})
    assert alone.reads("west") == ("prod",)
    assert {one.availability for one in alone.references} == {Availability.MISSING}


def test_unknown_stack_names_those_there_are_when_asked_for(estate: Estate) -> None:
    with pytest.raises(GraphError, match="no stack nowhere; it has: prod, west"):
        estate["nowhere"]
    assert "nowhere" not in estate
    assert estate.resources == sum(len(graph) for graph in estate.values())
