"""How long it takes to resolve a hundred dependencies when this machine remembers the registry."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.registry.bundle import canonical, digest_of
from console.registry.cache import Cache
from console.registry.parameters import Parameters
from console.registry.reading import Registry
from tests.bench.figures import Figure

DEPENDENCIES, VERSIONS, CONTENT_BYTES = 100, 20, 20_000
RESOLVE_SECONDS = 0.25


class _Listed:
    """Parameter Store that lists versions and has no values."""

    def __init__(self, digest: str) -> None:
        facts = {"classification": "internal", "digest": digest, "joint": False, "published": "2026-01-01", "run": "r"}
        self._description = canonical(facts).decode()

    def get_paginator(self, _: str) -> _Listed:
        return self

    def paginate(self, *, ParameterFilters: list[dict[str, Any]], **_: object) -> Iterator[dict[str, Any]]:  # noqa: N803
        [path] = ParameterFilters[0]["Values"]
        names = [f"{path}/1.{minor}.0" for minor in range(VERSIONS)]
        yield {"Parameters": [{"Name": name, "Description": self._description} for name in names]}


def _no_cloud() -> Any:
    raise AssertionError("a warm answer asks nobody")


def measure(rounds: int) -> list[Figure]:
    """Resolve each dependency with its content, as a program that has just started would."""
    content = b"x" * CONTENT_BYTES
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        cache.keep_content(digest_of(content), content)
        warm = Registry(Parameters("the registry", lambda: _Listed(digest_of(content))), cache, 3600)
        for number in range(DEPENDENCIES):
            warm.resolve(f"bench/s{number}", "^1.0.0")
        seconds = tuple(_resolve_all(cache) for _ in range(rounds))
    return [
        Figure(
            name=f"resolve {DEPENDENCIES} dependencies, warm",
            unit="s",
            values=seconds,
            target=RESOLVE_SECONDS,
            note=f"each one of {VERSIONS} versions, its content of {CONTENT_BYTES} bytes checked against its digest",
        )
    ]


def _resolve_all(cache: Cache) -> float:
    begun = time.perf_counter()
    registry = Registry(Parameters("the registry", _no_cloud), cache, 3600)
    for number in range(DEPENDENCIES):
        registry.contents([registry.resolve(f"bench/s{number}", "^1.0.0").entry])
    return time.perf_counter() - begun
