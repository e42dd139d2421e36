"""Documents and contracts that are changed at random are compared, or refused as what they are, and nothing else."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.compatibility.documents import DocumentError
from contracts.compatibility.edges import compare
from contracts.compatibility.events import Compatibility, compare_events
from contracts.compatibility.graphql import compare_graphql
from contracts.compatibility.openapi import compare_openapi
from contracts.compatibility.proto import compare_proto
from contracts.services import ContractError, Estate, findings, load, read
from tests.contracts.compatibility.edges.kit import OPENAPI, PROTO, SDL, THING, consumer, provider
from tests.contracts.services.kit import SAMPLE, TODAY, sample

# What a mistake is made of is said by the document; making it smaller would take minutes.
BOUNDED = settings(
    max_examples=100,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
INLINE = json.loads(
    json.dumps(OPENAPI).replace('{"$ref": "request.json"}', json.dumps(THING)).replace(
        '{"$ref": "answer.json"}', json.dumps(THING)
    )
)  # fmt: skip
WORDS = ["type", "$ref", "properties", "required", "items", "enum", "anyOf", "allOf", "not", "#", "#/properties/id", "",
         "#/paths", "in", "name", "content", "schema", "parameters", "responses", "default", "a.json#/x", "~2",
         "object"]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**70) | st.floats() | st.sampled_from(WORDS) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a document, its root left out."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [place for key, item in inner for place in [(*path, key), *places(item, (*path, key))]]


def mutated(data: st.DataObject, document: Any) -> Any:
    """A document with one to three values replaced, removed or added."""
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        where = places(changed)
        if not where:
            break
        *path, last = data.draw(st.sampled_from(where))
        holder = changed
        for key in path:
            holder = holder[key]
        match data.draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                holder[last] = data.draw(VALUES)
            case "remove":
                holder.pop(last)
            case _ if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(WORDS))] = data.draw(VALUES)
            case _:
                holder.append(data.draw(VALUES))
    return changed


def mangled(data: st.DataObject, text: str) -> str:
    """A text with one to five pieces replaced."""
    for _ in range(data.draw(st.integers(1, 5))):
        at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 6))
        piece = st.sampled_from([*"{}()[]<>=;:!@#&|\"'\\/-.,%*\n\t 0a", "\x00", "\u2028", "message ", "type ", "- "])
        text = text[:at] + data.draw(piece | st.text(max_size=3)) + text[at + length :]
    return text


@BOUNDED
@given(st.data())
def test_schema_is_compared_or_refused_when_anything_in_it_changed(data: st.DataObject) -> None:
    pair = [THING, mutated(data, THING)]
    old, new = data.draw(st.permutations(pair))
    with suppress(DocumentError):
        compare_events(old, new, event="Moved", mode=data.draw(st.sampled_from(Compatibility)))


@BOUNDED
@given(st.data())
def test_openapi_is_compared_or_refused_when_anything_in_it_changed(data: st.DataObject) -> None:
    old, new = data.draw(st.permutations([INLINE, mutated(data, INLINE)]))
    with suppress(DocumentError):
        compare_openapi(old, new)


@BOUNDED
@given(st.data())
def test_proto_is_compared_or_refused_when_its_text_changed(data: st.DataObject) -> None:
    whole = PROTO.replace('import "common.proto";', "message Money { int64 cents = 1; }")
    with suppress(DocumentError):
        compare_proto(*data.draw(st.permutations([whole, mangled(data, whole)])))


@BOUNDED
@given(st.data())
def test_sdl_is_compared_or_refused_when_its_text_changed(data: st.DataObject) -> None:
    with suppress(DocumentError):
        compare_graphql(*data.draw(st.permutations([SDL, mangled(data, SDL)])))


@BOUNDED
@given(st.data())
def test_estates_are_compared_when_documents_changed(data: st.DataObject) -> None:
    def edit(_: dict[str, Any], documents: dict[str, Any]) -> None:
        for name in data.draw(st.lists(st.sampled_from(sorted(documents)), min_size=1, max_size=2, unique=True)):
            whole = documents[name]
            documents[name] = mangled(data, whole) if isinstance(whole, str) else mutated(data, whole)

    user = consumer()
    old, new = provider("1.0.0"), provider("1.0.1", edit)
    for before, after in ((old, new), (new, provider("1.0.2"))):
        comparison = compare(Estate.of([before, user]), Estate.of([after, user]))
        assert all(str(finding.problem) for finding in comparison.findings)


FILES = sorted(path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*.*"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("fuzz"))


@BOUNDED
@given(st.data())
def test_contract_is_read_or_refused_when_a_file_of_it_changed(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    text = (SAMPLE / name).read_text(encoding="utf-8")
    try:
        (folder / name).write_text(mangled(data, text), encoding="utf-8", newline="")
        with suppress(ContractError):
            loaded = load((folder / name).parent / "contract.yaml", today=TODAY)
            others = [c for c in SAMPLE_ESTATE.contracts if c.contract.id != loaded.contract.id]
            estate = Estate.of([*others, loaded])
            findings(estate)
            compare(SAMPLE_ESTATE, estate)
    finally:
        (folder / name).write_text(text, encoding="utf-8")


SAMPLE_ESTATE = read(SAMPLE, today=TODAY)
