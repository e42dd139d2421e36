"""Small graphs of roles, users and resources, made node by node."""

from __future__ import annotations

import json
from typing import Any

from analysis.iam import Answer, Principal, Request, evaluate, read_model
from analysis.iam.model import Guardrails, IamModel
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import FrozenMap, Reference, Unknown

ACCOUNT, OTHER, REGION = "111122223333", "444455556666", "us-east-1"


def node(kind: str, name: str, account: str = ACCOUNT, /, **inputs: Any) -> Node:
    return Node(
        urn=f"urn:pulumi:test::atoll::{kind}::{name}",
        type=kind,
        name=name,
        custom=True,
        inputs=FrozenMap(inputs),
        region=REGION,
        account=account,
    )


def allow(actions: Any, resources: Any = "*", **conditions: Any) -> dict[str, Any]:
    return statement("Allow", actions, resources, conditions)


def deny(actions: Any, resources: Any = "*", **conditions: Any) -> dict[str, Any]:
    return statement("Deny", actions, resources, conditions)


def statement(effect: str, actions: Any, resources: Any, conditions: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"Effect": effect, "Action": actions, "Resource": resources}
    return written | ({"Condition": conditions} if conditions else {})


def to(principal: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A statement of a resource policy."""
    return {**given, "Principal": principal}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal: Any, **conditions: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return given | ({"Condition": conditions} if conditions else {})


def role(
    name: str, *statements: dict[str, Any], trusts: Any = None, account: str = ACCOUNT, **inputs: Any
) -> list[Node]:
    """A role with one inline policy; EC2 takes it unless `trusts` says who."""
    trusted = trusts if trusts is not None else [trust({"Service": "ec2.amazonaws.com"})]
    made = [node("aws:iam/role:Role", name, account, name=name, assumeRolePolicy=document(*trusted), **inputs)]
    if statements:
        policy = document(*statements)
        made.append(node("aws:iam/rolePolicy:RolePolicy", f"{name}-policy", account, role=name, policy=policy))
    return made


def user(name: str, *statements: dict[str, Any], **inputs: Any) -> list[Node]:
    """A user with one inline policy."""
    made = [node("aws:iam/user:User", name, name=name, **inputs)]
    if statements:
        made.append(node("aws:iam/userPolicy:UserPolicy", f"{name}-policy", user=name, policy=document(*statements)))
    return made


def bucket(name: str, *statements: dict[str, Any], account: str = ACCOUNT) -> list[Node]:
    made = [node("aws:s3/bucket:Bucket", name, account, bucket=name)]
    if statements:
        policy = document(*statements)
        made.append(node("aws:s3/bucketPolicy:BucketPolicy", f"{name}-policy", account, bucket=name, policy=policy))
    return made


def key(name: str, *statements: dict[str, Any], alias: str = "") -> list[Node]:
    policy = {"policy": document(*statements)} if statements else {}
    made = [node("aws:kms/key:Key", name, **policy)]
    if alias:
        target = Unknown((Reference(made[0].urn, "keyId"),))
        made.append(node("aws:kms/alias:Alias", f"{name}-alias", name=alias, targetKeyId=target))
    return made


def graph(*groups: list[Node]) -> ResourceGraph:
    return ResourceGraph([each for group in groups for each in group], project="atoll", stack="test")


def model(*groups: list[Node], guardrails: Guardrails | None = None) -> IamModel:
    return read_model(graph(*groups), guardrails=guardrails)


def principal(found: IamModel, name: str) -> Principal:
    return next(each for each in found.principals if each.name == name)


def ask(found: IamModel, name: str, action: str, resource: str | None, **context: str | None) -> Answer:
    """An answer; keys of the context are written with `__` for the colon."""
    known = {k.replace("__", ":").lower(): None if v is None else (v,) for k, v in context.items()}
    return evaluate(found, principal(found, name), Request(action, resource, known))


def arn_of_role(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def root(account: str = ACCOUNT) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}
