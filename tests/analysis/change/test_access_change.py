"""Rights, administrators and trust that differ."""

from __future__ import annotations

from typing import Any

from analysis.change import access_deltas, access_facts
from analysis.change.access import AccessFacts
from analysis.iam import check, read_model
from contracts.change import AccessDelta, AccessKind, Effect
from graph.resource_graph import ResourceGraph
from tests.analysis.iam.kit import OTHER, allow, role, trust


def facts(*nodes: Any) -> AccessFacts:
    graph = ResourceGraph([each for some in nodes for each in some], project="atoll", stack="test")
    return access_facts(read_model(graph), check(graph), graph)


def compared(before: AccessFacts | None, after: AccessFacts | None) -> list[AccessDelta]:
    return list(access_deltas(before, after, "test"))


READ = allow("s3:GetObject", "arn:aws:s3:::files/*")


def test_nothing_differs_when_statements_are_only_written_otherwise() -> None:
    together = facts(role("r", allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::a/*")))
    apart = facts(role("r", allow("s3:PutObject", "arn:aws:s3:::a/*"), allow("s3:GetObject", "arn:aws:s3:::a/*")))
    assert compared(together, apart) == []


def test_gained_action_is_told_with_its_resource() -> None:
    wider = allow(["s3:GetObject", "s3:DeleteObject"], "arn:aws:s3:::files/*")
    (delta,) = compared(facts(role("r", READ)), facts(role("r", wider)))
    assert (delta.kind, delta.effect, delta.actions) == (AccessKind.GAINED, Effect.INFORMS, ("s3:deleteobject",))
    assert delta.sentence == "r may newly s3:deleteobject on arn:aws:s3:::files/*."


def test_whole_service_wants_a_look_when_it_is_gained() -> None:
    found = compared(facts(role("r", READ)), facts(role("r", READ, allow("s3:*", "*"))))
    assert [(d.kind, d.effect) for d in found] == [(AccessKind.GAINED, Effect.WARNS)]


def test_administrator_is_named_when_a_role_becomes_one() -> None:
    found = compared(facts(role("r", READ)), facts(role("r", allow("*", "*"))))
    assert (AccessKind.ADMINISTRATOR, Effect.WARNS) in [(d.kind, d.effect) for d in found]


def test_lost_right_only_informs() -> None:
    (delta,) = compared(facts(role("r", READ, allow("sqs:SendMessage", "*"))), facts(role("r", READ)))
    assert (delta.kind, delta.effect) == (AccessKind.LOST, Effect.INFORMS)


def test_other_account_is_told_when_it_may_newly_take_a_role() -> None:
    ours = trust({"Service": "ec2.amazonaws.com"})
    theirs = trust({"AWS": f"arn:aws:iam::{OTHER}:root"})
    found = compared(facts(role("r", READ, trusts=[ours])), facts(role("r", READ, trusts=[ours, theirs])))
    told = [d for d in found if d.kind is AccessKind.TRUST_GAINED]
    assert [(d.effect, d.sentence) for d in told] == [
        (Effect.WARNS, f"arn:aws:iam::{OTHER}:root, of another account, may newly take r.")
    ]
    back = compared(facts(role("r", READ, trusts=[ours, theirs])), facts(role("r", READ, trusts=[ours])))
    assert [d.effect for d in back if d.kind is AccessKind.TRUST_LOST] == [Effect.IMPROVES]


def test_ways_of_one_principal_are_told_once_when_they_are_many() -> None:
    before = facts(role("r", READ), role("a", READ), role("b", READ))
    after = facts(role("r", READ, allow("iam:UpdateAssumeRolePolicy", "*")), role("a", READ), role("b", READ))
    ways = [d for d in compared(before, after) if "ways to the rights of" in d.sentence]
    assert [d.subject for d in ways] == ["r"]


def test_everything_is_new_when_the_stack_is() -> None:
    found = compared(None, facts(role("r", READ)))
    assert [(d.kind, d.sentence) for d in found] == [
        (AccessKind.GAINED, "r is new and may s3:getobject on arn:aws:s3:::files/*.")
    ]
