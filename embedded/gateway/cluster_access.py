"""Who somebody is to an embedded cluster: what EKS's authenticator and its access policies do.

A token (``k8s-aws-v1.`` and a presigned GetCallerIdentity) tells an access key; the key tells a principal; the
cluster's access entries give the principal a user name and groups for RBAC, and access policies that are asked when
RBAC allows nothing. As everywhere in the embedded cloud, signatures are not checked: an access key is the identity.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import fnmatch
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from embedded.gateway.fallback.memory import Memory, Place

TOKEN_PREFIX = "k8s-aws-v1."
PRINCIPAL = "principal"
"""Member of a user's `extra` that holds the ARN of the principal, in lower case as Kubernetes wants its name."""
ADMINISTRATORS = "system:masters"
_LIFETIME = datetime.timedelta(minutes=15)
_POLICY = "cluster-access-policy/"
# What AWS's access policies allow: a cluster role that every cluster has, or rules of their own.
_ROLE_OF = {"AmazonEKSAdminPolicy": "admin", "AmazonEKSEditPolicy": "edit", "AmazonEKSViewPolicy": "view"}
_EVERYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
_RULES_OF: dict[str, list[dict[str, Any]]] = {
    "AmazonEKSClusterAdminPolicy": [_EVERYTHING, {"nonResourceURLs": ["*"], "verbs": ["*"]}],
    "AmazonEKSAdminViewPolicy": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}],
}


class AccessError(Exception):
    """A token that proves nothing; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Association:
    """One access policy given to one principal; no namespaces mean the whole cluster."""

    policy: str
    namespaces: tuple[str, ...] = ()

    def covers(self, namespace: str) -> bool:
        """Whether the policy speaks for a namespace (empty: what belongs to none)."""
        return not self.namespaces or any(fnmatch.fnmatchcase(namespace, item) for item in self.namespaces)

    @property
    def role(self) -> str | None:
        """The cluster role whose rules it has, if any."""
        return _ROLE_OF.get(self.policy)

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Rules that are its own."""
        return _RULES_OF.get(self.policy, [])


def key_of(token: str, now: datetime.datetime | None = None) -> str:
    """The access key in a token. Raises `AccessError`."""
    if not token.startswith(TOKEN_PREFIX):
        raise AccessError("the token is none of `aws eks get-token`")
    text = token.removeprefix(TOKEN_PREFIX)
    try:
        url = urlsplit(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise AccessError("the token is not readable") from None
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    if query.get("Action") != "GetCallerIdentity":
        raise AccessError("the token is not a call of GetCallerIdentity")
    if "x-k8s-aws-id" not in query.get("X-Amz-SignedHeaders", "").split(";"):
        raise AccessError("the token does not name a cluster")
    try:
        made = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
        key = query["X-Amz-Credential"].split("/")[0]
    except (KeyError, ValueError):
        raise AccessError("the token is not signed") from None
    if abs((now or datetime.datetime.now(datetime.UTC)) - made) > _LIFETIME:
        raise AccessError("the token is older than 15 minutes")
    return key


def principal_of(arn: str) -> str:
    """The IAM principal behind an ARN of STS: the role of a session; anything else is itself. Paths are left out."""
    session = re.fullmatch(r"arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.+", arn)
    if session:
        return f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}"
    return re.sub(r":(role|user)/.*/([^/]+)$", r":\1/\2", arn)


class Access:
    """What the access entries of a cluster say, read from the memory of the fallback."""

    def __init__(self, memory: Memory, place: Place, cluster: str) -> None:
        self._memory = memory
        self._place = place
        self._cluster = cluster

    def user(self, arn: str, creator: str | None) -> dict[str, Any] | None:
        """The user as Kubernetes' TokenReview shows one; None for a stranger. `arn` is what STS calls the caller."""
        principal = principal_of(arn)
        entry = next(iter(self._records("AccessEntry", principal)), None)
        groups: list[str] = list(entry.get("kubernetesGroups") or ()) if entry else []
        if creator is not None and principal == principal_of(creator):
            groups.append(ADMINISTRATORS)
        elif entry is None:
            return None
        name = (entry or {}).get("username") or arn
        session = arn.rsplit("/", 1)[-1]
        name = name.replace("{{SessionName}}", session.replace("@", "-")).replace("{{SessionNameRaw}}", session)
        return {"username": name, "uid": principal, "groups": groups, "extra": {PRINCIPAL: [principal]}}

    def associations(self, principal: str) -> list[Association]:
        """The access policies of a principal; none once its entry is gone."""
        if not self._records("AccessEntry", principal):
            return []
        found: list[Association] = []
        for data in self._records("AccessPolicy", principal):
            scope: dict[str, Any] = data.get("accessScope") or {}
            namespaces = tuple(scope.get("namespaces") or ()) if scope.get("type") == "namespace" else ()
            found.append(Association(policy=str(data["policyArn"]).rpartition(_POLICY)[2], namespaces=namespaces))
        return found

    def _records(self, noun: str, principal: str) -> list[dict[str, Any]]:
        found = self._memory.find(self._place, noun)
        mine = [
            record.data for record in found if record.noun == noun and record.data.get("clusterName") == self._cluster
        ]
        return [data for data in mine if principal_of(str(data.get("principalArn"))) == principal]


def allows(rule: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether a rule of a cluster role allows what a SubjectAccessReview's `spec` asks."""
    resource = asked.get("resourceAttributes")
    if resource is None:
        plain: dict[str, Any] = asked.get("nonResourceAttributes") or {}
        path, verb = plain.get("path", ""), plain.get("verb", "")
        urls = rule.get("nonResourceURLs") or ()
        return _has(rule.get("verbs"), verb) and any(fnmatch.fnmatchcase(path, url) for url in urls)
    name = resource.get("resource", "")
    if resource.get("subresource"):
        name = f"{name}/{resource['subresource']}"
    names = rule.get("resourceNames")
    return (
        _has(rule.get("verbs"), resource.get("verb", ""))
        and _has(rule.get("apiGroups"), resource.get("group", ""))
        and _has(rule.get("resources"), name)
        and (not names or resource.get("name") in names)
    )


def _has(allowed: list[str] | None, wanted: str) -> bool:
    return "*" in (allowed or ()) or wanted in (allowed or ())
