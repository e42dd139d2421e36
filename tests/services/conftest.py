"""Servers and an AWS of the process's own, for tests of the sample services."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from moto import mock_aws

from tests.kit import servers
from tests.services import world

SQL = {"stock": "STOCK", "orders": "ORDERS", "payments": "PAYMENTS", "users": "USERS", "preferences": "PREFERENCES"}
"""Database → variable's beginning."""


@pytest.fixture(scope="session")
def postgres() -> Generator[servers.PostgresServer]:
    """A PostgreSQL server with every service's database."""
    with servers.postgres() as server:
        yield server
        world.disconnect()


@pytest.fixture(scope="session")
def redis() -> Generator[servers.RedisServer]:
    """A Redis server."""
    with servers.redis() as server:
        yield server


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[world.Aws]:
    """Moto in this process, and nothing kept from earlier tests."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", world.REGION)
    monkeypatch.setenv("AWS_REGION", world.REGION)
    monkeypatch.setenv("SERVICE", "test/test")
    world.forget()
    with mock_aws():
        yield world.Aws(monkeypatch)
    world.forget()


@pytest.fixture
def sql(postgres: servers.PostgresServer, aws: world.Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[world.Sql]:
    """Every service's databases, with their tables empty."""
    aws.parameter("/atoll/test/database/url", postgres.url())
    monkeypatch.setenv("DATABASE_URL_PARAMETER", "/atoll/test/database/url")
    for database, prefix in SQL.items():
        monkeypatch.setenv(f"{prefix}_DATABASE", database)
        monkeypatch.setenv(f"{prefix}_DATABASE_USER", database)
    with world.Sql(postgres) as opened:
        for database in SQL:
            opened.empty(database)
        yield opened


@pytest.fixture
def cache(redis: servers.RedisServer, aws: world.Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order service's keys."""
    aws.parameter("/atoll/test/cache/url", redis.url)
    monkeypatch.setenv("CACHE_URL_PARAMETER", "/atoll/test/cache/url")
    monkeypatch.setenv("CACHE_TOKEN_SECRET", aws.secret("cache-token", redis.password))
    monkeypatch.setenv("CARTS_CACHE_PREFIX", "order:cart:")
    monkeypatch.setenv("NOTICES_CACHE_PREFIX", "order:notice:")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> world.Bench:
    """Functions of other services that can be called, in this process."""
    return world.Bench(monkeypatch)


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> Iterator[world.Index]:
    """An OpenSearch endpoint on loopback that keeps what it is told."""
    with world.Index() as index:
        monkeypatch.setenv("SEARCH_ENDPOINT", index.url)
        monkeypatch.setenv("REPORTS_INDEX", "reports")
        yield index


@pytest.fixture
def sent(capsys: pytest.CaptureFixture[str]) -> Any:
    """The log so far, line by line."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return read
