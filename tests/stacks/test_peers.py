"""Stacks on peers that are not what they need: refused before anything is declared, with all there is to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest

from console.estate import EstateError, order, stacks_of
from console.offline import engine_configuration, exported, offline_estate, record_one
from contracts.outputs.base import StackOutputs
from contracts.outputs.region import RegionOutputs
from contracts.settings import load_any
from graph.errors import RecordingError
from graph.estate import Availability
from graph.record import record
from stacks import deploy

PROJECT = Path(__file__).parents[2]


def refusal(stack: str, **exports: dict[str, Any]) -> str:
    """What a stack says to these exports of its peers."""
    file = PROJECT / f"Pulumi.{stack}.yaml"
    with pytest.raises(RecordingError) as caught:
        record_one(file, load_any(file), None, exports)
    return str(caught.value)


def test_both_peers_and_their_commands_are_named_when_neither_was_deployed() -> None:
    message = refusal("global", **{"prod": {}, "prod-west": {}})

    assert message.startswith("global cannot use what it reads of other stacks; nothing was created:\n")
    for peer in ("prod", "prod-west"):
        assert f"  {peer}  (atoll:regions.{peer})\n    exports nothing: it was never deployed" in message
        assert f"    next: atoll stack up {peer}" in message


@pytest.fixture(scope="module")
def prod() -> dict[str, Any]:
    """What prod exports."""
    file = PROJECT / "Pulumi.prod.yaml"
    return exported(record_one(file, load_any(file), None, {}))


def test_output_that_disappeared_is_named_with_its_reader_and_the_command(prod: dict[str, Any]) -> None:
    left = {name: value for name, value in prod.items() if name not in {"load_balancer", "key_arns"}}
    pair = {name: value for name, value in prod["pair"].items() if name != "global_database_id"}
    message = refusal("prod-west", prod={**left, "pair": pair})

    assert message.startswith("prod-west cannot use what it reads of other stacks")
    assert "    load_balancer: is not exported\n" in message
    assert "    key_arns: is not exported\n" in message
    assert "pair.global_database_id: is not exported, and is needed for " in message
    assert message.endswith("next: atoll stack up prod  # with this version of the program")


def test_other_version_is_refused_before_anything_else_is_looked_at(prod: dict[str, Any]) -> None:
    message = refusal("prod-west", prod={**prod, "schema_version": RegionOutputs.VERSION + 1, "vpc_id": None})

    assert (
        f"schema_version: prod exports version {RegionOutputs.VERSION + 1}, and prod-west reads version "
        f"{RegionOutputs.VERSION}" in message
    )
    assert "vpc_id" not in message


def test_nothing_is_declared_when_a_peer_is_refused() -> None:
    values, secret = engine_configuration(PROJECT / "Pulumi.global.yaml")
    declared: list[str] = []

    def program() -> None:
        deploy()

    with pytest.raises(pulumi.RunError):
        record(
            program,
            stack="global",
            config=values,
            secret_keys=secret,
            outputs=lambda node: declared.append(node.type) or {},
            stack_outputs={"prod": {}, "prod-west": {}},
        )
    assert [kind for kind in declared if not kind.startswith("pulumi:pulumi:")] == []


@pytest.mark.parametrize("stack", ["order-dev", "inventory-dev", "staging-kubernetes"])
def test_every_output_that_is_read_is_promised_or_asked_for_beforehand(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An output that is read and that nobody asked for would be missed in the middle of a deployment."""
    from contracts.outputs import reading

    asked: set[str] = set()
    check = reading.refusal

    def noting(reader: str, readings: Any, is_unknown: Any) -> str | None:
        found = list(readings)
        asked.update(path for one, _ in found for path in one.needs)
        return check(reader, found, is_unknown)

    monkeypatch.setattr("stacks.peers.refusal", noting)
    estate = offline_estate(PROJECT, [stack])
    read = {one.path for one in estate.references if one.reader == stack and one.path}

    assert read
    assert {path for path in read if estate.availability(estate.reads(stack)[0], path) is Availability.MISSING} == set()
    unasked = {path for path in read if not _is_promised(RegionOutputs, path.split("."))}
    checked = {"kubernetes", "log_analytics", "prometheus", "buckets", "key_arns"} if "kubernetes" in stack else set()
    assert {
        path
        for path in unasked
        if not any(path == one or path.startswith(f"{one}.") for one in (*asked, "cluster", *checked))
    } == set()


def _is_promised(record: Any, path: list[str]) -> bool:
    """Whether the record requires an output, all the way down to a plain value."""
    for number, key in enumerate(path):
        field = cast("type[StackOutputs]", record).model_fields.get(key) if hasattr(record, "model_fields") else None
        if field is None or not field.is_required():
            return False
        record = field.annotation
        if number == len(path) - 1:
            return True
    return False


def _pair(folder: Path, stack: str, peer: str) -> None:
    """The file of a secondary that names a peer."""
    text = (PROJECT / "Pulumi.prod-west.yaml").read_text(encoding="utf-8")
    (folder / f"Pulumi.{stack}.yaml").write_text(text.replace("peer_stack: prod", f"peer_stack: {peer}"))


def test_circle_is_refused_with_its_stacks_and_settings(tmp_path: Path) -> None:
    _pair(tmp_path, "one", "two")
    _pair(tmp_path, "two", "one")
    with pytest.raises(EstateError) as caught:
        order(tmp_path, ["one"])
    message = str(caught.value)

    assert "one → two → one" in message or "two → one → two" in message
    assert "depend on one another in a circle, so that none can be deployed first" in message
    assert "  Pulumi.one.yaml  atoll:pair.peer_stack: two" in message
    assert "  Pulumi.two.yaml  atoll:pair.peer_stack: one" in message


def test_dependency_without_a_file_is_refused_with_the_setting_that_names_it(tmp_path: Path) -> None:
    _pair(tmp_path, "west", "nowhere")
    with pytest.raises(EstateError) as caught:
        order(tmp_path, ["west"])

    assert str(caught.value) == (
        "Pulumi.west.yaml  atoll:pair.peer_stack: names the stack nowhere, and there is no Pulumi.nowhere.yaml; "
        "write it, or name another stack"
    )


def test_stacks_of_an_environment_are_those_whose_files_say_so() -> None:
    assert {"prod", "prod-west", "global"} <= set(stacks_of(PROJECT, "prod"))
    assert "dev" not in stacks_of(PROJECT, "prod")
    assert json.dumps(sorted(stacks_of(PROJECT))) == json.dumps(stacks_of(PROJECT))
