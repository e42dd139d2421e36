"""The runtime against real servers: TLS, tokens, migrations, lost connections, transactions that meet, Redis."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from runtime import cache as keys
from runtime import calls
from runtime import sql as runtime_sql
from runtime.errors import RemoteError
from runtime.operation import Operation
from runtime.settings import ConfigurationError
from runtime.sql import Database, DatabaseError, InterfaceError, Transaction
from runtime.web import Application, serving

from tests.kit import servers
from tests.services import world
from tests.services.world import Aws, Sql

pytestmark = pytest.mark.embedded
TALLY = (
    "CREATE TABLE tally (name text PRIMARY KEY, count integer NOT NULL); INSERT INTO tally VALUES ('a', 0), ('b', 0);"
)


@pytest.fixture
def scratch(sql: Sql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of the test's own."""
    name = f"scratch_{abs(hash(tmp_path.name)) % 10**9}"
    sql.run("postgres", f"CREATE DATABASE {name}")
    monkeypatch.setenv("SCRATCH_DATABASE", name)
    (tmp_path / "001-tally.sql").write_text(TALLY, encoding="utf-8")
    database = Database("scratch", tmp_path)
    yield database
    database.close_all()


def count(transaction: Transaction, name: str = "a") -> int:
    row = transaction.one("SELECT count FROM tally WHERE name = :name", name=name)
    assert row is not None
    return row["count"]


def raise_by_one(transaction: Transaction, name: str = "a") -> None:
    transaction.run("UPDATE tally SET count = count + 1 WHERE name = :name", name=name)


def test_nothing_of_a_transaction_stays_when_it_fails(scratch: Database) -> None:
    def work(transaction: Transaction) -> None:
        raise_by_one(transaction)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scratch.transaction(work)
    with pytest.raises(DatabaseError) as caught:
        scratch.transaction(lambda t: t.run("SELECT 1 / 0"))
    assert runtime_sql.sql_state(caught.value) == "22012"
    assert scratch.transaction(count) == 0


def test_transaction_is_done_again_when_it_meets_another_crosswise(scratch: Database) -> None:
    scratch.transaction(count)
    together = Barrier(2)

    def work(first: str, second: str) -> None:
        tried: list[int] = []

        def lock_both(transaction: Transaction) -> None:
            raise_by_one(transaction, first)
            if not tried:
                tried.append(1)
                together.wait(10)
            raise_by_one(transaction, second)

        scratch.transaction(lock_both)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, ("a", "b"), ("b", "a")))
    assert scratch.transaction(lambda t: (count(t, "a"), count(t, "b"))) == (2, 2)


def test_connection_is_replaced_when_the_server_has_ended_it(scratch: Database, sql: Sql) -> None:
    scratch.transaction(raise_by_one)
    ended = sql.run("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'scratch%'")
    assert ended
    scratch.transaction(raise_by_one)
    assert scratch.transaction(count) == 2


def test_migrations_are_applied_once_when_many_begin_at_the_same_moment(scratch: Database, tmp_path: Path) -> None:
    together = Barrier(4)

    def begin(_: int) -> list[str]:
        connection = runtime_sql.connect("scratch")
        try:
            together.wait(10)
            return runtime_sql.migrate(connection, tmp_path)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        applied = sorted(threads.map(begin, range(4)))
    assert applied == [[], [], [], ["001-tally"]]


def test_nothing_of_a_migration_stays_when_one_file_is_refused(scratch: Database, tmp_path: Path) -> None:
    scratch.transaction(count)
    (tmp_path / "002-more.sql").write_text("CREATE TABLE more (id int);", encoding="utf-8")
    (tmp_path / "003-bad.sql").write_text("CREATE TABEL x (id int);", encoding="utf-8")
    connection = runtime_sql.connect("scratch")
    with pytest.raises(DatabaseError):
        runtime_sql.migrate(connection, tmp_path)
    (tmp_path / "003-bad.sql").unlink()
    assert runtime_sql.migrate(connection, tmp_path) == ["002-more"]
    (tmp_path / "002-more.sql").unlink()
    with pytest.raises(ConfigurationError, match="has had 002-more, which this code does not know"):
        runtime_sql.migrate(connection, tmp_path)
    connection.close()


def test_certificate_is_verified_and_the_token_is_the_password_when_the_address_has_none(
    certificate: tuple[Path, Path], aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL_PARAMETER", "/url")
    monkeypatch.setenv("ORDERS_DATABASE", "postgres")
    monkeypatch.setenv("ORDERS_DATABASE_USER", "atoll")
    with servers.postgres(certificate=certificate) as server:
        asked: list[dict[str, object]] = []

        class Rds:
            def generate_db_auth_token(self, **wanted: object) -> str:
                asked.append(wanted)
                return server.password

        monkeypatch.setattr(runtime_sql, "client", lambda _: Rds())

        def connect(options: str) -> str:
            aws.parameter("/url", server.url(password=False, options=options))
            world.forget()
            connection = runtime_sql.connect("orders")
            try:
                return (connection.run("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()") or [[""]])[0][0]
            finally:
                connection.close()

        assert connect(f"sslmode=verify-full&sslrootcert={certificate[0]}").startswith("TLSv1.")
        assert asked == [{"DBHostname": "127.0.0.1", "Port": server.port, "DBUsername": "atoll"}]
        with pytest.raises((InterfaceError, OSError)):
            connect("sslmode=verify-full")
        with pytest.raises(ConfigurationError, match="sslmode is require, which does not verify who answers"):
            connect("sslmode=require")


def test_address_is_refused_when_it_is_none(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.parameter("/url", "https://example.com")
    monkeypatch.setenv("DATABASE_URL_PARAMETER", "/url")
    monkeypatch.setenv("CACHE_URL_PARAMETER", "/url")
    with pytest.raises(ConfigurationError, match="holds no postgresql:// address"):
        runtime_sql.connect("orders")
    with pytest.raises(ConfigurationError, match="holds no redis:// or rediss:// address"):
        keys._client()


def test_keys_live_below_their_prefix_and_for_their_time_when_they_are_put(cache: None) -> None:
    carts = keys.Cache("carts", seconds=100)
    carts.put("anna", "x")
    raw = keys._client()
    assert raw.get("order:cart:anna") == "x"
    assert 0 < raw.ttl("order:cart:anna") <= 100
    carts.remove("anna")
    assert carts.get("anna") is None
    for score in (1, 3, 2, 3):
        carts.push("list", f"v{score}", score=score, most=2)
    assert carts.newest("list", 5) == ["v3", "v2"]
    assert 0 < raw.ttl("order:cart:list") <= 100
    raw.delete("order:cart:list")


def test_call_reaches_a_container_with_its_problem_and_its_path_when_it_asks_over_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from runtime.errors import ServiceError

    class GoneException(ServiceError):  # noqa: N818
        status = 410

    def act(request: dict[str, str], caller: object) -> dict[str, object]:
        if request["id"] == "gone":
            raise GoneException("no more")
        return {"request": request}

    routes = {"GET /things/{id}": Operation(act), "POST /things/{id}": Operation(act)}
    with serving(Application(routes), 0, "127.0.0.1") as web, ThreadPoolExecutor(1) as threads:
        threads.submit(web.serve_forever, 0.02)
        try:
            address = f"http://127.0.0.1:{web.server_port}"
            monkeypatch.setenv("GET_THING_URL", f"GET {address}/things/{{id}}")
            assert calls.call("getThing", {"id": "a/b", "c": "1 2"}) == {"request": {"id": "a/b", "c": "1 2"}}
            monkeypatch.setenv("GET_THING_URL", f"{address}/things/{{id}}")
            assert calls.call("getThing", {"id": "x", "n": 1}) == {"request": {"id": "x", "n": 1}}
            with pytest.raises(RemoteError, match="no more") as caught:
                calls.call("getThing", {"id": "gone"})
            assert caught.value.name == "GoneException"
        finally:
            web.shutdown()
    with pytest.raises(RemoteError) as caught:
        calls.call("getThing", {"id": "x"})
    assert caught.value.name == "RemoteUnavailable"


def test_server_that_cannot_be_had_is_named_with_the_next_command_when_there_is_no_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(servers.shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path))

    def refuse(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(100, command, stderr=b"Unable to locate package")

    monkeypatch.setattr(servers.subprocess, "run", refuse)
    with (
        pytest.raises(servers.MissingServerError, match=r"Unable to locate package.*apt-get install redis-server"),
        servers.redis(),
    ):
        pytest.fail("it started")
