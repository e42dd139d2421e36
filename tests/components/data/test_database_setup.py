"""The SQL that sets a service's databases up, on a real PostgreSQL, as a master user that is no superuser (DB-4)."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from components.data.database_setup import setup_databases
from components.data.database_setup.setup_databases import Server, checked, drop, make, share, withdraw
from tests.kit import servers

pytestmark = pytest.mark.embedded

native: Any = importlib.import_module("pg8000.native")
ORDERS = {"name": "orders", "role": "orders", "connections": 3}
READER = {"name": "orders", "owner": "orders", "role": "stock_orders", "access": "read", "connections": 2}
Refused: type[Exception] = native.DatabaseError


class Fresh:
    """A server of its own, with a master user as RDS makes it."""

    def __init__(self, server: servers.PostgresServer) -> None:
        self.port = server.port
        root = {"user": server.user, "password": server.password, "database": "postgres"}
        self._wait(root)
        for sql in (
            "CREATE ROLE rds_iam NOLOGIN",
            "CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE PASSWORD 'master'",
            "GRANT rds_iam TO dbadmin WITH ADMIN OPTION",
            "CREATE DATABASE platform_db OWNER dbadmin",
        ):
            self.run(sql, **root)
        self.root = root
        self.master = {**self.login("dbadmin", "platform_db"), "password": "master"}
        self.server = Server(self.master)

    def _wait(self, root: dict[str, Any]) -> None:
        """Until it takes connections: its port is open a little before."""
        for _ in range(100):
            try:
                self.run("SELECT 1", **root)
            except Refused as error:
                if "starting up" not in str(error):
                    raise
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server does not come up")

    def login(self, user: str, database: str) -> dict[str, Any]:
        return {"user": user, "password": "token", "host": "127.0.0.1", "port": self.port, "database": database}

    def run(self, sql: str, **who: Any) -> list[list[Any]]:
        connection = native.Connection(**{"host": "127.0.0.1", "port": self.port, **who})
        try:
            return connection.run(sql) or []
        finally:
            connection.close()

    def as_role(self, role: str, database: str, sql: str) -> list[list[Any]]:
        """Run as a role; its token is a password here."""
        self.run(f"ALTER ROLE {role} PASSWORD 'token'", **self.root)
        return self.run(sql, **self.login(role, database))


@pytest.fixture
def fresh() -> Iterator[Fresh]:
    with servers.postgres() as server:
        yield Fresh(server)


def test_role_owns_its_database_and_nobody_else_gets_in(fresh: Fresh) -> None:
    make(fresh.server, ORDERS)
    make(fresh.server, {"name": "stock", "role": "stock", "connections": 3})
    assert fresh.as_role("orders", "orders", "CREATE TABLE placed (id int)") == []
    for database in ("stock", "platform_db"):
        if database == "stock":
            with pytest.raises(Refused, match="permission denied for database"):
                fresh.as_role("orders", database, "SELECT 1")
    [[limit, logs_in, creates]] = fresh.run(
        "SELECT rolconnlimit, rolcanlogin, rolcreatedb FROM pg_roles WHERE rolname = 'orders'", **fresh.root
    )
    assert (limit, logs_in, creates) == (3, True, False)
    assert fresh.run("SELECT pg_has_role('orders', 'rds_iam', 'member')", **fresh.root) == [[True]]


def test_nothing_changes_when_it_runs_again_but_the_limit(fresh: Fresh) -> None:
    make(fresh.server, ORDERS)
    fresh.as_role("orders", "orders", "CREATE TABLE placed (id int)")
    make(fresh.server, {**ORDERS, "connections": 7})
    assert fresh.as_role("orders", "orders", "SELECT count(*) FROM placed") == [[0]]
    assert fresh.run("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'orders'", **fresh.root) == [[7]]


def test_reader_of_the_domain_reads_and_never_writes(fresh: Fresh) -> None:
    make(fresh.server, ORDERS)
    fresh.as_role("orders", "orders", "CREATE TABLE placed (id int)")
    share(fresh.server, READER)
    share(fresh.server, READER)
    fresh.as_role("orders", "orders", "CREATE TABLE later (id int)")
    for table in ("placed", "later"):
        assert fresh.as_role("stock_orders", "orders", f"SELECT count(*) FROM {table}") == [[0]]
        with pytest.raises(Refused, match="permission denied for table"):
            fresh.as_role("stock_orders", "orders", f"INSERT INTO {table} VALUES (1)")
    with pytest.raises(Refused, match="permission denied for schema"):
        fresh.as_role("stock_orders", "orders", "CREATE TABLE mine (id int)")


def test_data_stays_and_the_login_goes_when_the_stack_is_destroyed(fresh: Fresh) -> None:
    make(fresh.server, ORDERS)
    assert drop(fresh.server, ORDERS, forget=False) == "kept database orders"
    with pytest.raises(Refused, match="not permitted to log in"):
        fresh.as_role("orders", "orders", "SELECT 1")
    make(fresh.server, ORDERS)
    assert fresh.as_role("orders", "orders", "SELECT 1") == [[1]]


def test_nothing_is_left_when_the_environment_forgets(fresh: Fresh) -> None:
    make(fresh.server, ORDERS)
    share(fresh.server, READER)
    withdraw(fresh.server, READER)
    drop(fresh.server, ORDERS, forget=True)
    drop(fresh.server, ORDERS, forget=True)
    withdraw(fresh.server, READER)
    assert fresh.run("SELECT 1 FROM pg_roles WHERE rolname IN ('orders', 'stock_orders')", **fresh.root) == []
    assert fresh.run("SELECT 1 FROM pg_database WHERE datname = 'orders'", **fresh.root) == []


@pytest.mark.parametrize(("action", "done"), [("create", "database orders"), ("delete", "dropped database orders")])
def test_function_makes_or_takes_away_by_what_the_engine_does(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch, action: str, done: str
) -> None:
    monkeypatch.setattr(setup_databases, "_master", lambda: fresh.master)
    event = {"databases": [ORDERS], "shared": [], "drop": True, "tf": {"action": action}}
    assert setup_databases.handler(event, None) == {"done": [done]}


@pytest.mark.parametrize("name", ["", "Orders", "orders; DROP ROLE x", 'o"rders', "a" * 64, "1a"])
def test_name_that_sql_would_not_take_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a database or role"):
        checked(name)
