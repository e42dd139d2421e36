"""Copies and invented rows on a real PostgreSQL, with the tables and contracts of the sample services (DB-6)."""

from __future__ import annotations

import importlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.data.data_copy import __main__ as job
from components.data.data_copy import copying
from components.data.data_copy.catalog import CatalogError, tables
from components.data.data_copy.copying import copy
from components.data.data_copy.synthetic import invent
from contracts.services.masking import masking_rules
from contracts.services.reading import load
from tests.kit import servers

pytestmark = pytest.mark.embedded

native: Any = importlib.import_module("pg8000.native")
SERVICES = Path(__file__).parents[3] / "services"
MIGRATIONS = {
    "users": SERVICES / "user/user/code/migrations/users/001-users.sql",
    "orders": SERVICES / "order/order/code/migrations/001-orders.sql",
    "stock": SERVICES / "order/inventory/code/migrations/001-stock.sql",
    "payments": SERVICES / "order/payment/code/migrations/001-payments.sql",
}
RULES = masking_rules(load(SERVICES / path / "contract.yaml").contract for path in (
    "user/user", "order/order", "order/inventory", "order/payment"
))  # fmt: skip
KEY = b"k" * 32
ORDER, USER = "6f1f9a2e-0b7c-4c55-9a53-1f2f3a4b5c6d", "8e2d3c4b-5a69-4877-8695-a4b3c2d1e0f9"
ROWS = {
    "users": [
        f"INSERT INTO users VALUES ('{USER}', 'Ada@Example.com', 'Ada Lovelace', '2024-05-17 10:11:12+00')",
        f"INSERT INTO activities VALUES ('e1', '{USER}', 'login', 'low', '2024-05-18 01:02:03+00')",
        f"INSERT INTO registrations VALUES ('{USER}', '2024-05-17')",
        "INSERT INTO outbox VALUES ('e2', 'mail', '{\"to\": \"ada@example.com\"}')",
    ],
    "orders": [
        "INSERT INTO products VALUES ('sku-1', 1999, 'EUR')",
        f"INSERT INTO orders (order_id, customer_id, items, value, currency, size, payment_method, status, reason, "
        f"task_token) VALUES ('{ORDER}', '{USER}', '[1]', 12345, 'EUR', 'small', 'card 4111', 'placed', 'Ada', 'tok')",
    ],
    "stock": [
        "INSERT INTO stock VALUES ('sku-1', 10, 2)",
        f"INSERT INTO reservations VALUES ('{ORDER}', 'r1', 'held', now())",
        f"INSERT INTO reservation_items VALUES ('{ORDER}', 'sku-1', 2)",
    ],
    "payments": [f"INSERT INTO payments VALUES ('{ORDER}', 'p-77', 'captured', 12345, 'EUR', 'card of Ada')"],
}


class Pair:
    """One server with two of each database: `<name>`, which has rows, and `<name>_copy`."""

    def __init__(self, server: servers.PostgresServer) -> None:
        self.login = {"username": server.user, "password": server.password, "host": "127.0.0.1", "port": server.port}
        root = self._wait()
        for name, migration in MIGRATIONS.items():
            for database in (name, f"{name}_copy"):
                root.run(f"CREATE DATABASE {database}")
                self.run(database, migration.read_text(encoding="utf-8"))
            for statement in ROWS[name]:
                self.run(name, statement)
        root.close()

    def _wait(self) -> Any:
        for _ in range(100):
            try:
                return job.connected(self.login, "postgres")
            except native.DatabaseError as error:
                if "starting up" not in str(error):
                    raise
                time.sleep(0.1)
        raise AssertionError("the server does not come up")

    def run(self, database: str, sql: str) -> list[list[Any]]:
        with job.connected(self.login, database) as connection:
            return connection.run(sql) or []

    def copied(self, name: str, *, key: bytes = KEY, rules: Any = None) -> list[copying.CopiedTable]:
        with job.connected(self.login, name) as source, job.connected(self.login, f"{name}_copy") as target:
            return copy(source, target, rules or RULES[name], key, flow=name)

    def dump(self, database: str) -> dict[str, list[list[Any]]]:
        with job.connected(self.login, database) as connection:
            names = tables(connection.run)
            return {name: connection.run(f"SELECT t::text FROM {name} t ORDER BY 1") for name in sorted(names)}


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with pytest.MonkeyPatch.context() as patch, servers.postgres() as server:
        patch.setenv("DATABASE_TLS", "off")
        yield Pair(server)


@pytest.fixture(autouse=True)
def _emptied(pair: Pair) -> None:
    for name in MIGRATIONS:
        pair.run(f"{name}_copy", "DROP SCHEMA IF EXISTS atoll_copy CASCADE")


def test_no_personal_value_is_left_when_a_database_is_copied(pair: Pair) -> None:
    for name in MIGRATIONS:
        pair.copied(name)
        text = json.dumps(pair.dump(f"{name}_copy")).lower()
        for personal in ("ada", "lovelace", "example.com", "4111", "tok", USER, ORDER, "p-77", "12345", "-17 10:"):
            assert personal.lower() not in text.replace("stock", ""), (name, personal)


def test_joins_hold_across_databases_and_types_when_they_are_copied(pair: Pair) -> None:
    for name in MIGRATIONS:
        pair.copied(name)
    [[user]] = pair.run("users_copy", "SELECT id FROM users")
    assert pair.run("users_copy", "SELECT count(*) FROM activities JOIN users ON users.id = user_id") == [[1]]
    [[order, customer]] = pair.run("orders_copy", "SELECT order_id::text, customer_id FROM orders")
    assert customer == user != USER
    assert pair.run("payments_copy", "SELECT order_id FROM payments") == [[order]]
    assert pair.run(
        "stock_copy", "SELECT i.order_id, sku FROM reservation_items i JOIN reservations USING (order_id)"
    ) == [[order, "sku-1"]]


def test_form_and_what_is_no_secret_stay_when_rows_are_copied(pair: Pair) -> None:
    pair.copied("users")
    pair.copied("orders")
    [[email, name, day]] = pair.run("users_copy", "SELECT email, name, registered_at::text FROM users")
    assert email.endswith("@masked.example")
    assert len(name.split()) == 3
    assert day == "2024-05-01 00:00:00+00"
    assert pair.run("orders_copy", "SELECT status, size, currency, value, items, reason, task_token FROM orders") == [
        ["placed", "small", "EUR", 12000, {}, None, None]
    ]
    assert pair.run("orders_copy", "SELECT sku, price FROM products") == [["sku-1", 1999]]


def test_copy_is_the_same_when_it_is_made_again_and_another_under_another_key(pair: Pair) -> None:
    pair.copied("users")
    first = pair.dump("users_copy")
    pair.copied("users")
    assert pair.dump("users_copy") == first
    pair.copied("users", key=b"x" * 32)
    assert pair.dump("users_copy") != first


def test_report_names_tables_rows_and_masks_and_no_value(pair: Pair) -> None:
    report = {table.table: table for table in pair.copied("users")}
    assert report["users"].rows == 1
    assert report["users"].masks == {"id": "pseudonym", "email": "email", "name": "name", "registered_at": "month"}
    assert "ada" not in repr(report).lower()


def without(rules: dict[str, dict[str, str]], table: str, column: str | None = None) -> dict[str, dict[str, str]]:
    changed = {name: dict(columns) for name, columns in rules.items()}
    if column is None:
        del changed[table]
    else:
        del changed[table][column]
    return changed


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (without(RULES["users"], "activities"), "table activities has no rule"),
        (without(RULES["users"], "users", "name"), "column users.name has no rule"),
        (RULES["users"] | {"gone": {"id": "keep"}}, "table gone has rules and is not in the source"),
        (
            RULES["users"] | {"users": RULES["users"]["users"] | {"age": "keep"}},
            "column users.age has a rule and is not in the source",
        ),
        (
            RULES["users"] | {"users": RULES["users"]["users"] | {"name": "blur"}},
            "column users.name: there is no mask blur; there are email, erase, keep, month, name, phone, pseudonym, "
            "round",
        ),
        (
            RULES["users"] | {"users": RULES["users"]["users"] | {"name": "month"}},
            "column users.name: no month in columns of type text; call what it holds something else",
        ),
        (
            RULES["users"] | {"users": RULES["users"]["users"] | {"id": "erase"}},
            "column users.id is unique, which erase would break; it holds an identifier",
        ),
    ],
)
def test_nothing_is_written_when_a_rule_does_not_fit(pair: Pair, rules: dict[str, dict[str, str]], said: str) -> None:
    pair.copied("users")
    before = pair.dump("users_copy")
    with pytest.raises(CatalogError) as refused:
        pair.copied("users", rules=rules)
    assert str(refused.value).splitlines() == [said]
    assert pair.dump("users_copy") == before


def test_copy_is_refused_when_two_ends_of_a_reference_are_masked_differently(pair: Pair) -> None:
    rules = RULES["stock"] | {"reservation_items": RULES["stock"]["reservation_items"] | {"order_id": "keep"}}
    with pytest.raises(CatalogError, match=r"reservation_items.order_id is masked by keep, and reservations.order_id"):
        pair.copied("stock", rules=rules)


class Failing:
    """A connection that breaks when it is asked for the rows of one table."""

    def __init__(self, connection: Any, table: str) -> None:
        self._connection, self._table = connection, table

    def run(self, sql: str, **values: Any) -> Any:
        if sql.startswith("DECLARE") and sql.endswith(f'"{self._table}"'):
            raise ConnectionError("gone")
        return self._connection.run(sql, **values)


def test_copy_goes_on_where_it_was_when_it_was_interrupted(pair: Pair) -> None:
    pair.copied("users")
    before = pair.dump("users_copy")
    with (
        job.connected(pair.login, "users") as source,
        job.connected(pair.login, "users_copy") as target,
        pytest.raises(ConnectionError),
    ):
        copy(Failing(source, "registrations"), target, RULES["users"], b"y" * 32, flow="users")
    assert pair.dump("users_copy") == before, "readers see the old copy until the new one is whole"
    resumed = {table.table: table.resumed for table in pair.copied("users", key=b"y" * 32)}
    assert resumed == {
        "activities": True, "notices": True, "outbox": True, "registrations": False, "users": False,
    }  # fmt: skip
    assert pair.dump("users_copy") != before
    assert pair.run("users_copy", "SELECT 1 FROM pg_namespace WHERE nspname = 'atoll_copy'") == []


def test_invented_rows_lead_somewhere_and_are_the_same_again(pair: Pair) -> None:
    for name in ("stock", "users", "orders", "payments"):
        drawn: list[str] = []
        for _ in range(2):
            with job.connected(pair.login, f"{name}_copy") as target:
                report = invent(target, RULES[name], 50, flow="dev")
            assert {table.rows for table in report} == {50}
            dumped = pair.dump(f"{name}_copy")
            drawn.append(re.sub(r"\"?[0-9-]{10} [0-9:.]{8,15}\+00\"?", "now", repr(dumped)))
        assert drawn[0] == drawn[1]
    joined = "SELECT count(*) FROM reservation_items JOIN reservations USING (order_id) JOIN stock USING (sku)"
    assert pair.run("stock_copy", joined) == [[50]]
    assert pair.run("users_copy", "SELECT count(DISTINCT email) FROM users WHERE email LIKE '%@invented.example'") == [
        [50]
    ]
    assert pair.run("orders_copy", "SELECT count(DISTINCT status) > 1 FROM orders") == [[True]]


def test_job_reports_each_database_and_fails_when_one_is_refused(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = {"flow": "dev", "kind": "synthetic", "rows": 3, "databases": {"users_copy": RULES["users"]}}
    assert job.work(plan, {"target": pair.login}, b"") == 0
    refused = {"flow": "staging", "kind": "sanitised-copy", "databases": {"users": {}}}
    assert job.work(refused, {"source": pair.login, "target": pair.login}, KEY) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {table["table"]: table["rows"] for table in told[0]["tables"]}["users"] == 3
    assert "table users has no rule" in told[1]["refused"]
