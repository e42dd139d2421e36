"""Makes a service's PostgreSQL databases and roles; every statement may run again and changes nothing then (DB-4).

The function logs in as the master user, whose password it reads from Secrets Manager and keeps nowhere. Names come
from contracts and are checked here once more, for a name is the one thing that SQL takes no parameter for.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import ssl
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
AUTHORITIES = "/var/runtime/ca-cert.pem"
"""Certificate authorities of RDS, where Lambda has them."""
LOGIN_BY_IAM = "rds_iam"
"""Role whose members log in with an IAM token; RDS has it, a plain server has not."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Make what `databases` and `shared` say, or take it away when the resource is deleted."""
    deleting = event.get("tf", {}).get("action") == "delete"
    server = Server(_master())
    done = [
        *(drop(server, spec, forget=event["drop"]) if deleting else make(server, spec) for spec in event["databases"]),
        *(withdraw(server, spec) if deleting else share(server, spec) for spec in event["shared"]),
    ]
    return {"done": done}


class Server:
    """Short-lived connections to the databases of one server, as the master user."""

    def __init__(self, master: dict[str, Any]) -> None:
        self._master = master

    def run(self, sql: str, *, database: str | None = None, **values: Any) -> list[list[Any]]:
        """Run one statement by itself: CREATE DATABASE takes no transaction."""
        native: Any = importlib.import_module("pg8000.native")
        connection = native.Connection(**{**self._master, "database": database or self._master["database"]})
        try:
            return connection.run(sql, **values) or []
        finally:
            connection.close()

    def has(self, table: str, column: str, name: str) -> bool:
        """Whether the catalogue knows a name."""
        return bool(self.run(f"SELECT 1 FROM {table} WHERE {column} = :name", name=name))


def make(server: Server, spec: dict[str, Any]) -> str:
    """A database, and the role that owns it: nobody else may connect, and it holds so many connections at most."""
    name, role, connections = checked(spec["name"]), checked(spec["role"]), int(spec["connections"])
    _role(server, role, connections)
    if not server.has("pg_database", "datname", name):
        server.run(f"GRANT {role} TO CURRENT_USER")  # PostgreSQL hands a database only to a role that one is in
        server.run(f"CREATE DATABASE {name} OWNER {role}")
    server.run(f"ALTER DATABASE {name} CONNECTION LIMIT {connections}")
    server.run(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    server.run(f"GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {name} TO {role}")
    server.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=name)
    server.run(f"GRANT ALL ON SCHEMA public TO {role}", database=name)
    return f"database {name}"


def share(server: Server, spec: dict[str, Any]) -> str:
    """A role of another service of the domain, which reads (or writes) the owner's tables and owns nothing."""
    name, role, owner = checked(spec["name"]), checked(spec["role"]), checked(spec["owner"])
    rights = "SELECT, INSERT, UPDATE, DELETE" if spec["access"] == "read-write" else "SELECT"
    _role(server, role, int(spec["connections"]))
    server.run(f"GRANT CONNECT ON DATABASE {name} TO {role}")
    server.run(f"GRANT USAGE ON SCHEMA public TO {role}", database=name)
    server.run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}", database=name)
    server.run(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {role}", database=name)
    server.run(f"GRANT {owner} TO CURRENT_USER")
    for revoked_or_granted in (f"REVOKE ALL ON TABLES FROM {role}", f"GRANT {rights} ON TABLES TO {role}"):
        server.run(f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public {revoked_or_granted}", database=name)
    return f"role {role} in {name}"


def drop(server: Server, spec: dict[str, Any], *, forget: bool) -> str:
    """Take the login away; where the environment forgets its data, drop the database and the role as well."""
    name, role = checked(spec["name"]), checked(spec["role"])
    if not forget:
        if server.has("pg_roles", "rolname", role):
            server.run(f"ALTER ROLE {role} NOLOGIN")
        return f"kept database {name}"
    server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    server.run(f"DROP ROLE IF EXISTS {role}")
    return f"dropped database {name}"


def withdraw(server: Server, spec: dict[str, Any]) -> str:
    """Take a shared role and its rights away; the owner's data stays."""
    name, role = checked(spec["name"]), checked(spec["role"])
    if server.has("pg_roles", "rolname", role):
        server.run(f"GRANT {role} TO CURRENT_USER")
        if server.has("pg_database", "datname", name):
            server.run(f"DROP OWNED BY {role}", database=name)
        server.run(f"DROP OWNED BY {role}")
        server.run(f"DROP ROLE {role}")
    return f"dropped role {role}"


def checked(name: str) -> str:
    """The name, if SQL takes it without quotes.

    Raises:
        ValueError: it is no such name.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a database or role: lower-case letters, digits, underscores")
    return name


def _role(server: Server, role: str, connections: int) -> None:
    verb = "ALTER" if server.has("pg_roles", "rolname", role) else "CREATE"
    server.run(f"{verb} ROLE {role} LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT {connections}")
    if server.has("pg_roles", "rolname", LOGIN_BY_IAM):
        server.run(f"GRANT {LOGIN_BY_IAM} TO {role}")


def _master() -> dict[str, Any]:
    """How to connect as the master user; without a certificate file only where the variable says so (tests)."""
    boto3: Any = importlib.import_module("boto3")
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["MASTER_SECRET"])
    login = json.loads(secret["SecretString"])
    secure = os.environ.get("DATABASE_TLS", "on") == "on"
    return {
        "user": login["username"],
        "password": login["password"],
        "host": os.environ["DATABASE_HOST"],
        "port": int(os.environ["DATABASE_PORT"]),
        "database": os.environ["DATABASE_NAME"],
        "ssl_context": ssl.create_default_context(cafile=AUTHORITIES) if secure else None,
        "timeout": 10,
    }
