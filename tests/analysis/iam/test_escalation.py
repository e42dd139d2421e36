"""Each known way to more rights is found with exactly its needs, and not without any one of them."""

from __future__ import annotations

from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from analysis.iam import ADMINISTRATOR, Escalation, Guardrails, Policy, escalations
from analysis.iam.methods import FAMILIES, Method, methods
from graph.documents import read_document
from graph.nodes import Node
from graph.values import UNKNOWN
from tests.analysis.iam.kit import (
    ACCOUNT,
    OTHER,
    allow,
    arn_of_role,
    deny,
    document,
    model,
    node,
    role,
    root,
    trust,
    user,
)

EVERY = [method for family in FAMILIES for method in methods(family)]
HOLDERS = {
    "aws:lambda/function:Function": {"name": "held", "role": arn_of_role("strong")},
    "aws:ecs/taskDefinition:TaskDefinition": {"taskRoleArn": arn_of_role("strong")},
    "aws:codebuild/project:Project": {"name": "held", "serviceRole": arn_of_role("strong")},
    "aws:sfn/stateMachine:StateMachine": {"name": "held", "roleArn": arn_of_role("strong")},
    "aws:glue/job:Job": {"name": "held", "roleArn": arn_of_role("strong")},
    "aws:cloudformation/stack:Stack": {"name": "held", "iamRoleArn": arn_of_role("strong")},
    "aws:ec2/instance:Instance": {"iamInstanceProfile": "profile"},
}
STRONG = allow("s3:*")


def paths(*groups: list[Node], guardrails: Guardrails | None = None) -> dict[tuple[str, str], Escalation]:
    found = escalations(model(*groups, guardrails=guardrails))
    return {(path.source, path.target): path for path in found}


def world(method: Method, groups: tuple[tuple[str, ...], ...], *, passes: bool = True) -> list[list[Node]]:
    """A weak principal with some of a method's needs, a strong one, and what runs with it."""
    granted = [allow(group[-1]) for group in groups]
    service = method.service or "ec2.amazonaws.com"
    if method.family == "pass" and passes:
        granted.append(allow("iam:PassRole", arn_of_role("strong"), StringEquals={"iam:PassedToService": service}))
    weak = user("weak", *granted) if method.kind == "user" else role("weak", *granted)
    strong = user("strong", STRONG) if method.kind == "user" and method.family == "take" else []
    strong += role("strong", STRONG, trusts=[trust({"Service": service})])
    held = [node(method.holder, "held", **HOLDERS[method.holder])] if method.holder else []
    profile = [node("aws:iam/instanceProfile:InstanceProfile", "profile", name="profile", role="strong")]
    return [weak, strong, held, profile]


def target(method: Method) -> str:
    return ADMINISTRATOR if method.family in {"rewrite", "administer"} else "strong"


@pytest.mark.parametrize("method", EVERY, ids=lambda method: method.id)
def test_way_is_found_when_all_its_needs_are_granted(method: Method) -> None:
    found = paths(*world(method, method.needs))
    assert ("weak", target(method)) in found
    assert found["weak", target(method)].steps[-1].certain


@pytest.mark.parametrize("method", EVERY, ids=lambda method: method.id)
def test_way_is_closed_when_any_need_is_not_granted(method: Method) -> None:
    for index in range(len(method.needs)):
        left = method.needs[:index] + method.needs[index + 1 :]
        used = {step.method for path in paths(*world(method, left)).values() for step in path.steps}
        assert method.id not in used
    if method.family == "pass":
        found = paths(*world(method, method.needs, passes=False)).values()
        assert method.id not in {step.method for path in found for step in path.steps}


@pytest.mark.parametrize("method", EVERY, ids=lambda method: method.id)
def test_needs_are_actions_of_aws(method: Method) -> None:
    for action in (action for group in method.needs for action in group):
        assert get_action_data(*action.split(":")), action


def test_methods_have_names_of_their_own() -> None:
    assert len({method.id for method in EVERY}) == len(EVERY)


PASS = allow("iam:PassRole", arn_of_role("strong"))
RUN = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
BY_LAMBDA = [trust({"Service": "lambda.amazonaws.com"})]


def test_role_cannot_be_handed_over_when_it_does_not_trust_the_service() -> None:
    assert ("weak", "strong") in paths(role("weak", PASS, RUN), role("strong", STRONG, trusts=BY_LAMBDA))
    assert not paths(role("weak", PASS, RUN), role("strong", STRONG))


@pytest.mark.parametrize("service", ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"])
def test_role_cannot_be_handed_to_another_service_than_the_condition_names(service: str) -> None:
    passing = allow("iam:PassRole", arn_of_role("strong"), StringEquals={"iam:PassedToService": service})
    found = paths(role("weak", passing, RUN), role("strong", STRONG, trusts=BY_LAMBDA))
    assert bool(found) is (service == "lambda.amazonaws.com")


def test_administrator_is_reached_when_any_role_can_be_handed_over() -> None:
    found = paths(role("weak", allow("iam:PassRole"), RUN))
    assert str(found["weak", ADMINISTRATOR]) == (
        "weak → administrator\n"
        f"  weak hands role any role of {ACCOUNT} to lambda.amazonaws.com "
        "and runs a new function with it [lambda-function]"
    )


def test_chain_is_followed_and_the_shortest_is_printed() -> None:
    found = paths(
        role("a", allow("sts:AssumeRole", [arn_of_role("b"), arn_of_role("c")])),
        role("b", allow("sts:AssumeRole", arn_of_role("c")), trusts=[trust(root())]),
        role("c", allow("iam:PutRolePolicy", arn_of_role("c")), trusts=[trust(root())]),
    )
    assert [step.method for step in found["a", ADMINISTRATOR].steps] == ["assume-role", "role-policy"]
    assert [step.source for step in found["a", ADMINISTRATOR].steps] == ["a", "c"]
    assert len(found["a", "c"].steps) == 1
    assert ("c", ADMINISTRATOR) in found


def test_policies_of_another_role_help_only_when_that_role_can_be_taken() -> None:
    write = allow("iam:PutRolePolicy", arn_of_role("b"))
    take = allow("sts:AssumeRole", arn_of_role("b"))
    assert ("a", ADMINISTRATOR) not in paths(role("a", write), role("b"))
    assert ("a", ADMINISTRATOR) in paths(role("a", write, take), role("b", trusts=[trust(root())]))


def test_administrator_is_told_and_has_nothing_to_gain() -> None:
    attached = {"role": "admin", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    admin = role("admin", trusts=[trust(root())])
    admin.append(node("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "x", **attached))
    found = paths(admin, role("weak", allow("sts:AssumeRole", arn_of_role("admin"))))
    assert set(found) == {("weak", ADMINISTRATOR)}


def test_power_user_is_no_administrator_and_becomes_one_by_no_method() -> None:
    attached = {"role": "power", "policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}
    power = [*role("power"), node("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "x", **attached)]
    function = node("aws:lambda/function:Function", "f", name="f", role=arn_of_role("strong"))
    found = paths(power, role("strong", STRONG, trusts=BY_LAMBDA), [function])
    assert found["power", "strong"].steps[0].method == "function-code"
    assert all(step.method != "assume-role" or step.open for path in found.values() for step in path.steps)


def test_way_is_closed_when_a_denial_or_an_scp_closes_it() -> None:
    strong = role("strong", STRONG, trusts=BY_LAMBDA)
    assert not paths(role("weak", PASS, RUN, deny("lambda:CreateFunction")), strong)
    found = read_document(document(allow("*"), deny("iam:PassRole")))
    assert isinstance(found, tuple)
    scp = Guardrails(scps={"root": (Policy("scp", found),)})
    assert not paths(role("weak", PASS, RUN), strong, guardrails=scp)


def test_way_is_told_with_what_it_hangs_on() -> None:
    by_mfa = allow("sts:AssumeRole", arn_of_role("b"), Bool={"aws:MultiFactorAuthPresent": "true"})
    found = paths(role("a", by_mfa), role("b", trusts=[trust(root())]))
    step = found["a", "b"].steps[0]
    assert not step.certain
    assert step.open == ("aws:multifactorauthpresent bool true",)


def test_way_is_possible_when_a_policy_cannot_be_read() -> None:
    hidden = node("aws:iam/rolePolicy:RolePolicy", "hidden", role="a", policy=UNKNOWN)
    found = paths([*role("a"), hidden])
    assert "unknown: hidden policy" in str(found["a", ADMINISTRATOR])


def test_outsider_takes_the_role_that_names_it_and_no_more() -> None:
    outside = [trust(root(OTHER))]
    assert not paths(role("reader", STRONG, trusts=outside))
    found = paths(role("writer", allow("iam:*"), trusts=outside))
    assert len(found[OTHER, ADMINISTRATOR].steps) == 2


def test_anyone_is_an_escalation_when_a_trust_policy_names_everyone() -> None:
    found = paths(role("open", STRONG, trusts=[trust("*")]))
    assert ("anyone", "open") in found


def test_function_outside_the_stack_may_have_any_role() -> None:
    found: dict[Any, Any] = paths(role("weak", allow("lambda:UpdateFunctionCode")))
    assert ("weak", ADMINISTRATOR) in found
    narrow = allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:mine")
    assert not paths(role("weak", narrow))
