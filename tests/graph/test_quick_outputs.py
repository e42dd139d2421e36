"""Quick outputs are the SDK's own in everything that can be seen; a change of the SDK's shape fails here."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pulumi
import pytest
from pulumi.runtime import resource, rpc
from pulumi_aws.s3 import BucketVersioningVersioningConfigurationArgs
from pulumi_aws.s3.bucket import Bucket
from pulumi_aws.s3.bucket_versioning import BucketVersioning

from graph import quick_outputs
from graph import record as recorder
from graph.codec import to_json
from graph.record import record


def _made(make: Callable[[Any], Any], document: Callable[[], Any], *, quick: bool) -> Any:
    """What a function makes of a document with quick outputs or the SDK's own, and with the same in all its tasks."""

    def made() -> Any:
        quick_outputs._ON.set(quick)  # pyright: ignore[reportPrivateUsage]
        return make(document())

    return copy_context().run(made)


def _documents(bucket: Bucket) -> dict[str, Callable[[], Any]]:
    async def later() -> list[Any]:
        return [bucket.bucket, 1]

    known = pulumi.Output.from_input("known")
    arguments = BucketVersioningVersioningConfigurationArgs
    return {
        "text": lambda: "text",
        "nothing": dict[str, Any],
        "plain": lambda: {"a": [1, 2.5, None, True], "b": {"c": []}},
        "pair": lambda: {"a": (1, [2, known])},
        "unknown pair": lambda: {"a": (1, bucket.arn)},
        "known output": lambda: {"a": [known, "b"]},
        "unknown output": lambda: {"a": [bucket.arn, known], "b": 1},
        "unknown": lambda: [pulumi.output.UNKNOWN],
        "secret": lambda: [pulumi.Output.secret({"a": [known]}), 1],
        "unknown secret": lambda: {"a": pulumi.Output.secret(bucket.arn)},
        "outputs in an output": lambda: {"a": known.apply(lambda text: {"deep": [text, bucket.id, known]})},
        "key": lambda: {known: 1, "a": {known: known}},
        "arguments": lambda: [arguments(status=bucket.arn), arguments(status="Enabled").status],
        "awaitable": lambda: [later(), {"a": later()}],
        "resource": lambda: {"a": bucket},
    }


def _seen(data: Any) -> tuple[Any, ...]:
    return repr(data.value), data.is_known, data.is_secret, {id(one) for one in data.resources}


def test_a_document_is_the_same_as_the_sdks_when_it_is_made_quickly() -> None:
    compared: list[str] = []

    async def program() -> None:
        bucket = Bucket("bucket", bucket="name")
        for name, document in _documents(bucket).items():
            for make in (_from_input, _all, _all_named, _text):
                if make is _text and name in ("resource", "key", "unknown", "awaitable"):
                    continue  # is no JSON, or can be asked only once
                quick, own = (_made(make, document, quick=quick) for quick in (True, False))
                if name == "arguments":
                    quick, own = (one.apply(_plain_arguments, run_with_unknowns=True) for one in (quick, own))
                assert _seen(await quick._data) == _seen(await own._data), (name, make)
                compared.append(name)

    record(program)
    assert len(compared) > 50


def _from_input(value: Any) -> Any:
    return pulumi.Output.from_input(value)


def _all(value: Any) -> Any:
    return pulumi.Output.all(value)


def _all_named(value: Any) -> Any:
    return pulumi.Output.all(first=value, second="b")


def _text(value: Any) -> Any:
    return pulumi.Output.json_dumps(value, default=vars)


def _plain_arguments(value: Any) -> Any:
    """Arguments say where they are in memory, which is not the same of two."""
    if isinstance(value, BucketVersioningVersioningConfigurationArgs):
        return vars(value)
    if isinstance(value, dict):
        return {key: _plain_arguments(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [_plain_arguments(item) for item in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


def _program() -> None:
    bucket = Bucket("bucket", bucket="name", tags={"a": "b"})
    other = Bucket("other", tags={"arn": bucket.arn, "name": bucket.bucket}, opts=pulumi.ResourceOptions(parent=bucket))
    BucketVersioning("versioning", bucket=other.id, versioning_configuration={"status": "Enabled"})
    pulumi.export("policy", pulumi.Output.json_dumps({"Resource": [bucket.arn, other.tags]}))
    pulumi.export("secret", pulumi.Output.secret(bucket.bucket))


def test_a_graph_is_the_same_when_the_sdk_makes_its_own_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = record(_program).graph
    monkeypatch.setattr(recorder, "quick_outputs", contextlib.nullcontext)
    assert to_json(quick) == to_json(record(_program).graph)


@pytest.mark.parametrize("quick", [True, False])
def test_what_an_apply_raises_comes_through_when_outputs_are_quick_or_not(
    monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    def refuse(_name: str) -> str:
        raise KeyError("told")

    def program() -> None:
        bucket = Bucket("bucket", bucket="name")
        Bucket("other", tags={"a": pulumi.Output.all([bucket.bucket.apply(refuse)]).apply(str)})

    if not quick:
        monkeypatch.setattr(recorder, "quick_outputs", contextlib.nullcontext)
    with pytest.raises(KeyError, match="told"):
        record(program)


def test_a_property_has_no_future_when_nobody_asks_for_it() -> None:
    found: list[Any] = []

    def program() -> None:
        bucket = Bucket("bucket", bucket="name")
        pulumi.export("name", bucket.bucket)
        found.extend([bucket.bucket, bucket.arn])

    record(program)
    assert [type(output) for output in found] == [quick_outputs.Promised, quick_outputs.Promised]
    assert found[0]._promise is not None
    assert found[1]._promise is None


def test_the_sdk_has_the_shape_that_is_relied_upon_when_outputs_are_replaced() -> None:
    def parameters(function: Callable[..., Any]) -> list[str]:
        return list(inspect.signature(function).parameters)

    own: Any = quick_outputs
    assert parameters(own._transfer_properties) == ["res", "props", "custom"]
    assert parameters(own._create_urn) == ["name", "type_", "parent", "project", "stack"]
    assert parameters(own._track) == ["self"]
    assert parameters(own._from_input) == ["val"]
    assert parameters(own._Data) == ["resources", "value", "is_known", "is_secret"]
    used = inspect.getsource(rpc.resolve_properties) + inspect.getsource(rpc.resolve_outputs_due_to_exception)
    assert used.count("resolve(None, ") == 2, "what resolves a property is called in another way"
    assert "create_urn(name, ty, resolver.parent_urn)" in inspect.getsource(resource.register_resource)
