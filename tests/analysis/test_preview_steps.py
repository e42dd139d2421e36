"""What becomes of each resource of a program on its last state: as an engine would decide it, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi_aws import s3, sns

from analysis.preview import StackSteps, output_changes
from contracts.estate import OutputStep, Step
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import UNKNOWN
from tests.kit.recording import record_program

Program = Callable[[], None]


def drawn(node: Node) -> Mapping[str, Any]:
    """Ids as AWS would draw them."""
    return {"id": f"{node.name}-id", "arn": f"arn:aws:x:::{node.name}"}


def state(program: Program, stack: str = "prod", **read: Any) -> ResourceGraph:
    """A stack as it was deployed."""
    return record_program(program, stack=stack, outputs=drawn, stack_outputs=read).graph


def plan(
    program: Program, was: ResourceGraph | None, changed: Mapping[str, set[str]] | None = None, **read: Any
) -> tuple[StackSteps, ResourceGraph]:
    steps = StackSteps(was, changed or {})
    stack = was.stack if was is not None else "prod"
    return steps, record_program(program, stack=stack, outputs=steps, stack_outputs=read).graph


def told(found: tuple[StackSteps, ResourceGraph]) -> dict[str, str]:
    """Name → step, for what does not stay."""
    steps, graph = found
    return {one.name: one.step.value for one in steps.resources(graph) if one.step is not Step.SAME}


def bucket(name: str, physical: str = "app-assets", **more: Any) -> Program:
    def program() -> None:
        made = s3.Bucket(name, bucket=physical, **more)
        policy = made.arn.apply(lambda arn: f'{{"Resource": "{arn}"}}')
        s3.BucketPolicy("policy", bucket=made.id, policy=policy)
        sns.Topic("apart", name="apart")
        pulumi.export("assets", {"arn": made.arn, "name": made.bucket})

    return program


def test_nothing_changes_when_the_program_is_what_was_deployed() -> None:
    found = plan(bucket("assets"), state(bucket("assets")))

    assert told(found) == {}
    assert output_changes(found[1], state(bucket("assets")), found[0].planned) == ()


def test_everything_is_created_when_there_is_no_state() -> None:
    steps, graph = plan(bucket("assets"), None)

    assert set(told((steps, graph)).values()) == {"create"}
    assert [one.output for one in output_changes(graph, None, steps.planned)] == ["assets"]


def test_update_stays_where_it_is_when_the_property_can_change_in_place() -> None:
    steps, graph = plan(bucket("assets", force_destroy=True), state(bucket("assets")))

    assert told((steps, graph)) == {"assets": "update"}
    assert steps.planned[graph.named("assets").urn].paths == ("forceDestroy",)
    assert output_changes(graph, state(bucket("assets")), steps.planned) == ()


def test_replacement_goes_on_to_what_takes_its_values() -> None:
    steps, graph = plan(bucket("assets", "app-other"), state(bucket("assets")))

    assert told((steps, graph)) == {"assets": "replace", "policy": "replace"}
    assert steps.planned[graph.named("assets").urn].forced_by == ("bucket",)
    assert {one.output: one.step for one in output_changes(graph, state(bucket("assets")), steps.planned)} == {
        "assets.arn": OutputStep.REDRAWN,
        "assets.name": OutputStep.CHANGED,
    }


def test_rename_deletes_creates_and_draws_outputs_anew() -> None:
    steps, graph = plan(bucket("files"), state(bucket("assets")))

    assert told((steps, graph)) == {"files": "create", "assets": "delete", "policy": "replace"}
    assert [(one.output, one.step) for one in output_changes(graph, state(bucket("assets")), steps.planned)] == [
        ("assets.arn", OutputStep.REDRAWN)
    ]


def test_rename_with_an_alias_changes_nothing() -> None:
    renamed = bucket("files", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="assets")]))

    assert told(plan(renamed, state(bucket("assets")))) == {}


def test_deletion_says_what_is_lost_and_what_is_protected() -> None:
    was = state(bucket("assets", opts=pulumi.ResourceOptions(protect=True)))
    steps, graph = plan(lambda: None, was)
    (lost,) = [one for one in steps.resources(graph) if one.name == "assets"]

    assert (lost.step, lost.protected, lost.holds) == (Step.DELETE, True, "its objects")


def test_ignored_changes_are_ignored() -> None:
    ignoring = bucket("assets", "app-other", opts=pulumi.ResourceOptions(ignore_changes=["bucket"]))

    assert "assets" not in told(plan(ignoring, state(bucket("assets"))))


def reader() -> None:
    outputs: Any = pulumi.StackReference("organization/atoll/prod").outputs
    topic = sns.Topic("alarms", name="alarms", display_name=outputs["assets"]["name"])
    s3.BucketPolicy("access", bucket=outputs["assets"]["name"], policy=outputs["assets"]["arn"])
    sns.TopicSubscription("after", topic=topic.arn, protocol="sqs", endpoint=outputs["queue"])


BEFORE = {"assets": {"name": "app-assets", "arn": "arn:aws:s3:::app-assets"}, "queue": "arn:aws:sqs:::q"}


def test_reader_is_the_same_when_what_it_reads_is() -> None:
    was = state(reader, "global", prod=BEFORE)

    assert told(plan(reader, was, {"prod": set()}, prod=BEFORE)) == {}


def test_output_that_is_drawn_anew_is_named_as_the_cause_in_the_reader() -> None:
    was = state(reader, "global", prod=BEFORE)
    now = {"assets": {"name": UNKNOWN, "arn": UNKNOWN}, "queue": "arn:aws:sqs:::q"}
    steps, graph = plan(reader, was, {"prod": {"assets.name", "assets.arn"}}, prod=now)

    assert told((steps, graph)) == {"alarms": "update", "access": "replace"}
    access = steps.planned[graph.named("access").urn]
    assert [(one.stack, one.output) for one in access.causes] == [("prod", "assets.arn"), ("prod", "assets.name")]
    assert access.forced_by == ("bucket",)


def test_output_with_another_known_value_is_named_as_the_cause_too() -> None:
    was = state(reader, "global", prod=BEFORE)
    now = {**BEFORE, "queue": "arn:aws:sqs:::other"}
    steps, graph = plan(reader, was, {"prod": {"queue"}}, prod=now)

    assert told((steps, graph)) == {"after": "replace"}
    assert [one.output for one in steps.planned[graph.named("after").urn].causes] == ["queue"]


def test_nothing_is_claimed_of_a_value_that_is_not_known_and_has_not_changed() -> None:
    was = state(reader, "global", prod=BEFORE)
    steps, graph = plan(reader, was, {"prod": set()}, prod={**BEFORE, "queue": UNKNOWN})

    assert told((steps, graph)) == {"after": "undecided"}
    assert steps.planned[graph.named("after").urn].causes == ()
