"""Rotates the password of a login of PostgreSQL (SEC-3).

With a master secret two users take turns, `<name>` and `<name>_clone`: while one is changed, the other is in use, so
that no connection is ever refused. The login need not exist: the first rotation makes it, in the roles that the secret
names. Without a master secret the login changes its own password.

The server's log holds statements (`log_statement = ddl`), so it is never sent a password but what it keeps of one: the
SCRAM-SHA-256 verifier. https://www.postgresql.org/docs/current/catalog-pg-authid.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib
import json
import os
import re
import secrets
import ssl
from collections.abc import Callable
from typing import Any

from .steps import RotationError, Versions, draw_password, rotate

AUTHORITIES = "/var/runtime/ca-cert.pem"
"""Certificate authorities of RDS, where Lambda has them."""
CLONE = "_clone"
ANSWERING = 10
"""Seconds within which the server answers."""
ITERATIONS = 4096
"""PostgreSQL's own default of `scram_iterations`."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,56}")
"""A name that SQL takes without quotes, with room for `_clone`."""


def handler(event: dict[str, Any], _context: object) -> None:
    """One step."""
    boto3: Any = importlib.import_module("boto3")
    manager = boto3.client("secretsmanager")

    def read(arn: str) -> dict[str, Any]:
        return json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])

    rotate(event, DatabaseDoor(read), manager)


class DatabaseDoor:
    """A server, which users with passwords open.

    A secret's value is JSON with `host`, `port`, `dbname`, `username`, `password`, `roles` (the roles that the login
    is in) and, where another user may change it, `masterarn`: the secret of that user. It is what DMS and the SDKs'
    connectors read, too. The master user's own has a user and a password alone, as RDS would write it; where the server
    is stands in `DATABASE_HOST`, `DATABASE_PORT` and `DATABASE_NAME` then.
    """

    def __init__(self, read: Callable[[str], dict[str, Any]]) -> None:
        """Args: read: `username` and `password` of the secret with this ARN."""
        self._read = read

    def draw(self, current: str) -> str:
        """The same login with a new password, and with the other one of its two names where there is a master."""
        login = json.loads(current)
        name = checked(login["username"])
        if "masterarn" in login:
            name = name.removesuffix(CLONE) if name.endswith(CLONE) else f"{name}{CLONE}"
        return json.dumps({**login, "username": name, "password": draw_password()})

    def put(self, versions: Versions) -> None:
        """Give the pending user its password; the current one keeps what it has."""
        current, pending = json.loads(versions.current), json.loads(versions.pending)
        if _opens(pending):
            return
        if "masterarn" not in pending:
            self._change_own(current, pending, versions.previous)
            return
        master_login = self._read(pending["masterarn"])
        with _connected(
            {**pending, "username": master_login["username"], "password": master_login["password"]}
        ) as master:
            if not master.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=current["username"]):
                _give(master, current)
            _give(master, pending)

    def test(self, pending: str) -> None:
        """Log in with it."""
        login = json.loads(pending)
        if not _opens(login):
            raise RotationError(f"{login['username']} cannot log in with its new password; setSecret has to run again")

    def _change_own(self, current: dict[str, Any], pending: dict[str, Any], previous: str | None) -> None:
        known = [current, *([json.loads(previous)] if previous else [])]
        login = next((each for each in known if _opens(each)), None)
        if login is None:
            raise RotationError(
                f"{current['username']} can log in neither with its current nor with its previous password; "
                "set the current one by hand, then rotate again"
            )
        with _connected(login) as connection:
            connection.run(f"ALTER ROLE {checked(pending['username'])} PASSWORD '{verifier(pending['password'])}'")


def checked(name: str) -> str:
    """The name, if SQL takes it without quotes.

    Raises:
        RotationError: it is no such name.
    """
    if not NAME.fullmatch(name.removesuffix(CLONE)):
        raise RotationError(f"{name!r} is no name of a login: lower-case letters, digits, underscores")
    return name


def verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps of a password of letters and digits, as RFC 5803 writes it."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt64}${stored64}:{server64}"


def _give(master: Any, login: dict[str, Any]) -> None:
    """Make the login with this password, or give it this password, in the roles of its secret."""
    name = checked(login["username"])
    there = master.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=name)
    master.run(f"{'ALTER' if there else 'CREATE'} ROLE {name} LOGIN PASSWORD '{verifier(login['password'])}'")
    base = name.removesuffix(CLONE)
    for role in [*login.get("roles", []), *([base] if base != name else [])]:
        # A role that a service has yet to make is given by a later rotation.
        if master.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=role):
            master.run(f"GRANT {checked(role)} TO {name}")


def _opens(login: dict[str, Any]) -> bool:
    """Whether the server takes a login; a server that does not answer is an error, and no answer."""
    native: Any = importlib.import_module("pg8000.native")
    try:
        with _connected(login) as connection:
            connection.run("SELECT 1")
    except native.DatabaseError as error:
        if error.args and isinstance(error.args[0], dict) and error.args[0].get("C") in {"28P01", "28000"}:
            return False  # invalid_password, invalid_authorization_specification
        raise
    return True


def _connected(login: dict[str, Any]) -> Any:
    native: Any = importlib.import_module("pg8000.native")
    secure = os.environ.get("DATABASE_TLS", "on") == "on"
    authorities = os.environ.get("DATABASE_AUTHORITIES", AUTHORITIES)
    return native.Connection(
        user=login["username"],
        password=login["password"],
        host=login.get("host") or os.environ["DATABASE_HOST"],
        port=int(login.get("port") or os.environ["DATABASE_PORT"]),
        database=login.get("dbname") or os.environ["DATABASE_NAME"],
        ssl_context=ssl.create_default_context(cafile=authorities) if secure else None,
        timeout=ANSWERING,
    )
