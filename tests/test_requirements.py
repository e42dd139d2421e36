"""`tests/requirements.yaml` maps each requirement row to the tests that prove it; here it is held to be true."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

PROJECT = Path(__file__).parent.parent
ROW = re.compile(r"[A-Z]{2,5}-\d+")


def requirements() -> dict[str, list[str]]:
    return YAML(typ="safe").load((PROJECT / "tests" / "requirements.yaml").read_text(encoding="utf-8"))


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the test functions and methods of a file (`test_x`, `TestY::test_x`)."""
    found: set[str] = set()
    for node in ast.parse((PROJECT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.update(f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))
    return frozenset(found)


def test_every_row_has_tests_and_every_test_exists() -> None:
    problems: list[str] = []
    for row, tests in requirements().items():
        if not ROW.fullmatch(row):
            problems.append(f"{row}: not a row id")
        if not tests:
            problems.append(f"{row}: a row without a test is not done")
        for node in tests:
            file, _, name = node.partition("::")
            if not (PROJECT / file).is_file():
                problems.append(f"{row}: there is no {file}")
            elif name not in names_in(file):
                problems.append(f"{row}: {file} has no test {name}")
    assert not problems, "\n".join(problems)


def test_rows_are_sorted_and_each_test_is_named_once() -> None:
    rows = requirements()
    keys = [(row.split("-")[0], int(row.split("-")[1])) for row in rows]
    assert keys == sorted(keys)
    assert all(len(tests) == len(set(tests)) for tests in rows.values())
