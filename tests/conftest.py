"""Fixtures of the whole suite: the engine, embedded clouds and a certificate, for the tests that need them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import components  # noqa: F401 - makes the SDK's imports lean before any test module touches it

if TYPE_CHECKING:  # unit tests do not pay for the embedded cloud's imports
    from embedded.cloud import Cloud
    from embedded.engine import Engine
    from embedded.session import Session
    from tests.embedded.execution import Workshop

PROJECT = Path(__file__).parent.parent
NEEDS_SOCKETS = ("embedded", "engine")

# Every command of the engine starts a Terraform provider, which builds its schemas anew. That takes a processor 3.5 s,
# and 2.7 s where Go collects its garbage less often, for 115 MB more.
os.environ.setdefault("GOGC", "300")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give sockets back to the tests that are marked for them, and begin with the files that take longest.

    A file of engine tests deploys once into a cloud of its own, and its tests look at the result: `make test` gives
    whole files to its workers (``--dist loadfile``). Within the same rank the shuffled order stays.
    """
    ranks: dict[Path, int] = {}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if marks.intersection(NEEDS_SOCKETS):
            item.add_marker(pytest.mark.enable_socket)
        rank = 0 if "engine" in marks else 1 if "embedded" in marks else 2
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


def pytest_collection_finish() -> None:
    """Keep what collecting the tests has made, a million objects, out of every later search for garbage.

    A recording that fails searches once, to free what the program left half-built: 0.7 s with them, nothing without.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The Pulumi CLI, from the user's cache: obtained by the first run on a machine."""
    from embedded.engine import obtain
    from embedded.home import cache_dir

    return obtain(cache_dir())


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """An embedded cloud for the tests of one file, with empty state: no file sees the stacks of another."""
    from embedded.session import Session

    opened = Session.open(home=tmp_path_factory.mktemp("atoll"), port=0)
    try:
        yield opened
    finally:
        opened.cloud.stop()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An embedded cloud that runs functions and workflows, for the tests of one file."""
    from embedded.cloud import Cloud
    from embedded.gateway.routes import Profile

    made = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, profiles=[Profile.EXECUTION], idle=600)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def work(cloud: Cloud) -> Iterator[Workshop]:
    """Makes small things in that cloud, which is empty again after each test."""
    from tests.embedded.execution import Workshop

    yield Workshop(cloud)
    cloud.reset()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Files of a certificate for 127.0.0.1 that signs itself, and of its key."""
    from tests.kit.certificates import self_signed

    return self_signed(tmp_path_factory.mktemp("certificate"))
