"""The quick reader says what the whole one says, or nothing: values, lines, what is encrypted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.settings import quick, source, whole
from contracts.settings.yaml_file import STACK_FILE, FileKind, Source
from tests.contracts.services.kit import SAMPLE

ORDINARY = FileKind("a contract", "id:", "*")
PROJECT = Path(__file__).parents[2]


def plain(text: str, kind: FileKind = ORDINARY) -> dict[str, Any] | None:
    return quick.values(text, sealing=quick.SECURE if kind.seals else None, most_values=kind.most_values)


def agrees(text: str, kind: FileKind = ORDINARY) -> bool:
    """Whether the quick reader read it; what it read is compared."""
    found = plain(text, kind)
    if found is None:
        return False
    lines, sealed = quick.lines(text, wrapper=kind.wrapper, sealing=quick.SECURE if kind.seals else None)
    source = Source("file")
    source.lines = {}
    whole.read(text, source, kind)
    assert source.problems == []
    assert repr(found) == repr(source.values)  # 1 is not True, and nan is nan
    assert (lines, sealed) == (source.lines, source.sealed)
    return True


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob("*.yaml")), ids=lambda path: "/".join(path.parts[-2:]))
def test_contracts_and_their_documents_are_plain(path: Path) -> None:
    assert agrees(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_stack_files_are_plain(stack: str) -> None:
    assert agrees((PROJECT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"), STACK_FILE)


def test_encrypted_values_are_found_when_the_file_seals() -> None:
    text = "config:\n  a:b:\n    c: {secure: AAB=}\n    d: {secure: 1}\n    e: [secure, {secure: x, y: z}]\n"
    assert agrees(text, STACK_FILE)
    assert plain(text, STACK_FILE) == {
        "config": {"a:b": {"c": "AAB=", "d": {"secure": 1}, "e": ["secure", {"secure": "x", "y": "z"}]}}
    }


@pytest.mark.parametrize(
    "text",
    ["a: &x 1", "a: *x", "a: !!int 1", "a: !x y", "%YAML 1.1\n---\na: yes", "a: 1\na: 2", "[1]: 2", "{1: 2", "- a", "",
     "a: 1\n---\nb: 2", "a: 0x1F", "a: 0o17", "a: 1_000", "a: .5", "a: .inf", "a: <<", "a: 2026-11-21T10:00:00Z",
     "a: 2026-13-45", "a: +_", "a: \x01", "a: b\u2028c", "a: " + "[" * 200 + "]" * 200],
)  # fmt: skip
def test_file_is_left_to_the_other_reader_when_it_is_not_plain(text: str) -> None:
    assert plain(text) is None


def test_file_is_left_to_the_other_reader_when_it_has_too_many_values() -> None:
    text = f"a: [{', '.join('b' for _ in range(50))}]"
    assert quick.values(text, sealing=None, most_values=53) is not None
    assert quick.values(text, sealing=None, most_values=40) is None


def test_process_lives_when_a_file_is_nested_too_deeply() -> None:
    assert plain("[" * 500_000) is None
    assert plain("- " * 200_000 + "a") is None


SCALARS = st.one_of(
    st.text("0123456789.+-eExob_:~ TZ", min_size=1, max_size=12),
    st.sampled_from(
        ["true", "True", "tRUE", "yes", "no", "on", "null", "NULL", "~", "Null", "n", "1e5", "1.", "1.e5", "-0", "007",
         "0o7", "1.2.3", "1.x", "=", "<<", "2026-11-21", "1:30", "12e", "+.inf", ".nan", "''", '"1"', "|", ">", "- a"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@settings(max_examples=400)
@given(SCALARS)
@example("2026-02-30")
@example("-")
def test_scalar_means_the_same_when_it_is_plain(text: str) -> None:
    agrees(f"a: {text}\nb: [{text}]\n")
    agrees(f"{text}: a\n")


def trees() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    keys = st.text(min_size=1, max_size=6)
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))


@settings(max_examples=150)
@given(st.dictionaries(st.text(max_size=6), trees(), max_size=4), st.booleans(), st.sampled_from([None, True, False]))
def test_document_means_the_same_when_it_is_plain(tree: dict[str, Any], seals: bool, flow: bool | None) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, default_flow_style=flow)
    agrees(text, STACK_FILE if seals else ORDINARY)


@settings(max_examples=400)
@given(st.data())
def test_contract_means_the_same_when_characters_change(data: st.DataObject) -> None:
    text = (SAMPLE / "order" / "payment" / "contract.yaml").read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        put = data.draw(
            st.sampled_from([*"{}[]:,#&*!|>'\"%@`-?\n\t ~=<", "\\", "", "- ", ": ", "\r", "é", "\u2028", "\x85"])
        )
        text = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    agrees(text)


def test_table_is_its_values_when_the_file_is_right(tmp_path: Path) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text("as_of: 2026-11-21\nrows: [{name: a, usd: 0.5}]\n", encoding="utf-8")
    assert source.table(file) == {"as_of": "2026-11-21", "rows": [{"name": "a", "usd": 0.5}]}


def test_table_is_refused_with_its_line_when_the_file_is_no_yaml(tmp_path: Path) -> None:
    file = tmp_path / "figures.yaml"
    file.write_text("as_of: 2026-11-21\nrows: [\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"figures\.yaml:"):
        source.table(file)
