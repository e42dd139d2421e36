"""What a stack may read of another: every way in which that is not there, told at once and before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.outputs.base import StackOutputs
from contracts.outputs.kubernetes import KubernetesLayerOutputs
from contracts.outputs.reading import Reading, refusal

NOT_YET = object()
"""A value that a deployment still has to draw."""


def exports(**changes: Any) -> dict[str, Any]:
    given = {
        "schema_version": 1,
        "environment": "prod",
        "region": "us-east-1",
        "cluster": "prod",
        "argocd_namespace": "argocd",
        "argocd_url": "https://argocd.example",
        "ids": {"a": "1"},
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def reading(stack: str = "prod", **changes: Any) -> Reading:
    given: dict[str, Any] = {"setting": "atoll:pair.peer_stack", "record": KubernetesLayerOutputs, "version": 1}
    return Reading(stack=stack, **{**given, **changes})


def told(found: dict[str, Any], **changes: Any) -> list[str]:
    text = refusal("prod-west", [(reading(**changes), found)], lambda value: value is NOT_YET)
    return text.splitlines()[1:] if text else []


def test_nothing_is_said_when_everything_is_there() -> None:
    assert told(exports(), needs={"ids.a": "wiring"}, place={"environment": "prod"}) == []
    assert told(exports(extra="a newer stack says more")) == []


def test_unknown_values_are_taken_to_be_right() -> None:
    assert told(exports(cluster=NOT_YET, ids=NOT_YET), needs={"ids.b.c": "wiring"}) == []


def test_both_stacks_the_outputs_and_the_command_are_named_when_the_peer_was_never_deployed() -> None:
    text = refusal("prod-west", [(reading(needs={"ids.a": "x", "ids.b": "y"}), {})], lambda _: False)

    assert text == (
        "prod-west cannot use what it reads of other stacks; nothing was created:\n"
        "  prod  (atoll:pair.peer_stack)\n"
        "    exports nothing: it was never deployed, or is destroyed; prod-west reads ids.a, ids.b\n"
        "    next: atoll stack up prod"
    )


def test_every_output_is_told_when_several_are_gone() -> None:
    lines = told(exports(cluster=None, argocd_url="http://plain"), needs={"ids.a": "this", "ids.b": "the failover"})

    assert lines == [
        "  prod  (atoll:pair.peer_stack)",
        "    cluster: is not exported",
        "    argocd_url: string should match pattern '^https://'",
        "    ids.b: is not exported, and is needed for the failover",
        "    next: atoll stack up prod  # with this version of the program",
    ]


@pytest.mark.parametrize(
    ("version", "step"),
    [
        (2, "this program is older than what deployed prod: update it, and run the command again"),
        (2.0, "this program is older than what deployed prod: update it, and run the command again"),
        (0, "atoll stack up prod"),
    ],
)
def test_step_depends_on_who_is_older_when_versions_differ(version: float, step: str) -> None:
    assert told(exports(schema_version=version, cluster=None)) == [
        "  prod  (atoll:pair.peer_stack)",
        f"    schema_version: prod exports version {int(version)}, and prod-west reads version 1",
        f"    next: {step}",
    ]


def test_version_as_the_engine_hands_it_on_is_the_same_version() -> None:
    assert told(exports(schema_version=1.0)) == []


def test_stack_deployed_before_there_were_versions_is_to_be_deployed_again() -> None:
    assert told(exports(schema_version=None))[1] == "    schema_version: is not exported"


def test_other_place_is_told_with_the_setting_that_names_it() -> None:
    assert told(exports(environment="staging"), place={"environment": "prod", "region": "us-east-1"})[1:] == [
        "    environment: staging, and prod-west is of prod",
        "    next: name the stack of the same environment and region in atoll:pair.peer_stack of Pulumi.prod-west.yaml",
    ]


def test_problems_of_all_stacks_are_told_at_once() -> None:
    readings = [(reading("prod"), {}), (reading("prod-west"), exports(cluster=None)), (reading("dev"), exports())]
    text = refusal("global", readings, lambda _: False) or ""

    assert [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] != " "] == [
        "prod",
        "prod-west",
    ]
    assert text.count("next: atoll stack up ") == 2


def test_reader_is_refused_when_it_was_written_for_another_version_of_the_record() -> None:
    with pytest.raises(ValueError, match="a reader of KubernetesLayerOutputs was written for version 7"):
        reading(version=7)


def test_every_record_of_a_stack_has_a_version() -> None:
    import contracts.outputs.region
    import contracts.outputs.service
    import contracts.outputs.world  # noqa: F401 - all records

    records = StackOutputs.__subclasses__()
    assert len(records) >= 4
    assert {record.__name__: record.VERSION >= 1 for record in records} == {r.__name__: True for r in records}
