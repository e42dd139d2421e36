"""Contracts that are no contracts: whatever is drawn is read or refused, and never with anything but problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.services import ContractError, load, read
from contracts.settings import Problem
from tests.contracts.services.kit import SAMPLE, TODAY, refusal, sample, values

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
SMALL = values("order/payment/contract.yaml")


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in ((*path, key), *paths(item, (*path, key)))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(paths(SMALL)), value=JSON)
def test_contract_is_read_or_refused_when_anything_stands_anywhere(
    tmp_path: Path, place: tuple[Any, ...], value: Any
) -> None:
    spoilt = json.loads(json.dumps(SMALL))
    holder = spoilt
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    home = tmp_path / "order" / "payment"
    home.mkdir(parents=True, exist_ok=True)
    for document in ("openapi.json", "payment-captured.json"):
        (home / document).write_bytes((SAMPLE / "order" / "payment" / document).read_bytes())
    (home / "contract.yaml").write_text(json.dumps(spoilt), encoding="utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        load(home / "contract.yaml", today=TODAY)
    except ContractError as error:
        problems = error.problems or (Problem(None, None, "", "", "", ""),)
    assert all(problem.file and problem.allowed and problem.fix for problem in problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no mapping"),
        ("- a\n", "no mapping"),
        ("a: &a [*a]\n", "an alias of something that holds it"),
        ("[" * 5000, "it is nested too deeply"),
        (
            "x: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + "".join(f"y{n}: &b{n} [" + ",".join(["*a"] * 300) + "]\n" for n in range(20)),
            "more than 20000 values",
        ),
        ("a: " + "b" * 1_000_000, "1000003 bytes"),
    ],
)
def test_file_is_refused_when_it_is_no_contract(tmp_path: Path, text: str, found: str) -> None:
    folder = sample(tmp_path)
    (folder / "order" / "inventory" / "contract.yaml").write_text(text, encoding="utf-8")
    assert found in {problem.value for problem in refusal(folder)}


def test_secret_is_told_once_and_never_repeated(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    file = folder / "order" / "inventory" / "contract.yaml"
    file.write_text(file.read_text().replace("id: order/inventory", "id: AKIA" + "Q" * 16))
    problems = refusal(folder)
    assert [problem.path for problem in problems] == ["id"]
    assert "QQQQ" not in "".join(map(str, problems))


def test_contract_can_be_read_alone() -> None:
    loaded = load(SAMPLE / "order" / "payment" / "contract.yaml", today=TODAY)
    assert (loaded.file, loaded.contract.domain) == ("order/payment/contract.yaml", "order")
    assert str(loaded.contract.semver) == "2.1.0"


def test_estate_is_empty_when_the_folder_is(tmp_path: Path) -> None:
    assert read(tmp_path).contracts == ()
