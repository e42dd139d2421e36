"""Cases of AWS's own guides on policy evaluation, in words of ours."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.iam import Allowed, Denied, Guardrails, Policy, Undecided
from graph.documents import read_document
from graph.values import UNKNOWN, Reference, Unknown
from tests.analysis.iam.kit import (
    ACCOUNT,
    OTHER,
    allow,
    arn_of_role,
    ask,
    bucket,
    deny,
    document,
    key,
    model,
    node,
    role,
    root,
    to,
    trust,
    user,
)

OBJECT = "arn:aws:s3:::photos/a.jpg"
READ = allow("s3:GetObject", "arn:aws:s3:::photos/*")
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"


def managed(*statements: dict[str, Any], name: str = "limit") -> list[Any]:
    return [node("aws:iam/policy:Policy", name, name=name, policy=document(*statements))]


def policy(*statements: dict[str, Any]) -> Policy:
    found = read_document(document(*statements))
    assert isinstance(found, tuple)
    return Policy("given", found)


# -- within an account ------------------------------------------------------------------------------------------------


def test_everything_is_denied_when_nothing_allows_it() -> None:
    assert isinstance(ask(model(role("r"), bucket("photos")), "r", "s3:GetObject", OBJECT), Denied)


def test_identity_policy_allows_and_is_named_when_the_account_is_the_same() -> None:
    answer = ask(model(role("r", READ), bucket("photos")), "r", "s3:GetObject", OBJECT)
    assert isinstance(answer, Allowed)
    assert str(answer) == "allowed by identity policy inline policy r-policy"


def test_denial_wins_when_another_statement_allows() -> None:
    found = model(role("r", allow("s3:*"), deny("s3:GetObject", OBJECT)), bucket("photos"))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Denied)
    assert isinstance(ask(found, "r", "s3:GetObject", "arn:aws:s3:::photos/b.jpg"), Allowed)


def test_resource_policy_is_enough_when_it_names_a_role_of_the_account() -> None:
    named = to({"AWS": arn_of_role("r")}, READ)
    assert isinstance(ask(model(role("r"), bucket("photos", named)), "r", "s3:GetObject", OBJECT), Allowed)


def test_resource_policy_that_names_the_account_gives_nothing_by_itself() -> None:
    assert isinstance(ask(model(role("r"), bucket("photos", to(root(), READ))), "r", "s3:GetObject", OBJECT), Denied)


def test_resource_policy_denies_when_an_identity_policy_allows() -> None:
    refused = to("*", deny("s3:*", "arn:aws:s3:::photos/*"))
    assert isinstance(ask(model(role("r", READ), bucket("photos", refused)), "r", "s3:GetObject", OBJECT), Denied)


def test_everybody_but_one_is_denied_when_the_denial_names_who_is_not_meant() -> None:
    refused = {**deny("s3:*", "arn:aws:s3:::photos/*"), "NotPrincipal": {"AWS": arn_of_role("r")}}
    found = model(role("r", READ), role("s", READ), bucket("photos", refused))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Allowed)
    assert isinstance(ask(found, "s", "s3:GetObject", OBJECT), Denied)


def test_all_other_actions_are_allowed_when_a_statement_names_those_it_leaves_out() -> None:
    given = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    found = model(role("r", given), bucket("photos"))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Allowed)
    assert isinstance(ask(found, "r", "iam:CreateUser", None), Denied)


# -- boundaries, sessions, SCPs ---------------------------------------------------------------------------------------


def test_boundary_limits_when_the_identity_policy_allows_more() -> None:
    bound = role("r", allow("s3:*"), permissionsBoundary=BOUNDARY)
    found = model(bound, managed(allow("s3:ListBucket")), bucket("photos"))
    assert ask(found, "r", "s3:GetObject", OBJECT) == Denied("no permissions boundary allows it")
    assert isinstance(ask(found, "r", "s3:ListBucket", "arn:aws:s3:::photos"), Allowed)


def test_boundary_grants_nothing_by_itself() -> None:
    found = model(role("r", permissionsBoundary=BOUNDARY), managed(allow("s3:*")), bucket("photos"))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Denied)


def test_boundary_limits_roles_and_not_users_when_a_resource_policy_names_them() -> None:
    names = {"AWS": [arn_of_role("r"), f"arn:aws:iam::{ACCOUNT}:user/u"]}
    limit = managed(allow("sqs:*"))
    found = model(
        role("r", permissionsBoundary=BOUNDARY),
        user("u", permissionsBoundary=BOUNDARY),
        limit,
        bucket("photos", to(names, READ)),
    )
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Denied)
    assert isinstance(ask(found, "u", "s3:GetObject", OBJECT), Allowed)


def test_boundary_limits_no_user_whom_a_resource_policy_names_even_if_an_identity_policy_allows_too() -> None:
    names = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}
    found = model(
        user("u", READ, permissionsBoundary=BOUNDARY), managed(allow("sqs:*")), bucket("photos", to(names, READ))
    )
    assert isinstance(ask(found, "u", "s3:GetObject", OBJECT), Allowed)


def test_boundary_denies_a_user_whom_a_resource_policy_names_when_it_says_so() -> None:
    names = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}
    limit = managed(allow("*"), deny("s3:GetObject"))
    found = model(user("u", permissionsBoundary=BOUNDARY), limit, bucket("photos", to(names, READ)))
    assert isinstance(ask(found, "u", "s3:GetObject", OBJECT), Denied)


def test_every_level_of_the_organization_must_allow() -> None:
    full, narrow = policy(allow("*")), policy(allow("sqs:*"))
    for lower, expected in ((full, Allowed), (narrow, Denied)):
        levels = {"root": (full,), "unit": (lower,)}
        found = model(role("r", READ), bucket("photos"), guardrails=Guardrails(scps=levels))
        assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), expected)


def test_scp_limits_nobody_when_a_service_makes_the_request() -> None:
    named = to({"Service": "delivery.amazonaws.com"}, READ)
    found = model(bucket("photos", named), guardrails=Guardrails(scps={"root": (policy(deny("*")),)}))
    assert isinstance(ask(found, "delivery.amazonaws.com", "s3:GetObject", OBJECT), Allowed)


def test_session_has_no_more_than_its_policy_when_it_was_given_one() -> None:
    found = model(role("r", allow("s3:*")), bucket("photos"), guardrails=Guardrails(session=(policy(READ),)))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Allowed)
    assert isinstance(ask(found, "r", "s3:PutObject", OBJECT), Denied)


# -- across accounts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "resource", "expected"), [(True, True, Allowed), (True, False, Denied), (False, True, Denied)]
)
def test_both_sides_must_allow_when_the_bucket_is_of_another_account(
    identity: bool, resource: bool, expected: type
) -> None:
    granted = [to({"AWS": arn_of_role("r")}, READ)] if resource else [to("*", deny("s3:PutObject"))]
    found = model(role("r", *([READ] if identity else [])), bucket("photos", *granted, account=OTHER))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), expected)


def test_other_account_may_delegate_when_the_policy_names_the_account() -> None:
    found = model(role("r", READ), bucket("photos", to(root(), READ), account=OTHER))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Allowed)


def test_foreign_account_can_when_a_resource_policy_names_it() -> None:
    found = model(role("r"), bucket("photos", to(root(OTHER), READ)))
    assert isinstance(ask(found, OTHER, "s3:GetObject", OBJECT), Allowed)
    assert isinstance(ask(found, OTHER, "s3:PutObject", OBJECT), Denied)


def test_anyone_can_when_the_principal_is_a_star() -> None:
    assert isinstance(ask(model(bucket("photos", to("*", READ))), "anyone", "s3:GetObject", OBJECT), Allowed)


# -- keys and roles ---------------------------------------------------------------------------------------------------

KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/" + "${urn:pulumi:test::atoll::aws:kms/key:Key::k#id}"


def test_identity_policy_is_not_enough_when_the_key_does_not_name_the_account() -> None:
    other = to({"AWS": arn_of_role("admin")}, allow("kms:*"))
    found = model(role("r", allow("kms:Decrypt")), role("admin"), key("k", other))
    assert isinstance(ask(found, "r", "kms:Decrypt", KEY), Denied)
    assert isinstance(ask(found, "admin", "kms:Decrypt", KEY), Allowed)


@pytest.mark.parametrize(("statements", "expected"), [((allow("kms:Decrypt"),), Allowed), ((), Denied)])
def test_key_leaves_it_to_identity_policies_when_it_names_the_account(statements: Any, expected: type) -> None:
    found = model(role("r", *statements), key("k", to(root(), allow("kms:*"))))
    assert isinstance(ask(found, "r", "kms:Decrypt", KEY), expected)


def test_key_has_the_policy_of_aws_when_it_is_given_none() -> None:
    assert isinstance(ask(model(role("r", allow("kms:Decrypt")), key("k")), "r", "kms:Decrypt", KEY), Allowed)


def test_key_is_told_by_its_alias_when_a_statement_limits_to_one() -> None:
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/a"}}
    found = model(role("r", allow("kms:Decrypt", "*", **by_alias)), key("k", alias="alias/b"))
    assert isinstance(ask(found, "r", "kms:Decrypt", KEY), Denied)
    found = model(role("r", allow("kms:Decrypt", "*", **by_alias)), key("k", alias="alias/a"))
    assert isinstance(ask(found, "r", "kms:Decrypt", KEY), Allowed)


def test_role_is_taken_without_a_policy_of_ones_own_when_its_trust_names_one() -> None:
    found = model(role("a"), role("b", trusts=[trust({"AWS": arn_of_role("a")})]))
    assert isinstance(ask(found, "a", "sts:AssumeRole", arn_of_role("b")), Allowed)


def test_role_is_taken_with_a_policy_of_ones_own_when_its_trust_names_the_account() -> None:
    take = allow("sts:AssumeRole", arn_of_role("b"))
    found = model(role("a", take), role("c"), role("b", trusts=[trust(root())]))
    assert isinstance(ask(found, "a", "sts:AssumeRole", arn_of_role("b")), Allowed)
    assert isinstance(ask(found, "c", "sts:AssumeRole", arn_of_role("b")), Denied)


def test_role_is_not_taken_when_only_the_taker_allows_it() -> None:
    found = model(role("a", allow("sts:AssumeRole")), role("b"))
    assert isinstance(ask(found, "a", "sts:AssumeRole", arn_of_role("b")), Denied)


def test_external_id_is_a_condition_when_it_is_asked_for() -> None:
    needs_id = trust(root(OTHER), StringEquals={"sts:ExternalId": "x"})
    found = model(role("b", trusts=[needs_id]))
    answer = ask(found, OTHER, "sts:AssumeRole", arn_of_role("b"))
    assert isinstance(answer, Allowed)
    assert answer.conditional
    assert isinstance(ask(found, OTHER, "sts:AssumeRole", arn_of_role("b"), sts__externalid="x"), Allowed)
    assert isinstance(ask(found, OTHER, "sts:AssumeRole", arn_of_role("b"), sts__externalid="y"), Denied)


# -- conditions and what is unknown -----------------------------------------------------------------------------------


def test_answer_says_under_which_condition_and_unless_what() -> None:
    insecure = to("*", deny("s3:*", "arn:aws:s3:::photos/*", Bool={"aws:SecureTransport": "false"}))
    given = allow("s3:GetObject", "arn:aws:s3:::photos/*", StringEquals={"aws:SourceVpce": "vpce-1"})
    answer = ask(model(role("r", given), bucket("photos", insecure)), "r", "s3:GetObject", OBJECT)
    assert str(answer) == (
        "allowed by identity policy inline policy r-policy when aws:sourcevpce stringequals vpce-1; "
        "unless resource policy photos-policy when aws:securetransport bool false"
    )


def test_answer_is_unknown_when_the_resource_of_a_statement_is() -> None:
    before, after = document(allow("s3:GetObject", "HERE")).split("HERE")
    hole = Unknown((before, Reference("urn:pulumi:x::y::z::w", "arn"), after))
    attached = node("aws:iam/rolePolicy:RolePolicy", "p", role="r", policy=hole)
    answer = ask(model(role("r"), [attached], bucket("photos")), "r", "s3:GetObject", OBJECT)
    assert isinstance(answer, Undecided)
    assert "urn:pulumi:x::y::z::w#arn" in answer.property


@pytest.mark.parametrize("action", ["s3:GetObject", "sqs:SendMessage"])
def test_answer_is_unknown_when_a_policy_cannot_be_read(action: str) -> None:
    hidden = node("aws:iam/rolePolicy:RolePolicy", "hidden", role="r", policy=UNKNOWN)
    answer = ask(model(role("r", allow("*")), [hidden], bucket("photos")), "r", action, OBJECT)
    assert isinstance(answer, Undecided)
    assert "hidden policy" in answer.property


def test_answer_is_unknown_when_a_managed_policy_is_not_in_the_table() -> None:
    attached = node(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", role="r", policyArn="arn:aws:iam::aws:policy/New"
    )
    answer = ask(model(role("r"), [attached], bucket("photos")), "r", "s3:GetObject", OBJECT)
    assert isinstance(answer, Undecided)
    assert "New is not in the table of managed policies" in answer.property


def test_denial_stands_when_something_else_is_unknown() -> None:
    hidden = node("aws:iam/rolePolicy:RolePolicy", "hidden", role="r", policy=UNKNOWN)
    found = model(role("r", deny("s3:*")), [hidden], bucket("photos"))
    assert isinstance(ask(found, "r", "s3:GetObject", OBJECT), Denied)


def test_policy_of_nobody_known_may_be_anybodys() -> None:
    loose = node("aws:iam/rolePolicy:RolePolicy", "loose", role=UNKNOWN, policy=document(READ))
    answer = ask(model(role("r"), [loose], bucket("photos")), "r", "s3:GetObject", OBJECT)
    assert isinstance(answer, Undecided)
    assert "loose role" in answer.property


def test_what_another_stack_holds_is_not_taken_for_allowed_or_denied() -> None:
    outside = "arn:aws:s3:::elsewhere/a"
    assert isinstance(ask(model(role("r")), "r", "s3:GetObject", outside), Undecided)
    answer = ask(model(role("r", allow("s3:GetObject"))), "r", "s3:GetObject", outside)
    assert isinstance(answer, Allowed)
    assert "not in this stack" in str(answer)
    key_elsewhere = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
    assert isinstance(ask(model(role("r", allow("kms:*"))), "r", "kms:Decrypt", key_elsewhere), Undecided)


def test_user_has_what_its_groups_have() -> None:
    group = [
        node("aws:iam/group:Group", "g", name="g"),
        node("aws:iam/groupPolicy:GroupPolicy", "gp", group="g", policy=document(READ)),
        node("aws:iam/userGroupMembership:UserGroupMembership", "m", user="u", groups=["g"]),
    ]
    found = model(user("u"), user("v"), group, bucket("photos"))
    assert isinstance(ask(found, "u", "s3:GetObject", OBJECT), Allowed)
    assert isinstance(ask(found, "v", "s3:GetObject", OBJECT), Denied)


def test_function_is_called_by_whom_a_permission_names() -> None:
    function = node("aws:lambda/function:Function", "f", name="f", role=arn_of_role("r"))
    permission = node(
        "aws:lambda/permission:Permission",
        "p",
        function="f",
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        sourceArn="arn:aws:events:us-east-1:1:rule/x",
    )
    found = model(role("r"), [function, permission])
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    mine, theirs = "arn:aws:events:us-east-1:1:rule/x", "arn:aws:events:us-east-1:1:rule/y"
    assert isinstance(ask(found, "events.amazonaws.com", "lambda:InvokeFunction", arn, aws__sourcearn=mine), Allowed)
    assert isinstance(ask(found, "events.amazonaws.com", "lambda:InvokeFunction", arn, aws__sourcearn=theirs), Denied)
    assert isinstance(ask(found, "r", "lambda:InvokeFunction", arn), Denied)
