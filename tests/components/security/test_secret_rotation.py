"""Rotations on real servers: interrupted after every call that changes something, then repeated (SEC-3)."""

from __future__ import annotations

import base64
import importlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from components.security.secret_rotation import cache_token, database_login
from components.security.secret_rotation.cache_token import CacheDoor
from components.security.secret_rotation.database_login import DatabaseDoor, verifier
from components.security.secret_rotation.steps import Door, RotationError, rotate
from tests.kit import servers

pytestmark = pytest.mark.embedded

MASTERS = {"arn:master": {"username": "dbadmin", "password": "master"}}
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
native: Any = importlib.import_module("pg8000.native")
redis: Any = importlib.import_module("redis")


class EndedError(Exception):
    """The function was ended here."""


class Breaker:
    """Ends the function right after the n-th change, once."""

    def __init__(self, after: int | None) -> None:
        self.left = after

    def changed(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise EndedError


class Manager:
    """Secrets Manager, as far as a rotation sees it: labels move as its user guide says."""

    class exceptions:  # noqa: N801  # the SDK's own name
        class ResourceNotFoundException(Exception):  # noqa: N818
            pass

    def __init__(self, value: str, breaker: Breaker) -> None:
        self.values, self.breaker = {"first": value}, breaker
        self.stages = {"first": ["AWSCURRENT"]}

    def begin(self) -> str:
        version = str(uuid.uuid4())
        self.stages[version] = ["AWSPENDING"]
        return version

    def of(self, stage: str) -> str:
        return next(each for each, held in self.stages.items() if stage in held)

    def value(self, stage: str) -> str:
        return self.values[self.of(stage)]

    def describe_secret(self, **_: Any) -> dict[str, Any]:
        return {"VersionIdsToStages": {key: list(held) for key, held in self.stages.items()}}

    def get_secret_value(self, *, SecretId: str, VersionStage: str, VersionId: str | None = None) -> dict[str, str]:  # noqa: N803
        found = [key for key, held in self.stages.items() if VersionStage in held and VersionId in (None, key)]
        if not found or found[0] not in self.values:
            raise self.exceptions.ResourceNotFoundException(SecretId)
        return {"SecretString": self.values[found[0]]}

    def put_secret_value(self, *, ClientRequestToken: str, SecretString: str, **_: Any) -> None:  # noqa: N803
        assert self.values.setdefault(ClientRequestToken, SecretString) == SecretString, "a version never changes"
        self.breaker.changed()

    def update_secret_version_stage(self, *, MoveToVersionId: str, RemoveFromVersionId: str, **_: Any) -> None:  # noqa: N803
        for held in self.stages.values():
            if "AWSPREVIOUS" in held:
                held.remove("AWSPREVIOUS")
        self.stages[RemoveFromVersionId] = ["AWSPREVIOUS"]
        self.stages[MoveToVersionId].append("AWSCURRENT")
        self.breaker.changed()


def turn_one(manager: Manager, door: Door, version: str, step: str) -> None:
    rotate({"SecretId": "s", "ClientRequestToken": version, "Step": step}, door, manager)


def turn(manager: Manager, door: Door, version: str) -> None:
    for step in STEPS:
        turn_one(manager, door, version, step)


class ElastiCache:
    """What ModifyReplicationGroup does to tokens, done to a real server with its ACL."""

    def __init__(self, server: servers.RedisServer, breaker: Breaker) -> None:
        self.breaker, self.tokens, self.settling = breaker, [server.password], 0
        self.root = redis.Redis(port=server.port, username="keeper", password="keeper")
        own = redis.Redis(port=server.port, password=server.password)
        own.acl_setuser("keeper", enabled=True, passwords=["+keeper"], categories=["+@all"])
        own.close()

    def modify_replication_group(self, *, AuthToken: str, AuthTokenUpdateStrategy: str, **_: Any) -> None:  # noqa: N803
        assert self.settling == 0, "a group that is being changed refuses the next change"
        self.tokens = ([self.tokens[-1]] if AuthTokenUpdateStrategy == "ROTATE" else []) + [AuthToken]
        passwords = [f"+{token}" for token in self.tokens]
        self.root.acl_setuser("default", enabled=True, reset_passwords=True, passwords=passwords)
        self.settling = 2
        self.breaker.changed()

    def describe_replication_groups(self, **_: Any) -> dict[str, Any]:
        self.settling = max(0, self.settling - 1)
        return {"ReplicationGroups": [{"Status": "modifying" if self.settling else "available"}]}

    def close(self) -> None:
        self.root.close()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.RedisServer]:
    with servers.redis() as server:
        monkeypatch.setenv("CACHE_HOST", "127.0.0.1")
        monkeypatch.setenv("CACHE_PORT", str(server.port))
        monkeypatch.setenv("CACHE_TLS", "off")
        yield server


def rotated(breaker: Breaker, manager: Manager, door: Door, still_opens: Callable[[], bool]) -> int:
    """Rotate until it is done; how often it was interrupted. The current value opens at every moment."""
    version, interrupted = manager.begin(), 0
    while True:
        try:
            turn(manager, door, version)
        except EndedError:
            interrupted += 1
            assert still_opens()
        else:
            assert still_opens()
            assert manager.of("AWSCURRENT") == version
            return interrupted


def test_clients_keep_getting_in_when_the_token_is_rotated_again_and_again(cache: servers.RedisServer) -> None:
    breaker = Breaker(None)
    manager, service = Manager(cache.password, breaker), ElastiCache(cache, breaker)
    door = CacheDoor(service, "group", lambda: True, pause=0)
    interrupted = 0
    for changes in (None, 0, 1, 2, 3, None):
        before = manager.value("AWSCURRENT")
        breaker.left = changes
        interrupted += rotated(breaker, manager, door, lambda: cache_token.opens(manager.value("AWSCURRENT")))
        assert cache_token.opens(before), "clients that have not read the new token get in"
        turn(manager, door, manager.of("AWSCURRENT"))
    service.close()
    assert interrupted == 4
    assert not cache_token.opens(cache.password), "a token is dead after two rotations"
    assert len(service.tokens) == 2


def test_step_gives_up_and_changes_nothing_when_the_cache_takes_too_long(cache: servers.RedisServer) -> None:
    service = ElastiCache(cache, Breaker(None))
    service.settling = 9
    manager = Manager(cache.password, service.breaker)
    with pytest.raises(RotationError, match="the cache group is still modifying; the step is repeated later"):
        turn(manager, CacheDoor(service, "group", lambda: False, pause=0), manager.begin())
    service.close()
    assert service.tokens == [cache.password]


class Postgres:
    """A server with TLS, and a master user as RDS makes it."""

    def __init__(self, server: servers.PostgresServer) -> None:
        self.server = server
        self.root = {"username": server.user, "password": server.password, "dbname": "postgres", **self.place}
        self._wait()
        self.run(self.root, "CREATE ROLE readers NOLOGIN")
        self.run(self.root, "CREATE ROLE dbadmin LOGIN CREATEROLE PASSWORD 'master'")
        self.run(self.root, "GRANT readers TO dbadmin WITH ADMIN OPTION")

    def _wait(self) -> None:
        """Until it takes connections: its port is open a little before."""
        for _ in range(100):
            try:
                self.run(self.root, "SELECT 1")
            except native.DatabaseError as error:
                if "starting up" not in str(error):
                    raise
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server does not come up")

    @property
    def place(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.server.port}

    def run(self, login: dict[str, Any], sql: str) -> list[list[Any]]:
        with database_login._connected(login) as connection:
            return connection.run(sql) or []

    def secret(self, **further: str) -> str:
        login = {
            "username": "dms",
            "password": "first0000000000a",
            "dbname": "postgres",
            "roles": ["readers", "not_yet_made"],
        }
        return json.dumps({**login, **self.place, **further})


@pytest.fixture
def database(certificate: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    monkeypatch.setenv("DATABASE_AUTHORITIES", str(certificate[0]))
    with servers.postgres(certificate=certificate) as server:
        yield Postgres(server)


def test_two_users_take_turns_over_tls_when_there_is_a_master(database: Postgres) -> None:
    breaker = Breaker(None)
    manager = Manager(database.secret(masterarn="arn:master"), breaker)
    door = DatabaseDoor(MASTERS.__getitem__)
    turn(manager, door, manager.begin())
    names = [json.loads(manager.value("AWSCURRENT"))["username"]]
    interrupted = 0
    for changes in (0, 1, None):
        before = json.loads(manager.value("AWSCURRENT"))
        breaker.left = changes
        opens = lambda: database_login._opens(json.loads(manager.value("AWSCURRENT")))  # noqa: E731
        interrupted += rotated(breaker, manager, door, opens)
        assert database_login._opens(before), "the user before keeps its password until its turn"
        names.append(json.loads(manager.value("AWSCURRENT"))["username"])
    assert names == ["dms_clone", "dms", "dms_clone", "dms"]
    assert interrupted == 2
    member = "SELECT pg_has_role(current_user, 'readers', 'member'), ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        assert database.run(json.loads(manager.value(stage)), member) == [[True, True]]


@pytest.mark.parametrize("changes", [0, 1])
def test_login_is_made_when_it_is_not_there_and_the_first_rotation_breaks(database: Postgres, changes: int) -> None:
    breaker = Breaker(changes)
    manager = Manager(database.secret(masterarn="arn:master"), breaker)
    door = DatabaseDoor(MASTERS.__getitem__)
    version = manager.begin()
    with pytest.raises(EndedError):
        turn(manager, door, version)
    turn(manager, door, version)
    assert all(database_login._opens(json.loads(manager.value(s))) for s in ("AWSCURRENT", "AWSPREVIOUS"))


def test_login_changes_its_own_password_when_there_is_no_master(database: Postgres) -> None:
    login = json.loads(database.secret())
    database.run(database.root, f"CREATE ROLE dms LOGIN PASSWORD '{login['password']}'")
    breaker = Breaker(None)
    manager, door = Manager(database.secret(), breaker), DatabaseDoor(MASTERS.__getitem__)
    for changes in (None, 0, 1):
        version = manager.begin()
        breaker.left = changes
        for _ in range(2):  # interrupted, then repeated
            try:
                turn(manager, door, version)
            except EndedError:
                continue
        assert database_login._opens(json.loads(manager.value("AWSCURRENT")))
        assert not database_login._opens(json.loads(manager.value("AWSPREVIOUS")))


def test_new_password_still_comes_through_when_the_function_ends_between_server_and_label(database: Postgres) -> None:
    login = json.loads(database.secret())
    database.run(database.root, f"CREATE ROLE dms LOGIN PASSWORD '{login['password']}'")
    manager, door = Manager(database.secret(), Breaker(None)), DatabaseDoor(MASTERS.__getitem__)
    version = manager.begin()
    for step in (*STEPS[:2], *STEPS[:2], *STEPS):
        rotate({"SecretId": "s", "ClientRequestToken": version, "Step": step}, door, manager)
    assert database_login._opens(json.loads(manager.value("AWSCURRENT")))


def test_step_says_what_to_do_when_neither_password_opens(database: Postgres) -> None:
    database.run(database.root, "CREATE ROLE dms LOGIN PASSWORD 'changed-by-hand'")
    manager = Manager(database.secret(), Breaker(None))
    with pytest.raises(RotationError, match="set the current one by hand, then rotate again"):
        turn(manager, DatabaseDoor(MASTERS.__getitem__), manager.begin())


def test_server_never_sees_the_password_when_it_logs_statements(database: Postgres) -> None:
    manager = Manager(database.secret(masterarn="arn:master"), Breaker(None))
    database.run(database.root, "ALTER SYSTEM SET log_statement = 'all'")
    database.run(database.root, "SELECT pg_reload_conf()")
    turn(manager, DatabaseDoor(MASTERS.__getitem__), manager.begin())
    [[stored]] = database.run(database.root, "SELECT rolpassword FROM pg_authid WHERE rolname = 'dms_clone'")
    assert stored.startswith("SCRAM-SHA-256$4096:")
    assert json.loads(manager.value("AWSCURRENT"))["password"] not in stored


def test_verifier_is_the_servers_own_when_password_and_salt_are_the_same(database: Postgres) -> None:
    database.run(database.root, "CREATE ROLE pencil LOGIN PASSWORD 'pencil'")
    [[stored]] = database.run(database.root, "SELECT rolpassword FROM pg_authid WHERE rolname = 'pencil'")
    salt = base64.b64decode(stored.split("$")[1].split(":")[1])
    assert verifier("pencil", salt) == stored


@pytest.mark.parametrize("step", STEPS)
def test_step_is_refused_when_the_version_is_not_pending(step: str) -> None:
    manager = Manager("value", Breaker(None))
    with pytest.raises(RotationError, match=f"{step}: version other of s is not AWSPENDING"):
        rotate(
            {"SecretId": "s", "ClientRequestToken": "other", "Step": step}, DatabaseDoor(MASTERS.__getitem__), manager
        )
