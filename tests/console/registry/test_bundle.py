"""What is published: the same digest for the same promise, and no content that is not what was published."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.registry.bundle import (
    ADVANCED_BYTES,
    MOST_PARTS,
    STANDARD_BYTES,
    Bundle,
    Manifest,
    canonical,
    lay_out,
    tier,
)
from console.registry.errors import CorruptError, RefusedPublicationError
from contracts.services import Version
from contracts.services.contract import Classification
from contracts.services.history import content
from contracts.services.reading import NAME, load
from tests.console.registry.samples import PUBLISHED_AT, bundle, contract, large, noise
from tests.contracts.services.kit import SAMPLE

HOW: dict[str, Any] = {"run": "0123456789abcdef", "joint": False, "published": PUBLISHED_AT}


def made(documents: dict[str, str]) -> Bundle:
    values = {"contract": {"id": "a/b"}, "documents": documents}
    return Bundle("a/b", Version(1, 0, 0), Classification.INTERNAL, canonical(values))


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=3000), max_size=4))
def test_content_comes_back_whole_when_laid_out(documents: dict[str, str]) -> None:
    bundled = made(documents)
    layout = lay_out(bundled, **HOW)
    assert Manifest.parse(bundled.path, layout.manifest).content(layout.parts) == bundled.content
    assert "{{" not in layout.manifest


@pytest.mark.parametrize("size", [10, 3000, 6000, 12_000, 100_000])
def test_every_parameter_keeps_the_limits_of_its_tier(size: int) -> None:
    layout = lay_out(made({"a.json": noise(size)}), **HOW)
    values = [layout.manifest, *layout.parts.values()]
    assert max(len(value.encode()) for value in values) <= ADVANCED_BYTES
    assert all((tier(value) == "Standard") == (len(value.encode()) <= STANDARD_BYTES) for value in values)
    assert len(layout.description) <= 1024
    assert bool(layout.parts) == (size >= 12_000)


def test_contract_is_refused_when_it_is_too_large_for_the_registry() -> None:
    with pytest.raises(RefusedPublicationError, match=r"a/b 1\.0\.0 is too large for the registry: \d+ bytes"):
        lay_out(made({"a.json": noise(2 * MOST_PARTS * ADVANCED_BYTES)}), **HOW)


def test_manifest_fits_when_a_contract_has_the_most_parts() -> None:
    layout = lay_out(made({"a.json": noise(1_040_000)}), **HOW)
    assert MOST_PARTS - 10 < len(layout.parts) <= MOST_PARTS
    assert len(layout.manifest) <= ADVANCED_BYTES


def test_digest_is_the_same_when_only_the_writing_differs(tmp_path: Path) -> None:
    one = contract(tmp_path / "a")
    path = tmp_path / "b" / "order" / "order" / NAME
    path.parent.mkdir(parents=True)
    path.write_text("# a comment\n" + (one.folder / NAME).read_text(encoding="utf-8"), encoding="utf-8")
    assert Bundle.of(load(path)).digest == Bundle.of(one).digest


@pytest.mark.parametrize("contract_id", ["order/order", "user/user", "order/inventory", "analytics/analytics"])
def test_contract_is_the_same_when_read_back_from_its_content(tmp_path: Path, contract_id: str) -> None:
    loaded = load(SAMPLE / contract_id / NAME)
    values = json.loads(Bundle.of(loaded).content)
    home = tmp_path / contract_id
    home.mkdir(parents=True)
    for name, text in {NAME: json.dumps(values["contract"]), **values["documents"]}.items():
        (home / name).write_text(text, encoding="utf-8")
    assert content(load(home / NAME)) == content(loaded)


def changed(layout_text: str, **changes: Any) -> str:
    return json.dumps({**json.loads(layout_text), **changes})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 2}, "it has form 2, and this program reads form 1"),
        ({"version": "1.0.1"}, "it is the manifest of order/order 1.0.1"),
        ({"content": {"contract": {}, "documents": {}}}, "its content has the digest"),
        ({"run": 0, "digest": None, "version": None}, "it is no manifest of a contract"),
    ],
)
def test_manifest_is_refused_when_somebody_has_changed_it(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    bundled = bundle(tmp_path)
    text = changed(lay_out(bundled, **HOW).manifest, **change)
    with pytest.raises(CorruptError, match=f"^{bundled.path} in the registry is corrupt: {why}"):
        Manifest.parse(bundled.path, text).content({})


@pytest.mark.parametrize("how", ["gone", "changed", "swapped"])
def test_content_is_refused_when_a_part_is_not_what_was_published(tmp_path: Path, how: str) -> None:
    bundled = large(bundle(tmp_path))
    layout = lay_out(bundled, **HOW)
    first, second, *_ = layout.parts
    parts = dict(layout.parts)
    if how == "gone":
        del parts[second]
    elif how == "changed":
        parts[second] = f"A{parts[second][1:]}" if parts[second][0] != "A" else f"B{parts[second][1:]}"
    else:
        parts[first], parts[second] = parts[second], parts[first]
    with pytest.raises(CorruptError, match=r"its part 0[01]-0123456789abcdef is"):
        Manifest.parse(bundled.path, layout.manifest).content(parts)


@pytest.mark.parametrize("packed", ["%%%", "AAAA", ""])
def test_content_is_refused_when_it_cannot_be_unpacked(tmp_path: Path, packed: str) -> None:
    bundled = dataclasses.replace(bundle(tmp_path), version=Version(1, 0, 0))
    values = json.loads(lay_out(bundled, **HOW).manifest)
    del values["content"]
    with pytest.raises(CorruptError, match="its content"):
        Manifest.parse(bundled.path, json.dumps({**values, "packed": packed})).content({})
