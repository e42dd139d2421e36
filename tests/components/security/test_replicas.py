"""Keys and secrets in a second region (SEC-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.security import (
    DatabaseLogin,
    DatabaseLoginArgs,
    ManagedSecret,
    ManagedSecretArgs,
    ReplicaKeys,
    ReplicaKeysArgs,
)
from components.security.secret_rotation import cache_token
from components.security.secret_rotation.cache_token import CacheDoor
from components.security.secret_rotation.steps import Versions
from contracts.settings.security import KeySettings, ProtectionSettings
from graph.values import Secret
from tests.components.security.samples import KEY, secrets
from tests.kit import ACCOUNT, GraphView, record_component
from tests.kit.plain import plain

PEER = "us-west-2"
PEER_KEY = f"arn:aws:kms:{PEER}:{ACCOUNT}:key/secrets"
KEPT = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)
KEYS = KeySettings(
    purposes=("database", "secrets"), rotation_period_days=365, deletion_window_days=30, multi_region=True
)


def test_each_primary_has_a_protected_replica_with_its_alias_when_keys_are_replicated() -> None:
    primaries = {purpose: f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-{purpose}" for purpose in KEYS.purposes}
    args = ReplicaKeysArgs(
        environment="test", region=PEER, account_id=ACCOUNT, settings=KEYS, protection=KEPT, primary_arns=primaries
    )
    view = record_component(lambda: ReplicaKeys("test", args=args))

    view.assert_children(
        "test",
        {
            (kind, f"test-replica-{what}-{purpose}")
            for purpose in KEYS.purposes
            for kind, what in (("aws:kms/replicaKey:ReplicaKey", "key"), ("aws:kms/alias:Alias", "alias"))
        },
    )
    for purpose, primary in primaries.items():
        made = view.node(f"test-replica-key-{purpose}")
        assert (made.inputs["primaryKeyArn"], made.inputs["deletionWindowInDays"], made.protect) == (primary, 30, True)
        through = json.loads(str(made.inputs["policy"]))["Statement"][1]["Condition"]["StringEquals"]
        assert all(f".{PEER}." in service for service in through["kms:ViaService"])
        assert view.node(f"test-replica-alias-{purpose}").inputs["name"] == f"alias/atoll-test-{purpose}"
        view.assert_wired(f"test-replica-alias-{purpose}", "targetKeyId", f"test-replica-key-{purpose}.keyId")


def secret(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "environment": "test",
        "purpose": "database-master",
        "description": "Master",
        "key_arn": KEY,
        "settings": secrets(),
    }
    return record_component(lambda: ManagedSecret("test-master", args=ManagedSecretArgs(**(values | changes))))


def test_secret_is_replicated_with_the_key_over_there_when_asked_for() -> None:
    view = secret(replica_key_arns={PEER: PEER_KEY})

    assert plain(view.node("test-master-secret").inputs["replicas"]) == [{"region": PEER, "kmsKeyId": PEER_KEY}]


def test_secret_stays_in_its_region_when_nobody_asks() -> None:
    view = secret()

    assert "replicas" not in view.node("test-master-secret").inputs


def test_value_has_user_and_password_when_it_is_a_login() -> None:
    view = secret(username="dbadmin")

    [version] = view.graph.of_type("aws:secretsmanager/secretVersion:SecretVersion")
    assert isinstance(version.inputs["secretString"], Secret)
    assert version.options.ignore_changes == ("secretString",)


def test_password_is_refused_when_the_value_has_no_user() -> None:
    def program() -> None:
        args = ManagedSecretArgs(
            environment="test", purpose="token", description="Token", key_arn=KEY, settings=secrets()
        )
        _ = ManagedSecret("test-token", args=args).password

    with pytest.raises(ValueError, match="the secret token of test has no user; read `value`"):
        record_component(program)


def test_login_is_replicated_when_the_other_region_needs_it() -> None:
    args = DatabaseLoginArgs(
        environment="test",
        login="dms_source",
        roles=(),
        host="db",
        port=5432,
        database="platform_db",
        master_secret_arn="arn:master",
        key_arn=KEY,
        settings=secrets(),
        replica_key_arns={PEER: PEER_KEY},
    )
    view = record_component(lambda: DatabaseLogin("test-login", args=args))

    assert plain(view.node("test-login-secret").inputs["replicas"]) == [{"region": PEER, "kmsKeyId": PEER_KEY}]


class Group:
    """A replication group of one region, which notes what its token is changed to."""

    class exceptions:  # noqa: N801  (as boto3 calls it)
        """What boto3 keeps there."""

        class ReplicationGroupNotFoundFault(Exception):  # noqa: N818
            """There is none."""

    def __init__(self, region: str, log: list[tuple[str, str, str]], *, stands: bool = True) -> None:
        self.region, self.log, self.stands = region, log, stands

    def describe_replication_groups(self, **_: object) -> dict[str, object]:
        if not self.stands:
            raise self.exceptions.ReplicationGroupNotFoundFault
        return {"ReplicationGroups": [{"Status": "available"}]}

    def modify_replication_group(
        self,
        *,
        ReplicationGroupId: str,  # noqa: N803
        AuthToken: str,  # noqa: N803
        AuthTokenUpdateStrategy: str,  # noqa: N803
        **_: object,
    ) -> None:
        assert ReplicationGroupId == ("atoll-test" if self.region == "us-east-1" else f"atoll-test-{self.region}")
        self.log.append((self.region, AuthTokenUpdateStrategy, AuthToken))


@pytest.mark.parametrize("stands", [True, False])
def test_follower_takes_the_token_first_when_there_is_one(monkeypatch: pytest.MonkeyPatch, stands: bool) -> None:
    monkeypatch.setattr(cache_token, "opens", lambda token: token == "old")
    log: list[tuple[str, str, str]] = []
    home, follower = Group("us-east-1", log), Group(PEER, log, stands=stands)

    CacheDoor(home, "atoll-test", lambda: True, followers=[(follower, "atoll-test-us-west-2")]).put(
        Versions(current="now", pending="new", previous="old")
    )

    changes = [("SET", "now"), ("ROTATE", "new")]
    regions = [PEER, "us-east-1"] if stands else ["us-east-1"]
    assert log == [(region, *change) for region in regions for change in changes]
