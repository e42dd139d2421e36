"""The table of AWS managed policies says what AWS's own documents say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from analysis.iam.managed import managed_policy, table
from graph.documents import read_document
from tests.analysis.iam.test_program import everything

PUBLISHED: dict[str, Any] = json.loads(aws_managed_policies_data)


def facts(statements: Any) -> set[tuple[Any, ...]]:
    """Effect, action, resource and conditions, one by one."""
    return {
        (s.allow, action, bool(s.not_actions), resource, frozenset(s.conditions))
        for s in statements
        for action in (*s.actions, *s.not_actions)
        for resource in s.resources
    }


@pytest.mark.parametrize("arn", sorted(table()))
def test_policy_grants_what_the_published_document_grants(arn: str) -> None:
    published = PUBLISHED[arn.rpartition("/")[2]]
    if published["DefaultVersionId"] != table()[arn]["version"]:
        pytest.skip(f"the published document is {published['DefaultVersionId']} here")
    ours = managed_policy(arn)
    theirs = read_document(json.dumps(published["Document"]))
    assert isinstance(theirs, tuple)
    assert ours is not None
    assert facts(ours) == facts(theirs)


def test_policy_is_not_known_when_it_is_not_in_the_table() -> None:
    assert managed_policy("arn:aws:iam::aws:policy/SomethingNew") is None


def test_every_managed_policy_of_the_program_is_in_the_table() -> None:
    policies = [policy for principal in everything().roles for policy in principal.policies]
    assert len([policy for policy in policies if policy.where.startswith("managed policy")]) >= 5
    assert [policy.unreadable for policy in policies if policy.statements is None] == []
