"""An evaluator that is written again, plainly and from the guide alone, agrees on random small worlds."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from analysis.iam import Allowed, Denied, Guardrails, Policy
from graph.documents import read_document
from tests.analysis.iam.kit import ACCOUNT, OTHER, arn_of_role, ask, bucket, document, key, model, node, role, user

STAGE = "aws:PrincipalTag/stage"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/" + "${urn:pulumi:test::atoll::aws:kms/key:Key::k#id}"
OBJECT = "arn:aws:s3:::box/a"
PEOPLE = {
    "r": arn_of_role("r"),
    "u": f"arn:aws:iam::{ACCOUNT}:user/u",
    "far": arn_of_role("far", OTHER),
}


@dataclass
class World:
    """Raw documents, as somebody would write them."""

    identity: list[dict[str, Any]]
    bucket: list[dict[str, Any]]
    key: list[dict[str, Any]]
    trust: list[dict[str, Any]]
    boundary: list[dict[str, Any]] | None
    scps: list[list[dict[str, Any]]] = field(default_factory=list[list[dict[str, Any]]])


conditions = st.sampled_from(
    [
        {},
        {},
        {"StringEquals": {STAGE: "test"}},
        {"StringNotEquals": {STAGE: ["test", "prod"]}},
        {"StringEqualsIfExists": {STAGE: "prod"}},
        {"Null": {STAGE: "true"}},
    ]
)
actions = st.sampled_from(["*", "s3:*", "s3:GetObject", "s3:Get*", "kms:Decrypt", "kms:*", "sts:AssumeRole"])
resources = st.sampled_from(["*", "arn:aws:s3:::box/*", "arn:aws:s3:::other/*", OBJECT, arn_of_role("target")])
principals = st.sampled_from(
    ["*", *({"AWS": arn} for arn in PEOPLE.values()), {"AWS": ACCOUNT}, {"AWS": f"arn:aws:iam::{OTHER}:root"}]
)


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False, trusting: bool = False) -> dict[str, Any]:
    written: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    written["NotAction" if draw(st.integers(0, 6)) == 0 else "Action"] = draw(actions)
    if not trusting:
        written["NotResource" if draw(st.integers(0, 6)) == 0 else "Resource"] = draw(resources)
    if named:
        written["Principal"] = draw(principals)
    condition = draw(conditions)
    return written | ({"Condition": condition} if condition else {})


def several(**kind: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(statements(**kind), min_size=1, max_size=3)


worlds = st.builds(
    World,
    identity=several(),
    bucket=several(named=True),
    key=several(named=True),
    trust=several(named=True, trusting=True),
    boundary=st.none() | several(),
    scps=st.lists(several(), max_size=2),
)


# -- the plain evaluator ----------------------------------------------------------------------------------------------


def glob(pattern: str, text: str) -> bool:
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def speaks(written: dict[str, Any], action: str, resource: str, stage: str | None) -> bool:
    if "Action" in written and not glob(written["Action"].lower(), action.lower()):
        return False
    if "NotAction" in written and glob(written["NotAction"].lower(), action.lower()):
        return False
    if "Resource" in written and not glob(written["Resource"], resource):
        return False
    if "NotResource" in written and glob(written["NotResource"], resource):
        return False
    for operator, keys in written.get("Condition", {}).items():
        wanted = keys[STAGE] if isinstance(keys[STAGE], list) else [keys[STAGE]]
        passes = {
            "StringEquals": stage in wanted,
            "StringNotEquals": stage not in wanted,
            "StringEqualsIfExists": stage is None or stage in wanted,
            "Null": (stage is None) == (wanted == ["true"]),
        }
        if not passes[operator]:
            return False
    return True


def address(written: dict[str, Any], who: str) -> str:
    """How a resource policy's statement calls somebody: by name, by the account, or not at all."""
    if written["Principal"] == "*":
        return "name"
    called = written["Principal"]["AWS"]
    account = PEOPLE[who].split(":")[4]
    if called == PEOPLE[who]:
        return "name"
    return "account" if called in {account, f"arn:aws:iam::{account}:root"} else ""


def plain(world: World, who: str, action: str, resource: str, stage: str | None) -> bool:
    def of(written: list[dict[str, Any]], effect: str) -> list[dict[str, Any]]:
        return [s for s in written if s["Effect"] == effect and speaks(s, action, resource, stage)]

    resource_policy = {"s3": world.bucket, "kms": world.key, "sts": world.trust}[action.split(":")[0]]
    bounded = world.boundary if who != "far" else None
    everywhere = [world.identity, *world.scps, *([bounded] if bounded is not None else [])]
    if any(of(each, "Deny") for each in everywhere):
        return False
    if any(address(s, who) for s in of(resource_policy, "Deny")):
        return False
    if not all(of(each, "Allow") for each in world.scps):
        return False
    own = bool(of(world.identity, "Allow"))
    within = bounded is None or bool(of(bounded, "Allow"))
    ways = {address(s, who) for s in of(resource_policy, "Allow")}
    if who == "far":
        return own and within and bool(ways & {"name", "account"})
    if "name" in ways and (who == "u" or within):
        return True
    if action.startswith("s3:"):
        return own and within
    return own and within and "account" in ways


# -- the same question to both ----------------------------------------------------------------------------------------


def given_policy(written: list[dict[str, Any]]) -> tuple[Policy, ...]:
    found = read_document(document(*written))
    assert isinstance(found, tuple)
    return (Policy("scp", found),)


def built(world: World) -> Any:
    limit = {"permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/limit"} if world.boundary is not None else {}
    return model(
        role("r", *world.identity, **limit),
        user("u", *world.identity, **limit),
        role("far", *world.identity, account=OTHER),
        role("target", trusts=world.trust),
        bucket("box", *world.bucket),
        key("k", *world.key),
        [node("aws:iam/policy:Policy", "limit", name="limit", policy=document(*(world.boundary or world.identity)))],
        guardrails=Guardrails(scps={str(level): given_policy(each) for level, each in enumerate(world.scps)}),
    )


@given(
    worlds,
    st.sampled_from(sorted(PEOPLE)),
    st.sampled_from([("s3:GetObject", OBJECT), ("kms:Decrypt", KEY), ("sts:AssumeRole", arn_of_role("target"))]),
    st.sampled_from(["test", "prod", "other", None]),
)
def test_two_evaluators_agree_when_everything_is_known(
    world: World, who: str, asked: tuple[str, str], stage: str | None
) -> None:
    action, resource = asked
    answer = ask(built(world), who, action, resource, **{STAGE: stage})
    assert isinstance(answer, Allowed | Denied), answer
    assert isinstance(answer, Allowed) is plain(world, who, action, resource, stage), answer
    assert not (isinstance(answer, Allowed) and answer.conditional)


@given(worlds, st.sampled_from(sorted(PEOPLE)), st.sampled_from(["test", "prod", "other", None]))
def test_what_is_decided_without_a_request_holds_for_each(world: World, who: str, stage: str | None) -> None:
    """Without knowing the key, a denial denies under every value, and what is allowed without a condition is always."""
    answer = ask(built(world), who, "s3:GetObject", OBJECT)
    if isinstance(answer, Denied):
        assert not plain(world, who, "s3:GetObject", OBJECT, stage)
    elif isinstance(answer, Allowed) and not answer.conditional:
        assert plain(world, who, "s3:GetObject", OBJECT, stage)
