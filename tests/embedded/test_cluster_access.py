"""Who a token stands for, and what EKS's access policies allow."""

from __future__ import annotations

import base64
import datetime
from pathlib import Path
from typing import Any

import pytest

from embedded.gateway.cluster_access import Access, AccessError, allows, key_of, principal_of
from embedded.gateway.fallback.memory import Memory, Owner, Place, Record

NOW = datetime.datetime(2030, 1, 1, 12, 0, tzinfo=datetime.UTC)
PLACE = Place(account="111122223333", region="us-east-1", service="eks")
ROLE = "arn:aws:iam::111122223333:role/teams/a"
SESSION = "arn:aws:sts::111122223333:assumed-role/a/ann@example.com"


def token(**changes: str) -> str:
    query = {
        "Action": "GetCallerIdentity",
        "X-Amz-SignedHeaders": "host;x-k8s-aws-id",
        "X-Amz-Date": "20300101T115500Z",
        "X-Amz-Credential": "AKIAEXAMPLE/20300101/us-east-1/sts/aws4_request",
    } | changes
    url = "https://sts.us-east-1.amazonaws.com/?" + "&".join(f"{name}={value}" for name, value in query.items())
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def test_token_tells_its_access_key() -> None:
    assert key_of(token(), NOW) == "AKIAEXAMPLE"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("abc", "is none of"),
        ("k8s-aws-v1.%%%", "is not"),
        (token(Action="ListRoles"), "not a call of GetCallerIdentity"),
        (token(**{"X-Amz-SignedHeaders": "host"}), "does not name a cluster"),
        (token(**{"X-Amz-Date": "20300101T110000Z"}), "older than 15 minutes"),
        (token(**{"X-Amz-Date": "soon"}), "not signed"),
    ],
)
def test_token_that_proves_nothing_is_refused(wrong: str, sentence: str) -> None:
    with pytest.raises(AccessError, match=sentence):
        key_of(wrong, NOW)


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        (SESSION, "arn:aws:iam::111122223333:role/a"),
        (ROLE, "arn:aws:iam::111122223333:role/a"),
        ("arn:aws:iam::111122223333:user/x/bob", "arn:aws:iam::111122223333:user/bob"),
        ("arn:aws:sts::111122223333:user/moto", "arn:aws:sts::111122223333:user/moto"),
    ],
)
def test_principal_is_the_role_behind_a_session_without_its_path(arn: str, principal: str) -> None:
    assert principal_of(arn) == principal


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    kept = Memory(tmp_path / "memory.sqlite")
    entry = {"clusterName": "c", "principalArn": ROLE, "kubernetesGroups": ["team-a"], "username": "a:{{SessionName}}"}
    policy = {
        "clusterName": "c",
        "principalArn": ROLE,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        "accessScope": {"type": "namespace", "namespaces": ["team-*"]},
    }
    for noun, data in (("AccessEntry", entry), ("AccessPolicy", policy)):
        kept.keep(Record(place=PLACE, noun=noun, owner=Owner.FALLBACK, data=data))
    return kept


def test_access_entry_gives_name_and_groups(memory: Memory) -> None:
    user = Access(memory, PLACE, "c").user(SESSION, None)
    assert user is not None
    assert (user["username"], user["groups"]) == ("a:ann-example.com", ["team-a"])
    assert Access(memory, PLACE, "other").user(SESSION, None) is None


def test_creator_is_administrator_with_and_without_an_entry(memory: Memory) -> None:
    access = Access(memory, PLACE, "c")
    user = access.user(SESSION, SESSION)
    assert user is not None
    assert user["groups"] == ["team-a", "system:masters"]
    other = access.user("arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:user/bob")
    assert other is not None
    assert other["groups"] == ["system:masters"]


def test_policy_covers_its_namespaces_and_ends_with_its_entry(memory: Memory) -> None:
    access = Access(memory, PLACE, "c")
    [association] = access.associations("arn:aws:iam::111122223333:role/a")
    assert (association.role, association.covers("team-b"), association.covers("kube-system")) == ("view", True, False)
    memory.forget([record for record in memory.find(PLACE, "AccessEntry") if record.noun == "AccessEntry"])
    assert access.associations("arn:aws:iam::111122223333:role/a") == []


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({"verb": "get", "resource": "pods"}, True),
        ({"verb": "get", "resource": "pods", "subresource": "log"}, True),
        ({"verb": "create", "resource": "pods", "subresource": "exec"}, False),
        ({"verb": "get", "group": "apps", "resource": "pods"}, False),
        ({"verb": "delete", "resource": "pods"}, False),
    ],
)
def test_rule_allows_what_it_names(asked: dict[str, Any], allowed: bool) -> None:
    rule = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"]}
    assert allows(rule, {"resourceAttributes": asked}) == allowed


def test_rule_may_name_objects_and_paths() -> None:
    named = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["one"]}
    assert allows(named, {"resourceAttributes": {"verb": "get", "resource": "secrets", "name": "one"}})
    assert not allows(named, {"resourceAttributes": {"verb": "get", "resource": "secrets", "name": "two"}})
    paths = {"nonResourceURLs": ["/metrics*"], "verbs": ["get"]}
    assert allows(paths, {"nonResourceAttributes": {"path": "/metrics/x", "verb": "get"}})
    assert not allows(paths, {"nonResourceAttributes": {"path": "/logs", "verb": "get"}})
