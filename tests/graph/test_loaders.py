"""Three loaders, one graph: recorded, previewed and deployed."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph import preview, state
from graph.agreement import Difference, agreement
from graph.codec import to_json
from graph.errors import FormatError
from graph.resource_graph import ResourceGraph
from graph.values import SECRET, UNKNOWN, Secret
from tests.graph.sample_program import main
from tests.kit import record_program

FIXTURES = Path(__file__).with_name("fixtures")


def fixture(name: str) -> str:
    return (FIXTURES / f"{name}.json").read_text()


def recorded() -> ResourceGraph:
    config = {"app:token": "canary-7f3a"}
    return record_program(main, stack="dev", config=config, secret_keys=["app:token"]).graph


def changed(name: str, change: Any) -> ResourceGraph:
    document = json.loads(fixture(name))
    for resource in document["deployment"]["resources"]:
        if resource["urn"].endswith("::q"):
            change(resource)
    return state.load(document)


def test_three_loaders_agree_when_the_program_is_the_same() -> None:
    graphs = [
        recorded(),
        preview.load(fixture("preview-first")),
        preview.load(fixture("preview-unchanged-full")),
        preview.load(fixture("preview-unchanged"), state=state.load(fixture("state"))),
        state.load(fixture("state")),
    ]
    for left in graphs:
        assert len(left) == 10
        for right in graphs:
            assert agreement(left, right) == []


def test_differences_are_named_when_a_preview_changes_the_stack() -> None:
    before, after = state.load(fixture("state")), preview.load(fixture("preview-changes-full"))
    found = {(difference.urn.rsplit("::", 1)[-1], difference.what) for difference in agreement(before, after)}
    assert found == {("n-vpc", "input cidrBlock"), ("q", "input visibilityTimeoutSeconds"), ("b", "resource")}
    assert agreement(after, preview.load(fixture("preview-changes"), state=before)) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda resource: resource.update(parent="urn:other"), "parent"),
        (lambda resource: resource.update(protect=True), "protect"),
        (lambda resource: resource.update(provider="urn:p::pulumi:providers:aws::west::id"), "provider"),
        (lambda resource: resource.update(dependencies=[]), "dependencies"),
        (lambda resource: resource.update(propertyDependencies={}), "dependencies of tags"),
        (lambda resource: resource["inputs"].update(fifoQueue=True), "input fifoQueue"),
        (lambda resource: resource["inputs"].update(visibilityTimeoutSeconds=30), "input visibilityTimeoutSeconds"),
        (lambda resource: resource["inputs"].pop("visibilityTimeoutSeconds"), "input visibilityTimeoutSeconds"),
        (lambda resource: resource["inputs"]["tags"].update(more="x"), "input tags.more"),
        (lambda resource: resource["inputs"].update(__defaults=[]), "input name"),
    ],
)
def test_one_difference_is_found_when_one_thing_differs(change: Any, what: str) -> None:
    found = agreement(recorded(), changed("state", change))
    assert [difference.what for difference in found] == [what]
    assert found[0].urn.endswith("::q")


def test_default_tags_make_no_difference_when_the_provider_merges_them() -> None:
    def merge(resource: dict[str, Any]) -> None:
        resource["inputs"]["tags"]["owner"] = "platform"

    assert agreement(recorded(), changed("state", merge)) == []


def test_secret_is_a_difference_without_its_value_when_only_one_side_marks_it() -> None:
    def reveal(resource: dict[str, Any]) -> None:
        resource["inputs"]["description"] = "canary"

    def hide(resource: dict[str, Any]) -> None:
        resource["inputs"]["description"] = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}

    [difference] = agreement(changed("state", hide), changed("state", reveal))
    assert isinstance(difference, Difference)
    assert (difference.what, difference.left) == ("input description", "<secret>")


def test_secrets_are_marks_when_loaded_from_a_preview_or_state() -> None:
    graphs = (preview.load(fixture("preview-first")), state.load(fixture("state")), recorded())
    for graph in graphs:
        assert graph.property(graph.named("p"), "value") == SECRET
    assert graphs[1].stack_outputs["token"] == Secret()
    shown = fixture("state").replace('"ciphertext": "v1:', '"plaintext": "canary')
    assert "canary" in shown
    assert "canary" not in to_json(state.load(shown))


def test_ids_are_unknown_in_a_first_preview_and_known_when_deployed() -> None:
    first, deployed = preview.load(fixture("preview-first")), state.load(fixture("state"))
    assert first.named("n-vpc").id == UNKNOWN
    assert str(deployed.named("n-vpc").id).startswith("vpc-")
    assert first.named("n").id is None
    assert deployed.named("role").defaulted == ("name",)


def test_options_and_source_are_read_when_the_engine_wrote_them() -> None:
    queue = state.load(fixture("state")).named("q")
    assert queue.options.ignore_changes == ("tags",)
    assert queue.options.custom_timeouts == {"create": 600}
    assert str(queue.source) == "program.py:25"
    assert queue.region == "us-east-1"


def test_preview_is_refused_with_the_remedy_when_it_leaves_out_unchanged_resources() -> None:
    with pytest.raises(FormatError, match="9 of 'same'; run `pulumi preview --json --show-sames --show-reads`"):
        preview.load(fixture("preview-unchanged"))


def test_resource_waiting_for_deletion_is_left_out_when_state_holds_its_successor() -> None:
    document = json.loads(fixture("state"))
    resources = document["deployment"]["resources"]
    resources.append({**resources[-1], "delete": True})
    assert len(state.load(document)) == 10


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("nonsense", "is not JSON"),
        ("[1]", "is a JSON list"),
        ('{"version": 9, "deployment": {}}', "version 9"),
        ('{"version": 3, "deployment": {"resources": []}}', "has no resources"),
        ('{"version": 3, "deployment": {"resources": [{"type": "t"}]}}', "lacks 'urn'"),
    ],
)
def test_state_is_refused_with_the_reason_when_it_cannot_be_read(document: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        state.load(document)


def test_preview_is_refused_with_the_reason_when_it_has_no_steps() -> None:
    with pytest.raises(FormatError, match="has no steps"):
        preview.load("{}")
