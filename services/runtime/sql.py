"""The service's own PostgreSQL databases: connections that are kept, transactions that are tried again, migrations."""

from __future__ import annotations

import importlib
import os
import re
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import parse_qs, unquote, urlsplit

from runtime import trace
from runtime.clients import client
from runtime.log import logger
from runtime.settings import ConfigurationError, key, parameter, variable

LAMBDA_AUTHORITIES = Path("/var/runtime/ca-cert.pem")
"""Certificate authorities of RDS, where Lambda has them."""
ANSWERING = 10
"""Seconds within which the database takes a connection, and answers each statement."""
ATTEMPTS = 4
"""How often a transaction is tried that others got in the way of, or whose connection broke before it began."""
CONFLICTS = {"40001", "40P01"}
"""serialization_failure and deadlock_detected: the same transaction may succeed next time."""
UNIQUE = "23505"
"""unique_violation."""

_native: Any = importlib.import_module("pg8000.native")  # it has no types: what is used of it is said here
DatabaseError: type[Exception] = _native.DatabaseError
"""What the server refused; see `sql_state`."""
InterfaceError: type[Exception] = _native.InterfaceError
"""The server cannot be reached, or the connection has broken."""


class Connection(Protocol):
    """A connection of pg8000."""

    columns: list[dict[str, Any]] | None
    """Columns of the last result."""

    def run(self, sql: str, **params: Any) -> list[list[Any]] | None:
        """Run one statement; several, if it has no values."""
        ...

    def close(self) -> None:
        """End it."""
        ...


Result = TypeVar("Result")
Row = dict[str, Any]
"""Column → value."""


class Transaction:
    """An open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, statement: str, **values: Any) -> list[Row]:
        """Run one statement; `:name` stands for a value, which is never part of the text.

        Raises:
            DatabaseError: what the server refused.
        """
        rows = self._connection.run(statement, **values) or []
        names = [column["name"] for column in self._connection.columns or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def one(self, statement: str, **values: Any) -> Row | None:
        """The first row; None if there is none."""
        return next(iter(self.run(statement, **values)), None)


class Database:
    """One database of the contract's `stores.postgresql`.

    Its server is in the SSM parameter that `DATABASE_URL_PARAMETER` names, its name in `<KEY>_DATABASE`, its role in
    `<KEY>_DATABASE_USER`. A URL without a password means an RDS IAM token, which is good for connecting within 15
    minutes; `sslmode` is `verify-full` unless the URL says otherwise, `sslrootcert` a file of authorities.
    """

    def __init__(self, name: str, migrations: Path) -> None:
        self._name = name
        self._migrations = migrations
        self._own = threading.local()  # a container's threads have a connection each
        self._all: list[Connection] = []
        self._migrated = False

    def transaction(self, work: Callable[[Transaction], Result]) -> Result:
        """Do something wholly or not at all.

        The work is done again if another transaction got in its way, so it may change nothing but the database. A
        connection that died while it was idle is replaced. One that dies while committing is not: nobody knows then
        whether the work is done.

        Raises:
            DatabaseError: what the server refused.
            InterfaceError: the server cannot be reached.
        """
        for attempt in range(1, ATTEMPTS + 1):
            connection = self._begun()
            try:
                with trace.subsegment(self._name):
                    result = work(Transaction(connection))
                    connection.run("COMMIT")
                    return result
            except DatabaseError as error:
                connection.run("ROLLBACK")
                if sql_state(error) not in CONFLICTS or attempt == ATTEMPTS:
                    raise
                logger.info("transaction meets another, trying again", extra={"attempt": attempt})
                time.sleep(0.02 * 2**attempt)
            except (InterfaceError, OSError):
                self.close()
                raise
            except BaseException:
                connection.run("ROLLBACK")
                raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End this thread's connection, if there is one."""
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            self._all.remove(connection)
            _end(connection)

    def close_all(self) -> None:
        """End the connections of all threads, which must not use them any more."""
        self._own = threading.local()
        while self._all:
            _end(self._all.pop())

    def _begun(self) -> Connection:
        kept: Connection | None = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                kept.run("BEGIN")
            except (InterfaceError, OSError, DatabaseError):
                # A frozen function wakes up with a connection that the server has ended long ago.
                self.close()
            else:
                return kept
        fresh = connect(self._name)
        if not self._migrated:
            migrate(fresh, self._migrations)
            self._migrated = True
        fresh.run("BEGIN")
        self._own.connection = fresh
        self._all.append(fresh)
        return fresh


def _end(connection: Connection) -> None:
    try:
        connection.close()
    except (InterfaceError, OSError):
        return  # it has ended by itself


def sql_state(error: Exception) -> str:
    """The SQLSTATE of what the server refused."""
    told = error.args[0] if error.args else None
    return str(cast("dict[str, Any]", told).get("C", "")) if isinstance(told, dict) else ""


def connect(name: str) -> Connection:
    """Connect to a database of the contract.

    Raises:
        ConfigurationError: the address is none of PostgreSQL.
        InterfaceError: the server cannot be reached, or is not the one its certificate must name.
    """
    url = urlsplit(parameter(variable("DATABASE_URL_PARAMETER")))
    if url.scheme not in {"postgresql", "postgres"} or not url.hostname:
        raise ConfigurationError("the SSM parameter of DATABASE_URL_PARAMETER holds no postgresql:// address")
    options = {name: values[-1] for name, values in parse_qs(url.query).items()}
    port = url.port or 5432
    if url.password is not None:
        # The administrator of a machine's own server; where there are roles, there are tokens.
        user, password = unquote(url.username or ""), unquote(url.password)
    else:
        user = variable(f"{key(name)}_DATABASE_USER")
        password = client("rds").generate_db_auth_token(DBHostname=url.hostname, Port=port, DBUsername=user)
    made: Connection = _native.Connection(
        user,
        host=url.hostname,
        port=port,
        database=variable(f"{key(name)}_DATABASE"),
        password=password,
        ssl_context=_tls(options),
        timeout=ANSWERING,
        application_name=os.environ.get("SERVICE"),
    )
    return made


def _tls(options: dict[str, str]) -> ssl.SSLContext | bool:
    mode = options.get("sslmode", "verify-full")
    if mode == "disable":
        return False
    if mode != "verify-full":
        raise ConfigurationError(f"sslmode is {mode}, which does not verify who answers; write verify-full")
    context = ssl.create_default_context(cafile=options.get("sslrootcert"))
    if "sslrootcert" not in options and LAMBDA_AUTHORITIES.exists():
        context.load_verify_locations(LAMBDA_AUTHORITIES)
    return context


def migrate(connection: Connection, folder: Path) -> list[str]:
    """Apply the SQL files of a folder that have not been applied, in the order of their names; returns their names.

    All in one transaction, under a lock that lets one process at a time do so. Files are named `001-what.sql`.

    Raises:
        DatabaseError: a file is refused; nothing has changed then.
        ConfigurationError: the database has had a migration that is not in the folder: the code is older than it.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.sql")) if re.match(r"\d{3}-", path.name)}
    applied: list[str] = []
    connection.run("BEGIN")
    try:
        connection.run("SELECT pg_advisory_xact_lock(hashtext('runtime.migrations'))")
        connection.run(
            "CREATE TABLE IF NOT EXISTS schema_migrations "
            "(name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
        done = {str(row[0]) for row in connection.run("SELECT name FROM schema_migrations") or ()}
        if unknown := sorted(done - set(files)):
            raise ConfigurationError(
                f"the database has had {', '.join(unknown)}, which this code does not know; deploy the newer code"
            )
        for name, path in files.items():
            if name not in done:
                connection.run(path.read_text(encoding="utf-8"))
                connection.run("INSERT INTO schema_migrations (name) VALUES (:name)", name=name)
                applied.append(name)
        connection.run("COMMIT")
    except BaseException:
        connection.run("ROLLBACK")
        raise
    if applied:
        logger.info("database migrated", extra={"migrations": applied})
    return applied
